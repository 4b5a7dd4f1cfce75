/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Whether two marshalled code objects mean the same, however they share and order their parts.
 * Pure. */

#include <stddef.h>

enum pcs_same {
	PCS_SAME_YES,
	PCS_SAME_NO,
	PCS_SAME_UNKNOWN,
};

/*
 * Compare two bodies of CPython 3.`minor`: the same bytes are the same, and so are bodies of the
 * same canonical form (docs/CANONICAL.md). A version that is newer than those known is read as the
 * newest one. Without a canonical form, bodies that are whole to pcs_peek_body() count by their
 * bytes alone. UNKNOWN: a body that is not whole or of a version not known there; a frozenset whose
 * order is not defined, too much work, or no memory.
 */
enum pcs_same pcs_body_same(unsigned minor, const void *a, size_t a_len, const void *b,
			    size_t b_len);
