/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Pycs that are there already are brought into canonical form (pyc/canon.h), whoever wrote them:
 * names of one file in directories of one owner stay names of one file, and mode, owner and times
 * stay. In a user's directory root works as that user (tree/dir.h): what is made there is the
 * user's. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"

struct pcs_root;

/* One name of a pyc. */
struct pcs_recanon_item {
	char *path;  /* inside the root; malloc'ed */
	char *error; /* why it stays as it is, or NULL; malloc'ed */
	unsigned long long dev, ino;
	uid_t uid; /* of the directory, as gid */
	gid_t gid;
	bool changed; /* it was not in that form */
};

struct pcs_recanon {
	const struct pcs_root *root;
	bool dry; /* change nothing */
	/* Told of each pyc when it is done with. */
	void (*ended)(void *ctx, const struct pcs_recanon_item *item);
	void *ctx;
	struct pcs_recanon_item *items;
	size_t n, cap;
};
void pcs_recanon_done(struct pcs_recanon *rc);

/* Add a pyc, or all below a directory; links in it are not followed. 0 or -errno. */
int pcs_recanon_add(struct pcs_recanon *rc, const char *path);

/* Rewrite what has another form, file by file; each is whole at every instant. Ends with the items
 * in the order of their paths. 0, -PCS_ESIGNAL or -ENOMEM. */
int pcs_recanon_run(struct pcs_recanon *rc);
