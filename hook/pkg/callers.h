/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Which package managers a root has, and how each of them calls pycsync. */

struct pcs_root;

struct pcs_caller {
	const char *manager; /* "pacman" */
	const char *dir;     /* of its database, or NULL where that cannot be found */
	const char
		*by; /* in whose name pycsync is called: its package or a hook; NULL: it is not */
	const char *error; /* why that cannot be told, or NULL */
};

/* Call `each` with every database of a manager. 0, -ENOMEM, or a negative code of `each`. */
int pcs_callers_find(const struct pcs_root *root,
		     int (*each)(void *ctx, const struct pcs_caller *c), void *ctx);
