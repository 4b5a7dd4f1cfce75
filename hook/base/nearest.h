/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Which of the words that would do somebody may have meant. */

struct pcs_nearest {
	const char *word; /* the nearest so far, or NULL */
	unsigned distance;
};

/* Compare one that would do with what was said; it is kept where it is near, and nearer than the
 * one before. Distance is that of Damerau and Levenshtein: letters to add, drop, exchange or swap.
 */
void pcs_nearest_try(struct pcs_nearest *n, const char *said, const char *word);
