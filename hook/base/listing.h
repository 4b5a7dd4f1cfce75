/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The names in a directory. */

#include <stdbool.h>

#include "base/buf.h"

/* Names of a directory, sorted bytewise, without "." and "..". */
struct pcs_dirent {
	char *name;         /* in the list's arena; the first: see pcs_lower_bound() */
	unsigned char type; /* DT_REG and so on, DT_UNKNOWN where the file system does not tell */
};
struct pcs_listing {
	struct pcs_dirent *entries;
	size_t n, cap;
	struct pcs_arena names;
};

/* Whether the entry is a directory, and no link to one. */
bool pcs_dirent_is_dir(int dirfd, const struct pcs_dirent *e);

int pcs_fs_list(int dirfd, struct pcs_listing *ret); /* reads on from the descriptor's offset */
void pcs_listing_done(struct pcs_listing *l);

/* First entry that is not before `name`. */
size_t pcs_listing_lower_bound(const struct pcs_listing *l, const char *name);
