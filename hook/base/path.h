/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Lexical work on paths: bytes and slashes, no system call. */

#include <stdbool.h>

#include "base/buf.h"

/*
 * The absolute, lexically normalised form of `path`: "//", "." and ".." are resolved, ".." stops at
 * "/", no slash at the end. A relative path is taken below `cwd` (absolute). Appends to `ret`.
 * 0, or -EINVAL (empty path), or -ENOMEM.
 */
int pcs_path_normalize(const char *path, size_t len, const char *cwd, struct pcs_buf *ret);

/* Whether normalised `path` is `dir` or lies below it. */
bool pcs_path_within(const char *path, const char *dir);

/* Whether any path of an array, which is sorted as for pcs_lower_bound(), is `dir` or lies below
 * it.
 */
bool pcs_any_within(const void *array, size_t n, size_t size, const char *dir);

/* The last component of a normalised path ("" for "/"), and the length of what is before its slash
 * (1 for a path directly below "/"). */
const char *pcs_path_base(const char *path);
size_t pcs_path_dir_len(const char *path);

/* Append dir + "/" + name, with one slash where `dir` is "/" and none where `name` is "". */
int pcs_path_join(struct pcs_buf *ret, const char *dir, const char *name);

/* Whether `name` ends in `suffix`. */
bool pcs_ends_with(const char *name, const char *suffix);
