/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Directories by their paths. Whoever owns a directory can put a link into it that leads root into
 * somebody else's. Such a link is refused, as systemd's chase() and the kernel's protected_symlinks
 * do; a link that root owns leads anywhere.
 */

#include "base/buf.h"

struct pcs_root;

/*
 * Open a directory inside the root for reading. The first `follow_len` bytes of `path` may pass
 * through symbolic links, what comes after may not. 0 or -errno: -ELOOP or -ENOTDIR for a link
 * where none may be, -PCS_EUNSAFE for one that root does not follow.
 */
int pcs_root_open_dir(const struct pcs_root *root, const char *path, size_t follow_len,
		      int *ret_fd);

/* Append the message for an error of the above. For -PCS_EUNSAFE they name the link, its owner, and
 * where it leads. 0 or -ENOMEM. */
int pcs_root_add_error(const struct pcs_root *root, const char *path, int error,
		       struct pcs_buf *ret);
