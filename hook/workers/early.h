/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * A worker that is started before the jobs are known, so that it is ready when they are. Only the
 * thread that will run the pool may start it, as workers end with their thread.
 */

#include <stdbool.h>

#include "workers/link.h"

struct pcs_interps;

struct pcs_early {
	struct pcs_link link;
	unsigned interp;
	unsigned mode; /* that the pool will have: of enum pcs_link_mode */
	bool running;
};

/* Start one, unless one is running. */
void pcs_early_start(struct pcs_early *e, const struct pcs_interps *interps, unsigned interp);

/* Keep the one in `link`, unless one is running. Returns whether it took it. */
bool pcs_early_keep(struct pcs_early *e, unsigned interp, struct pcs_link *link);

/* Put what cannot be used out of the list, and follow its interpreter to its new place there. */
void pcs_early_keep_usable(struct pcs_early *e, struct pcs_interps *l);

/* End it, if it runs and no pool took it. */
void pcs_early_stop(struct pcs_early *e);
