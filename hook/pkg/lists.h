/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Databases that hold a text file for each package with a path on each line: pacman's and dpkg's.
 * Opening a thousand files is what takes the time, so they are read as seldom as can be, and only
 * lines below the directories that are asked about are looked at.
 */

#include "pkg/manager.h"

struct pcs_lists;

struct pcs_lists_format {
	const char *manager; /* for messages */
	bool relative;       /* paths begin without a slash, and end in one where they are
				directories */

	const char *suffix; /* that the entries of the directory have which are packages, or "" */
	const char *inside; /* the list's name in an entry that is a directory; NULL: it is the
			       list */

	/* Length of the package's name at the start of the entry; behind it may be a colon and the
	 * architecture. */
	size_t (*package_len)(const char *entry);

	/* Whether a list that is not empty is all there, by its end. */
	bool (*whole)(const char *text, size_t len);

	/* Narrow a list's text to the lines that are paths; NULL: all are. */
	void (*narrow)(const char **text, size_t *len);

	/* Put a path, which is absolute and has no slash at its end, into `claims`; NULL: as it is.
	 */
	int (*take)(void *ctx, struct pcs_claims *claims, const char *entry, const char *path,
		    size_t len, enum pcs_claim kind, size_t package);
};

/* Set format, dir and ctx, the rest is zero at first. */
struct pcs_lists {
	const struct pcs_lists_format *format;
	const char *dir; /* where the lists are, inside the root */
	void *ctx;
	struct pcs_buf scopes; /* directories that all is known below, each with a NUL behind it */
	unsigned reads;
	bool all, files;
	bool barren, memo_asked; /* no list names bytecode */
};
void pcs_lists_done(struct pcs_lists *l);

/* See `learn` of struct pcs_manager. */
int pcs_lists_learn(struct pcs_lists *l, const struct pcs_question *ask, struct pcs_claims *claims,
		    struct pcs_buf *ret_why);

/* See `files` of struct pcs_manager. */
int pcs_lists_files(const struct pcs_lists *l, const struct pcs_root *root, const char *package,
		    const struct pcs_path_sink *to, struct pcs_buf *ret_why);
