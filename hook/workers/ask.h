/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Questions that only an interpreter itself can answer. */

struct pcs_interps;

enum pcs_ask_whom {
	PCS_ASK_ODD,    /* those that no table knows, or that are where no distribution has its own:
			   there a name proves little */
	PCS_ASK_UNTOLD, /* those that were not asked before */
	PCS_ASK_ALL,
};

/*
 * Fill in what only the interpreter itself can tell: tag, magic number, version. What cannot be
 * started gets its reason, but where its name tells enough and not all are asked. 0 or -ENOMEM.
 */
int pcs_interps_ask(struct pcs_interps *l, enum pcs_ask_whom whom);
