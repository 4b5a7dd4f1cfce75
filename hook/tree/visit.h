/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The visit of a directory, shared by all who look at trees, so that what one calls right and what
 * another makes are of the same things: which entries are sources, which are caches of what, what
 * is neither, and what policy wants.
 */

#include "pkg/owner.h"
#include "policy/query.h"
#include "tree/scan.h"
#include "tree/walk.h"

struct pcs_change_dir;
struct pcs_visit;

/* What is done with what is met; `v->ctx` is the visitor's. Each returns 0 or a negative code that
 * ends the visit. */
struct pcs_visit_ops {
	/* Before the names of a list are looked at: whether they need not be. May be NULL. */
	bool (*skips)(struct pcs_visit *v, size_t n_names);

	/* A source: one that is there, or was listed, or has caches. */
	int (*source)(struct pcs_visit *v, const char *name);

	/* An entry of __pycache__ whose name is not that of a cache. */
	int (*stray)(struct pcs_visit *v, const struct pcs_dirent *entry);

	/* A pyc that is not in a __pycache__. May be NULL. */
	int (*legacy)(struct pcs_visit *v, const char *name);

	/* The directory could not be looked at: why, in words. */
	int (*failed)(struct pcs_visit *v, int error, const char *words);

	/* After all else: what is to be said of __pycache__ itself. */
	int (*end)(struct pcs_visit *v);
};

/* The directory that is being visited. */
struct pcs_visit {
	const struct pcs_site *site;
	const struct pcs_visit_ops *ops;
	void *ctx;
	const char *path;
	size_t follow_len;
	struct pcs_scan scan;
	struct pcs_tree_hit hit;
	bool quick;       /* memory is asked: what it vouches for need not be opened */
	bool in_trees;    /* what is listed outside the policy's trees is passed over */
	bool listed;      /* the source at hand was named by a list */
	bool whole_cache; /* every entry of __pycache__ was looked at, not just what a list named */
	/* Private: */
	const struct pcs_change_dir *list; /* NULL: there is none */
	char *real_path;
	const char *source, *package;
	bool package_known;
	struct pcs_exceptions exceptions;
	bool exceptions_known, may_exclude;
	struct pcs_want *plain; /* what policy wants for all but those; NULL: not known yet */
	size_t n_plain;
	bool plain_no_interp;
};

/* Visit what a list names in one directory; `v` has site, ops, ctx, quick and in_trees. 0 or a
 * negative code. */
int pcs_visit_listed(struct pcs_visit *v, const struct pcs_change_dir *d);

/*
 * Visit all that is in a directory. `found` is called with each directory in it that is to be
 * walked as well (no __pycache__, no link) before anything else. 0 or a negative code.
 */
int pcs_visit_whole(struct pcs_visit *v, const char *path, size_t follow_len, pcs_walk_found *found,
		    void *walk);

/* The directory's path without links, or the path that it was visited by, where it is gone.
 * Databases know real paths; ours may pass through a link such as /usr/lib64. NULL where it cannot
 * be had, and then the owner's problem is just that. */
const char *pcs_visit_real_path(struct pcs_visit *v);

/* Whether a package owns bytecode of the source `name`. Both names of the directory are asked for:
 * where it was moved and a link put in its place, databases go on knowing the link. */
enum pcs_owned pcs_visit_owner(struct pcs_visit *v, const char *name);

/* Whether the visit is asked about the source `name`: its list has it, or all that is there is
 * looked at. */
bool pcs_visit_asks(const struct pcs_visit *v, const char *name);

/* The same of any source that a stray of __pycache__ may be of. */
bool pcs_visit_asks_stray(const struct pcs_visit *v, const char *entry);

/* What policy wants for the source `name`, whose facts are known. As pcs_site_wants(), or -ENOMEM.
 * Where no rule singles the source out, it is what was found of the first such source. */
int pcs_visit_wants(struct pcs_visit *v, const char *name, const struct pcs_source_facts *f,
		    struct pcs_want *wants, bool *ret_no_interp);
