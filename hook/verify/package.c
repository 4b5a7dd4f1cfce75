/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/package.h"

#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "verify/beside.h"
#include "verify/deep.h"
#include "verify/links.h"
#include "verify/members.h"
#include "verify/note.h"
#include "verify/package_wants.h"
#include "verify/pyc.h"

/* Where a link leads, as a path of the package. Links that lead out stop at its top. */
static int link_target(const struct pcs_fact *f, struct pcs_buf *ret)
{
	char *dir = strndupa(f->path, pcs_path_dir_len(f->path));
	ret->len = 0;
	return pcs_path_normalize(f->link, strlen(f->link), f->hardlink ? "/" : dir, ret);
}

/* The regular file that a member is in the end, or NULL where it is not in the package. */
static struct pcs_fact *resolve(struct pcs_package *k, struct pcs_fact *f)
{
	PCS_BUF struct pcs_buf path = { 0 };
	for (int hops = 0; f && hops < PCS_LINKS_MAX; hops++) {
		if (!f->link || f->has_content)
			return f;
		f = link_target(f, &path) < 0 ? NULL : pcs_package_find(k, path.data);
	}
	return NULL;
}

/* Whether the path is that of a cache of the same source and tag. */
static bool is_sibling(const struct pcs_fact *f, const char *path)
{
	struct pcs_pyc_name n;
	size_t dir = pcs_path_dir_len(f->path);
	const struct pcs_pyc_name *own = &f->seen.parsed;
	const char *base = pcs_path_base(path);
	return pcs_path_dir_len(path) == dir && memcmp(path, f->path, dir) == 0 &&
	       pcs_pyc_name_parse(base, &n) && n.stem_len == own->stem_len &&
	       memcmp(base, f->seen.name, n.stem_len) == 0 && pcs_pyc_name_same_tag(&n, own);
}

/* In cpio the content comes with the last of the names, in tar with the first. */
static void give_content_back(struct pcs_package *k)
{
	PCS_BUF struct pcs_buf path = { 0 };
	for (size_t i = 0; i < k->n; i++) {
		struct pcs_fact *f = &k->facts[i];
		if (!f->hardlink || !f->has_content || f->kind != PCS_FACT_CACHE ||
		    link_target(f, &path) < 0)
			continue;
		for (size_t t = pcs_package_lower_bound(k, path.data); t < k->n; t++) {
			struct pcs_fact *first = &k->facts[t];
			if (strcmp(first->path, path.data) != 0)
				break;
			if (first->kind == PCS_FACT_CACHE && !first->hardlink &&
			    first->seen.size == 0) {
				first->hardlink = true;
				first->link = f->path;
				first->has_content = false;
				first->seen.as = PCS_SEEN_FILE;
			}
		}
		f->hardlink = false;
		f->link = NULL;
	}
}

/* All but the name is that of the file it is a link to. */
static void take_facts(struct pcs_fact *f, const struct pcs_fact *of)
{
	struct pcs_seen own = f->seen;
	f->seen = of->seen;
	f->seen.name = own.name;
	f->seen.parsed = own.parsed;
	f->seen.mode = own.mode;
	f->seen.uid = own.uid;
	f->seen.gid = own.gid;
}

/* It is somebody else's pyc, of which no more may be known. */
static void blame_link(struct pcs_fact *f, const char *target)
{
	f->seen.link = PCS_LINKED_WRONG;
	f->seen.link_path = target;
	if (f->seen.whole)
		return;
	f->seen.whole = true;
	f->seen.header.magic = f->seen.tag_magic;
}

static bool records(const struct pcs_fact *content, const struct pcs_fact *f)
{
	PCS_BUF struct pcs_buf path = { 0 };
	return content->seen.recorded_path && pcs_package_source_of(f, &path) == 0 &&
	       strcmp(content->seen.recorded_path, path.data) == 0;
}

/* The file that a path of the package is in the end. */
static const struct pcs_fact *real(struct pcs_package *k, const char *path)
{
	struct pcs_fact *f = pcs_package_find(k, path);
	return f ? resolve(k, f) : NULL;
}

