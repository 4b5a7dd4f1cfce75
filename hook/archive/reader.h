/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * One archive that is read, within bounds. reader.c alone knows libarchive, and has it loaded when
 * the first archive is opened: no other command waits for it.
 */

#include "archive/member.h"

enum { PCS_READER_BLOCK = 256 * 1024 };

enum pcs_reader_form {
	PCS_READER_PACKAGE, /* whatever a package may be */
	PCS_READER_BYTES,   /* one member, of compressed bytes */
};

struct pcs_buf;
struct pcs_reader;

/*
 * A reader of the file `fd`, which stays the caller's. Each function below that fails appends a
 * message to `ret_why` and returns -PCS_EARCHIVE, -PCS_ELIMIT, -PCS_ESIGNAL, or -errno without one.
 * 0, -ELIBACC without libarchive, or -ENOMEM.
 */
int pcs_reader_new(int fd, struct pcs_buf *ret_why, struct pcs_reader **ret);
void pcs_reader_free(struct pcs_reader *r);

/* Begin at an offset of the file; what was open is closed. 0 or a code. */
int pcs_reader_open(struct pcs_reader *r, enum pcs_reader_form form, uint64_t offset);

/* Go to the next member, in a .deb of the tar within it. 1, 0 behind the last one, or a code. */
int pcs_reader_next(struct pcs_reader *r);

/* Describe the member at hand, with its path in `path`. 1, 0 where it has no name, or a code. */
int pcs_reader_member(const struct pcs_reader *r, struct pcs_buf *path, struct pcs_member *ret);

/* Read content of the member at hand. The number of bytes, 0 at its end, or a code. */
ssize_t pcs_reader_read(struct pcs_reader *r, void *to, size_t n);

/* Whether a name has a "..". */
bool pcs_reader_escapes(const char *name);
