/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Questions that only an interpreter itself can answer. */

#include <stdbool.h>

struct pcs_interps;

/*
 * Fill in what only the interpreter itself can tell. `all` asks each one, otherwise only those
 * whose magic number is not known beforehand. What cannot be started gets its reason.
 */
int pcs_interps_ask(struct pcs_interps *l, bool all);
