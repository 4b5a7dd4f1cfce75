#include "workers/interp.h"

#include <string.h>

void pcs_interp_done(struct pcs_interp *i)
{
	free(i->libpython);
	free(i->executable);
	free(i->full);
	free(i->reason);
}

void pcs_interps_done(struct pcs_interps *l)
{
	for (size_t i = 0; i < l->n; i++)
		pcs_interp_done(&l->list[i]);
	free(l->list);
	for (size_t i = 0; i < l->n_names; i++)
		free(l->names[i].name);
	free(l->names);
	*l = (struct pcs_interps){ 0 };
}

const char *pcs_interp_path(const struct pcs_interp *i)
{
	return i->libpython ? i->libpython : i->executable;
}

/* What was at `from` is at `to` now. */
static void rename_place(struct pcs_interps *l, size_t from, size_t to)
{
	for (size_t i = 0; i < l->n_names; i++)
		if (l->names[i].at == from)
			l->names[i].at = to;
}

void pcs_interps_keep_usable(struct pcs_interps *l)
{
	size_t kept = 0;
	for (size_t i = 0; i < l->n; i++) {
		struct pcs_interp *interp = &l->list[i];
		size_t same = 0;
		while (same < kept && strcmp(l->list[same].tag, interp->tag) != 0)
			same++;
		if (!interp->reason && same < kept)
			l->list[same].found |= interp->found;
		rename_place(l, i, interp->reason ? SIZE_MAX : same);
		if (interp->reason || same < kept)
			pcs_interp_done(interp);
		else
			l->list[kept++] = *interp;
	}
	l->all_found &= kept == l->n;
	l->n = kept;
}

bool pcs_interps_is(const struct pcs_interps *l, size_t at, const char *name)
{
	const struct pcs_interp *interp = &l->list[at];
	if (strcmp(interp->version, name) == 0 ||
	    (interp->libpython && strcmp(interp->libpython, name) == 0) ||
	    strcmp(interp->executable, name) == 0)
		return true;
	for (size_t i = 0; i < l->n_names; i++)
		if (l->names[i].at == at && strcmp(l->names[i].name, name) == 0)
			return true;
	PCS_FREE char *real = name[0] == '/' ? realpath(name, NULL) : NULL;
	PCS_FREE char *library =
		real && interp->libpython ? realpath(interp->libpython, NULL) : NULL;
	PCS_FREE char *executable = real ? realpath(interp->executable, NULL) : NULL;
	return real && ((library && strcmp(library, real) == 0) ||
			(executable && strcmp(executable, real) == 0));
}
