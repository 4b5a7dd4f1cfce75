/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What the memory has of the trees of the policy, without a look at them. */

#include <stdbool.h>

#include "sync/actions.h"

struct pcs_session;

struct pcs_remembered {
	struct pcs_counts *trees; /* of each: sources, fresh, failed. Freed by free() */
	bool any;                 /* it has anything */
};

/* Count. The memory is asked nothing after that. 0, also where there is no memory, or -errno. */
int pcs_remembered_count(const struct pcs_session *s, struct pcs_remembered *ret);
