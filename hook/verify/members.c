/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/members.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "policy/query.h"
#include "pyc/source_hash.h"
#include "verify/note.h"
#include "verify/pyc.h"

/* With PCS_VERIFY_DEEP, sources and pycs are kept until all are there: up to this much of them. */
enum { KEPT_MAX = PCS_ARCHIVE_KEPT };

static int note(struct pcs_package *k, enum pcs_finding_code code, const char *path,
		const char *found)
{
	return k->only_hashes ? 0 : pcs_verify_add(&k->part, code, k->file, path, found);
}

/* What a member is to us, by its path alone. False: nothing. */
static bool classify(const struct pcs_member *m, enum pcs_fact_kind *ret)
{
	struct pcs_pyc_name name;
	const char *base = pcs_path_base(m->path);
	char *dir = strndupa(m->path, pcs_path_dir_len(m->path));
	bool in_cache = strcmp(pcs_path_base(dir), PCS_CACHE_DIR) == 0;
	if (strcmp(base, PCS_CACHE_DIR) == 0)
		*ret = PCS_FACT_DIR;
	else if (S_ISDIR(m->mode))
		return false;
	else if (in_cache)
		*ret = pcs_pyc_name_parse(base, &name) ? PCS_FACT_CACHE : PCS_FACT_STRAY;
	else if (pcs_source_stem_len(base))
		*ret = PCS_FACT_SOURCE;
	else if (pcs_ends_with(base, ".pyc") && strlen(base) > 4)
		*ret = PCS_FACT_LEGACY;
	else if (pcs_ends_with(base, ".so"))
		*ret = PCS_FACT_EXTENSION;
	else
		return false;
	return true;
}

static size_t want(void *ctx, const struct pcs_member *m)
{
	struct pcs_package *k = ctx;
	enum pcs_fact_kind kind;
	if (m->escapes || !classify(m, &kind) || !S_ISREG(m->mode))
		return 0;
	if (kind == PCS_FACT_CACHE || kind == PCS_FACT_LEGACY || kind == PCS_FACT_STRAY)
		return k->only_hashes ? 0 : PCS_PYC_MAX;
	return kind == PCS_FACT_SOURCE && (k->n_magics || k->part.verify->flags & PCS_VERIFY_DEEP) ?
		       PCS_PYC_MAX :
		       0;
}

static const char *keep(struct pcs_package *k, const char *s)
{
	return pcs_arena_dup(&k->part.strings, s, strlen(s));
}

/* What is not kept is named when it is judged. */
static void keep_content(struct pcs_package *k, struct pcs_fact *f, const char *data, size_t len)
{
	if (!(k->part.verify->flags & PCS_VERIFY_DEEP) || k->kept + len > KEPT_MAX)
		return;
	f->seen.kept = pcs_arena_dup(&k->part.kept, data, len);
	f->seen.kept_len = len;
	k->kept += f->seen.kept ? len : 0;
}

static void ask_hashes_of(struct pcs_package *k, uint32_t magic, unsigned minor)
{
	for (size_t i = 0; i < k->n_magics; i++)
		if (k->magics[i].magic == magic)
			return;
	if (k->n_magics == PCS_MAGICS_MAX)
		return;
	k->magics[k->n_magics++] = (struct pcs_magic){ .magic = magic, .minor = minor };
	for (size_t i = 0; i < k->n && !k->again; i++)
		k->again = k->facts[i].kind == PCS_FACT_SOURCE;
}

int pcs_package_source_of(const struct pcs_fact *pyc, struct pcs_buf *ret)
{
	const char *name = pyc->seen.name;
	size_t cache = (size_t)(name - pyc->path) - strlen(PCS_CACHE_DIR "/");
	return pcs_buf_printf(ret, "%.*s%.*s.py", (int)cache, pyc->path,
			      (int)pyc->seen.parsed.stem_len, name);
}

