#pragma once
/* Marshal streams, read. */

#include "pyc/marshal_graph.h"

/* Read the whole stream, which is one code object. 0, -PCS_ECANON, -ENOMEM. */
int pcs_marshal_read(struct pcs_graph *g, uint32_t *ret_root);
