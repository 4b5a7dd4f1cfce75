/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A map from strings to small numbers; with any number, a set of strings. */

#include <stdint.h>

#include "base/buf.h"

/* Zero-initialise it. */
struct pcs_map {
	struct pcs_map_slot {
		const char *key; /* NULL: free */
		uint32_t hash, value;
	} * slots;
	size_t n, cap;         /* `cap` is a power of two */
	struct pcs_arena keys; /* those that were copied */
};

/* Free what it holds, and make it empty again. */
void pcs_map_done(struct pcs_map *m);

/* The value of `key`, which may be changed, or NULL. Valid until the next pcs_map_put(). */
uint32_t *pcs_map_get(const struct pcs_map *m, const char *key);

/* The same; a key that is new is copied, and its value is `value` at first. NULL: memory is out. */
uint32_t *pcs_map_put(struct pcs_map *m, const char *key, uint32_t value);

/* The same, with a key that is not copied: it must stay as long as the map does. */
uint32_t *pcs_map_put_kept(struct pcs_map *m, const char *key, uint32_t value);
