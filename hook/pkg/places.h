/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Where in a root the databases of package managers are. */

#include <stddef.h>

struct pcs_buf;
struct pcs_manager;
struct pcs_root;

struct pcs_place {
	const struct pcs_manager *manager;
	char *dir;   /* a path in the root */
	void *state; /* the manager's */
};

/* Zero-initialise it. */
struct pcs_places {
	struct pcs_place *list;
	size_t n, cap;
};
void pcs_places_done(struct pcs_places *p);

/*
 * Add the databases of a manager, each once: in its usual places, in the one that its configuration
 * in the root names, and in `told`, unless that is NULL. 0, or a negative code, perhaps with words
 * in `ret_why` (appended): a place that is named and cannot be looked at may hold anything.
 */
int pcs_places_find(const struct pcs_root *root, const struct pcs_manager *m, const char *told,
		    struct pcs_places *ret, struct pcs_buf *ret_why);
