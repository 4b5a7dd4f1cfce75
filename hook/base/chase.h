/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Directories by their paths. Whoever owns a directory can put a link into it that leads root into
 * somebody else's. Such a link is refused, as systemd's chase() and the kernel's protected_symlinks
 * do; a link that root owns leads anywhere.
 */

#include <time.h>

#include "base/buf.h"

struct pcs_root;

/*
 * Open a directory inside the root for reading. The first `follow_len` bytes of `path` may pass
 * through symbolic links, what comes after may not. 0 or -errno: -ELOOP or -ENOTDIR for a link
 * where none may be, -PCS_EUNSAFE for one that root does not follow.
 */
int pcs_root_open_dir(const struct pcs_root *root, const char *path, size_t follow_len,
		      int *ret_fd);

/* The same for all of `path`, and for a descriptor that only tells which directory it is (O_PATH).
 */
int pcs_root_find_dir(const struct pcs_root *root, const char *path, int *ret_fd);

/*
 * Whether nothing of `path` is on a file system that may not be entered. The root's may be, and
 * each mount point for which `enter` says so (1, 0 or -errno): it is `name` in `dir`, and is not
 * looked at until then. What is wrong otherwise is found out by whoever goes there. 1, 0 or
 * -ENOMEM.
 */
typedef int pcs_may_enter(void *ctx, int dir, const char *name);
int pcs_root_is_near(const struct pcs_root *root, const char *path, pcs_may_enter *enter,
		     void *ctx);

/*
 * The latest ctime of a symbolic link on the way from `dir` to what `name` leads to, inside the
 * root; 0 where there is none. The kernel decides which may be followed, by the thread's identity.
 * 0 or -errno.
 */
int pcs_last_change_of_links(const struct pcs_root *root, int dir, const char *name,
			     struct timespec *ret);

/* Append the message for an error of the above. For -PCS_EUNSAFE they name the link, its owner, and
 * where it leads. 0 or -ENOMEM. */
int pcs_root_add_error(const struct pcs_root *root, const char *path, int error,
		       struct pcs_buf *ret);
