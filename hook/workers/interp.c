/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers/interp.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

/* In the place of words that there is no memory for. */
static char no_memory[] = "out of memory";

void pcs_interp_done(struct pcs_interp *i)
{
	free(i->libpython);
	free(i->executable);
	free(i->full);
	free(i->reason);
}

void pcs_interps_done(struct pcs_interps *l)
{
	for (size_t i = 0; i < l->n + l->n_rest; i++)
		pcs_interp_done(&l->list[i]);
	free(l->list);
	for (size_t i = 0; i < l->n_names; i++)
		free(l->names[i].name);
	pcs_buf_done(&l->pypys);
	pcs_buf_done(&l->scripts);
	free(l->names);
	if (l->unseen != no_memory)
		free(l->unseen);
	*l = (struct pcs_interps){ 0 };
}

const char *pcs_interp_path(const struct pcs_interp *i)
{
	return i->libpython ? i->libpython : i->executable;
}

void pcs_interps_note_unseen(struct pcs_interps *l, const char *path, int error)
{
	if (!l->unseen && asprintf(&l->unseen, "%s: %s", path, pcs_strerror(error)) < 0)
		l->unseen = no_memory;
}

/* What was at `from` is at `to` now. */
static void rename_place(struct pcs_interps *l, size_t from, size_t to)
{
	for (size_t i = 0; i < l->n_names; i++)
		if (l->names[i].at == from)
			l->names[i].at = to;
}

/* Whether one can stand in for the other. */
static bool is_same_kind(const struct pcs_interp *a, const struct pcs_interp *b)
{
	return strcmp(a->tag, b->tag) == 0 && strcmp(a->version, b->version) == 0;
}

void pcs_interps_keep_usable(struct pcs_interps *l)
{
	size_t kept = 0;
	for (size_t i = 0; i < l->n; i++) {
		struct pcs_interp interp = l->list[i];
		size_t same = 0;
		while (same < kept && !is_same_kind(&l->list[same], &interp))
			same++;
		rename_place(l, i, interp.reason ? SIZE_MAX : same);
		if (interp.reason)
			continue;
		if (same < kept) {
			l->list[same].found |= interp.found;
			continue;
		}
		memmove(&l->list[kept + 1], &l->list[kept], (i - kept) * sizeof(interp));
		l->list[kept++] = interp;
	}
	l->n_rest = l->n - kept;
	l->n = kept;
}

const struct pcs_interp *pcs_interps_replace(struct pcs_interps *l, size_t at)
{
	struct pcs_interp *failed = &l->list[at], was = *failed;
	for (struct pcs_interp *i = l->list + l->n; i < l->list + l->n + l->n_rest; i++) {
		if (i->reason || i->barred || i->magic != was.magic || !is_same_kind(i, &was))
			continue;
		*failed = *i;
		failed->found = was.found;
		*i = was;
		return i;
	}
	return NULL;
}

/* Resolve a path; where that fails, *ret_error tells why, but for one that leads nowhere. */
static char *resolve(struct pcs_interps *l, const char *path, int *ret_error)
{
	char *real = path ? realpath(path, NULL) : NULL;
	if (path && !real && !pcs_is_absence(errno)) {
		*ret_error = -errno;
		pcs_interps_note_unseen(l, path, errno);
	}
	return real;
}

int pcs_interps_is(struct pcs_interps *l, size_t at, const char *name)
{
	const struct pcs_interp *interp = &l->list[at];
	if (strcmp(interp->version, name) == 0 ||
	    (interp->libpython && strcmp(interp->libpython, name) == 0) ||
	    strcmp(interp->executable, name) == 0)
		return 1;
	for (size_t i = 0; i < l->n_names; i++)
		if (l->names[i].at == at && strcmp(l->names[i].name, name) == 0)
			return 1;
	int error = 0;
	PCS_FREE char *real = name[0] == '/' ? resolve(l, name, &error) : NULL;
	PCS_FREE char *library = real ? resolve(l, interp->libpython, &error) : NULL;
	PCS_FREE char *executable = real ? resolve(l, interp->executable, &error) : NULL;
	if (real && ((library && strcmp(library, real) == 0) ||
		     (executable && strcmp(executable, real) == 0)))
		return 1;
	return error;
}
