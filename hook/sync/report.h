/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What was planned and done: for people on a terminal, and as JSON lines for machines. */

#include "base/json.h"

struct pcs_action;
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

struct pcs_reporter {
	const struct pcs_site *site;
	struct pcs_actions *l;
	unsigned flags;       /* enum pcs_report_flags */
	struct pcs_json json; /* its `out` gets the report, be it JSON or not */
	int error;            /* the first, or 0 */
};

/* Write the line of an action, where the flags ask for one. */
void pcs_report_action(struct pcs_reporter *r, const struct pcs_action *a);

/* Have all that was written read now. */
void pcs_report_flush(struct pcs_reporter *r);

/* Write the summary, and free what there is. 0, or the first -errno of writing or -ENOMEM. */
int pcs_report_end(struct pcs_reporter *r);
