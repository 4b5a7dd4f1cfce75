#pragma once
/* What verification found: grouped for people, with the command that fixes it, or as JSON lines. */

#include <stdio.h>

#include "verify/finding.h"

enum pcs_verify_report_flags {
	PCS_VREPORT_JSON = 1 << 0,
	PCS_VREPORT_SUMMARY = 1 << 1,
};

struct pcs_verify_report {
	unsigned flags;   /* enum pcs_verify_report_flags */
	const char *root; /* of the host: "" for "/" */
	const char *const
		*options; /* of the commands that fix: "--root", "/mnt", and so on; NULL */
	/* Of a staging root, which 'stage' fixes; NULL for any other. It gets the `options` and,
	 * by turns, the names of its own and their arguments or NULL. */
	const char *destdir;
	const char *const *stage_options;
	size_t n_stage_options;
	bool shown[PCS_FOUND_CODES]; /* by code: what is not shown is counted all the same */
	bool fails[PCS_FOUND_CODES]; /* by code: what makes the run fail */
};

/* Write the report of sorted findings. 0 or -errno of writing; *ret_failed tells whether one of
 * them is such as to fail. */
int pcs_verify_report(const struct pcs_findings *f, const struct pcs_verify_report *how, FILE *out,
		      bool *ret_failed);
