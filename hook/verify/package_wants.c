/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/package_wants.h"

#include <string.h>

#include "base/path.h"
#include "policy/query.h"
#include "tree/staged.h"
#include "workers/interp.h"

static struct pcs_tag *add_tag(struct pcs_package *k, struct pcs_tags *tags, const char *name,
			       size_t len, uint32_t magic)
{
	const struct pcs_interps *l = k->part.verify->site->interps;
	for (size_t i = 0; i < tags->n; i++)
		if (strlen(tags->list[i].name) == len && memcmp(tags->list[i].name, name, len) == 0)
			return &tags->list[i];
	struct pcs_tag t = { .magic = magic, .interp = PCS_NO_INTERP };
	if (tags->n == PCS_INTERPS_MAX || !magic || !pcs_tag_version(name, len, t.version))
		return NULL;
	memcpy(t.name, name, len);
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->list[i].tag, t.name) == 0)
			t.interp = (uint8_t)i;
	tags->list[tags->n] = t;
	return &tags->list[tags->n++];
}

/* Whether the tag is that of the interpreter which a directory called `version` belongs to; without
 * a version, it belongs to all. */
static bool is_at_home(const char *tag, size_t tag_len, const char *version, size_t len)
{
	char own[PCS_TAG_MAX];
	return !len || (pcs_version_tag(version, len, own) && strlen(own) == tag_len &&
			memcmp(own, tag, tag_len) == 0);
}

void pcs_package_tags_of(struct pcs_package *k, struct pcs_tags *tags, const struct pcs_fact *f)
{
	const struct pcs_seen *c = &f->seen;
	const char *version;
	char name[PCS_TAG_MAX];
	unsigned minor;
	uint32_t magic;
	struct pcs_tag *t = add_tag(k, tags, c->parsed.tag, c->parsed.tag_len, c->tag_magic);
	size_t len = pcs_staged_version(f->path, &version);
	if (t && is_at_home(t->name, strlen(t->name), version, len))
		t->shipped = true;
	if (pcs_version_tag(version, len, name) && pcs_tag_parse(name, strlen(name), &minor) &&
	    version[0] != 'p' && pcs_magic_of(minor, &magic))
		add_tag(k, tags, name, strlen(name), magic);
}

void pcs_package_start_dir(struct pcs_package *k, const struct pcs_tags *tags, const char *cache,
			   struct pcs_tagged_dir *d)
{
	size_t len = strlen(cache);
	if (d->pyc && d->len == len && memcmp(d->pyc, cache, len) == 0)
		return;
	*d = (struct pcs_tagged_dir){ .len = len };
	for (size_t i = pcs_package_lower_bound(k, cache); i < k->n; i++) {
		const struct pcs_fact *f = &k->facts[i];
		if (strncmp(f->path, cache, len) != 0)
			break;
		if (f->kind != PCS_FACT_CACHE || f->path[len] != '/')
			continue;
		d->pyc = f->path;
		for (size_t t = 0; t < tags->n; t++)
			if (pcs_pyc_name_has_tag(&f->seen.parsed, tags->list[t].name) &&
			    f->seen.parsed.level < PCS_LEVELS)
				d->levels[t] |= (uint8_t)(1u << f->seen.parsed.level);
	}
}

/*
 * What a package with bytecode of a version may be asked to have for each source: what it has for
 * others of the directory, and, in the trees of the policy, what that wants. A directory that is
 * called after a version is that interpreter's: others are asked for nothing there, and their
 * bytecode tells that the package means to ship some. One without bytecode is asked for nothing.
 */
static uint8_t levels_of(const struct pcs_tags *tags, size_t t, const struct pcs_tagged_dir *d,
			 const char *home, uint8_t wanted)
{
	const struct pcs_tag *tag = &tags->list[t];
	uint8_t levels = d->levels[t];
	if (home ? !is_at_home(tag->name, strlen(tag->name), home, strlen(home)) : !tag->shipped)
		return 0;
	for (size_t i = 0; home && i < tags->n; i++)
		levels |= d->levels[i];
	return levels | wanted;
}

size_t pcs_package_wants(struct pcs_package *k, const struct pcs_tags *tags,
			 const struct pcs_tagged_dir *d, const char *path, uint64_t size,
			 struct pcs_want *ret, unsigned *ret_flags)
{
	const struct pcs_policy *policy = k->part.verify->site->policy;
	struct pcs_tree_hit hit;
	pcs_policy_tree(policy, path, &hit);
	const char *version = hit.version;
	size_t len = version ? hit.version_len : pcs_staged_version(path, &version);
	const char *home = len ? strndupa(version, len) : NULL;
	*ret_flags |= PCS_EXPECT_ANY_MODE;
	for (size_t t = 0; t < tags->n; t++) {
		const struct pcs_tag *tag = &tags->list[t];
		struct pcs_settings s;
		bool at_home = home && is_at_home(tag->name, strlen(tag->name), home, len);
		const struct pcs_subject subject = { .path = path,
						     .version = at_home ? home : tag->version,
						     .size = size,
						     .tree = hit.tree };
		pcs_policy_settings(policy, &subject, &s, NULL);
		if (s.invalidation != PCS_INVALIDATION_AUTO)
			*ret_flags &= ~(unsigned)PCS_EXPECT_ANY_MODE;
		ret[t] = (struct pcs_want){ .tag = tag->name,
					    .magic = tag->magic,
					    .interp = tag->interp,
					    .levels = levels_of(tags, t, d, home,
								hit.root_len ? s.levels : 0),
					    .flags = pcs_flags_of(s.invalidation),
					    .compile = s.compile,
					    .settings = s };
	}
	return tags->n;
}

int pcs_package_note_misplaced(struct pcs_package *k, const struct pcs_about *s)
{
	const char *home = "";
	char tag_version[PCS_TAG_MAX];
	size_t len = pcs_staged_version(s->source, &home);
	PCS_BUF struct pcs_buf expected = { 0 };
	int r = pcs_buf_add(&expected, home, len);
	for (size_t i = 0; i < k->part.n_seen && r == 0; i++) {
		const struct pcs_seen *c = &k->part.seen[i];
		PCS_BUF struct pcs_buf path = { 0 };
		pcs_tag_version(c->parsed.tag, c->parsed.tag_len, tag_version);
		if (is_at_home(c->parsed.tag, c->parsed.tag_len, home, len))
			continue;
		struct pcs_finding f = { .source = s->source,
					 .version = tag_version,
					 .found = tag_version,
					 .expected = expected.data,
					 .archive = k->file,
					 .code = PCS_FOUND_MISPLACED,
					 .level = (uint8_t)c->parsed.level };
		r = pcs_path_join(&path, s->dir, c->name);
		f.path = path.data;
		if (r == 0)
			r = pcs_findings_add(&k->part.found, &f);
	}
	return r;
}
