#pragma once
/*
 * The record of what pycsync made: for each pyc a hash of the very file (inode, mtime, size and
 * header) and one of its path, by which an older entry is known to be replaced, appended at the end
 * of a run. A file that Python wrote anew, that was restored from elsewhere or that is not in the
 * record is not proven to be pycsync's. So the record can be lost or cut off, and then more stays
 * than has to, but nothing goes that is another's. It also spares most reading: a file that is in
 * it with the header that it should have, and that nobody touched since, need not be opened.
 */

#include <stdbool.h>

#include "pyc/header.h"

struct pcs_record;
struct pcs_state;
struct stat;

/* A record for a run. Where there is no state directory it takes notes and keeps none. 0 or
 * -ENOMEM. The state must outlive it. */
int pcs_record_new(const struct pcs_state *state, struct pcs_record **ret);
void pcs_record_free(struct pcs_record *r);

/* Whether notes will be kept: else they need not be made. */
bool pcs_record_is_kept(const struct pcs_record *r);

/* Note a pyc that has just got its name, `path` inside the root. 0 or -ENOMEM. */
int pcs_record_note(struct pcs_record *r, const char *path, const struct stat *st,
		    const uint8_t header[PCS_PYC_HEADER]);

/* Read what was noted in earlier runs, unless that was done. 0, or negative when there is none to
 * be had. Several threads may call it. */
int pcs_record_load(struct pcs_record *r);

/* Whether the file is as pycsync made it, with this header. Loads the record. */
bool pcs_record_has(struct pcs_record *r, const struct stat *st,
		    const uint8_t header[PCS_PYC_HEADER]);

/* Whether, besides, nothing was done to it since: then it is what was written. */
bool pcs_record_vouches(struct pcs_record *r, const struct stat *st,
			const uint8_t header[PCS_PYC_HEADER]);

/* Append the notes of this run. 0 or -errno: then they are lost, which is safe. */
int pcs_record_save(struct pcs_record *r);
