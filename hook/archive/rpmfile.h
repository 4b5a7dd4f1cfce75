/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The header of an .rpm: what it says of the package's files. Since rpm 6, and before where a file
 * had more than 4 GiB, the payload says of each member only which of the files it is
 * (rpm:docs/manual/format_v6.md, rpm:docs/manual/format_payload.md).
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct pcs_rpmfile_entry {
	const char *dir, *base; /* "/usr/lib/python3/" and "x.py" */
	const char *link;       /* what a symbolic link leads to, or "" */
	uint64_t size;
	uint32_t mode, mtime;
	uint32_t content; /* index of the file that has the content of this one: the last of the
			     names of a hard link, or the file itself */
	bool came;        /* for the reader of the payload */
};

struct pcs_rpmfile {
	struct pcs_rpmfile_entry *files;
	size_t n;
	uint64_t payload; /* where it begins */
	char *store;      /* what the strings are in */
};

/*
 * Read the header of the file `fd`, whose offset does not matter and stays. 0; -EINVAL when it is
 * no .rpm, or not one whose header is understood; -ENOMEM; -errno. Freed by pcs_rpmfile_done().
 */
int pcs_rpmfile_read(int fd, struct pcs_rpmfile *ret);
void pcs_rpmfile_done(struct pcs_rpmfile *f);
