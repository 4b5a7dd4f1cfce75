/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The file of the memory: records of rows, one for each directory, found by its path. See memory.h.
 * Whatever is in the file, reading it is safe, and what does not have its checksum is not there. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct pcs_record_place;
struct pcs_slot;

struct pcs_records {
	int fd;                         /* -1: none */
	uint64_t slots, n_slots;        /* where the table begins, and its size */
	uint64_t journal, end;          /* where that begins and where it ends */
	struct pcs_slot *table;         /* the table, where it is small; else NULL */
	struct pcs_buf kept;            /* the journal's beginning: whole records */
	struct pcs_record_place *index; /* of the journal: by hash, and then in its order; behind
					   that, unsorted, what came since it was opened */
	size_t n, cap;
	_Atomic int error; /* the first of reading, or 0; what was to be read counts as not there */
};

/* Take a descriptor over, and read the head and the journal. 0; -EBADMSG where it is no such file;
 * or -errno. */
int pcs_records_open(int fd, struct pcs_records *ret);
void pcs_records_done(struct pcs_records *f);

/* Read what others have appended since. 0; -ESTALE where it is not that file any more; or -errno.
 */
int pcs_records_extend(struct pcs_records *f);

/* Make it a file with nothing in it. 0 or -errno. */
int pcs_records_begin(struct pcs_records *f);

/* The rows of a directory as the file was when it was opened, older ones first; appended. 0 or
 * -ENOMEM. */
int pcs_records_find(struct pcs_records *f, const char *dir, struct pcs_buf *ret);

/* Tell of the rows of each directory, older ones first. It is the last thing that is asked of it.
 * 0, -errno, or what `each` returned, if that is negative. */
int pcs_records_each(struct pcs_records *f,
		     int (*each)(void *ctx, const char *dir, struct pcs_buf *rows), void *ctx);

/* Append a record with these rows to bytes. 0 or -ENOMEM. */
int pcs_record_add(struct pcs_buf *bytes, const char *dir, const char *rows, size_t len);

/* Append records to the journal. 0 or -errno: then it is as it was. */
int pcs_records_append(struct pcs_records *f, const char *bytes, size_t len);

/* Write all to `fd`, which is empty, without a journal. Directories that `is_there` denies are left
 * out. 0 or -errno. */
int pcs_records_merge(struct pcs_records *f, bool (*is_there)(void *ctx, const char *dir),
		      void *ctx, int fd);
