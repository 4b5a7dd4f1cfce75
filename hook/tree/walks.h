/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The directories to walk, each once, whatever their names. */

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buf.h"

struct pcs_changes;
struct pcs_map;
struct pcs_walk;

/* What is at `path`, and its name without links, which is `path` itself mostly, or lives as long as
 * `c`. Whether anything is there: 1, 0, -PCS_EUNSAFE where root does not follow a link on the way,
 * or -errno. */
int pcs_find_real(struct pcs_changes *c, const char *path, struct stat *ret, const char **real);

void pcs_walks_sort(struct pcs_changes *c);

/* Find out which directory each walk from number `from` on is. One whose real name is not known
 * cannot be locked: it is left, and told of. 0 or -ENOMEM. */
int pcs_walks_identify(struct pcs_changes *c, size_t from);

/* Which of the walks serves each directory that is walked: of two names (/usr/lib64 may be a link
 * to /usr/lib) the first one, but any that the policy has before one that it had. `known` gets
 * those of the one kind or the other. Returns false where memory ends. */
bool pcs_walks_choose(const struct pcs_changes *c, bool former, struct pcs_map *known);

/* That one for the directory of `w`, or `w`. */
const struct pcs_walk *pcs_walk_serving(const struct pcs_changes *c, const struct pcs_map *known,
					const struct pcs_walk *w);

/* Which walk has which name without links: none below a prefix, where each name of a directory has
 * caches of its own. 0 or -ENOMEM. */
int pcs_walks_map_reals(const struct pcs_changes *c, bool former, struct pcs_map *ret);

/* The walk that comes by the directory whose name without links is `real`, which may be another
 * name than that of the walk, or by `real` itself unless `above`; or NULL. */
const struct pcs_walk *pcs_walk_over(const struct pcs_changes *c, const struct pcs_map *reals,
				     const char *real, bool above);

/* The name by which a walk comes by the directory whose name without links is `real`, which is its
 * own or below it. 0 or -ENOMEM. */
int pcs_walk_add_name(const struct pcs_walk *w, const char *real, struct pcs_buf *ret);

/* Sort the walks, and keep each once, under the name that serves. `reals` gets which of them has
 * which name without links. What cannot be told apart becomes a failure. 0 or -ENOMEM. */
int pcs_walks_finish(struct pcs_changes *c, struct pcs_map *reals);

/* Whether one of the walks, which are finished, comes by `path` without a link. 1, 0 or -ENOMEM. */
int pcs_walks_cover(struct pcs_changes *c, const char *path);