/* By way of links, what a pyc records may be the source at hand. 0 or -ENOMEM. */
static int compare_recorded(struct pcs_package *k, struct pcs_fact *f, const struct pcs_fact *of)
{
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf recorded = { 0 };
	int r = pcs_package_source_of(f, &path);
	if (r == 0)
		r = of->seen.recorded_path ? pcs_buf_adds(&recorded, of->seen.recorded_path) :
					     pcs_package_source_of(of, &recorded);
	if (r)
		return r;
	const struct pcs_fact *a = real(k, path.data), *b = real(k, recorded.data);
	bool right = strcmp(path.data, recorded.data) == 0 || (a && a == b);
	f->seen.recorded = right                                   ? PCS_RECORDED_RIGHT :
			   of->seen.recorded == PCS_RECORDED_LEAKS ? PCS_RECORDED_LEAKS :
								     PCS_RECORDED_ELSEWHERE;
	f->seen.recorded_path = pcs_arena_dup(&k->part.strings, recorded.data, recorded.len);
	return f->seen.recorded_path ? 0 : -ENOMEM;
}

/*
 * A pyc that is a hard link. Which of the names is the file and which is the link depends on who
 * packed it: where two sources share a pyc, it is that of the one whose path it records.
 * 0 or -ENOMEM.
 */
static int follow(struct pcs_package *k, struct pcs_fact *f)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = 0;
	if (!f->hardlink || f->has_content || link_target(f, &path) < 0)
		return 0;
	struct pcs_fact *t = resolve(k, f);
	bool sibling = is_sibling(f, path.data);
	if (sibling && (!t || t->kind != PCS_FACT_CACHE)) {
		f->seen.link = PCS_LINKED_BROKEN;
		f->seen.link_path = f->link;
	} else if (sibling) {
		take_facts(f, t);
	} else if (t && t->kind == PCS_FACT_CACHE && records(t, f)) {
		take_facts(f, t);
		f->seen.recorded_path = NULL;
		f->seen.recorded = PCS_RECORDED_RIGHT;
		blame_link(t, f->path);
	} else {
		if (t && t->kind == PCS_FACT_CACHE) {
			take_facts(f, t);
			r = compare_recorded(k, f, t);
		}
		blame_link(f, f->link);
	}
	return r;
}

/* A pyc that is a symbolic link, which the importer follows. */
static int follow_symbolic(struct pcs_package *k, struct pcs_fact *f)
{
	PCS_BUF struct pcs_buf path = { 0 };
	struct pcs_pyc_name parsed = f->seen.parsed;
	const char *name = f->seen.name;
	if (f->hardlink || !S_ISLNK(f->seen.mode) || !f->link || link_target(f, &path) < 0)
		return 0;
	const struct pcs_fact *t = resolve(k, f);
	bool near = pcs_path_dir_len(path.data) == pcs_path_dir_len(f->path) &&
		    memcmp(path.data, f->path, pcs_path_dir_len(f->path)) == 0;
	f->seen.linked = true;
	f->seen.link_path = f->link;
	if (!t || (t->kind != PCS_FACT_CACHE && t->kind != PCS_FACT_LEGACY)) {
		f->seen.as = near ? PCS_SEEN_NO_FILE : PCS_SEEN_ELSEWHERE;
		return 0;
	}
	f->seen = t->seen;
	f->seen.name = name;
	f->seen.parsed = parsed;
	f->seen.linked = true;
	pcs_verify_tag(k->part.verify, true, &f->seen);
	bool known = t->kind == PCS_FACT_CACHE && t->seen.recorded != PCS_RECORDED_UNKNOWN;
	return known && f->kind == PCS_FACT_CACHE ? compare_recorded(k, f, t) : 0;
}

static int miss(struct pcs_package *k, const char *path, const char *why)
{
	return pcs_findings_add_unexamined(&k->part.found, k->file, path, "", why);
}

/* 0 or -ENOMEM. */
static int compare_hash(struct pcs_package *k, const struct pcs_fact *source, struct pcs_seen *c)
{
	if (!source || c->header.magic != c->tag_magic)
		return 0;
	for (size_t i = 0; i < k->n_magics && i < source->n_hashes; i++)
		if (k->magics[i].magic == c->header.magic) {
			c->hash = source->hashes[i] == c->header.hash ? PCS_HASH_EQUAL :
									PCS_HASH_DIFFERS;
			return 0;
		}
	return k->hashes_unread ?
		       0 :
		       miss(k, source->path, "its content was not read, and not compared");
}

static struct pcs_source_facts facts_of(const struct pcs_fact *member,
					const struct pcs_fact *source)
{
	const struct pcs_fact *f = source ? source : member;
	bool regular = S_ISREG(f->seen.mode) || !source;
	return (struct pcs_source_facts){ .state = regular ? PCS_SOURCE_REGULAR : PCS_SOURCE_OTHER,
					  .mtime = f->mtime,
					  .size = (off_t)f->seen.size,
					  .mode = f->seen.mode,
					  .uid = f->seen.uid,
					  .gid = f->seen.gid,
					  .dir_uid = f->seen.uid,
					  .dir_gid = f->seen.gid };
}

