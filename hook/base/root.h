#pragma once
/*
 * Looks at the disk below one root descriptor. Paths are absolute and normalised inside the root;
 * symbolic links resolve inside it (openat2(2), RESOLVE_IN_ROOT), so that nothing outside can be
 * reached. All descriptors are close-on-exec.
 */

#include <stdint.h>
#include <sys/stat.h>

#include "base/buf.h"

/* openat2(2), with `resolve` of its RESOLVE_ flags; no magic link is followed. A descriptor or
 * -errno. */
int pcs_open_how(int dirfd, const char *path, int flags, uint64_t resolve);

struct pcs_root {
	int fd;
	char *path; /* of the host, without a slash at the end: "" for "/" */
};

/* Open the root `path`. 0 or -errno. Closed by pcs_root_done(). */
int pcs_root_open(const char *path, struct pcs_root *ret);
void pcs_root_done(struct pcs_root *root);

/*
 * Open a directory for reading. The first `follow_len` bytes of `path` may pass through symbolic
 * links (inside the root), what comes after may not: a link that is swapped in is refused. 0 or
 * -errno: -ELOOP or -ENOTDIR for such a link.
 */
int pcs_root_open_dir(const struct pcs_root *root, const char *path, size_t follow_len,
		      int *ret_fd);

/* What `path` is, links followed inside the root. 0 or -errno. */
int pcs_root_stat(const struct pcs_root *root, const char *path, struct stat *ret);

/*
 * Read a regular file, links followed inside the root, and nothing else: no FIFO or device is
 * waited on. *ret_st belongs to the very bytes read: when the file changes meanwhile it is read
 * again, a few times, then -PCS_ECHANGED. -EINVAL: no regular file; -EFBIG: over PCS_SOURCE_MAX.
 * Appends to `ret`.
 */
int pcs_root_read(const struct pcs_root *root, const char *path, struct pcs_buf *ret,
		  struct stat *ret_st);

/* The real path inside the root of an open directory, with or without /proc; malloc'ed. */
int pcs_root_real_path(const struct pcs_root *root, int dirfd, char **ret);
