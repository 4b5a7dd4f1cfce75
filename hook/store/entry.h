/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* An entry of the store, as bytes: canonical code whose file name is the entry's own key, which no
 * source can hold, and what it is the code of. Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	PCS_ENTRY_KEY = 32,   /* bytes */
	PCS_ENTRY_HEAD = 104, /* before the code */
};

/* All that code depends on but its file name. */
struct pcs_entry_key {
	uint8_t bytes[PCS_ENTRY_KEY];
};

/* The key of a source, by its SHA-256, and of what compiles it: a build of an interpreter
 * (workers/build.h), its magic number, the level. 0 or -ELIBACC. */
int pcs_entry_key(const uint8_t *source, uint64_t build, uint32_t magic, unsigned level,
		  struct pcs_entry_key *ret);

/* What an entry tells of its code. */
struct pcs_entry {
	unsigned minor; /* of the CPython 3.`minor` whose canonical form it is */
	bool quiet;     /* CPython was asked to warn, and did not */
	size_t name;    /* where in the code the file name is, as an object of marshal's */
};

/* The file name of the code of an entry: a buffer for it, and its length. */
enum { PCS_ENTRY_NAME = 2 * PCS_ENTRY_KEY };
void pcs_entry_name(const struct pcs_entry_key *key, char ret[PCS_ENTRY_NAME + 1]);

/* Fill in the head of an entry, whose code is in `b` behind room for it. 0 or -ELIBACC. */
int pcs_entry_seal(struct pcs_buf *b, const struct pcs_entry_key *key, const struct pcs_entry *e);

/* What is wrong with an entry that is to have this key, as a fixed text; or NULL, and *ret is
 * filled in. That the code is code is not looked at. */
const char *pcs_entry_check(const struct pcs_buf *b, const struct pcs_entry_key *key,
			    struct pcs_entry *ret);
