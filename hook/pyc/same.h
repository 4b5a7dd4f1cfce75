#pragma once
/* Whether two marshalled code objects mean the same, however they share and order their parts.
 * Pure. */

#include <stddef.h>

enum pcs_same {
	PCS_SAME_YES,
	PCS_SAME_NO,
	PCS_SAME_UNKNOWN, /* a version not known here, a damaged body, or too much work */
};

/*
 * Compare two bodies of CPython 3.`minor`. What is left out of account depends on what else the
 * process did that wrote them: which objects are shared, which strings are interned, the order of
 * frozensets. The work is bounded by a multiple of the lengths.
 */
enum pcs_same pcs_body_same(unsigned minor, const void *a, size_t a_len, const void *b,
			    size_t b_len);
