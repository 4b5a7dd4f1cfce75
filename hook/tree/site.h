/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a run works on, the same for all its threads: a root, what policy wants there, and who may
 * be asked about it. Whoever makes it owns what it points to. */

#include <time.h>

#include "tree/wants.h"

struct pcs_buf;
struct pcs_interps;
struct pcs_memory;
struct pcs_owner;
struct pcs_policy;
struct pcs_root;
struct pcs_staged;
struct pcs_store;
struct pcs_subject;
struct pcs_tree_hit;

struct pcs_site {
	const struct pcs_root *root;
	const struct pcs_policy *policy;
	struct pcs_interps *interps; /* a worker that cannot be started leaves its reason there */
	const uint32_t *served;      /* see pcs_served(); NULL: all serve everything */
	const char *prefix;          /* the policy's pycache-prefix, or NULL */
	struct pcs_owner *owner;     /* NULL: nobody owns anything */
	struct pcs_memory *memory;   /* of what was made; may be NULL */
	bool gives;                  /* what is made is the packages': PCS_ROW_GIVEN */
	struct pcs_store *store;     /* NULL: there is none */
	const char *gone_tags;       /* one on a line: of interpreters that are gone; or NULL */
	struct timespec now;         /* see pcs_site_set_now() */
	const struct pcs_staged *staged; /* NULL: the root is no staging root */
	/* Whether somebody besides the policy wants a source not to be compiled for a version;
	 * NULL: nobody does. */
	bool (*excludes)(const void *ctx, const char *path, const char *version);
	bool (*may_exclude)(const void *ctx, const char *dir); /* any source in a directory */
	const void *excludes_ctx;
};

/*
 * Which interpreters serve which tree: for each tree of the policy, and last for all that is in
 * none, bit N for interpreter number N. malloc'ed; NULL when memory is out. Spares that are
 * excluded anywhere are barred.
 */
uint32_t *pcs_served(const struct pcs_policy *policy, struct pcs_interps *interps);

/* Let looking begin: what is later than now, with some slack for the clocks of servers, is in the
 * future. */
void pcs_site_set_now(struct pcs_site *site);

/* The tree that a directory is in, and the version that its place binds. */
void pcs_site_tree(const struct pcs_site *site, const char *path, struct pcs_tree_hit *ret);

/* Whether interpreter number `i` compiles what lies in `hit`'s tree: the policy wants it there, and
 * it is the first of its tag that is wanted. */
bool pcs_site_serves(const struct pcs_site *site, size_t i, const struct pcs_tree_hit *hit);

/*
 * What policy wants for a source, whose directory lies in `hit`'s tree; `subject` has its path,
 * size and package, the rest is filled in. Fills `wants` (room for PCS_INTERPS_MAX) and returns
 * their number; *ret_no_interp tells that no interpreter serves the tree. In a staging root, what
 * policy says of such a source is in the settings of wants[0] all the same, and it is no such
 * source where that is not to compile it.
 */
size_t pcs_site_wants(const struct pcs_site *site, struct pcs_subject *subject,
		      const struct pcs_tree_hit *hit, struct pcs_want *wants, bool *ret_no_interp);

/* The pyc header's flags for the policy's mode. */
uint32_t pcs_flags_of(unsigned invalidation);

/*
 * Where the caches of the sources in `dir` are: its __pycache__, or the directory of the same name
 * below the policy's pycache-prefix. Appends. 0 or -ENOMEM.
 */
int pcs_site_cache_dir(const struct pcs_site *site, const char *dir, struct pcs_buf *ret);

/* The name that the pycs of a source record: its path, but in a staging root. Appends. 0, -ENOMEM,
 * or -PCS_ESTRIP. */
int pcs_site_recorded(const struct pcs_site *site, const char *path, struct pcs_buf *ret);
