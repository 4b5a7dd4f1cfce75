/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What CPython insists on in code objects. */

#include "pyc/marshal_graph.h"

/*
 * What is wrong with a code object, as a fixed text, or NULL: all that CPython asks of one when it
 * loads it. Marks its names as interned. `numbers` is where they begin in the stream.
 */
const char *pcs_code_check(struct pcs_graph *g, const struct pcs_code_layout *l, size_t numbers,
			   const uint32_t *children);
