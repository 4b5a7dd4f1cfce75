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
	pcs_buf_done(&p->source);
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
	struct pcs_trial *list =
		pcs_grow(p->trials, &p->cap_trials, p->n_trials + 1, sizeof(*list));
	if (!list)
		return NULL;
	p->trials = list;
	struct pcs_trial t = { .path = pcs_arena_dup(&p->kept, path, strlen(path)),
			       .interp = (uint8_t)interp,
			       .archive = "" };
	if (!t.path)
		return NULL;
	list[p->n_trials] = t;
	return &list[p->n_trials++];
}

struct pcs_seen *pcs_verify_seen(struct pcs_verify_part *p)
{
	struct pcs_seen *seen = pcs_grow(p->seen, &p->cap_seen, p->n_seen + 1, sizeof(*seen));
	if (!seen)
		return NULL;
	p->seen = seen;
	seen[p->n_seen] = (struct pcs_seen){ 0 };
	p->found.pycs++;
	return &seen[p->n_seen++];
}
