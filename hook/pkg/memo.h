/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What is remembered of databases from run to run, by whoever can: see pcs_owner_remember(). */

#include <stdbool.h>

struct stat;

/* A directory of lists, `dir` inside the root, that had the state `st`, has no list in it that
 * names bytecode. */
struct pcs_memo {
	bool (*is_barren)(void *ctx, const char *dir, const struct stat *st);
	void (*note_barren)(void *ctx, const char *dir, const struct stat *st);
	void *ctx;
};
