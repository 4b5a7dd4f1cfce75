/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/deep.h"

#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/progress.h"
#include "tree/dir.h"
#include "workers/pool.h"
#include "workers/interp.h"
#include "policy/query.h"
#include "pyc/same.h"
#include "verify/blame.h"

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
	t->linked |= c->linked ? (uint8_t)(1u << level) : 0;
	t->pyc[level] = pcs_arena_dup(&p->kept, path.data, path.len);
	if (c->kept) {
		t->code[level] = c->kept + PCS_PYC_HEADER;
		t->code_len[level] = c->kept_len - PCS_PYC_HEADER;
	}
	return t->pyc[level] ? 0 : -ENOMEM;
}

/* Bytecode of a version that cannot be compiled for: that is said once of a package. */
static int lack_interp(struct pcs_verify_part *p, const struct pcs_about *s,
		       const struct pcs_pyc_name *name)
{
	char version[PCS_TAG_MAX];
	if (!s->archive[0] || !pcs_tag_version(name->tag, name->tag_len, version))
		return 0;
	return pcs_findings_add_unexamined(&p->found, s->archive, s->archive, version,
					   "no interpreter is there to compile for it");
}

static bool is_recorded(const struct pcs_trial *t, const char *recorded)
{
	return t->recorded && recorded ? strcmp(t->recorded, recorded) == 0 :
					 t->recorded == recorded;
}

/* The trial of the source, from `first` on, for pycs that record this name: what is compiled under
 * another one is other code. NULL when memory is out. */
static struct pcs_trial *trial_of(struct pcs_verify_part *p, const struct pcs_about *s,
				  unsigned interp, size_t first, const char *recorded)
{
	for (size_t i = first; i < p->n_trials; i++)
		if (p->trials[i].interp == interp && is_recorded(&p->trials[i], recorded))
			return &p->trials[i];
	struct pcs_trial *t = pcs_verify_trial(p, s->source, interp);
	if (t && recorded) {
		t->recorded = pcs_arena_dup(&p->kept, recorded, strlen(recorded));
		t = t->recorded ? t : NULL;
	}
	return t;
}

/* A pyc that is not looked into is one of unknown code. */
static int miss_pyc(struct pcs_verify_part *p, const struct pcs_about *s, const struct pcs_seen *c,
		    const char *why)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, s->dir, c->name);
	return r < 0 ? r : pcs_findings_add_unexamined(&p->found, s->archive, path.data, "", why);
}

static const struct pcs_want *want_of(const struct pcs_about *s, const struct pcs_seen *c)
{
	for (size_t i = 0; i < s->expect->n; i++)
		if (pcs_pyc_name_has_tag(&c->parsed, s->expect->wants[i].tag))
			return &s->expect->wants[i];
	return NULL;
}

static int try_pyc(struct pcs_verify_part *p, const struct pcs_about *s, size_t first,
		   const struct pcs_seen *c)
{
	const struct pcs_want *want = want_of(s, c);
	if (c->parsed.level >= PCS_LEVELS)
		return 0;
	if (!want || want->interp == PCS_NO_INTERP)
		return lack_interp(p, s, &c->parsed);
	if (c->as == PCS_SEEN_TOO_LARGE)
		return miss_pyc(p, s, c, "it is too large to be compared");
	if (!pcs_judge_loads(s->facts, c, s->expect))
		return 0;
	if (s->archive[0] && (!s->text || !c->kept))
		return miss_pyc(p, s, c,
				"its content, or its source's, was not kept to be compared");
	return add_pyc(p, s, c, trial_of(p, s, want->interp, first, c->recorded_path));
}

int pcs_verify_try(struct pcs_verify_part *p, const struct pcs_about *s)
{
	size_t first = p->n_trials;
	int r = 0;
	for (size_t i = 0; i < p->n_seen && r == 0; i++)
		r = try_pyc(p, s, first, &p->seen[i]);
	return r;
}

