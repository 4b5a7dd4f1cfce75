/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Questions that only an interpreter itself can answer. */

#include <stdbool.h>

struct pcs_early;
struct pcs_interps;

enum pcs_ask_whom {
	PCS_ASK_ODD,    /* those that no table knows, or that are where no distribution has its own:
			   there a name proves little */
	PCS_ASK_UNTOLD, /* those that were not asked before */
	PCS_ASK_ALL,
};

/* Whether there is anyone to ask. */
bool pcs_interps_any_asked(const struct pcs_interps *l, enum pcs_ask_whom whom);

/*
 * Fill in what only the interpreter itself can tell: tag, magic number, version. Several are asked
 * at a time. What cannot be started gets its reason, but where its name tells enough and not all
 * are asked. The first that answers stays in `early` as a worker, unless that is NULL. 0 or
 * -ENOMEM.
 */
int pcs_interps_ask(struct pcs_interps *l, enum pcs_ask_whom whom, struct pcs_early *early);
