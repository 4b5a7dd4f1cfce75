/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pcs_verify_changes(): the facts of a tree. What is opened is closed before the next look. */

#include "verify/tree.h"

#include <limits.h>
#include <string.h>

#include "base/root.h"
#include "base/fs.h"
#include "base/err.h"
#include "base/path.h"
#include "base/proc.h"
#include "tree/changes.h"
#include "tree/fresh.h"
#include "tree/proof.h"
#include "tree/staged.h"
#include "tree/visit.h"
#include "workers/interp.h"
#include "pyc/source_hash.h"
#include "verify/deep.h"
#include "verify/links.h"
#include "verify/look.h"
#include "verify/note.h"
#include "verify/outside.h"
#include "verify/pyc.h"
#include "verify/strays.h"

static const char *source_path(struct pcs_look *k, const char *name)
{
	struct pcs_buf *b = &k->p->path;
	b->len = 0;
	return pcs_path_join(b, k->v->path, name) < 0 ? NULL : b->data;
}

static bool is_same_file(const struct pcs_look *k, const char *a, const char *b)
{
	struct stat x, y;
	return a[0] == '/' && pcs_root_stat(k->site->root, a, &x) == 0 &&
	       pcs_root_stat(k->site->root, b, &y) == 0 && pcs_same_file(&x, &y);
}

/* Whether the pyc is the very file that caches the source it records, which is another one. */
static bool is_anothers(struct pcs_look *k, const struct pcs_seen *c, const char *recorded,
			struct pcs_buf *ret)
{
	struct stat st;
	const char *base = pcs_path_base(recorded);
	size_t stem = pcs_source_stem_len(base);
	/* What is recorded can be of any length, and no path. */
	if (c->links < 2 || recorded[0] != '/' || !stem || strlen(recorded) >= PATH_MAX)
		return false;
	char *dir = strndupa(recorded, pcs_path_dir_len(recorded));
	char *tag = strndupa(c->parsed.tag, c->parsed.tag_len);
	for (unsigned level = 0; level < PCS_LEVELS; level++) {
		ret->len = 0;
		if (pcs_path_join(ret, dir, PCS_CACHE_DIR "/") < 0 ||
		    pcs_pyc_name_add(ret, base, tag, level) < 0)
			return false;
		if (pcs_root_stat(k->site->root, ret->data, &st) == 0 && st.st_dev == c->dev &&
		    st.st_ino == c->ino)
			return true;
	}
	return false;
}

/* By way of a link, or below its real name, it is the same file all the same. */
static void look_at_recorded(void *ctx, struct pcs_seen *c, const char *recorded, const char *path)
{
	struct pcs_look *k = ctx;
	PCS_BUF struct pcs_buf link = { 0 };
	if (is_same_file(k, recorded, path)) {
		c->recorded = PCS_RECORDED_RIGHT;
	} else if (is_anothers(k, c, recorded, &link)) {
		c->link = PCS_LINKED_WRONG;
		c->link_path = pcs_arena_dup(&k->p->strings, link.data, link.len);
	}
}

static int look_at_hash(struct pcs_look *k, struct pcs_seen *c, const char *path)
{
	const struct pcs_buf *b = &k->v->scan.proofs.source;
	const char *name = pcs_path_base(path);
	int r = pcs_proofs_read(&k->v->scan.proofs, name);
	if (r < 0)
		return pcs_is_absence(r) ? 0 : pcs_look_unexamined(k, path, name, r);
	c->hash = pcs_source_hash(c->header.magic, c->minor, b->data, b->len) == c->header.hash ?
			  PCS_HASH_EQUAL :
			  PCS_HASH_DIFFERS;
	return 0;
}

static bool wants_canonical(const struct pcs_expect *e, const struct pcs_pyc_name *name)
{
	for (size_t i = 0; i < e->n; i++)
		if (pcs_expects(e, &e->wants[i], name))
			return e->wants[i].settings.reproducible;
	return false;
}

/* A pyc that memory knows as the very file that it is need not be opened: its body is what was
 * made, under the name that it has. */
