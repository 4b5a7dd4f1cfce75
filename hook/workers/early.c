/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers/early.h"

#include "workers/interp.h"

void pcs_early_start(struct pcs_early *e, const struct pcs_interps *interps, unsigned interp)
{
	if (e->running)
		return;
	e->interp = interp;
	e->running = pcs_link_start(&interps->list[interp], e->mode, &e->link) == 0;
}

bool pcs_early_keep(struct pcs_early *e, unsigned interp, struct pcs_link *link)
{
	if (e->running)
		return false;
	e->interp = interp;
	e->link = *link;
	*link = (struct pcs_link){ 0 };
	return e->running = true;
}

void pcs_early_keep_usable(struct pcs_early *e, struct pcs_interps *l)
{
	const char *path = e->running ? pcs_interp_path(&l->list[e->interp]) : NULL;
	pcs_interps_keep_usable(l);
	if (!path)
		return;
	for (e->interp = 0; e->interp < l->n; e->interp++)
		if (pcs_interp_path(&l->list[e->interp]) == path)
			return;
	pcs_early_stop(e); /* another one of the same kind serves */
}

void pcs_early_stop(struct pcs_early *e)
{
	if (e->running)
		pcs_link_stop(&e->link);
	e->running = false;
}
