/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The directories below a pycache-prefix. */

struct pcs_root;

/*
 * Make and open the directory `top` + `path` with all that is missing on the way: what is below
 * `top` has owner and mode of the directory `path` so far, and `top` itself is root's. No link
 * below `top` is followed. 0 or -errno.
 */
int pcs_prefix_make(const struct pcs_root *root, const char *top, const char *path, int *ret_fd);