static bool is_vouched(struct pcs_look *k, struct pcs_seen *c, const struct pcs_source_facts *f,
		       const struct pcs_expect *e)
{
	struct pcs_scan *s = &k->v->scan;
	const struct pcs_row *row = pcs_proofs_row(&s->proofs, c->name);
	const struct pcs_want *want = pcs_want_for(&c->parsed, e->wants, e->n);
	struct stat st;
	bool fresh;
	if (!row || !want || wants_canonical(e, &c->parsed) || !pcs_proves_body(row) ||
	    pcs_fs_lstat(s->dir.cache_fd, c->name, &st) < 0 || !S_ISREG(st.st_mode) ||
	    !pcs_proves_quickly(row, f, want, &st, &fresh))
		return false;
	pcs_look_keep_stat(c, &st);
	pcs_verify_tag(k->p->verify, k->p->verify->flags & PCS_VERIFY_ANY_VERSION, c);
	c->whole = pcs_pyc_header_get(row->header, PCS_PYC_HEADER, &c->header);
	c->body = PCS_BODY_WHOLE;
	c->recorded = PCS_RECORDED_RIGHT;
	c->written = pcs_written(&st, pcs_row_is_made(row));
	c->hash = c->header.flags == PCS_PYC_TIMESTAMP ? PCS_HASH_UNKNOWN : PCS_HASH_EQUAL;
	c->proven = fresh;
	return true;
}

/* Where a time leaves a doubt, memory may know the bytes of the source. 0 or -ENOMEM. */
static int prove(struct pcs_look *k, const char *path, const struct pcs_source_facts *f,
		 struct pcs_seen *c)
{
	const char *name = pcs_path_base(path);
	struct pcs_cache_facts facts = { .name = c->name,
					 .parsed = c->parsed,
					 .header = c->header,
					 .written = c->written,
					 .regular = true,
					 .pyc = true,
					 .whole = true,
					 .hash = c->hash,
					 .proven = c->proven };
	pcs_prove(&k->v->scan.proofs, name, f, NULL, &facts);
	c->proven = facts.proven;
	c->changed = facts.changed;
	if (facts.error && k->v->scan.proofs.digested) {
		c->as = PCS_SEEN_UNREADABLE;
		c->error = facts.error;
		return 0;
	}
	return facts.error ? pcs_look_unexamined(k, path, name, facts.error) : 0;
}

static int look_at_body(struct pcs_look *k, struct pcs_seen *c, const struct pcs_expect *e,
			const char *path)
{
	int r = 0;
	if (c->header.flags != PCS_PYC_TIMESTAMP)
		r = look_at_hash(k, c, path);
	if (r == 0 && c->body == PCS_BODY_WHOLE && k->p->peek.filename)
		r = pcs_verify_compare(k->p, c, k->recorded ?: path, look_at_recorded, k);
	if (r == 0 && c->body == PCS_BODY_WHOLE && wants_canonical(e, &c->parsed))
		c->shuffled = !pcs_verify_is_canonical(k->p, k->p->body.data, k->p->body.len);
	return r;
}

static int look_into(struct pcs_look *k, struct pcs_seen *c, const struct pcs_source_facts *f,
		     const struct pcs_expect *e, const char *path)
{
	struct pcs_proofs *proofs = &k->v->scan.proofs;
	struct stat st;
	int r = 0;
	if (!is_vouched(k, c, f, e)) {
		PCS_BUF struct pcs_buf dir = { 0 };
		if (pcs_site_cache_dir(k->site, k->v->path, &dir) < 0)
			return -ENOMEM;
		if (!pcs_look_read(k, k->v->scan.dir.cache_fd, dir.data, c, &st) || !c->whole ||
		    f->state != PCS_SOURCE_REGULAR)
			return 0;
		c->written = pcs_written(
			&st, pcs_proves_made(proofs, pcs_proofs_row(proofs, c->name), c->name, &st,
					     (const uint8_t *)k->p->body.data));
		if (c->header.magic == c->tag_magic) /* else judged by that; or PyPy's, by times */
			r = look_at_body(k, c, e, path);
	}
	return r == 0 ? prove(k, path, f, c) : r;
}

