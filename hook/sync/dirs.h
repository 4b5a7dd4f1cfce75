/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Directories that will have nothing in them. */

struct pcs_actions;
struct pcs_goal;
struct pcs_site;

/* Plan to remove the directories that the planned actions leave empty, up to and without the root
 * of their tree. 0 or -ENOMEM. */
int pcs_plan_empty_dirs(const struct pcs_site *site, const struct pcs_goal *goal,
			struct pcs_actions *l);

/* Plan the same for each __pycache__ whose pycs were to be made and could not be: where all of them
 * failed, nothing is left in it. 0 or -ENOMEM. */
int pcs_plan_unfilled_dirs(const struct pcs_site *site, struct pcs_actions *l);
