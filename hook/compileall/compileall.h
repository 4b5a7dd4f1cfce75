/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What `python3 -m compileall` does, as cpython:Lib/compileall.py of the newest release has it.
 * Unlike the rest of the engine this follows paths as the caller wrote them, has no root and no
 * policy, and its output is compared by scripts.
 */

#include "compileall/request.h"

/* Compile. 1 when all went well, 0 when something failed, -PCS_ESIGNAL, or another negative code.
 */
int pcs_compileall_run(const struct pcs_compileall *o);
