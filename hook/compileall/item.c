/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compileall/item.h"

struct pcs_ca_item *pcs_ca_add(struct pcs_ca *ca)
{
	struct pcs_ca_item *items = pcs_grow(ca->items, &ca->cap, ca->n + 1, sizeof(*items));
	if (!items)
		return NULL;
	ca->items = items;
	items[ca->n] = (struct pcs_ca_item){ .state = PCS_CA_DONE };
	return &items[ca->n++];
}

void pcs_ca_forget(struct pcs_ca *ca)
{
	for (size_t i = 0; i < ca->n; i++) {
		free(ca->items[i].text);
		free(ca->items[i].path);
		free(ca->items[i].recorded);
		pcs_buf_done(&ca->items[i].error);
		pcs_buf_done(&ca->items[i].warnings);
		pcs_buf_done(&ca->items[i].last);
	}
	ca->n = ca->printed = 0;
	ca->dir.len = 0; /* it may be there now */
	pcs_map_done(&ca->planned);
}

void pcs_ca_done(struct pcs_ca *ca)
{
	pcs_ca_forget(ca);
	free(ca->items);
	free(ca->order);
	pcs_buf_done(&ca->source);
	pcs_buf_done(&ca->dir);
}