/* A wheel does not say where it goes: any place for modules may be recorded, or none. */
static bool right_in_wheel(const char *recorded, const char *path)
{
	static const char *const places[] = { "/site-packages", "/dist-packages" };
	if (strcmp(recorded, path + 1) == 0)
		return true;
	if (!pcs_ends_with(recorded, path) || pcs_verify_is_build_place(recorded))
		return false;
	const size_t before = strlen(recorded) - strlen(path);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(places); i++) {
		const size_t n = strlen(places[i]);
		if (before >= n && memcmp(recorded + before - n, places[i], n) == 0)
			return true;
	}
	return false;
}

static void look_at_recorded(void *ctx, struct pcs_seen *c, const char *recorded, const char *path)
{
	const struct pcs_package *k = ctx;
	if (k->wheel)
		c->recorded = right_in_wheel(recorded, path) ? PCS_RECORDED_RIGHT :
			      recorded[0] == '/'             ? PCS_RECORDED_LEAKS :
							       PCS_RECORDED_ELSEWHERE;
}

/* What policy says of the source of a pyc. False: that is not to be compiled. */
static bool settings_of(const struct pcs_package *k, const struct pcs_fact *f,
			struct pcs_settings *ret)
{
	const struct pcs_policy *policy = k->part.verify->site->policy;
	PCS_BUF struct pcs_buf path = { 0 };
	char version[8];
	struct pcs_tree_hit hit;
	if (f->kind != PCS_FACT_CACHE || pcs_package_source_of(f, &path) < 0)
		return false;
	snprintf(version, sizeof(version), "3.%u", f->seen.minor % 1000);
	pcs_policy_tree(policy, path.data, &hit);
	const struct pcs_subject subject = { .path = path.data,
					     .version = version,
					     .tree = hit.tree };
	pcs_policy_settings(policy, &subject, ret, NULL);
	return ret->compile;
}

/* Whether levels may have to be one file: then their content is compared. */
static bool may_want_link(const struct pcs_package *k, const struct pcs_settings *s)
{
	return k->format != PCS_ARCHIVE_ZIP &&
	       (k->part.verify->flags & PCS_VERIFY_LINKS ||
		(s->hardlink_dupes && s->levels & (s->levels - 1u)));
}

static int take_pyc(struct pcs_package *k, struct pcs_fact *f, const char *data, size_t len)
{
	struct pcs_seen *c = &f->seen;
	struct pcs_settings s;
	int r = 0;
	c->size = len;
	pcs_verify_content(&k->part, true, c, data, len);
	PCS_BUF struct pcs_buf path = { 0 };
	if (f->kind == PCS_FACT_CACHE && c->body == PCS_BODY_WHOLE) {
		r = pcs_package_source_of(f, &path);
		if (r == 0)
			r = pcs_verify_compare(&k->part, c, path.data, look_at_recorded, k);
	}
	if (c->whole && settings_of(k, f, &s)) {
		c->shuffled = c->body == PCS_BODY_WHOLE && s.reproducible &&
			      !pcs_verify_is_canonical(&k->part, data, len);
		c->content = may_want_link(k, &s) ? pcs_source_hash(0, 8, data, len) : 0;
	}
	if (c->whole && c->header.flags != PCS_PYC_TIMESTAMP && c->header.magic == c->tag_magic)
		ask_hashes_of(k, c->header.magic, c->minor);
	keep_content(k, f, data, len);
	return r;
}

static int take_source(struct pcs_package *k, struct pcs_fact *f, const char *data, size_t len)
{
	free(f->hashes);
	f->n_hashes = 0;
	f->hashes = calloc(k->n_magics + 1, sizeof(*f->hashes));
	if (!f->hashes)
		return -ENOMEM;
	for (size_t i = 0; i < k->n_magics; i++)
		f->hashes[i] = pcs_source_hash(k->magics[i].magic, k->magics[i].minor, data, len);
	f->n_hashes = (uint8_t)k->n_magics;
	if (!k->only_hashes)
		keep_content(k, f, data, len);
	return 0;
}

