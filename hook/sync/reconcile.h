/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* From paths to actions: every directory is looked at, and what the plan decides is noted. */

struct pcs_actions;
struct pcs_changes;
struct pcs_early;
struct pcs_goal;
struct pcs_site;

/*
 * Look at all changes, which are complete, and plan; the actions are added to `ret`. A worker that
 * will be needed may be started in `early` meanwhile. 0 or -ENOMEM; what goes wrong with one path
 * becomes an action.
 */
int pcs_reconcile(const struct pcs_site *site, const struct pcs_goal *goal,
		  struct pcs_changes *changes, struct pcs_actions *ret, struct pcs_early *early);
