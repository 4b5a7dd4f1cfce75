/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The directories to walk, each once, whatever their names. */

#include <stdbool.h>
#include <sys/stat.h>

#include "base/map.h"
#include "tree/changes.h"

/* The names that the policy's trees give to directories: of two trees that are the same one, only
 * the first gives them. */
struct pcs_tree_names {
	struct pcs_changes trees;
	struct pcs_map reals; /* which tree has which name without links */
};

/* Those for `c`, whose directories are sorted: none below a prefix, where each name of a directory
 * has caches of its own. A tree that cannot be looked at becomes a failure of `c`. To be freed even
 * on errors. 0 or -ENOMEM. */
int pcs_tree_names_find(struct pcs_changes *c, struct pcs_tree_names *ret);
void pcs_tree_names_done(struct pcs_tree_names *names);

/* Exchange *path, the name in `c` of a directory whose name without links is `real`, for the one
 * that begins with the innermost tree that has it, if any. 0 or -ENOMEM. */
int pcs_tree_names_apply(const struct pcs_tree_names *names, const char *real,
			 struct pcs_changes *c, char **path);

/* What is at `path`, and its name without links, which is `path` itself mostly, or lives as long as
 * `c`. Whether anything is there: 1, 0, -PCS_EUNSAFE where root does not follow a link on the way,
 * or -errno. */
int pcs_find_real(struct pcs_changes *c, const char *path, struct stat *ret, const char **real);

/* Sort the walks, and keep each once, under the name that serves. `reals` gets which of them has
 * which name without links. What cannot be told apart becomes a failure. 0 or -ENOMEM. */
int pcs_walks_finish(struct pcs_changes *c, const struct pcs_tree_names *names,
		     struct pcs_map *reals);

/* Whether one of the walks, which are finished, comes by `path` without a link. 1, 0 or -ENOMEM. */
int pcs_walks_cover(struct pcs_changes *c, const char *path);

/* The walk that comes by the directory whose name without links is `real`, which may be another
 * name than that of the walk, or by `real` itself unless `above`; or NULL. */
const struct pcs_walk *pcs_walk_over(const struct pcs_changes *c, const struct pcs_map *reals,
				     const char *real, bool above);
