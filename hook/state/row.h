/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What is remembered of one cache, and a run of bytes with those of one directory. Pure. Whatever
 * the bytes are, reading them is safe.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/digest.h"
#include "pyc/header.h"

struct stat;

enum pcs_row_kind {
	PCS_ROW_GONE,   /* nothing is known any more */
	PCS_ROW_MADE,   /* the pyc was made by pycsync */
	PCS_ROW_ALIKE,  /* it is another file with the bytes of one that was, perhaps a package's */
	PCS_ROW_FAILED, /* its source did not compile: `words` has why */
	PCS_ROW_LISTS,  /* no cache: something about a package manager's lists, which have the state
			   of `quick`; see tree/databases.c and cmd/scripts.c */
	PCS_ROW_GIVEN,  /* the pyc was made by pycsync for a package's script: it is the package's
			   from then on, and stays when what pycsync made goes */
};

struct pcs_row {
	const char *name;           /* of the entry in __pycache__, and what rows are sorted by */
	uint8_t kind;               /* enum pcs_row_kind */
	uint8_t source[PCS_DIGEST]; /* of its bytes; all of the four are 0 where they are not known
				     */
	uint8_t body[PCS_DIGEST];   /* of what follows the header of the pyc */
	uint64_t maker;             /* what made it: see pcs_proof_maker() */
	uint64_t quick;             /* the very file of the source: pcs_row_quick() */
	uint64_t file;              /* that of the pyc, but for its ctime: pcs_row_file() */
	uint32_t change;            /* its ctime: pcs_row_change() */
	uint8_t header[PCS_PYC_HEADER];
	uint32_t line; /* PCS_ROW_FAILED: in the source, or 0 */
	const char *words;
};

/* Rows by name; what they point to is in `bytes`, or the caller's. */
struct pcs_rows {
	struct pcs_row *list;
	size_t n, cap;
	size_t next; /* where the next one is that is asked for, if all are in their order */
	bool failed; /* one may be of a source that did not compile */
};
void pcs_rows_done(struct pcs_rows *r);

/* Whether it tells that pycsync made the pyc. */
static inline bool pcs_row_is_made(const struct pcs_row *row)
{
	return row->kind == PCS_ROW_MADE || row->kind == PCS_ROW_GIVEN;
}

/* Short for inode, size and all times: another file has another, and never 0. */
uint64_t pcs_row_quick(const struct stat *st);

/* The same without the ctime, which moves with each change of the names of a file, and that. */
uint64_t pcs_row_file(const struct stat *st);
uint32_t pcs_row_change(const struct stat *st);

/* Append a row to bytes. 0, -ENOMEM, or -E2BIG where its strings are too long to be kept. */
int pcs_row_add(struct pcs_buf *bytes, const struct pcs_row *row);

/*
 * Take rows out of bytes, which must stay as long; later ones replace earlier ones of their name.
 * 0, -ENOMEM, or -EBADMSG where the bytes are no rows, and then those before are there.
 */
int pcs_rows_read(struct pcs_rows *r, const char *bytes, size_t len);

/* The row of a name, or NULL; never one that is gone. */
const struct pcs_row *pcs_rows_find(struct pcs_rows *r, const char *name);
