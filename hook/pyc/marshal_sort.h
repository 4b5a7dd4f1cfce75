/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The order of a frozenset's elements (docs/CANONICAL.md). */

#include "pyc/marshal_graph.h"

/* Sort elements of a frozenset that begins at `at`. -PCS_ECANON when two may be equal, in these
 * words, or when that is not known. */
extern const char pcs_may_be_equal[];
int pcs_graph_sort(struct pcs_graph *g, uint32_t *elements, size_t n, size_t at);
