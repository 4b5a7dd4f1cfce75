/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The worker for an interpreter that is served by itself: a static CPython, or PyPy. */

#include <sys/types.h>

/*
 * Become `executable`, running worker.py, with the same isolation as pcs_python_start() gives.
 * `mode` is of enum pcs_python_mode, `parent` is who started us. Returns only on failure: a
 * negative errno.
 */
int pcs_exec_script(const char *executable, unsigned mode, pid_t parent);
