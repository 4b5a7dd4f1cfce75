/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A whole run: plan, carry out, report; and what its outcome means for the exit status. */

#include <stdbool.h>

#include "sync/goal.h"

struct pcs_actions;
struct pcs_changes;
struct pcs_counts;
struct pcs_early;
struct pcs_site;
struct pcs_state;

struct pcs_pipeline {
	struct pcs_site *site;
	struct pcs_state *state; /* locks, and where an unfinished run leaves its mark; or NULL */
	struct pcs_goal goal;
	struct pcs_early *early; /* a worker that runs already, or none; it ends with the run */
	int wait;                /* for other runs: seconds, or PCS_WAIT_FOREVER */
	unsigned report;         /* enum pcs_report_flags */
	bool soft;      /* a trigger: a source that fails is no failure where policy says so, nor is
			   a run that does not end */
	const char *by; /* who asked for the run, for the log of runs; NULL: it is not noted */
	bool whole;     /* all trees are looked at: may be noted where nothing was done */
	bool flawed;    /* not every interpreter may be served */
	/* Called once all is carried out; adds to the list what it does. 0 or -ENOMEM. May be NULL.
	 */
	int (*follow)(void *ctx, struct pcs_actions *l);
	void *follow_ctx;
	/* Told in the end how much there was of what. May be NULL. */
	void (*counted)(void *ctx, const struct pcs_counts *c);
	void *counted_ctx;
};

/*
 * Run it for changes that were gathered; they are done with. What was made is recorded. Returns an
 * exit status, PCS_EXIT_OK or PCS_EXIT_FAILED, where everything was looked at; -PCS_ESIGNAL or
 * -ENOMEM otherwise, and then the caller reports that. *ret_settled tells whether nothing is
 * left that another run might make or remove.
 */
int pcs_pipeline_run(const struct pcs_pipeline *p, struct pcs_changes *changes, bool *ret_settled);
