/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What verification found: grouped for people, with the command that fixes it, or as JSON lines. */

#include <stdio.h>

#include "verify/fix.h"

enum pcs_verify_report_flags {
	PCS_VREPORT_JSON = 1 << 0,
	PCS_VREPORT_SUMMARY = 1 << 1,
};

struct pcs_verify_report {
	unsigned flags; /* enum pcs_verify_report_flags */
	struct pcs_fix_context fix;
	bool shown[PCS_FOUND_CODES]; /* by code: what is not shown is counted all the same */
	bool fails[PCS_FOUND_CODES]; /* by code: what makes the run fail */
};

/* Write the report of sorted findings. 0 or -errno of writing; *ret_failed tells whether one of
 * them is such as to fail. */
int pcs_verify_report(const struct pcs_findings *f, const struct pcs_verify_report *how, FILE *out,
		      bool *ret_failed);
