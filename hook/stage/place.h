/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A file of a staging root and the directory that it is in. */

#include <sys/stat.h>

struct pcs_buf;
struct pcs_dir;
struct pcs_root;

/* Open the directory that a path is in, and work as its owner. 0 or -errno; closed by
 * pcs_dir_done() in any case. */
int pcs_place_open(const struct pcs_root *root, const char *path, struct pcs_dir *ret);

/* A file that another may become a name of. */
struct pcs_place_twin {
	const struct pcs_dir *dir;
	const char *name;
};

/*
 * Put a new file in the place of `name`, with the mode and the times of `st`, and its owner where
 * the directory's may give it away. It is whole at every instant. Where there is a `twin`, in a
 * directory of the same owner and group, that is the same as the new file, it becomes a name of
 * that: what two owners have stays two files, or one of them could write what the other one runs.
 * 0 or -errno.
 */
int pcs_place_replace(struct pcs_dir *d, const char *name, const struct pcs_buf *bytes,
		      const struct stat *st, const struct pcs_place_twin *twin);
