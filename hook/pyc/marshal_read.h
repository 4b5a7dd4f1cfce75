/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Marshal streams, read. */

#include "pyc/marshal_graph.h"

/*
 * Every code object that is read from now on gets this file name: `n` bytes of valid text
 * (pyc/text.h) at `at`, which may lie behind the stream. 0, -PCS_ECANON, -ENOMEM.
 */
int pcs_marshal_rename(struct pcs_graph *g, size_t at, size_t n);

/* Read the whole stream, which is one code object. 0, -PCS_ECANON, -ENOMEM. */
int pcs_marshal_read(struct pcs_graph *g, uint32_t *ret_root);
