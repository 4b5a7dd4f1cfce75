/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The RECORDs of wheels in a staging root, brought into agreement with the pycs that are there:
 * rows of those that are gone go, and a hash that is another one now is left out, as the
 * specification allows for pycs. All else stays as it is, byte by byte. */

#include <stdbool.h>

#include "base/map.h"

struct pcs_actions;
struct pcs_root;

struct pcs_record {
	const struct pcs_root *root;
	/* Private: */
	bool limited;
	struct pcs_map places; /* what it is limited to; with a dot at the end: pycs of a source */
	struct pcs_map hashed; /* files whose hash is known: its place in `hashes` */
	struct pcs_record_hash *hashes;
	size_t n_hashes, cap_hashes;
};
void pcs_record_done(struct pcs_record *rec);

/* Only rows about what is below `path`, or of its pycs where it is a source, may change. For `each`
 * of struct pcs_changes, with a struct pcs_record; may be called again and again. 0 or -ENOMEM. */
int pcs_record_limit(void *record, const char *path);

/*
 * Look at every RECORD in the root, and add an action for each that was written anew or could not
 * be. For `follow` of struct pcs_pipeline, with a struct pcs_record. 0, -ENOMEM or -PCS_ESIGNAL.
 */
int pcs_record_follow(void *record, struct pcs_actions *l);

enum pcs_record_row {
	PCS_RECORD_STAYS,
	PCS_RECORD_GOES,
	PCS_RECORD_EMPTIED, /* of hash and size */
};

/*
 * Append what is left of the text of a RECORD to `ret`; `judge` tells what becomes of the row of
 * `path`, which has `hash`, "" or "sha256=...": an enum pcs_record_row, or a negative code, which
 * ends it. 1 where it is another text, 0, -ENOMEM or that code. Pure.
 */
int pcs_record_edit(const struct pcs_buf *text,
		    int (*judge)(void *ctx, const char *path, const char *hash), void *ctx,
		    struct pcs_buf *ret);
