/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What was planned and done: for people on a terminal, and as JSON lines for machines. */

#include <stdbool.h>
#include <stdio.h>

struct pcs_actions;
struct pcs_site;

enum pcs_report_flags {
	PCS_REPORT_JSON = 1 << 0,
	PCS_REPORT_ACTIONS = 1 << 1, /* a line for each action */
	PCS_REPORT_SUMMARY = 1 << 2, /* a last line with the counts */
	PCS_REPORT_DRY = 1 << 3,     /* nothing was carried out */
	PCS_REPORT_IF_ANY = 1 << 4,  /* no summary when nothing was done */
	PCS_REPORT_NOTE = 1 << 5,    /* the summary goes to the log as well */
	PCS_REPORT_EXTRA = 1 << 6,   /* a line for each pyc that nobody asked for and that was made
					right or removed */
};

/* Write the report to `out`. 0 or -errno of writing. */
int pcs_report(const struct pcs_site *site, const struct pcs_actions *l, unsigned flags, FILE *out);
