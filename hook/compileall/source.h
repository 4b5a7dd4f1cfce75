/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Opens sources and the directories of their pycs. A run of root is guarded: it follows only the
 * links that base/trust.h allows, and writes only beside what it has read.
 */

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buf.h"

/* The directory that a source was read from. */
struct pcs_ca_dir {
	dev_t dev;
	ino_t ino;
	uid_t owner;
	bool beside; /* pycs go into it, and not into its __pycache__ */
};

/*
 * Append the source `path` to `ret`; *ret_st belongs to the very bytes. Where `ret_dir` is not NULL
 * the reading is guarded, and the directory is told, but for `beside`. 0 or -errno; -PCS_ECHANGED
 * when the source changes again and again; -EPERM with words in `why` when a guarded run refuses.
 */
int pcs_ca_read(const char *path, struct pcs_buf *ret, struct stat *ret_st,
		struct pcs_ca_dir *ret_dir, struct pcs_buf *why);

/* Whether everybody may read the source, as it was read; see pcs_all_may_read(). */
bool pcs_ca_all_may_read(const char *path, const struct stat *read);

/* Open the directory of `pyc`, which may be the first there: it is made with this mode. 0 or
 * -errno; when it cannot be made it is what the error is about, and `pyc` is cut to it. */
int pcs_ca_open_cache(char *pyc, mode_t mode, int *ret_fd);

/* The same, and the pyc must lie beside the source that it is made from, or in the __pycache__
 * there, which alone is made. -EPERM with words in `why` when it does not. */
int pcs_ca_open_beside(char *pyc, const struct pcs_ca_dir *source, mode_t mode, int *ret_fd,
		       struct pcs_buf *why);