static int take_content(struct pcs_package *k, struct pcs_fact *f, const char *data, size_t len)
{
	f->has_content = data != NULL;
	if (f->kind == PCS_FACT_STRAY)
		f->seen.whole = data && pcs_pyc_looks_like_one((const uint8_t *)data, len);
	if (f->kind == PCS_FACT_STRAY)
		return 0;
	if (f->kind == PCS_FACT_SOURCE)
		return data ? take_source(k, f, data, len) : 0;
	if (!S_ISREG(f->seen.mode))
		f->seen.as = PCS_SEEN_NO_FILE;
	else if (data)
		return take_pyc(k, f, data, len);
	else if (!f->hardlink)
		f->seen.as = PCS_SEEN_TOO_LARGE;
	return 0;
}

static struct pcs_fact *new_fact(struct pcs_package *k, const struct pcs_member *m,
				 enum pcs_fact_kind kind)
{
	struct pcs_fact *f = PCS_ROOM(k->facts, k->n, k->cap);
	if (!f)
		return NULL;
	*f = (struct pcs_fact){ .path = keep(k, m->path),
				.mtime = m->mtime,
				.seen = { .size = m->size,
					  .ino = k->n + 1,
					  .mode = m->mode,
					  .uid = m->uid,
					  .gid = m->gid },
				.order = (uint32_t)k->n,
				.kind = (uint8_t)kind,
				.hardlink = m->hardlink };
	if (m->link)
		f->link = keep(k, m->link);
	if (!f->path || (m->link && !f->link))
		return NULL;
	f->seen.name = pcs_path_base(f->path);
	if (kind == PCS_FACT_CACHE)
		pcs_pyc_name_parse(f->seen.name, &f->seen.parsed);
	k->n++;
	return f;
}

/* The second pass: the source is known, its content was not wanted then. */
static int take_again(struct pcs_package *k, const struct pcs_member *m, enum pcs_fact_kind kind,
		      const char *data, size_t len)
{
	struct pcs_fact *f = kind == PCS_FACT_SOURCE ? pcs_package_find(k, m->path) : NULL;
	return f && data ? take_source(k, f, data, len) : 0;
}

static bool is_stray_pyc(const char *name)
{
	return pcs_ends_with(name, ".pyc") || pcs_is_pytest_name(name);
}

static int take_member(void *ctx, const struct pcs_member *m, const char *data, size_t len)
{
	struct pcs_package *k = ctx;
	enum pcs_fact_kind kind;
	k->format = m->format;
	if (m->escapes)
		return note(k, PCS_FOUND_ARCHIVE_ESCAPE, m->path, "a name with \"..\"");
	if (!classify(m, &kind))
		return 0;
	if (kind == PCS_FACT_STRAY && pcs_verify_is_temporary(pcs_path_base(m->path)))
		return note(k, PCS_FOUND_TEMPORARY, m->path, NULL);
	if (kind == PCS_FACT_STRAY && !is_stray_pyc(pcs_path_base(m->path)))
		return 0;
	if (m->absolute && note(k, PCS_FOUND_ARCHIVE_ESCAPE, m->path, "an absolute name") < 0)
		return -ENOMEM;
	if (k->only_hashes)
		return take_again(k, m, kind, data, len);
	if (kind == PCS_FACT_DIR && !S_ISDIR(m->mode) &&
	    note(k, PCS_FOUND_SYMLINKED_CACHE, m->path, m->link) < 0)
		return -ENOMEM;
	if (k->n == PCS_FACTS_MAX) {
		if (k->limit_noted)
			return 0;
		k->limit_noted = true;
		return note(k, PCS_FOUND_ARCHIVE_LIMIT, k->file, "more modules than are examined");
	}
	struct pcs_fact *f = new_fact(k, m, kind);
	if (!f)
		return -ENOMEM;
	k->part.found.sources += kind == PCS_FACT_SOURCE;
	k->part.found.pycs += kind == PCS_FACT_CACHE || kind == PCS_FACT_LEGACY;
	bool python = kind != PCS_FACT_DIR && kind != PCS_FACT_EXTENSION;
	return python ? take_content(k, f, data, len) : 0;
}