/* The entries of __pycache__ that are caches of `name`. 0 or -ENOMEM. */
static int look_at_caches(struct pcs_look *k, const char *name, const struct pcs_source_facts *f,
			  const struct pcs_expect *e, const char *path)
{
	struct pcs_pyc_name parsed;
	size_t at = SIZE_MAX;
	k->p->n_seen = 0;
	pcs_proofs_forget(&k->v->scan.proofs);
	pcs_arena_done(&k->p->strings);
	for (const char *entry; (entry = pcs_scan_next(&k->v->scan, name, &at, &parsed));) {
		struct pcs_seen *c = pcs_verify_seen(k->p);
		if (!c)
			return -ENOMEM;
		c->name = entry;
		c->parsed = parsed;
		if (look_into(k, c, f, e, path) < 0)
			return -ENOMEM;
		if (c->error == -ENOENT) /* gone since the directory was read */
			k->p->n_seen--;
		else
			k->living += f->state != PCS_SOURCE_GONE;
	}
	return 0;
}

static bool same_content(void *ctx, const struct pcs_seen *a, const struct pcs_seen *b)
{
	struct pcs_look *k = ctx;
	struct stat st;
	struct pcs_buf *x = &k->p->body, *y = &k->p->other;
	x->len = y->len = 0;
	return pcs_fs_read(k->v->scan.dir.cache_fd, a->name, PCS_PYC_MAX, x, &st) == 0 &&
	       pcs_fs_read(k->v->scan.dir.cache_fd, b->name, PCS_PYC_MAX, y, &st) == 0 &&
	       x->len == y->len && x->len && memcmp(x->data, y->data, x->len) == 0;
}

static bool lacks_pyc(const struct pcs_verdict *v)
{
	return v->code == PCS_FOUND_MISSING || v->code == PCS_FOUND_LEVEL_MISSING ||
	       v->code == PCS_FOUND_OWNED_MISSING;
}

/* 0 or -ENOMEM. */
static int recall_failure(struct pcs_look *k, const char *name, const struct pcs_want *want,
			  unsigned level)
{
	PCS_BUF struct pcs_buf entry = { 0 };
	int r = pcs_pyc_name_add(&entry, name, want->tag, level);
	if (r < 0)
		return r;
	const struct pcs_row *row = pcs_proofs_row(&k->v->scan.proofs, entry.data);
	const char *words = row ? row->words : ""; /* then come the lines of the source */
	const struct pcs_finding f = { .path = k->p->path.data,
				       .source = k->p->path.data,
				       .version = k->site->interps->list[want->interp].version,
				       .found = strndupa(words, strcspn(words, "\n")),
				       .expected = "",
				       .archive = "",
				       .code = PCS_FOUND_NOT_COMPILING,
				       .level = PCS_LEVEL_OTHER };
	return pcs_findings_add(&k->p->found, &f);
}

/* What is known not to compile need not be tried, and lacks no pyc. 0 or -ENOMEM. */
static int recall_failures(struct pcs_look *k, const char *name, struct pcs_source_facts *f,
			   const struct pcs_expect *e, struct pcs_verdict *v, size_t *n)
{
	size_t kept = 0;
	int r = pcs_prove_failing(&k->v->scan.proofs, name, e->wants, e->n, f);
	for (size_t i = 0; i < *n && r == 0; i++) {
		unsigned failing = lacks_pyc(&v[i]) ? f->failing[v[i].want - e->wants] : 0;
		if (failing)
			r = recall_failure(k, name, v[i].want, (unsigned)__builtin_ctz(failing));
		else
			v[kept++] = v[i];
	}
	*n = kept;
	return r;
}

static int add_missing_trials(struct pcs_look *k, const char *path, const struct pcs_verdict *v,
			      size_t n)
{
	unsigned last = PCS_NO_INTERP;
	for (size_t i = 0; i < n; i++) {
		if (!lacks_pyc(&v[i]) || v[i].want->interp == last)
			continue;
		last = v[i].want->interp;
		if (!pcs_verify_trial(k->p, path, last))
			return -ENOMEM;
	}
	return 0;
}

