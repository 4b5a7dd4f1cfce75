/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Looks at the disk below one root descriptor. Paths are absolute and normalised inside the root;
 * symbolic links resolve inside it (openat2(2), RESOLVE_IN_ROOT), so that nothing outside can be
 * reached. All descriptors are close-on-exec. Whoever looks is the process itself (identity.h).
 */

#include <stdint.h>
#include <sys/stat.h>

#include "base/buf.h"

/* openat2(2), with `resolve` of its RESOLVE_ flags; no magic link is followed. A descriptor or
 * -errno. */
int pcs_open_how(int dirfd, const char *path, int flags, uint64_t resolve);

struct pcs_root {
	int fd;
	dev_t dev;  /* of the file system that it is on */
	char *path; /* of the host, without a slash at the end: "" for "/" */
};

/* Open the root `path`. 0 or -errno. Closed by pcs_root_done(). */
int pcs_root_open(const char *path, struct pcs_root *ret);
void pcs_root_done(struct pcs_root *root);

/* What `path` is, links followed inside the root. 0 or -errno. */
int pcs_root_stat(const struct pcs_root *root, const char *path, struct stat *ret);

/* The real path inside the root of an open directory, with or without /proc; malloc'ed. 0 or
 * -errno: -EXDEV where it is outside of the root. */
int pcs_root_real_path(const struct pcs_root *root, int dirfd, char **ret);
