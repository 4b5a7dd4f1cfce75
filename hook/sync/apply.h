/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The planned actions carried out. */

struct pcs_actions;
struct pcs_early;
struct pcs_goal;
struct pcs_site;

/*
 * Carry the actions out: removals, compilations, and last the directories that are empty now. A
 * worker in `early` is taken over. How each ended is in its state. 0, -PCS_ESIGNAL, or -ENOMEM.
 */
int pcs_apply(const struct pcs_site *site, const struct pcs_goal *goal, struct pcs_actions *l,
	      struct pcs_early *early);
