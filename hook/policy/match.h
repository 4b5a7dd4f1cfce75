/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Path patterns: pure functions on bytes. */

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the whole of `path` (absolute, normalised) matches the glob `pattern`: `?` and `*` do not
 * cross a slash, `**` as a whole component stands for any number of components (none included) and
 * at the end for everything below, `[a-z]` and `[!a-z]` are sets, `\` takes the next byte as it is.
 * "{version}" stands for `version` ("3.11"); with NULL it stands for any version, digits.digits
 * with an optional `t`. Linear-ish: no pattern makes it exponential.
 */
bool pcs_glob_match(const char *pattern, const char *path, const char *version);

/* The same for one word without slashes, such as the name of a package. */
bool pcs_word_match(const char *pattern, const char *word);

/*
 * Whether `path` is the tree `root` or lies below it, "{version}" in `root` standing for any
 * version (the same at every place). Returns the length of the part of `path` that is the root, or
 * 0. Where a version was bound, *ret_version points to it inside `path`.
 */
size_t pcs_tree_match(const char *root, const char *path, const char **ret_version,
		      size_t *ret_version_len);

/* Length of the version ("3.11", "3.13t") that `s` starts with, or 0. */
size_t pcs_version_len(const char *s);
