#pragma once
/* A source that is to be compiled, and what its text alone tells. Pure. */

#include <stdbool.h>
#include <stddef.h>

struct pcs_source {
	const char *name; /* to be recorded */
	size_t name_len;
	const char *bytes;
	size_t len;
	unsigned ask; /* enum pcs_ask */
};

/* Whether the code of level 1 may be other than that of level 0: the text may have an assert
 * statement or __debug__. A false alarm only costs time. */
bool pcs_source_may_assert(const struct pcs_source *s);