/* The caches of the source with that path, in p->seen. */
static int collect(struct pcs_package *k, const char *cache, const char *path,
		   const struct pcs_fact *source)
{
	PCS_BUF struct pcs_buf prefix = { 0 };
	const char *base = pcs_path_base(path);
	size_t stem_len = pcs_source_stem_len(base);
	int r = pcs_buf_printf(&prefix, "%s/%.*s.", cache, (int)stem_len, base);
	k->part.n_seen = 0;
	for (size_t i = r < 0 ? k->n : pcs_package_lower_bound(k, prefix.data); i < k->n; i++) {
		struct pcs_fact *f = &k->facts[i];
		if (strncmp(f->path, prefix.data, prefix.len) != 0)
			break;
		if (f->kind != PCS_FACT_CACHE || f->seen.parsed.stem_len != stem_len)
			continue;
		struct pcs_seen *c = pcs_verify_seen(&k->part);
		if (!c)
			return -ENOMEM;
		k->part.found.pycs--; /* counted when it came by */
		f->judged = true;
		*c = f->seen;
		if (c->whole && c->header.flags != PCS_PYC_TIMESTAMP &&
		    compare_hash(k, source, c) < 0)
			return -ENOMEM;
	}
	return r;
}

static int judge(struct pcs_package *k, const struct pcs_about *s)
{
	struct pcs_verdict v[PCS_VERDICTS_MAX];
	int undecided = pcs_verify_undecided(&k->part, s);
	if (undecided)
		return undecided < 0 ? undecided : 0;
	size_t n = pcs_judge_source(s->facts, k->part.seen, k->part.n_seen, s->expect, v,
				    PCS_ARRAY_SIZE(v));
	int r = pcs_verify_note(&k->part, s, v, n);
	if (r == 0 && s->facts->state != PCS_SOURCE_GONE)
		r = pcs_package_note_misplaced(k, s);
	if (r == 0 && k->part.verify->flags & PCS_VERIFY_DEEP &&
	    s->facts->state == PCS_SOURCE_REGULAR)
		r = pcs_verify_try(&k->part, s);
	return r;
}

static bool same_content(void *ctx, const struct pcs_seen *a, const struct pcs_seen *b)
{
	(void)ctx;
	return a->content && a->content == b->content;
}

static int judge_source(struct pcs_package *k, const struct pcs_tags *tags, struct pcs_fact *member,
			struct pcs_tagged_dir *d)
{
	struct pcs_want wants[PCS_INTERPS_MAX];
	struct pcs_fact *source = resolve(k, member);
	struct pcs_source_facts f = facts_of(member, source);
	bool zip = k->format == PCS_ARCHIVE_ZIP;
	struct pcs_expect e = { .wants = wants,
				.flags = PCS_EXPECT_ALL | PCS_EXPECT_NO_CTIME,
				.slack = zip ? 1 : 0 }; /* DOS counts in steps of two seconds */
	if (zip)
		e.flags |= PCS_EXPECT_NO_ACCESS; /* the installer's affair */
	if (!source)
		e.flags |= PCS_EXPECT_NO_TIMES | PCS_EXPECT_NO_ACCESS;
	PCS_BUF struct pcs_buf cache = { 0 };
	char *dir = strndupa(member->path, pcs_path_dir_len(member->path));
	int r = pcs_path_join(&cache, dir, PCS_CACHE_DIR);
	const struct pcs_fact *c = r < 0 ? NULL : pcs_package_find(k, cache.data);
	if (r < 0 || (c && !S_ISDIR(c->seen.mode))) /* no room for one */
		return r;
	pcs_package_start_dir(k, tags, cache.data, d);
	e.n = pcs_package_wants(k, tags, d, member->path, (uint64_t)f.size, wants, &e.flags);
	r = collect(k, cache.data, member->path, source);
	if (r < 0)
		return r;
	pcs_verify_links(&k->part, &e, same_content, NULL);
	const struct pcs_about s = { .facts = &f,
				     .expect = &e,
				     .source = member->path,
				     .dir = cache.data,
				     .archive = k->file,
				     .text = source ? source->seen.kept : NULL,
				     .text_len = source ? source->seen.kept_len : 0 };
	return judge(k, &s);
}

