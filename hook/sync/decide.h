/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What sync makes of a directory that is visited: the plan for its sources, and the actions that
 * follow. */

#include <stdatomic.h>

#include "tree/walk.h"

struct pcs_actions;
struct pcs_change_dir;
struct pcs_early;
struct pcs_goal;
struct pcs_site;

/* What one thread plans with. */
struct pcs_planner {
	const struct pcs_site *site;
	const struct pcs_goal *goal;
	struct pcs_actions *actions; /* that it plans */
	atomic_uint *wanted;     /* shared: the interpreter that a worker is wanted for, at first
				    PCS_NO_INTERP */
	size_t former_len;       /* of the root of a tree that the policy had, or 0: what lies in
				    there and in no tree is pycsync's if the memory says so, and goes
				    with its source */
	struct pcs_early *early; /* for the main thread: the worker that is started; else NULL */
};

/* Start the worker that is wanted, in the main thread. It takes as long to start as a large tree
 * takes to be looked at, and as a database takes to be read: let it, meanwhile. With a store it may
 * not be needed. */
void pcs_decide_start(const struct pcs_planner *p);

/* Plan for the sources that a list names in one directory. 0 or -ENOMEM. */
int pcs_decide_listed(const struct pcs_planner *p, const struct pcs_change_dir *d);

/* Note that a path could not be looked at. 0 or -ENOMEM. */
int pcs_decide_failed(const struct pcs_planner *p, const char *path, int error);

/* Plan for all that is in a directory; as pcs_visit_whole(). 0 or -ENOMEM. */
int pcs_decide_whole(const struct pcs_planner *p, const char *path, size_t follow_len,
		     pcs_walk_found *found, void *walk);