/* Judge; only when something may be wrong is it asked who owns it, and judged again. */
static size_t judge(struct pcs_look *k, const char *name, const struct pcs_source_facts *f,
		    struct pcs_expect *e, struct pcs_verdict *v)
{
	struct pcs_verify_part *p = k->p;
	size_t n = pcs_judge_source(f, p->seen, p->n_seen, e, v, PCS_VERDICTS_MAX);
	if (!(pcs_verdicts_grave(v, n) || pcs_verdicts_doubt(v, n)) || !k->site->owner ||
	    pcs_visit_owner(k->v, name) == PCS_OWNED_NO)
		return n;
	e->flags |= PCS_EXPECT_OWNED;
	return pcs_judge_source(f, p->seen, p->n_seen, e, v, PCS_VERDICTS_MAX);
}

/*
 * What is different in a staging root, as the plan has it: names are those that the package will
 * have, and so are times, unless they are to be set here; and what nobody asks for is not just
 * left. `recorded` gets a name. 0 or -ENOMEM.
 */
static int stage(struct pcs_look *k, const char *path, struct pcs_source_facts *f,
		 struct pcs_expect *e, struct pcs_buf *recorded)
{
	const struct pcs_staged *staged = k->site->staged;
	k->recorded = NULL;
	if (!staged)
		return 0;
	if (!staged->clamp_mtime)
		f->mtime = pcs_staged_time(staged, f->mtime);
	if (staged->extra != PCS_EXTRA_KEEP)
		e->flags |= PCS_EXPECT_NO_EXTRA | PCS_EXPECT_ALL;
	if (staged->extra == PCS_EXTRA_FIX)
		e->flags |= PCS_EXPECT_LEVELS;
	int r = pcs_staged_recorded(staged, path, recorded);
	k->recorded = r == 0 ? recorded->data : NULL; /* else nothing is compiled there */
	return r == -ENOMEM ? r : 0;
}

/* There is nobody to compile it, which is an error for 'stage'. 0 or -ENOMEM. */
static int note_lacking(struct pcs_look *k, const char *path)
{
	return pcs_findings_add_unexamined(&k->p->found, "", path, "",
					   "there is no interpreter to compile it for");
}

static int look_at_source(struct pcs_visit *visit, const char *name)
{
	struct pcs_look *k = visit->ctx;
	struct pcs_want wants[PCS_INTERPS_MAX];
	struct pcs_verdict v[PCS_VERDICTS_MAX];
	struct pcs_source_facts f;
	struct pcs_expect e = { .wants = wants };
	const char *path = source_path(k, name);
	bool none = false;
	if (!path)
		return -ENOMEM;
	int r = pcs_scan_source(&visit->scan, name, &f);
	if (r < 0)
		return pcs_look_unexamined(k, path, name, r);
	k->p->found.sources += f.state != PCS_SOURCE_GONE;
	r = f.state == PCS_SOURCE_REGULAR ? pcs_visit_wants(visit, name, &f, wants, &none) : 0;
	if (r < 0)
		return r;
	e.n = (size_t)r;
	PCS_BUF struct pcs_buf recorded = { 0 };
	if (stage(k, path, &f, &e, &recorded) < 0 ||
	    (none && k->site->staged && note_lacking(k, path) < 0))
		return -ENOMEM;
	r = look_at_caches(k, name, &f, &e, path);
	if (r == 0)
		pcs_verify_links(k->p, &e, same_content, k);
	if (r < 0 || visit->scan.cache_error)
		return r;
	PCS_BUF struct pcs_buf cache = { 0 };
	r = pcs_site_cache_dir(k->site, k->v->path, &cache);
	const struct pcs_about s = { .facts = &f,
				     .expect = &e,
				     .source = path,
				     .recorded = k->recorded,
				     .dir = cache.data,
				     .archive = "" };
	if (r == 0)
		r = pcs_verify_undecided(k->p, &s);
	if (r)
		return r < 0 ? r : 0;
	size_t n = judge(k, name, &f, &e, v);
	r = recall_failures(k, name, &f, &e, v, &n);
	if (r == 0)
		r = pcs_verify_note(k->p, &s, v, n);
	if (r == 0)
		r = add_missing_trials(k, path, v, n);
	if (r == 0 && f.state == PCS_SOURCE_REGULAR &&
	    (k->p->verify->flags & PCS_VERIFY_DEEP ||
	     (k->site->staged && pcs_verdicts_doubt(v, n))))
		r = pcs_verify_try(k->p, &s); /* it settles doubts */
	return r;
}