static int judge_orphan(struct pcs_package *k, struct pcs_fact *pyc)
{
	const struct pcs_source_facts gone = { .state = PCS_SOURCE_GONE };
	const struct pcs_expect e = { .flags = PCS_EXPECT_ALL };
	PCS_BUF struct pcs_buf path = { 0 };
	char *cache = strndupa(pyc->path, pcs_path_dir_len(pyc->path));
	int r = pcs_package_source_of(pyc, &path);
	if (r == 0)
		r = collect(k, cache, path.data, NULL);
	const struct pcs_about s = {
		.facts = &gone, .expect = &e, .source = path.data, .dir = cache, .archive = k->file
	};
	return r < 0 ? r : judge(k, &s);
}

/* What a link leads to outside of the package is taken for a file. */
static int is_file(void *ctx, const char *path)
{
	struct pcs_package *k = ctx;
	struct pcs_fact *f = pcs_package_find(k, path);
	const struct pcs_fact *target = f ? resolve(k, f) : NULL;
	return f && (!target || S_ISREG(target->seen.mode));
}

/* The facts whose path begins with `dir` and what comes after a slash, from *at on; or NULL. */
static const struct pcs_fact *next_below(const struct pcs_package *k, const char *prefix,
					 size_t *at)
{
	const struct pcs_fact *f = *at < k->n ? &k->facts[*at] : NULL;
	++*at;
	return f && strncmp(f->path, prefix, strlen(prefix)) == 0 ? f : NULL;
}

static int has_extension(void *ctx, const char *dir, const char *stem, unsigned minor)
{
	const struct pcs_package *k = ctx;
	PCS_BUF struct pcs_buf prefix = { 0 };
	int r = pcs_path_join(&prefix, dir, stem);
	size_t at = r == 0 ? pcs_package_lower_bound(k, prefix.data) : 0;
	for (const struct pcs_fact *f; r == 0 && (f = next_below(k, prefix.data, &at));)
		if (f->kind == PCS_FACT_EXTENSION && pcs_path_dir_len(f->path) == strlen(dir) &&
		    pcs_is_extension_of(pcs_path_base(f->path), stem, minor))
			return 1;
	return r;
}

static int has_source(void *ctx, const char *dir)
{
	const struct pcs_package *k = ctx;
	PCS_BUF struct pcs_buf prefix = { 0 };
	int r = pcs_buf_printf(&prefix, "%s/", dir);
	size_t at = r == 0 ? pcs_package_lower_bound(k, prefix.data) : 0;
	for (const struct pcs_fact *f; r == 0 && (f = next_below(k, prefix.data, &at));)
		if (f->kind == PCS_FACT_SOURCE)
			return 1;
	return r;
}

/* zipimport has a pyc before its source, where it is of that one; extensions it does not load. */
static unsigned beside_in_zip(struct pcs_package *k, const struct pcs_fact *f, unsigned beside)
{
	const struct pcs_expect e = { .slack = 1 };
	beside &= ~(unsigned)PCS_BESIDE_EXTENSION;
	if (!(beside & PCS_BESIDE_SOURCE) || beside & PCS_BESIDE_PACKAGE)
		return beside;
	struct pcs_fact *source =
		pcs_package_find(k, strndupa(f->path, strlen(f->path) - strlen("c")));
	if (!source)
		return beside;
	const struct pcs_source_facts facts = facts_of(source, source);
	return pcs_judge_loads(&facts, &f->seen, &e) ? PCS_BESIDE_MODULE : beside;
}

static int judge_legacy(struct pcs_package *k, struct pcs_fact *f)
{
	static const struct pcs_beside_ops ops = { .is_file = is_file,
						   .has_extension = has_extension,
						   .has_source = has_source };
	char *dir = strndupa(f->path, pcs_path_dir_len(f->path));
	int beside = pcs_beside(&ops, k, dir, f->seen.name, f->seen.minor);
	if (beside < 0)
		return beside;
	unsigned flags = (unsigned)beside;
	if (k->format == PCS_ARCHIVE_ZIP && !k->wheel)
		flags = beside_in_zip(k, f, flags);
	return pcs_verify_legacy(&k->part, &f->seen, flags, dir, k->file);
}

static int judge_stray(struct pcs_package *k, const struct pcs_fact *f)
{
	bool there = pcs_package_has_source_of(k, f);
	if (there && pcs_is_pytest_name(f->seen.name))
		return 0;
	return pcs_verify_add(
		&k->part, pcs_package_is_orphan(k, f) ? PCS_FOUND_ORPHAN : PCS_FOUND_UNKNOWN_TAG,
		k->file, f->path, NULL);
}

