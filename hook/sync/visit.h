#pragma once
/* One directory: its facts, the plan for its sources, and the actions that follow. */

#include "sync/run.h"
#include "tree/walk.h"

struct pcs_change_dir;

/* Plan for the sources that a list names in one directory. 0 or -ENOMEM. */
int pcs_visit_listed(struct pcs_run *run, const struct pcs_change_dir *d);

/*
 * Plan for all that is in a directory; `found` is called with each directory in it that is to be
 * walked as well (no __pycache__, no link) before anything is added. 0 or -ENOMEM.
 */
int pcs_visit_whole(struct pcs_run *run, const char *path, size_t follow_len, pcs_walk_found *found,
		    void *ctx);
