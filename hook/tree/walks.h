/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The directories to walk, each once, whatever their names. */

#include <stdbool.h>
#include <sys/stat.h>

struct pcs_changes;
struct pcs_map;
struct pcs_walk;

/* What is at `path`, and its name without links, which is `path` itself mostly, or lives as long as
 * `c`. Whether anything is there: 1, 0, -PCS_EUNSAFE where root does not follow a link on the way,
 * or -errno. */
int pcs_find_real(struct pcs_changes *c, const char *path, struct stat *ret, const char **real);

/* Sort the walks, and keep each once, under the name that serves. `reals` gets which of them has
 * which name without links. What cannot be told apart becomes a failure. 0 or -ENOMEM. */
int pcs_walks_finish(struct pcs_changes *c, struct pcs_map *reals);

/* Whether one of the walks, which are finished, comes by `path` without a link. 1, 0 or -ENOMEM. */
int pcs_walks_cover(struct pcs_changes *c, const char *path);

/* The walk that comes by the directory whose name without links is `real`, which may be another
 * name than that of the walk, or by `real` itself unless `above`; or NULL. */
const struct pcs_walk *pcs_walk_over(const struct pcs_changes *c, const struct pcs_map *reals,
				     const char *real, bool above);
