/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Who tells, while a run goes on, what becomes of its actions: each has its line as soon as it has
 * ended, and each source that fails its message. */

#include "sync/failures.h"
#include "sync/report.h"
#include "sync/watch.h"

enum { PCS_FLYING = 64 };

struct pcs_teller {
	struct pcs_reporter report;
	struct pcs_failures failures;
	struct pcs_watch watch;
	const struct pcs_action *flying[PCS_FLYING]; /* what began last, the oldest first */
	size_t n_flying;
	bool streams; /* else all is told in the end, in the order of the paths */
};

/* Make one that reports to stdout and stderr; `flags` is of enum pcs_report_flags. What it gets
 * must outlive it, and it must stay where it is. pcs_teller_end() frees what it has. */
void pcs_teller_init(struct pcs_teller *t, const struct pcs_site *site, struct pcs_actions *l,
		     unsigned flags);

/* All is planned: tell what is known by that alone. */
void pcs_teller_planned(struct pcs_teller *t);

/* Tell the rest, of actions that were counted. 0 or -errno of writing to stdout. */
int pcs_teller_end(struct pcs_teller *t);
