/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/index.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	const struct pcs_record_place *x = a, *y = b;
	return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) :
				    (x->at < y->at ? -1 : x->at > y->at);
}

/* By the first byte of the hash, and then each part: qsort(3) makes a copy of what it sorts. */
void pcs_index_sort(struct pcs_record_place *p, size_t n)
{
	enum { PARTS = 256, SHIFT = 56 };
	size_t next[PARTS], end[PARTS] = { 0 };
	for (size_t i = 0; i < n; i++)
		end[p[i].hash >> SHIFT]++;
	for (size_t i = 0, at = 0; i < PARTS; i++) {
		next[i] = at;
		at = end[i] += at;
	}
	for (size_t i = 0; i < PARTS; i++)
		while (next[i] < end[i]) {
			struct pcs_record_place *from = &p[next[i]];
			struct pcs_record_place *to = &p[next[from->hash >> SHIFT]++];
			const struct pcs_record_place place = *from;
			*from = *to;
			*to = place;
		}
	for (size_t i = 0, start = 0; i < PARTS; start = end[i++])
		if (end[i] > start)
			qsort(p + start, end[i] - start, sizeof(*p), compare);
}

size_t pcs_index_find(const struct pcs_record_place *p, size_t n, uint64_t hash)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (p[mid].hash < hash)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}
