/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a run is asked for. */

#include <stdbool.h>

struct pcs_jobserver;
struct pcs_watch;

enum pcs_goal_kind {
	PCS_GOAL_RECONCILE, /* bytecode as the policy wants it */
	PCS_GOAL_GOING,     /* the sources named are about to be removed, and so are their caches */
	PCS_GOAL_CLEAN,     /* orphans go, and nothing is compiled */
	PCS_GOAL_PURGE,     /* every cache goes, as if all sources were going */
	PCS_GOAL_PURGE_MADE, /* but only what the memory proves to be pycsync's */
};

enum pcs_goal_flags {
	PCS_GOAL_IN_TREES = 1 << 0, /* paths outside the policy's trees are left alone */
	PCS_GOAL_TELL_ALL = 1 << 1, /* what is fresh or left alone is an action, too */
	PCS_GOAL_DRY = 1 << 2,      /* nothing will be carried out */
	PCS_GOAL_WARN = 1 << 3,     /* what CPython warns of is wanted for some sources */
	PCS_GOAL_ERASED = 1 << 4,   /* the paths named are no package's any more; directories among
				       them go, others stay */
	PCS_GOAL_ROOTS = 1 << 5,    /* the root of a tree in /usr or /opt goes when it is empty */
	PCS_GOAL_CHECK = 1 << 8,    /* of a dry run: what is to be done is a failure */
	PCS_GOAL_LISTED = 1 << 6,   /* a manager lists its own paths; directories are not walked */
	PCS_GOAL_FORCE = 1 << 7,    /* what is fresh is compiled, too */
};

struct pcs_goal {
	enum pcs_goal_kind kind;
	unsigned flags;                  /* enum pcs_goal_flags */
	unsigned jobs;                   /* workers at a time */
	unsigned total;                  /* seconds, where the policy has no limits.total */
	struct pcs_jobserver *jobserver; /* who limits them further; or NULL */
	const struct pcs_watch *watch;   /* who is told of what becomes of the actions; or NULL */
};

/* Whether nothing will be compiled. */
static inline bool pcs_goal_is_removal(const struct pcs_goal *g)
{
	return g->kind != PCS_GOAL_RECONCILE;
}
