#include "verify/deep.h"

#include <string.h>

#include "base/path.h"
#include "tree/dir.h"
#include "workers/pool.h"
#include "workers/interp.h"
#include "policy/query.h"
#include "pyc/same.h"

/* Have a pyc compared. What was kept of a package is compared with; all else is read then. */
static int add_pyc(struct pcs_verify_part *p, const struct pcs_about *s, const struct pcs_seen *c,
		   struct pcs_trial *t)
{
	PCS_BUF struct pcs_buf path = { 0 };
	unsigned level = c->parsed.level;
	if (!t || pcs_path_join(&path, s->dir, c->name) < 0)
		return -ENOMEM;
	t->archive = s->archive;
	t->source = s->text;
	t->source_len = s->text_len;
	t->pyc[level] = pcs_arena_dup(&p->kept, path.data, path.len);
	if (c->kept) {
		t->code[level] = c->kept + PCS_PYC_HEADER;
		t->code_len[level] = c->kept_len - PCS_PYC_HEADER;
	}
	return t->pyc[level] ? 0 : -ENOMEM;
}

int pcs_verify_try(struct pcs_verify_part *p, const struct pcs_about *s,
		   const struct pcs_verdict *v, size_t n)
{
	for (size_t w = 0; w < s->expect->n; w++) {
		const struct pcs_want *want = &s->expect->wants[w];
		struct pcs_trial *t = NULL;
		for (size_t i = 0; i < p->n_seen && want->interp != PCS_NO_INTERP; i++) {
			const struct pcs_seen *c = &p->seen[i];
			if (c->parsed.level >= PCS_LEVELS || !c->whole || (s->text && !c->kept) ||
			    !pcs_pyc_name_has_tag(&c->parsed, want->tag) ||
			    pcs_verdicts_grave(v, n, c))
				continue;
			if (!t)
				t = pcs_verify_trial(p, s->source, want->interp);
			if (add_pyc(p, s, c, t) < 0)
				return -ENOMEM;
		}
	}
	return 0;
}

struct deep {
	struct pcs_verify *v;
	struct pcs_buf source, pyc, name;
	struct pcs_peek peek;
	int error;
};

static unsigned trial_interp(void *ctx, size_t job)
{
	const struct deep *d = ctx;
	return d->v->trials[job].interp;
}

static bool compares(const struct pcs_trial *t)
{
	return t->pyc[0] || t->pyc[1] || t->pyc[2];
}

/* The body of the pyc at a level, or NULL when it is not there any more. */
static const char *body_of(struct deep *d, const struct pcs_trial *t, unsigned level,
			   size_t *ret_len)
{
	struct stat st;
	if (t->code[level]) {
		*ret_len = t->code_len[level];
		return t->code[level];
	}
	d->pyc.len = 0;
	if (!t->pyc[level] || pcs_read_source(d->v->site->root, t->pyc[level], &d->pyc, &st) < 0 ||
	    d->pyc.len < PCS_PYC_HEADER)
		return NULL;
	*ret_len = d->pyc.len - PCS_PYC_HEADER;
	return d->pyc.data + PCS_PYC_HEADER;
}

/* The name to compile under is that which the pyc records: whether it is right was judged before.
 */
static const char *recorded_name(struct deep *d, const struct pcs_trial *t, unsigned minor)
{
	size_t len;
	for (unsigned level = 0; level < PCS_LEVELS; level++) {
		const char *body = t->pyc[level] ? body_of(d, t, level, &len) : NULL;
		d->name.len = 0;
		if (body && pcs_peek_body(&d->peek, minor, body, len) == PCS_BODY_WHOLE &&
		    d->peek.filename_len &&
		    pcs_peek_path(d->peek.filename, d->peek.filename_len, &d->name) == 0)
			return d->name.data;
	}
	return t->path;
}

static int load(void *ctx, size_t job, struct pcs_request *ret)
{
	struct deep *d = ctx;
	const struct pcs_trial *t = &d->v->trials[job];
	const struct pcs_interp *in = &d->v->site->interps->list[t->interp];
	struct pcs_settings s;
	struct stat st;
	d->source.len = 0;
	int r = t->source ? pcs_buf_add(&d->source, t->source, t->source_len) :
			    pcs_read_source(d->v->site->root, t->path, &d->source, &st);
	if (r < 0)
		return 0; /* gone meanwhile */
	struct pcs_tree_hit hit;
	pcs_policy_tree(d->v->site->policy, t->path, &hit);
	const struct pcs_subject subject = {
		.path = t->path, .version = in->version, .size = d->source.len, .tree = hit.tree
	};
	pcs_policy_settings(d->v->site->policy, &subject, &s, NULL);
	*ret = (struct pcs_request){ .name = recorded_name(d, t, in->minor),
				     .source = d->source.data ? d->source.data : "",
				     .len = d->source.len,
				     .levels = compares(t) ? 0 : 1,
				     .seconds = s.seconds,
				     .memory = s.memory };
	for (unsigned level = 0; level < PCS_LEVELS; level++)
		if (t->pyc[level])
			ret->levels |= (uint8_t)(1u << level);
	return 1;
}