struct deep {
	struct pcs_verify *v;
	struct pcs_buf source, pyc;
	/* By interpreter: */
	size_t untried[PCS_INTERPS_MAX]; /* sources that it could not be started for */
	size_t unread[PCS_INTERPS_MAX];  /* pycs in a form of its own that is not known here */
	struct pcs_map compared;         /* pycs of which it is known now what their code is */
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

/* The body of the pyc at a level that there is one of. 0 or -errno. */
static int body_of(struct deep *d, const struct pcs_trial *t, unsigned level, const char **ret,
		   size_t *ret_len)
{
	struct stat st;
	if (t->code[level]) {
		*ret = t->code[level];
		*ret_len = t->code_len[level];
		return 0;
	}
	d->pyc.len = 0;
	int r = pcs_read_source(d->v->site->root, t->pyc[level], &d->pyc, &st);
	if (r < 0 || d->pyc.len < PCS_PYC_HEADER)
		return r < 0 ? r : -PCS_ECHANGED;
	*ret = d->pyc.data + PCS_PYC_HEADER;
	*ret_len = d->pyc.len - PCS_PYC_HEADER;
	return 0;
}

static void miss(struct deep *d, const struct pcs_trial *t, const char *path, const char *why)
{
	const char *version = d->v->site->interps->list[t->interp].version;
	if (pcs_findings_add_unexamined(&d->v->found, t->archive, path, version, why) < 0)
		d->error = -ENOMEM;
}

/* The same of what cannot be read. What is gone meanwhile is nobody's to examine. */
static void miss_unread(struct deep *d, const struct pcs_trial *t, const char *path, int error)
{
	if (!pcs_is_absence(error))
		miss(d, t, path, pcs_strerror(error));
}

static int load(void *ctx, size_t job, struct pcs_request *ret)
{
	struct deep *d = ctx;
	const struct pcs_trial *t = &d->v->trials[job];
	const struct pcs_interp *in = &d->v->site->interps->list[t->interp];
	struct pcs_settings s;
	struct stat st;
	d->source.len = 0;
	pcs_progress_add(1, 0);
	pcs_progress_name(t->path, NULL);
	int r = t->source ? pcs_buf_add(&d->source, t->source, t->source_len) :
			    pcs_read_source(d->v->site->root, t->path, &d->source, &st);
	if (r < 0) {
		miss_unread(d, t, t->path, r);
		return 0;
	}
	struct pcs_tree_hit hit;
	pcs_policy_tree(d->v->site->policy, t->path, &hit);
	const struct pcs_subject subject = {
		.path = t->path, .version = in->version, .size = d->source.len, .tree = hit.tree
	};
	pcs_policy_settings(d->v->site->policy, &subject, &s, NULL);
	d->v->trials[job].strict = s.warnings == PCS_WARNINGS_ERROR;
	d->v->trials[job].fatal = d->v->site->staged && s.on_error != PCS_ON_ERROR_WARN;
	*ret = (struct pcs_request){ /* Whether that name is right was judged before. */
				     .name = t->recorded ? t->recorded : t->path,
				     .source = d->source.data ? d->source.data : "",
				     .len = d->source.len,
				     .levels = compares(t) ? 0 : 1,
				     .seconds = s.seconds,
				     .memory = s.memory
	};
	for (unsigned level = 0; level < PCS_LEVELS; level++)
		if (t->pyc[level])
			ret->levels |= (uint8_t)(1u << level);
	return 1;
}

static int add_finding(struct deep *d, const struct pcs_trial *t, enum pcs_finding_code code,
		       unsigned level, const char *found)
{
	bool differs = code == PCS_FOUND_CODE_DIFFERS;
	const struct pcs_finding f = {
		.path = differs ? t->pyc[level] : t->path,
		.source = t->path,
		.version = d->v->site->interps->list[t->interp].version,
		.found = found,
		.expected = "",
		.archive = t->archive,
		.code = (uint8_t)code,
		.level = differs ? (uint8_t)level : PCS_LEVEL_OTHER,
		.fix = differs && t->linked & 1u << level ? (uint8_t)pcs_fix_of_link(code) :
							    PCS_FIX_OF_CODE,
		.owned = differs && !t->archive[0] ? pcs_blame(d->v->site, t->pyc[level], t->path) :
						     PCS_NOBODYS,
	};
	return pcs_findings_add(&d->v->found, &f);
}

static void refuse(struct deep *d, struct pcs_trial *t, const struct pcs_result *r)
{
	PCS_BUF struct pcs_buf words = { 0 };
	if (t->refused)
		return;
	t->refused = true;
	if (pcs_buf_add_abridged(&words, r->message, r->message_len) < 0 ||
	    add_finding(d, t, PCS_FOUND_NOT_COMPILING, 0, words.len ? words.data : "") < 0)
		d->error = -ENOMEM;
	/* Python does not ask whether it does: it takes the pycs. */
	for (unsigned level = 0; level < PCS_LEVELS; level++)
		if (t->pyc[level] && add_finding(d, t, PCS_FOUND_CODE_DIFFERS, level,
						 "code of a source that does not compile") < 0)
			d->error = -ENOMEM;
}

/* No worker, no memory or no time: of an interpreter that cannot be started this is said once. */
static void give_up(struct deep *d, struct pcs_trial *t, const struct pcs_result *r)
{
	PCS_BUF struct pcs_buf why = { 0 };
	if (d->v->site->interps->list[t->interp].reason) {
		d->untried[t->interp] += !t->untried;
		t->untried = true;
		return;
	}
	t->refused = !r->died;
	if (pcs_buf_add_abridged(&why, r->message, r->message_len) < 0)
		d->error = -ENOMEM;
	else
		miss(d, t, t->path, why.len ? why.data : "");
}

static void compare_code(struct deep *d, const struct pcs_trial *t, const struct pcs_result *r)
{
	const struct pcs_interp *in = &d->v->site->interps->list[t->interp];
	const char *body;
	size_t len;
	int e = body_of(d, t, r->level, &body, &len);
	if (e < 0)
		return miss_unread(d, t, t->pyc[r->level], e);
	enum pcs_same same = pcs_body_same(in->minor, body, len, r->code, r->code_len);
	if (same != PCS_SAME_UNKNOWN && !t->archive[0] &&
	    !pcs_map_put_kept(&d->compared, t->pyc[r->level], 1))
		d->error = -ENOMEM;
	switch (same) {
	case PCS_SAME_YES:
		break;
	case PCS_SAME_NO:
		if (add_finding(d, t, PCS_FOUND_CODE_DIFFERS, r->level, "") < 0)
			d->error = -ENOMEM;
		break;
	case PCS_SAME_UNKNOWN:
		if (in->version[0] == 'p')
			d->unread[t->interp]++;
		else
			miss(d, t, t->pyc[r->level], "its code has no form that can be compared");
	}
}

static void warn(void *ctx, size_t job, const char *text, size_t len)
{
	struct deep *d = ctx;
	(void)text;
	(void)len;
	d->v->trials[job].warned = true;
}

/* A source that sync does not compile for its warnings lacks nothing either. */
static void refuse_warned(struct deep *d, struct pcs_trial *t)
{
	if (!t->refused &&
	    add_finding(d, t, PCS_FOUND_NOT_COMPILING, 0, "it has warnings, which are errors") < 0)
		d->error = -ENOMEM;
	t->refused = true;
}

static void done(void *ctx, size_t job, const struct pcs_result *r)
{
	struct deep *d = ctx;
	struct pcs_trial *t = &d->v->trials[job];
	if (r->unfinished)
		give_up(d, t, r);
	else if (!r->code)
		refuse(d, t, r);
	else if (t->pyc[r->level])
		compare_code(d, t, r);
	else if (t->strict && t->warned)
		refuse_warned(d, t);
}

/* What has one cause is said once, with the interpreter. */
static int note_interps(struct deep *d)
{
	const struct pcs_interps *l = d->v->site->interps;
	int r = 0;
	for (size_t i = 0; i < l->n && i < PCS_INTERPS_MAX && r == 0; i++) {
		PCS_BUF struct pcs_buf why = { 0 };
		const struct pcs_interp *in = &l->list[i];
		if (d->untried[i])
			r = pcs_buf_printf(&why, "%s (%zu sources)", in->reason, d->untried[i]);
		else if (d->unread[i])
			r = pcs_buf_printf(&why, "its code cannot be compared (%zu pycs)",
					   d->unread[i]);
		if (r == 0 && why.len)
			r = pcs_findings_add_unexamined(&d->v->found, "", pcs_interp_path(in),
							in->version, why.data);
	}
	return r;
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

/* A source that does not compile lacks nothing; where 'stage' fails for it, it is that. */
static void excuse(struct pcs_verify *v, const struct pcs_trial *t)
{
	const char *version = v->site->interps->list[t->interp].version;
	size_t kept = 0;
	for (size_t i = 0; i < v->found.n; i++) {
		struct pcs_finding *f = &v->found.list[i];
		bool lacks = f->code == PCS_FOUND_MISSING || f->code == PCS_FOUND_LEVEL_MISSING ||
			     f->code == PCS_FOUND_OWNED_MISSING;
		bool excused = lacks && !f->archive[0] && strcmp(f->path, t->path) == 0 &&
			       strcmp(f->version, version) == 0;
		if (excused && !t->fatal)
			continue;
		if (excused)
			f->fix = PCS_FIX_SOURCE;
		v->found.list[kept++] = *f;
	}
	v->found.n = kept;
}

/* Where the code was compared, a ctime is no doubt any more. */
static void settle(const struct deep *d)
{
	struct pcs_findings *found = &d->v->found;
	size_t kept = 0;
	for (size_t i = 0; i < found->n; i++) {
		const struct pcs_finding *f = &found->list[i];
		if (f->code != PCS_FOUND_STALE_CTIME || !pcs_map_get(&d->compared, f->path))
			found->list[kept++] = *f;
	}
	found->n = kept;
}

int pcs_verify_compile(struct pcs_verify *v)
{
	const struct pcs_pool_ops ops = {
		.interp = trial_interp,
		.load = load,
		.done = done,
		.warn = pcs_policy_wants_warnings(v->site->policy) ? warn : NULL,
	};
	struct deep d = { .v = v };
	choose(v);
	size_t n = v->n_trials;
	pcs_progress_phase("compiling", n, 0);
	int r = n ? pcs_pool_run(v->site->interps, n, v->jobs, NULL, &ops, &d) : 0;
	if (r == 0)
		r = note_interps(&d);
	for (size_t i = 0; i < n; i++)
		if (v->trials[i].refused && !compares(&v->trials[i]))
			excuse(v, &v->trials[i]);
	settle(&d);
	v->n_trials = 0;
	pcs_arena_done(&v->kept);
	pcs_map_done(&d.compared);
	pcs_buf_done(&d.source);
	pcs_buf_done(&d.pyc);
	return r < 0 ? r : d.error;
}