static int look_at_name(struct pcs_visit *v, const char *name)
{
	int r = look_at_source(v, name);
	return r == 0 && v->listed ? pcs_look_at_package(v->ctx, name) : r;
}

static int look_failed(struct pcs_visit *v, int error, const char *words)
{
	struct pcs_look *k = v->ctx;
	(void)error;
	return pcs_verify_add(k->p, PCS_FOUND_NOT_EXAMINED, "", v->path, words);
}

static void init(struct pcs_verify_part *p, struct pcs_look *k, struct pcs_visit *v)
{
	static const struct pcs_visit_ops ops = { .source = look_at_name,
						  .stray = pcs_look_at_stray,
						  .legacy = pcs_look_at_legacy,
						  .failed = look_failed,
						  .end = pcs_look_at_cache_dir };
	const struct pcs_site *site = p->verify->site;
	*k = (struct pcs_look){ .p = p, .v = v, .site = site, .beside.root = site->root };
	*v = (struct pcs_visit){ .site = site,
				 .ops = &ops,
				 .ctx = k,
				 .quick = site->memory && !(p->verify->flags & PCS_VERIFY_ANEW),
				 .in_trees = p->verify->flags & PCS_VERIFY_IN_TREES };
}

static int look_at_listed(struct pcs_verify_part *p, const struct pcs_change_dir *d)
{
	struct pcs_look k;
	struct pcs_visit v;
	init(p, &k, &v);
	k.beside.dir = d->path;
	int r = pcs_visit_listed(&v, d);
	pcs_beside_tree_done(&k.beside);
	return r;
}

static int visit(void *member, const char *path, size_t follow_len, pcs_walk_found *found,
		 void *walk)
{
	struct pcs_look k;
	struct pcs_visit v;
	init(member, &k, &v);
	k.beside.dir = path;
	int r = pcs_visit_whole(&v, path, follow_len, found, walk);
	pcs_beside_tree_done(&k.beside);
	return r;
}

int pcs_verify_changes(struct pcs_verify *v, struct pcs_changes *changes)
{
	const struct pcs_walk_ops ops = { .visit = visit, .elsewhere = &changes->elsewhere };
	struct pcs_verify_part parts[PCS_WALK_THREADS] = { 0 };
	void *members[PCS_WALK_THREADS];
	int r = 0;
	for (size_t i = 0; i < PCS_WALK_THREADS; i++) {
		parts[i].verify = v;
		members[i] = &parts[i];
	}
	for (size_t i = 0; i < changes->n_failures && r == 0; i++)
		r = pcs_verify_add(&parts[0], PCS_FOUND_NOT_EXAMINED, "", changes->failures[i].path,
				   pcs_strerror(changes->failures[i].error));
	for (size_t i = 0; i < changes->n_dirs && r == 0 && !pcs_signal_seen(); i++)
		r = look_at_listed(&parts[0], &changes->dirs[i]);
	for (size_t i = 0; i < changes->n_walks && r == 0 && !pcs_signal_seen(); i++)
		r = pcs_walk_tree(changes->walks[i].path, v->jobs, &ops, members);
	for (size_t i = 0; i < PCS_WALK_THREADS; i++) {
		if (r == 0)
			r = pcs_verify_join(v, &parts[i]);
		pcs_verify_part_done(&parts[i]);
	}
	return r < 0 ? r : pcs_signal_seen() ? -PCS_ESIGNAL : 0;
}
