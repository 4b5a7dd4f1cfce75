/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/verify.h"

#include <string.h>

void pcs_verify_done(struct pcs_verify *v)
{
	free(v->trials);
	pcs_arena_done(&v->kept);
	pcs_findings_done(&v->found);
	*v = (struct pcs_verify){ 0 };
}

void pcs_verify_part_done(struct pcs_verify_part *p)
{
	free(p->trials);
	pcs_arena_done(&p->kept);
	pcs_findings_done(&p->found);
	free(p->seen);
	pcs_peek_done(&p->peek);
	pcs_buf_done(&p->body);
	pcs_buf_done(&p->other);
	pcs_buf_done(&p->path);
	pcs_buf_done(&p->words);
	pcs_arena_done(&p->strings);
	*p = (struct pcs_verify_part){ 0 };
}

int pcs_verify_join(struct pcs_verify *v, struct pcs_verify_part *p)
{
	struct pcs_trial *list =
		pcs_grow(v->trials, &v->cap_trials, v->n_trials + p->n_trials + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	v->trials = list;
	if (p->n_trials) {
		memcpy(list + v->n_trials, p->trials, p->n_trials * sizeof(*list));
		pcs_arena_join(&v->kept, &p->kept);
	}
	v->n_trials += p->n_trials;
	p->n_trials = 0;
	return pcs_findings_join(&v->found, &p->found);
}

struct pcs_trial *pcs_verify_trial(struct pcs_verify_part *p, const char *path, unsigned interp)
{
	struct pcs_trial *t = PCS_ROOM(p->trials, p->n_trials, p->cap_trials);
	const char *copy = t ? pcs_arena_dup(&p->kept, path, strlen(path)) : NULL;
	if (!copy)
		return NULL;
	*t = (struct pcs_trial){ .path = copy, .interp = (uint8_t)interp, .archive = "" };
	p->n_trials++;
	return t;
}

struct pcs_seen *pcs_verify_seen(struct pcs_verify_part *p)
{
	struct pcs_seen *c = PCS_ROOM(p->seen, p->n_seen, p->cap_seen);
	if (!c)
		return NULL;
	*c = (struct pcs_seen){ 0 };
	p->found.pycs++;
	p->n_seen++;
	return c;
}
