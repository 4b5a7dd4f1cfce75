/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Canonical code by content, for many trees and systems: what was compiled once, anywhere, is not
 * compiled again. A directory that is written to, and others below it that are only read. One file
 * an entry, put in place by a rename, so that any number of runs may use one store at a time; every
 * entry is checked when it is read, and one that is damaged is not there.
 */

#include "store/entry.h"

struct pcs_root;

/* A directory of a store. */
struct pcs_store_layer {
	const char *path; /* the caller's */
	int fd;           /* -1: it cannot be used */
	int error;        /* then: -errno, or 0 with `why` */
	char *why;        /* who else may write there; malloc'ed, or NULL */
};

struct pcs_store {
	struct pcs_store_layer *layers; /* the first is written to */
	size_t n;
	uint64_t size;    /* bytes that the entries of the first may take */
	uint64_t written; /* bytes, by this run */
	int error;        /* why this run writes no more; or 0 */
	struct pcs_buf entry, name;
};

/* What a store is made of. */
struct pcs_store_spec {
	const struct pcs_root *root; /* that the paths, absolute and normalised, are inside of */
	const char *path;
	const char *const *read; /* NULL-terminated */
	uint64_t size;
	bool make; /* make the first directory where only that one is missing */
};

/*
 * Open a store. Where root runs, a directory that others may write to, or may exchange, is not
 * used, as is one that cannot be opened: its layer tells why. The strings must outlive it. 0 or
 * -ENOMEM. Closed by pcs_store_done().
 */
int pcs_store_open(const struct pcs_store_spec *spec, struct pcs_store *ret);
void pcs_store_done(struct pcs_store *s);

/* Append the name of an entry, relative to a layer. 0 or -ENOMEM. */
int pcs_store_name(const struct pcs_entry_key *key, struct pcs_buf *ret);

/*
 * Append the code of an entry, with the file name `name`; of one that is `quiet`, where that is
 * asked for. 1; 0 where there is none that is right and of CPython 3.`minor`; or -ENOMEM. The
 * thread works as the process itself afterwards (base/identity.h).
 */
int pcs_store_get(struct pcs_store *s, const struct pcs_entry_key *key,
		  const struct pcs_entry *asked, const char *name, struct pcs_buf *ret);

/*
 * Keep code, whatever its file name. What has no canonical form is not kept, nor anything after the
 * first failure, which is in s->error. Only what is `shared` may be read by others than the owner
 * of the store. The thread works as the process itself afterwards.
 */
void pcs_store_put(struct pcs_store *s, const struct pcs_entry_key *key, const struct pcs_entry *e,
		   bool shared, const void *code, size_t len);
