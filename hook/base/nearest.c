/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/nearest.h"

#include <string.h>

enum { LONGEST = 40 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;
	return ab < c ? ab : c;
}

/* Of neighbours that are swapped, each letter counts once. */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][LONGEST + 1], n = (unsigned)strlen(b);
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];
	for (unsigned k = 0; k <= n; k++)
		last[k] = k;
	for (unsigned i = 1; a[i - 1]; i++) {
		now[0] = i;
		for (unsigned k = 1; k <= n; k++) {
			now[k] = least(last[k] + 1, now[k - 1] + 1,
				       last[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
			    before[k - 2] + 1 < now[k])
				now[k] = before[k - 2] + 1;
		}
		unsigned *spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[n];
}

void pcs_nearest_try(struct pcs_nearest *n, const char *said, const char *word)
{
	size_t len = strlen(said);
	if (len < 2 || len > LONGEST || strlen(word) > LONGEST)
		return;
	unsigned d = distance(said, word);
	if (d > 1 + len / 4 || (n->word && d >= n->distance))
		return;
	n->word = word;
	n->distance = d;
}
