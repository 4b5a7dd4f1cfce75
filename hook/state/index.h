/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Where the records of the memory are, by the hash of their directory. Pure. */

#include <stddef.h>
#include <stdint.h>

/* The offset of a record in the file. There may be millions. */
struct pcs_record_place {
	uint64_t hash, at;
};

/* Sort by hash, and then by offset, in place. */
void pcs_index_sort(struct pcs_record_place *p, size_t n);

/* Of places that are sorted: the number of the first one that is not before `hash`. */
size_t pcs_index_find(const struct pcs_record_place *p, size_t n, uint64_t hash);
