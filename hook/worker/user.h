/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Who a worker of root is. */

#include <stdbool.h>

struct pcs_interp_files;

/*
 * Root becomes the system user pycsync, where there is none a uid that nothing uses, where that
 * cannot be had nobody, and in a user namespace without that stays what it is. All capabilities go,
 * but for reading everything where that user cannot read `files`. With `shielded`, one stays that
 * allows nothing here, over execve(2): the kernel lets no one trace a process who lacks a
 * capability that it has. Does nothing for others than root. 0 or -errno.
 */
int pcs_user_drop_root(const struct pcs_interp_files *files, bool shielded);
