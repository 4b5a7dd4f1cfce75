/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What was found and what was expected, from the facts of a verdict. */

#include "verify/judge.h"

/* Append what was found and what was expected instead, each perhaps "". 0 or -ENOMEM. */
int pcs_verdict_words(const struct pcs_verdict *v, const struct pcs_source_facts *f,
		      const struct pcs_expect *e, const char *path, struct pcs_buf *ret_found,
		      struct pcs_buf *ret_expected);
