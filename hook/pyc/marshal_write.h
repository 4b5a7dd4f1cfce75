/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Marshal streams, written. */

#include "base/buf.h"
#include "pyc/marshal_graph.h"

/* Append the canonical stream. 0, -PCS_ECANON, -ENOMEM. */
int pcs_marshal_write(struct pcs_graph *g, uint32_t root, struct pcs_buf *ret);
