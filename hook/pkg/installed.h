/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The files of one package that is installed, by name, whichever manager installed it. */

struct pcs_buf;
struct pcs_root;

/*
 * Call `each` with the absolute path of everything that the package `name` owns. Returns how many
 * managers know it, 0 for none; a negative code of `each`; or a negative code with words in
 * `ret_why` (appended).
 */
int pcs_installed_files(const struct pcs_root *root, const char *name,
			int (*each)(void *ctx, const char *path), void *ctx,
			struct pcs_buf *ret_why);