static int add_finding(struct deep *d, const struct pcs_trial *t, enum pcs_finding_code code,
		       unsigned level, const char *found)
{
	const struct pcs_finding f = {
		.path = code == PCS_FOUND_CODE_DIFFERS ? t->pyc[level] : t->path,
		.source = t->path,
		.version = d->v->site->interps->list[t->interp].version,
		.found = found,
		.expected = "",
		.archive = t->archive,
		.code = (uint8_t)code,
		.level = code == PCS_FOUND_CODE_DIFFERS ? (uint8_t)level : PCS_LEVEL_OTHER,
	};
	return pcs_findings_add(&d->v->found, &f);
}

static void refuse(struct deep *d, struct pcs_trial *t, const struct pcs_result *r)
{
	PCS_BUF struct pcs_buf words = { 0 };
	if (t->refused)
		return;
	t->refused = true;
	if (pcs_buf_add(&words, r->message, r->message_len) < 0 ||
	    add_finding(d, t, PCS_FOUND_NOT_COMPILING, 0, words.len ? words.data : "") < 0)
		d->error = -ENOMEM;
}

static void done(void *ctx, size_t job, const struct pcs_result *r)
{
	struct deep *d = ctx;
	struct pcs_trial *t = &d->v->trials[job];
	const struct pcs_interp *in = &d->v->site->interps->list[t->interp];
	size_t len;
	if (!r->code)
		return refuse(d, t, r);
	const char *body = t->pyc[r->level] ? body_of(d, t, r->level, &len) : NULL;
	if (body && pcs_body_same(in->minor, body, len, r->code, r->code_len) == PCS_SAME_NO &&
	    add_finding(d, t, PCS_FOUND_CODE_DIFFERS, r->level, "") < 0)
		d->error = -ENOMEM;
}

static int compare_trials(const void *a, const void *b)
{
	const struct pcs_trial *x = a, *y = b;
	if (x->interp != y->interp)
		return x->interp < y->interp ? -1 : 1;
	int r = strcmp(x->archive, y->archive);
	return r ? r : strcmp(x->path, y->path);
}

/* Drop those that are not to be compiled, and sort the others. */
static void choose(struct pcs_verify *v)
{
	size_t missing = 0, kept = 0;
	for (size_t i = 0; i < v->n_trials; i++)
		missing += !compares(&v->trials[i]);
	for (size_t i = 0; i < v->n_trials; i++)
		if (compares(&v->trials[i]) || missing <= PCS_TRIED_MAX)
			v->trials[kept++] = v->trials[i];
	if (kept)
		qsort(v->trials, kept, sizeof(*v->trials), compare_trials);
	v->n_trials = kept;
}

/* A source that does not compile lacks nothing. */
static void excuse(struct pcs_verify *v, const struct pcs_trial *t)
{
	const char *version = v->site->interps->list[t->interp].version;
	size_t kept = 0;
	for (size_t i = 0; i < v->found.n; i++) {
		const struct pcs_finding *f = &v->found.list[i];
		bool lacks = f->code == PCS_FOUND_MISSING || f->code == PCS_FOUND_LEVEL_MISSING;
		if (!lacks || f->archive[0] || strcmp(f->path, t->path) != 0 ||
		    strcmp(f->version, version) != 0)
			v->found.list[kept++] = *f;
	}
	v->found.n = kept;
}

int pcs_verify_compile(struct pcs_verify *v)
{
	static const struct pcs_pool_ops ops = { .interp = trial_interp,
						 .load = load,
						 .done = done };
	struct deep d = { .v = v };
	choose(v);
	size_t n = v->n_trials;
	int r = n ? pcs_pool_run(v->site->interps, n, v->jobs, NULL, &ops, &d) : 0;
	for (size_t i = 0; i < n; i++)
		if (v->trials[i].refused && !compares(&v->trials[i]))
			excuse(v, &v->trials[i]);
	pcs_buf_done(&d.source);
	pcs_buf_done(&d.pyc);
	pcs_buf_done(&d.name);
	pcs_peek_done(&d.peek);
	return r < 0 ? r : d.error;
}
