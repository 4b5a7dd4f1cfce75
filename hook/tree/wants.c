#include "tree/wants.h"

#include <string.h>

const struct pcs_want *pcs_want_for(const struct pcs_pyc_name *name, const struct pcs_want *wants,
				    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(wants[i].tag) == name->tag_len && name->level < PCS_LEVELS &&
		    wants[i].levels & 1u << name->level &&
		    memcmp(wants[i].tag, name->tag, name->tag_len) == 0)
			return &wants[i];
	return NULL;
}
