/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The compilations of a plan: sources to workers, or to the store, and what they answer to
 * publish.h. */

struct pcs_actions;
struct pcs_early;
struct pcs_goal;
struct pcs_handles;
struct pcs_site;

/* Restamp and compile what is pending. How each ended is in its state. 0, -PCS_ESIGNAL, or -ENOMEM.
 */
int pcs_compile(const struct pcs_site *site, const struct pcs_goal *goal,
		struct pcs_handles *handles, struct pcs_actions *l, struct pcs_early *early);
