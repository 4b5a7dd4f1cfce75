/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Values in the configuration of package managers, where they stand there as they are. */

#include <stdbool.h>

#include "base/buf.h"

struct pcs_root;

/*
 * The next line "KEY VALUE" or "KEY = VALUE" of a text: its value, without blanks and quotes around
 * it, and its length; NULL when there is no more. To go on, give what is behind the value.
 */
const char *pcs_conf_next(const char *text, const char *key, size_t *ret_len);

/*
 * Of the last such line of a text, let `ret` be the value: an absolute path without a slash at its
 * end; or empty where it is "/" or has anything in it that would have to be expanded. Without such
 * a line `ret` is left alone. 0 or -ENOMEM.
 */
int pcs_conf_path(const char *text, const char *key, struct pcs_buf *ret);

/* The same with a file in the root, which need not be there. 0 or -errno with words in `ret_why`.
 */
int pcs_conf_file(const struct pcs_root *root, const char *path, const char *key,
		  struct pcs_buf *ret, struct pcs_buf *ret_why);

/* The files of a directory in the root; which of them, tells `is_one`. */
struct pcs_conf_dir {
	const char *path;
	bool (*is_one)(const char *name);
};

/* The same with each file of a directory, in the order of their names; it need not be there. */
int pcs_conf_files(const struct pcs_root *root, const struct pcs_conf_dir *dir, const char *key,
		   struct pcs_buf *ret, struct pcs_buf *ret_why);
