/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Facts: what is on disk in one directory and in its __pycache__. Nothing is decided here. */

#include "base/listing.h"
#include "tree/dir.h"
#include "tree/proof.h"
#include "tree/wants.h"

struct pcs_site;
struct pcs_source_facts;

struct pcs_scan {
	const struct pcs_site *site;
	struct pcs_dir dir;  /* as its owner a run of root looks at it */
	const char *version; /* that the directory's place binds it to, or NULL */
	size_t version_len;
	int cache_error; /* why __pycache__ cannot be looked into, or 0 when it can or is not there
			  */
	struct pcs_proofs proofs;
	struct pcs_listing cache;
	struct pcs_pyc_name *parsed; /* of each entry of `cache`; one that is no cache's has no tag
				      */
	size_t next; /* the entry that is the next source's, if they are asked about in their order
		      */
	struct pcs_cache_facts *facts; /* of the last source; pointed to by its facts */
	size_t cap_facts;
};

/* Open a directory and list its caches; see pcs_dir_open(). 0 or -errno. Freed by
 * pcs_scan_done(). */
int pcs_scan_open(const struct pcs_site *site, const char *path, size_t follow_len,
		  struct pcs_scan *ret);

/* Free what it holds, and work as the process again. */
void pcs_scan_done(struct pcs_scan *s);

/* The state of the source `name` and its times. 0 or -errno. */
int pcs_scan_source(struct pcs_scan *s, const char *name, struct pcs_source_facts *ret);

/* The next entry of __pycache__ that is a cache of the source `name`, with its parts, or NULL; *at
 * is at first SIZE_MAX, and then where to go on. */
const char *pcs_scan_next(struct pcs_scan *s, const char *name, size_t *at,
			  struct pcs_pyc_name *ret);

/*
 * Whether any source is there that `entry`, a stray of __pycache__, may be bytecode of: see
 * pcs_stray_stem(). 1, also where it cannot be bytecode by its name; 0 or -errno. Those that
 * `going` tells of count as gone; it may be NULL.
 */
int pcs_stray_has_source(const struct pcs_dir *dir, const char *entry,
			 bool (*going)(void *ctx, const char *name), void *ctx);

/* Whether there is a stray that may be of the source `name`. */
bool pcs_scan_has_stray(const struct pcs_scan *s, const char *name);

/* The entries of __pycache__ that are caches of `name`; those that `wants` ask for, and those that
 * may mislead the importer, are looked into. 0 or -ENOMEM. */
int pcs_scan_caches(struct pcs_scan *s, const char *name, const struct pcs_want *wants, size_t n,
		    struct pcs_source_facts *ret);
