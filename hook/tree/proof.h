/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What memory proves of the caches that are scanned: that their sources have the bytes that they
 * were made of, or others, whatever the times say. */

#include "state/row.h"

struct pcs_cache_facts;
struct pcs_dir;
struct pcs_settings;
struct pcs_site;
struct pcs_source_facts;
struct pcs_want;
struct stat;

/* For one directory. Zero-initialise the private part. */
struct pcs_proofs {
	const struct pcs_site *site;
	const struct pcs_dir *dir;
	bool quick;            /* memory is asked at all */
	struct pcs_buf source; /* of the last source that had to be read, and the last pyc */
	struct pcs_buf pyc;
	bool digested; /* the source is known: what cannot be had then is of the pyc */
	/* Private: */
	struct pcs_buf row_bytes;
	struct pcs_rows rows;
	bool rows_read;
	uint64_t source_quick, safe_quick; /* pcs_row_quick(), pcs_read_quick() */
	uint8_t digest[PCS_DIGEST];
};
void pcs_proofs_done(struct pcs_proofs *s);

/* Read a source, unless it is the one that was read last; pcs_proofs_forget() ends that. 0 or
 * -errno. */
int pcs_proofs_read(struct pcs_proofs *s, const char *name);
void pcs_proofs_forget(struct pcs_proofs *s);

/*
 * What makes the pyc of a source, its bytes apart: the build of the interpreter, the level, the
 * form, what is done with warnings, and the name that is recorded, that of `path`. Another one may
 * give other code. 0 where it is not known.
 */
uint64_t pcs_maker(const struct pcs_site *site, unsigned interp, unsigned level,
		   const struct pcs_settings *settings, const char *path);

/*
 * What a source is known by, that was read just now and has this stat: pcs_row_quick(), or 0 where
 * it changed a moment ago. Whoever changes it again in the same tick of the clock leaves no trace.
 */
uint64_t pcs_read_quick(const struct stat *st);

/* What is known of an entry of __pycache__, or NULL. */
const struct pcs_row *pcs_proofs_row(struct pcs_proofs *s, const char *entry);

/* Whether pycsync made the pyc with this header, which is open in `st`. */
bool pcs_proves_made(struct pcs_proofs *s, const struct pcs_row *row, const char *entry,
		     const struct stat *st, const uint8_t *header);

/*
 * Whether memory knows the source and the pyc as the very files that they are; then the pyc, which
 * `st` is of, has the header that is wanted, and *ret_fresh tells that it was made of this source.
 */
bool pcs_proves_quickly(const struct pcs_row *row, const struct pcs_source_facts *f,
			const struct pcs_want *want, const struct stat *st, bool *ret_fresh);

/* Whether memory knows the body of the pyc: that of a file which is untouched is what was made. */
bool pcs_proves_body(const struct pcs_row *row);

/* Compare the source `name` and the cache with what is remembered, where times leave a doubt, and
 * note what was found. `wanted`: the want that asks for it, or NULL. */
void pcs_prove(struct pcs_proofs *s, const char *name, const struct pcs_source_facts *f,
	       const struct pcs_want *wanted, struct pcs_cache_facts *c);

/* Fill in f->failing. 0 or -ENOMEM. */
int pcs_prove_failing(struct pcs_proofs *s, const char *name, const struct pcs_want *wants,
		      size_t n, struct pcs_source_facts *f);
