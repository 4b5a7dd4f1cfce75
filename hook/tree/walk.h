/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Every directory of a tree, looked at by a few threads: looking is all waiting for the kernel. */

#include <stddef.h>

struct pcs_map;

enum { PCS_WALK_THREADS = 4 };

/* Hand over a directory "dir/name" that is to be looked at as well. 0 or -ENOMEM. */
typedef int pcs_walk_found(void *walk, const char *dir, const char *name);

struct pcs_walk_ops {
	/*
	 * Look at the directory `path`, whose first `follow_len` bytes may pass through symbolic
	 * links; call `found` with each directory below it. `member` belongs to the thread alone.
	 * 0, or a negative code that ends the walk.
	 */
	int (*visit)(void *member, const char *path, size_t follow_len, pcs_walk_found *found,
		     void *walk);

	/* Called between visits by the thread that called pcs_walk(). May be NULL. */
	void (*between)(void *member);

	/* The directories below `top` that are not walked here. May be NULL. */
	const struct pcs_map *elsewhere;
};

/*
 * Walk `top` with the calling thread and up to `threads` - 1 more; `members` has one context for
 * each of PCS_WALK_THREADS, the caller's own first. In what order directories are visited, and by
 * whom, is left open. A signal ends the walk early. 0 or the first negative code.
 */
int pcs_walk_tree(const char *top, unsigned threads, const struct pcs_walk_ops *ops,
		  void *const members[PCS_WALK_THREADS]);
