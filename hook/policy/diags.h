/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Faults found in a policy: "FILE:LINE:COLUMN: what was found, what was expected". */

#include <stddef.h>

#include "base/util.h"

/* Zero-initialise it. */
struct pcs_diags {
	char **lines; /* each malloc'ed */
	size_t n, cap;
};

/* Add a line for a place in a file. 0 or -ENOMEM. */
int pcs_diags_add(struct pcs_diags *d, const char *file, size_t line, size_t column,
		  const char *fmt, ...) PCS_PRINTF(5, 6);

/* Add a line that has no place in a file. 0 or -ENOMEM. */
int pcs_diags_say(struct pcs_diags *d, const char *fmt, ...) PCS_PRINTF(2, 3);

/* Free all lines and make the list empty again. */
void pcs_diags_done(struct pcs_diags *d);
