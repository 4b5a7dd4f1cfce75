/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Levels of a pyc that are the same, and are to be one file then. */

#include "verify/verify.h"

/* Note of the pycs in p->seen which are a lower level's once more, in a file of their own, where
 * that is not wanted. `same` compares two of the same size. */
typedef bool pcs_verify_same(void *ctx, const struct pcs_seen *a, const struct pcs_seen *b);
void pcs_verify_links(struct pcs_verify_part *p, const struct pcs_expect *e, pcs_verify_same *same,
		      void *ctx);
