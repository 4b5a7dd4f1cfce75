/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/wants.h"

const struct pcs_want *pcs_want_for(const struct pcs_pyc_name *name, const struct pcs_want *wants,
				    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (name->level < PCS_LEVELS && wants[i].levels & 1u << name->level &&
		    pcs_pyc_name_has_tag(name, wants[i].tag))
			return &wants[i];
	return NULL;
}
