/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The memory of what was made, from run to run: for each pyc what its source, its code and its
 * maker were (row.h). It proves that a pyc is pycsync's own, spares looking into files that nobody
 * touched, and tells by content what need not be compiled again. It is never believed against what
 * is on the disk, and safe to lose: what is damaged counts as not there, and then more is compiled,
 * and more stays than has to.
 *
 * One file, "memory": a head; a table that finds records by a hash of the path; a record for each
 * directory; and behind them a journal of records that runs append, each under a lock for a moment.
 * Where the journal has grown, all is written anew. One path among millions costs a few reads.
 */

#include "state/row.h"

struct pcs_memory;
struct pcs_root;
struct pcs_state;

/* For a run. Where there is no state directory it takes notes and keeps none. 0 or -ENOMEM. State
 * and root must outlive it. */
int pcs_memory_new(const struct pcs_state *state, const struct pcs_root *root,
		   struct pcs_memory **ret);
void pcs_memory_free(struct pcs_memory *m);

/* Whether notes will be kept: else they need not be made. */
bool pcs_memory_is_kept(const struct pcs_memory *m);

/* From now on it is read and not written: there will be no more notes. */
void pcs_memory_freeze(struct pcs_memory *m);

/* Whether there is anything in it. 0, or negative when nothing can be had. From any thread, as all
 * below. */
int pcs_memory_load(struct pcs_memory *m);

/* What is known of the caches of the directory `dir`, a path inside the root; appended. What the
 * rows point to is in `bytes`. 0 or -ENOMEM. */
int pcs_memory_rows(struct pcs_memory *m, const char *dir, struct pcs_buf *bytes,
		    struct pcs_rows *ret);

/* Tell of all rows there are, directory by directory, gone ones among them. It is the last thing
 * that is asked of it. 0, also where nothing can be had, -errno, or what `each` returned, if that
 * is negative. */
int pcs_memory_each(struct pcs_memory *m,
		    int (*each)(void *ctx, const char *dir, const struct pcs_rows *rows),
		    void *ctx);

/* Note a row, which is copied. One that cannot be kept is lost, which is safe. 0 or -ENOMEM. */
int pcs_memory_note(struct pcs_memory *m, const char *dir, const struct pcs_row *row);

/* Whether a file is in the record of earlier versions of pycsync, with this header, which they had
 * in place of rows. */
bool pcs_memory_had(struct pcs_memory *m, const struct stat *st,
		    const uint8_t header[PCS_PYC_HEADER]);

/* Note that what it has was not asked for in full, or not all was kept, for another error than one
 * of its file. `m` may be NULL. */
void pcs_memory_fail(struct pcs_memory *m, int error);

/* Whether nobody need be told of such an error: see pcs_state_is_not_ours(). */
bool pcs_memory_is_not_ours(const struct pcs_memory *m, int error);

/* The first error that kept it from being read, which counts as not being there; or 0. */
int pcs_memory_error(const struct pcs_memory *m);

/* Keep the notes of this run. 0 or -errno: then they are lost. */
int pcs_memory_save(struct pcs_memory *m);
