#pragma once
/* Facts: what is on disk in one directory and in its __pycache__. Nothing is decided here. */

#include "base/listing.h"
#include "tree/facts.h"
#include "tree/wants.h"

struct pcs_record;
struct pcs_staged;

struct pcs_scan {
	const struct pcs_root *root;
	const char *path; /* of the directory, inside the root */
	int fd;           /* the directory; -1 where only its caches below a prefix are there */
	int cache_fd;     /* where its caches are, or -1 */
	int cache_error;  /* why __pycache__ cannot be looked into, or 0 when it can or is not there
			   */
	struct pcs_listing cache;
	struct pcs_cache_facts *facts; /* of the last source; pointed to by its facts */
	size_t cap_facts;
	struct pcs_buf source; /* of the last source, where it had to be read */
	struct pcs_buf pyc;    /* the last pyc that had to be read */
	/* Set after opening, where wanted: */
	const char *gone_tags;          /* one on a line: interpreters that are gone; or NULL */
	const struct pcs_staged *stage; /* the root is a staging root; or NULL */
	struct pcs_record *record;      /* or NULL */
};

/* Open a directory; its caches are in its __pycache__, or with `prefix` in prefix + path. 0 or
 * -errno. Freed by pcs_scan_done(). */
int pcs_scan_open(const struct pcs_root *root, const char *prefix, const char *path,
		  size_t follow_len, struct pcs_scan *ret);
void pcs_scan_done(struct pcs_scan *s);

/* The state of the source `name` and its times. 0 or -errno. */
int pcs_scan_source(struct pcs_scan *s, const char *name, struct pcs_source_facts *ret);

/* The entries of __pycache__ that are caches of `name`; those that `wants` ask for, and those that
 * may mislead the importer, are looked into. 0 or -ENOMEM. */
int pcs_scan_caches(struct pcs_scan *s, const char *name, const struct pcs_want *wants, size_t n,
		    struct pcs_source_facts *ret);
