#pragma once
/* A map from strings to small numbers. */

#include <stdint.h>

#include "base/buf.h"

/* Zero-initialise it. */
struct pcs_map {
	struct pcs_map_slot {
		const char *key; /* in the arena; NULL: free */
		uint32_t hash, value;
	} * slots;
	size_t n, cap; /* `cap` is a power of two */
	struct pcs_arena keys;
};
void pcs_map_done(struct pcs_map *m);

/* The value of `key`, which may be changed, or NULL. Valid until the next pcs_map_put(). */
uint32_t *pcs_map_get(const struct pcs_map *m, const char *key);

/* Its value as well; a key that is new is copied and begins with `value`. NULL: memory is out. */
uint32_t *pcs_map_put(struct pcs_map *m, const char *key, uint32_t value);
