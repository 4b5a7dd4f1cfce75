/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The names that the policy's trees give to directories, which links and mounts give several. */

#include "base/map.h"
#include "tree/changes.h"

struct pcs_naming {
	struct pcs_changes trees; /* which are its walks */
	struct pcs_map reals;     /* which of them has which name without links */
	struct pcs_map served;    /* which of them serves which directory: see pcs_walks_choose() */
	struct pcs_changes *of;
	const char **named; /* names without links of all that was named, sorted, once asked for */
	size_t n_named;
};

/*
 * Find out which trees there are for `c`, whose walks are identified: none below a prefix, where
 * each name of a directory has caches of its own. For a trigger's list, no file system is entered
 * that nothing was named on, and no user's directory listed: a server may be away, a user may have
 * made a million versions, and a transaction that brings nothing of it shall not wait. A tree that
 * cannot be looked at becomes a failure of `c`; one that leads nowhere, or where the user or root
 * may not go, has nothing in it. To be freed even on errors. 0 or -ENOMEM.
 */
int pcs_naming_find(struct pcs_changes *c, struct pcs_naming *ret);
void pcs_naming_done(struct pcs_naming *naming);

/* Exchange *path, the name in `c` of a directory whose name without links is `real`, for the one
 * that begins with the innermost tree that has it, if any. 0 or -ENOMEM. */
int pcs_naming_apply(const struct pcs_naming *naming, const char *real, struct pcs_changes *c,
		     char **path);

/* Give the walks of `c`, which are identified, those names; a tree that one of them comes by is
 * walked as that tree, and is another walk. 0 or -ENOMEM. */
int pcs_naming_apply_to_walks(const struct pcs_naming *naming, struct pcs_changes *c);