/* Whether the __pycache__ `dir` has a cache of a source that is there. */
static bool is_alive(const struct pcs_package *k, const char *dir)
{
	PCS_BUF struct pcs_buf path = { 0 };
	size_t len = strlen(dir);
	for (size_t i = pcs_package_lower_bound(k, dir); i < k->n; i++) {
		const struct pcs_fact *f = &k->facts[i];
		if (strncmp(f->path, dir, len) != 0)
			break;
		path.len = 0;
		if (f->kind == PCS_FACT_STRAY && pcs_path_within(f->path, dir) &&
		    !pcs_package_is_orphan(k, f))
			return true;
		if (f->kind == PCS_FACT_CACHE && pcs_path_within(f->path, dir) &&
		    (pcs_package_source_of(f, &path) < 0 || pcs_package_find(k, path.data)))
			return true;
	}
	return false;
}

/* Root installs most packages. */
static int judge_access(struct pcs_package *k, const struct pcs_fact *f)
{
	char found[16];
	const mode_t others = f->seen.gid ? S_IWOTH | S_IWGRP : S_IWOTH;
	if (!S_ISDIR(f->seen.mode) || k->format == PCS_ARCHIVE_ZIP || !(f->seen.mode & others))
		return 0;
	snprintf(found, sizeof(found), "mode %04o", (unsigned)f->seen.mode & 07777);
	return pcs_verify_add(&k->part, PCS_FOUND_EXPOSED_CACHE, k->file, f->path, found);
}

/* Each __pycache__ once, whether it has an entry of its own or only holds some. */
static int judge_dirs(struct pcs_package *k)
{
	PCS_BUF struct pcs_buf last = { 0 };
	int r = pcs_buf_adds(&last, "");
	for (size_t i = 0; i < k->n && r == 0; i++) {
		const struct pcs_fact *f = &k->facts[i];
		size_t len = f->kind == PCS_FACT_DIR ?
				     (S_ISDIR(f->seen.mode) ? strlen(f->path) : 0) :
			     f->kind == PCS_FACT_CACHE || f->kind == PCS_FACT_STRAY ?
				     pcs_path_dir_len(f->path) :
				     0;
		if (f->kind == PCS_FACT_DIR)
			r = judge_access(k, f);
		if (r < 0 || len == 0 || (len == last.len && memcmp(f->path, last.data, len) == 0))
			continue;
		last.len = 0;
		r = pcs_buf_add(&last, f->path, len);
		if (r == 0 && !is_alive(k, last.data))
			r = pcs_verify_add(&k->part, PCS_FOUND_ORPHAN_DIRECTORY, k->file, last.data,
					   NULL);
	}
	return r;
}

static int judge_all(struct pcs_package *k)
{
	struct pcs_tags tags = { 0 };
	struct pcs_tagged_dir d = { 0 };
	int r = 0;
	give_content_back(k);
	for (size_t i = 0; i < k->n; i++) {
		struct pcs_seen *c = &k->facts[i].seen;
		if (k->facts[i].kind != PCS_FACT_CACHE)
			continue;
		pcs_verify_tag(k->part.verify, true, c); /* links have none so far */
		pcs_package_tags_of(k, &tags, &k->facts[i]);
	}
	for (size_t i = 0; i < k->n && r == 0; i++)
		if (k->facts[i].kind == PCS_FACT_CACHE)
			r = follow(k, &k->facts[i]);
	for (size_t i = 0; i < k->n && r == 0; i++)
		if (k->facts[i].kind == PCS_FACT_CACHE || k->facts[i].kind == PCS_FACT_LEGACY)
			r = follow_symbolic(k, &k->facts[i]);
	for (size_t i = 0; i < k->n && r == 0; i++)
		if (k->facts[i].kind == PCS_FACT_SOURCE)
			r = judge_source(k, &tags, &k->facts[i], &d);
	for (size_t i = 0; i < k->n && r == 0; i++) {
		struct pcs_fact *f = &k->facts[i];
		if (f->kind == PCS_FACT_CACHE && !f->judged)
			r = judge_orphan(k, f);
		else if (f->kind == PCS_FACT_LEGACY)
			r = judge_legacy(k, f);
		else if (f->kind == PCS_FACT_STRAY)
			r = judge_stray(k, f);
	}
	return r < 0 ? r : judge_dirs(k);
}

int pcs_verify_archive(struct pcs_verify *v, const char *file, struct pcs_buf *ret_why)
{
	struct pcs_package k = { .part = { .verify = v },
				 .file = file,
				 .wheel = pcs_ends_with(file, ".whl") };
	int r = pcs_package_gather(&k, ret_why);
	if (r == 0)
		r = judge_all(&k);
	if (r == 0)
		r = pcs_verify_join(v, &k.part);
	pcs_package_done(&k);
	return r;
}
