/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* pcs_beside() in a tree. */

#include "base/listing.h"

struct pcs_root;

/* Set root and dir; the rest is zero at first. */
struct pcs_beside_tree {
	const struct pcs_root *root;
	const char *dir; /* that most questions are about */
	/* Private: */
	struct pcs_listing names; /* in it */
	bool listed;
};
void pcs_beside_tree_done(struct pcs_beside_tree *t);

/* As pcs_beside(); `dir` is a path inside the root. */
int pcs_beside_in_tree(struct pcs_beside_tree *t, const char *dir, const char *name,
		       unsigned minor);