size_t pcs_package_lower_bound(const struct pcs_package *k, const char *path)
{
	return pcs_lower_bound(k->facts, k->n, sizeof(*k->facts), path);
}

struct pcs_fact *pcs_package_find(const struct pcs_package *k, const char *path)
{
	size_t i = pcs_package_lower_bound(k, path);
	return i < k->n && strcmp(k->facts[i].path, path) == 0 ? &k->facts[i] : NULL;
}

bool pcs_package_has_source_of(const struct pcs_package *k, const struct pcs_fact *stray)
{
	const char *name = stray->seen.name;
	size_t dir = (size_t)(name - stray->path) - strlen(PCS_CACHE_DIR "/");
	for (size_t len = 0; (len = pcs_stray_stem(name, len));) {
		PCS_BUF struct pcs_buf path = { 0 };
		if (pcs_buf_printf(&path, "%.*s%.*s.py", (int)dir, stray->path, (int)len, name) <
			    0 ||
		    pcs_package_find(k, path.data))
			return true;
	}
	return false;
}

bool pcs_package_is_orphan(const struct pcs_package *k, const struct pcs_fact *stray)
{
	return stray->seen.whole && pcs_stray_stem(stray->seen.name, 0) &&
	       !pcs_package_has_source_of(k, stray);
}

static int compare_facts(const void *a, const void *b)
{
	const struct pcs_fact *x = a, *y = b;
	int r = strcmp(x->path, y->path);
	return r ? r : x->order < y->order ? -1 : x->order > y->order;
}

/* Of several members with one path the last one is what is there in the end. */
static int sort_facts(struct pcs_package *k)
{
	size_t kept = 0;
	int r = 0;
	if (k->n)
		qsort(k->facts, k->n, sizeof(*k->facts), compare_facts);
	for (size_t i = 0; i < k->n; i++) {
		if (i + 1 < k->n && strcmp(k->facts[i].path, k->facts[i + 1].path) == 0) {
			if (k->facts[i].kind != PCS_FACT_DIR && r == 0)
				r = note(k, PCS_FOUND_ARCHIVE_DUPLICATE, k->facts[i].path, NULL);
			free(k->facts[i].hashes);
			continue;
		}
		k->facts[kept++] = k->facts[i];
	}
	k->n = kept;
	return r;
}

int pcs_package_gather(struct pcs_package *k, struct pcs_buf *ret_why)
{
	static const struct pcs_archive_ops ops = { .want = want, .member = take_member };
	int r = pcs_archive_read(k->file, &ops, k, ret_why);
	if (r < 0 && r != -PCS_EARCHIVE && r != -PCS_ELIMIT)
		return r;
	int s = sort_facts(k);
	if (s == 0 && r < 0)
		s = note(k, r == -PCS_ELIMIT ? PCS_FOUND_ARCHIVE_LIMIT : PCS_FOUND_ARCHIVE_DAMAGED,
			 k->file, ret_why->data);
	if (s < 0 || r < 0 || !k->again)
		return s;
	/* A hash is keyed with the version's magic number; a package that has its sources before
	 * its hash-based pycs is gone through twice. */
	k->only_hashes = true;
	r = pcs_archive_read(k->file, &ops, k, ret_why);
	if (r != -PCS_EARCHIVE && r != -PCS_ELIMIT)
		return r;
	k->hashes_unread = true;
	return pcs_findings_add_unexamined(&k->part.found, k->file, k->file, "", ret_why->data);
}

void pcs_package_done(struct pcs_package *k)
{
	for (size_t i = 0; i < k->n; i++)
		free(k->facts[i].hashes);
	free(k->facts);
	pcs_verify_part_done(&k->part);
}
