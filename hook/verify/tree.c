/* pcs_verify_changes(): the facts of a tree. What is opened is closed before the next look. */

#include "verify/tree.h"

#include <dirent.h>
#include <string.h>

#include "base/root.h"
#include "base/listing.h"
#include "base/fs.h"
#include "base/err.h"
#include "base/path.h"
#include "base/proc.h"
#include "tree/changes.h"
#include "tree/scan.h"
#include "tree/walk.h"
#include "pkg/owner.h"
#include "policy/policy.h"
#include "workers/interp.h"
#include "policy/query.h"
#include "pyc/source_hash.h"
#include "verify/links.h"
#include "verify/note.h"
#include "verify/pyc.h"

/* The directory that is being looked at. */
struct look {
	struct pcs_verify_part *p;
	const struct pcs_site *site;
	struct pcs_scan scan;
	struct pcs_tree_hit hit;
	const char *path;
	char *cache_path;
	char *real_path; /* of the directory, once it was asked for */
	size_t living;   /* entries of __pycache__ that belong there */
};

static const char *source_path(struct look *k, const char *name)
{
	struct pcs_buf *b = &k->p->path;
	b->len = 0;
	return pcs_path_join(b, k->path, name) < 0 ? NULL : b->data;
}

/* Content of the source, read once, or NULL. */
static const struct pcs_buf *content(struct look *k, const char *path)
{
	struct stat st;
	struct pcs_buf *b = &k->p->source;
	if (!b->data || b->len == 0) {
		b->len = 0;
		if (pcs_root_read(k->site->root, path, b, &st) < 0)
			return NULL;
	}
	return b;
}

static bool same_file(const struct look *k, const char *a, const char *b)
{
	struct stat x, y;
	return a[0] == '/' && pcs_root_stat(k->site->root, a, &x) == 0 &&
	       pcs_root_stat(k->site->root, b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/* Whether the pyc is the very file that caches the source it records, which is another one. */
static bool is_anothers(struct look *k, const struct pcs_seen *c, const char *recorded,
			struct pcs_buf *ret)
{
	struct stat st;
	const char *base = pcs_path_base(recorded);
	size_t stem = pcs_source_stem_len(base);
	if (c->links < 2 || recorded[0] != '/' || !stem)
		return false;
	for (unsigned level = 0; level < PCS_LEVELS; level++) {
		ret->len = 0;
		char *dir = strndupa(recorded, pcs_path_dir_len(recorded));
		char *tag = strndupa(c->parsed.tag, c->parsed.tag_len);
		if (pcs_path_join(ret, dir, PCS_CACHE_DIR "/") < 0 ||
		    pcs_pyc_name_add(ret, base, tag, level) < 0)
			return false;
		if (pcs_root_stat(k->site->root, ret->data, &st) == 0 && st.st_dev == c->dev &&
		    st.st_ino == c->ino)
			return true;
	}
	return false;
}

static void compare_recorded(struct look *k, struct pcs_seen *c, const char *name, size_t len,
			     const char *path)
{
	PCS_BUF struct pcs_buf link = { 0 };
	struct pcs_buf *b = &k->p->words;
	b->len = 0;
	if (pcs_peek_path(name, len, b) < 0 || pcs_buf_adds(b, "") < 0)
		return;
	c->recorded = (uint8_t)pcs_verify_recorded(b->data, path);
	if (c->recorded == PCS_RECORDED_RIGHT)
		return;
	if (same_file(k, b->data, path)) { /* by way of a link, or below its real name */
		c->recorded = PCS_RECORDED_RIGHT;
		return;
	}
	c->recorded_path = pcs_arena_dup(&k->p->strings, b->data, b->len);
	if (!is_anothers(k, c, b->data, &link))
		return;
	c->link = PCS_LINKED_WRONG;
	c->link_path = pcs_arena_dup(&k->p->strings, link.data, link.len);
}

static void look_at_recorded(struct look *k, struct pcs_seen *c, const char *path)
{
	const struct pcs_peek *p = &k->p->peek;
	size_t len = strlen(path);
	c->recorded = PCS_RECORDED_RIGHT;
	if (p->filename_len != len || memcmp(p->filename, path, len) != 0)
		compare_recorded(k, c, p->filename, p->filename_len, path);
	if (c->recorded == PCS_RECORDED_RIGHT && p->other)
		compare_recorded(k, c, p->other, p->other_len, path);
}

static void look_at_hash(struct look *k, struct pcs_seen *c, const char *path, unsigned minor)
{
	const struct pcs_buf *b = content(k, path);
	if (b)
		c->hash =
			pcs_source_hash(c->header.magic, minor, b->data, b->len) == c->header.hash ?
				PCS_HASH_EQUAL :
				PCS_HASH_DIFFERS;
}

static void keep_stat(struct pcs_seen *c, const struct stat *st)
{
	c->size = (uint64_t)st->st_size;
	c->ctime = st->st_ctim;
	c->mode = st->st_mode;
	c->uid = st->st_uid;
	c->gid = st->st_gid;
	c->dev = st->st_dev;
	c->ino = st->st_ino;
	c->links = st->st_nlink;
}

static enum pcs_seen_as seen_as(int r)
{
	switch (r) {
	case 0:
		return PCS_SEEN_FILE;
	case -EINVAL:
	case -ELOOP:
	case -ENXIO:
	case -EISDIR:
		return PCS_SEEN_NO_FILE;
	case -EFBIG:
		return PCS_SEEN_TOO_LARGE;
	}
	return PCS_SEEN_UNREADABLE;
}

/* Read a pyc into p->body. True when it could be. */
static bool read_pyc(struct pcs_verify_part *p, int dirfd, struct pcs_seen *c)
{
	struct stat st = { 0 };
	p->body.len = 0;
	int r = pcs_fs_read(dirfd, c->name, PCS_PYC_MAX, &p->body, &st);
	c->as = (uint8_t)seen_as(r);
	c->error = r;
	keep_stat(c, &st);
	return r == 0;
}

static bool wants_canonical(const struct pcs_expect *e, const struct pcs_pyc_name *name)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->wants[i].settings.reproducible && pcs_want_for(name, &e->wants[i], 1))
			return e->wants[i].compile;
	return false;
}

static void look_into(struct look *k, struct pcs_seen *c, const struct pcs_source_facts *f,
		      const struct pcs_expect *e, const char *path)
{
	unsigned minor = 0;
	if (!read_pyc(k->p, k->scan.cache_fd, c))
		return;
	pcs_verify_tag(k->p->verify, k->p->verify->flags & PCS_VERIFY_ANY_VERSION, c, &minor);
	pcs_verify_content(k->p, c, k->p->body.data, k->p->body.len, minor);
	if (f->state != PCS_SOURCE_REGULAR || !c->whole || c->header.magic != c->tag_magic)
		return; /* judged by that, or PyPy's: times are all there is to judge */
	if (c->header.flags != PCS_PYC_TIMESTAMP)
		look_at_hash(k, c, path, minor);
	if (c->body == PCS_BODY_WHOLE && k->p->peek.filename)
		look_at_recorded(k, c, path);
	if (c->body == PCS_BODY_WHOLE && wants_canonical(e, &c->parsed))
		c->shuffled = !pcs_verify_is_canonical(k->p, k->p->body.data, k->p->body.len);
}

/* The entries of __pycache__ that are caches of `name`. 0 or -ENOMEM. */
static int look_at_caches(struct look *k, const char *name, const struct pcs_source_facts *f,
			  const struct pcs_expect *e, const char *path)
{
	size_t stem_len = pcs_source_stem_len(name);
	char *start = strndupa(name, stem_len + 1); /* "mod." */
	const struct pcs_listing *l = &k->scan.cache;
	k->p->n_seen = 0;
	k->p->source.len = 0;
	pcs_arena_done(&k->p->strings);
	for (size_t i = pcs_listing_lower_bound(l, start); i < l->n; i++) {
		const char *entry = l->entries[i].name;
		struct pcs_pyc_name parsed;
		if (strncmp(entry, start, stem_len + 1) != 0)
			break;
		if (!pcs_pyc_name_parse(entry, &parsed) || parsed.stem_len != stem_len)
			continue;
		struct pcs_seen *c = pcs_verify_seen(k->p);
		if (!c)
			return -ENOMEM;
		c->name = entry;
		c->parsed = parsed;
		look_into(k, c, f, e, path);
		if (c->error == -ENOENT) /* gone since the directory was read */
			k->p->n_seen--;
		else
			k->living += f->state != PCS_SOURCE_GONE;
	}
	return 0;
}

static bool same_content(void *ctx, const struct pcs_seen *a, const struct pcs_seen *b)
{
	struct look *k = ctx;
	struct stat st;
	struct pcs_buf *x = &k->p->body, *y = &k->p->other;
	x->len = y->len = 0;
	return pcs_fs_read(k->scan.cache_fd, a->name, PCS_PYC_MAX, x, &st) == 0 &&
	       pcs_fs_read(k->scan.cache_fd, b->name, PCS_PYC_MAX, y, &st) == 0 &&
	       x->len == y->len && x->len && memcmp(x->data, y->data, x->len) == 0;
}

static const char *real_path(struct look *k)
{
	if (!k->real_path && pcs_root_real_path(k->site->root, k->scan.fd, &k->real_path) < 0)
		return k->path;
	return k->real_path;
}

struct asked {
	struct look *look;
	const char *name;
};

static const char *owning_package(void *ctx)
{
	const struct asked *a = ctx;
	return a->look->site->owner ?
		       pcs_owner_package(a->look->site->owner, real_path(a->look), a->name) :
		       NULL;
}

static size_t wants_of(struct look *k, const char *name, const char *path, uint64_t size,
		       struct pcs_want *wants)
{
	struct asked a = { .look = k, .name = name };
	struct pcs_subject subject = {
		.path = path, .size = size, .package = owning_package, .ctx = &a
	};
	bool none;
	return pcs_site_wants(k->site, &subject, &k->hit, wants, &none);
}

static bool is_grave(const struct pcs_verdict *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pcs_code_info(v[i].code)->severity > PCS_NOTE)
			return true;
	return false;
}

static bool any_is(const struct pcs_verdict *v, size_t n, const struct pcs_seen *c)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].seen == c && pcs_code_info(v[i].code)->severity > PCS_NOTE)
			return true;
	return false;
}

static int add_pyc_trial(struct look *k, struct pcs_trial **t, const char *path,
			 const struct pcs_want *want, const struct pcs_seen *c)
{
	if (!*t && !(*t = pcs_verify_trial(k->p, path, want->interp)))
		return -ENOMEM;
	PCS_BUF struct pcs_buf pyc = { 0 };
	if (pcs_path_join(&pyc, k->cache_path, c->name) < 0)
		return -ENOMEM;
	free((*t)->pyc[c->parsed.level]);
	(*t)->pyc[c->parsed.level] = PCS_TAKE(pyc.data);
	return 0;
}

/* What is right so far is compiled anew and compared. */
static int add_deep_trials(struct look *k, const char *path, const struct pcs_expect *e,
			   const struct pcs_verdict *v, size_t n)
{
	int r = 0;
	for (size_t w = 0; w < e->n; w++) {
		struct pcs_trial *t = NULL;
		const char *tag = e->wants[w].tag;
		for (size_t i = 0; i < k->p->n_seen && r == 0; i++) {
			const struct pcs_seen *c = &k->p->seen[i];
			if (c->parsed.level < PCS_LEVELS && c->whole && !any_is(v, n, c) &&
			    strlen(tag) == c->parsed.tag_len &&
			    memcmp(tag, c->parsed.tag, c->parsed.tag_len) == 0 &&
			    c->as == PCS_SEEN_FILE)
				r = add_pyc_trial(k, &t, path, &e->wants[w], c);
		}
	}
	return r;
}

static int add_missing_trials(struct look *k, const char *path, const struct pcs_verdict *v,
			      size_t n)
{
	unsigned last = PCS_NO_INTERP;
	for (size_t i = 0; i < n; i++) {
		bool lacking =
			v[i].code == PCS_FOUND_MISSING || v[i].code == PCS_FOUND_LEVEL_MISSING;
		if (!lacking || v[i].want->interp == last)
			continue;
		last = v[i].want->interp;
		if (!pcs_verify_trial(k->p, path, last))
			return -ENOMEM;
	}
	return 0;
}

/* Judge; only when something is wrong is it asked who owns it, and judged again. */
static size_t judge(struct look *k, const char *name, const struct pcs_source_facts *f,
		    struct pcs_expect *e, struct pcs_verdict *v)
{
	struct pcs_verify_part *p = k->p;
	size_t n = pcs_judge_source(f, p->seen, p->n_seen, e, v, PCS_VERDICTS_MAX);
	if (!is_grave(v, n) || !k->site->owner ||
	    pcs_owner_of_bytecode(k->site->owner, real_path(k), name) == PCS_OWNED_NO)
		return n;
	e->flags |= PCS_EXPECT_OWNED;
	return pcs_judge_source(f, p->seen, p->n_seen, e, v, PCS_VERDICTS_MAX);
}

static int look_at_source(struct look *k, const char *name)
{
	struct pcs_want wants[PCS_INTERPS_MAX];
	struct pcs_verdict v[PCS_VERDICTS_MAX];
	struct pcs_source_facts f;
	struct pcs_expect e = { .wants = wants };
	const char *path = source_path(k, name);
	if (!path)
		return -ENOMEM;
	int r = pcs_scan_source(&k->scan, name, &f);
	if (r < 0)
		return pcs_verify_add(k->p, PCS_FOUND_UNREADABLE, "", path, pcs_strerror(r));
	k->p->found.sources += f.state != PCS_SOURCE_GONE;
	if (f.state == PCS_SOURCE_REGULAR)
		e.n = wants_of(k, name, path, (uint64_t)f.size, wants);
	r = look_at_caches(k, name, &f, &e, path);
	if (r == 0)
		pcs_verify_links(k->p, &e, same_content, k);
	if (r < 0 || k->scan.cache_error)
		return r;
	size_t n = judge(k, name, &f, &e, v);
	const struct pcs_about s = {
		.facts = &f, .expect = &e, .source = path, .dir = k->cache_path, .archive = ""
	};
	for (size_t i = 0; i < n && r == 0; i++)
		r = pcs_verify_note(k->p, &s, &v[i]);
	if (r == 0)
		r = add_missing_trials(k, path, v, n);
	if (r == 0 && k->p->verify->flags & PCS_VERIFY_DEEP && f.state == PCS_SOURCE_REGULAR)
		r = add_deep_trials(k, path, &e, v, n);
	return r;
}

static bool is_directory(const struct look *k, const struct pcs_dirent *e)
{
	struct stat st;
	return e->type == DT_DIR ||
	       (e->type == DT_UNKNOWN && pcs_fs_lstat(k->scan.fd, e->name, &st) == 0 &&
		S_ISDIR(st.st_mode));
}

/* Entries of __pycache__ whose source is not in the directory's listing. */
static int look_at_orphans(struct look *k, const struct pcs_listing *known)
{
	PCS_BUF struct pcs_buf name = { 0 };
	for (size_t i = 0; i < k->scan.cache.n; i++) {
		const char *entry = k->scan.cache.entries[i].name;
		struct pcs_pyc_name parsed;
		if (!pcs_pyc_name_parse(entry, &parsed) ||
		    (name.len == parsed.stem_len + 3 &&
		     strncmp(name.data, entry, parsed.stem_len) == 0))
			continue;
		name.len = 0;
		if (pcs_buf_add(&name, entry, parsed.stem_len) < 0 ||
		    pcs_buf_adds(&name, ".py") < 0)
			return -ENOMEM;
		size_t at = known ? pcs_listing_lower_bound(known, name.data) : 0;
		if (known && at < known->n && strcmp(known->entries[at].name, name.data) == 0)
			continue;
		int r = look_at_source(k, name.data);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Entries of __pycache__ that speak of no source. */
static int look_at_strays(struct look *k)
{
	int r = 0;
	for (size_t i = 0; i < k->scan.cache.n && r == 0; i++) {
		const char *entry = k->scan.cache.entries[i].name;
		struct pcs_pyc_name parsed;
		PCS_BUF struct pcs_buf path = { 0 };
		bool temporary = pcs_verify_is_temporary(entry);
		if (pcs_pyc_name_parse(entry, &parsed) ||
		    (k->site->prefix && k->scan.cache.entries[i].type == DT_DIR))
			continue;
		if (!temporary && !pcs_ends_with(entry, ".pyc")) {
			k->living++; /* not ours to speak of */
			continue;
		}
		if (pcs_path_join(&path, k->cache_path, entry) < 0)
			return -ENOMEM;
		r = pcs_verify_add(k->p, temporary ? PCS_FOUND_TEMPORARY : PCS_FOUND_UNKNOWN_TAG,
				   "", path.data, NULL);
	}
	return r;
}

static int look_at_cache_dir(struct look *k)
{
	if (k->scan.cache_error)
		return pcs_verify_add(k->p,
				      k->scan.cache_error == -PCS_ENOTDIR_CACHE ?
					      PCS_FOUND_SYMLINKED_CACHE :
					      PCS_FOUND_UNREADABLE,
				      "", k->cache_path, pcs_strerror(k->scan.cache_error));
	if (k->scan.cache_fd < 0 || k->living || k->site->prefix)
		return 0; /* below a prefix, the directories of others are within */
	return pcs_verify_add(k->p, PCS_FOUND_ORPHAN_DIRECTORY, "", k->cache_path, NULL);
}

static bool has_name(const struct look *k, const char *stem, size_t len, const char *end)
{
	PCS_BUF struct pcs_buf name = { 0 };
	struct stat st;
	return pcs_buf_add(&name, stem, len) == 0 && pcs_buf_adds(&name, end) == 0 &&
	       pcs_fs_lstat(k->scan.fd, name.data, &st) == 0;
}

/* A pyc beside its source; or that of a package which takes the place of the module beside it. */
static bool shadows(struct look *k, const char *name)
{
	size_t stem = strlen(name) - strlen(".pyc");
	if (has_name(k, name, stem, ".py"))
		return true;
	if (strcmp(name, "__init__.pyc") != 0 || strcmp(k->path, "/") == 0)
		return false;
	struct stat st;
	PCS_BUF struct pcs_buf module = { 0 };
	return pcs_buf_adds(&module, k->path) == 0 && pcs_buf_adds(&module, ".py") == 0 &&
	       pcs_root_stat(k->site->root, module.data, &st) == 0;
}

static int look_at_legacy(struct look *k, const char *name)
{
	struct pcs_verdict v[4];
	const struct pcs_source_facts gone = { 0 };
	const struct pcs_expect e = { 0 };
	struct pcs_seen c = { .name = name };
	unsigned minor = 0;
	if (read_pyc(k->p, k->scan.fd, &c)) {
		struct pcs_pyc_header h;
		if (pcs_pyc_header_get((uint8_t *)k->p->body.data, k->p->body.len, &h) &&
		    pcs_verify_magic(k->p->verify, h.magic, &minor))
			c.tag_magic = h.magic;
		pcs_verify_content(k->p, &c, k->p->body.data, k->p->body.len, minor);
	}
	if (c.error == -ENOENT)
		return 0;
	k->p->found.pycs++;
	const struct pcs_about s = {
		.facts = &gone, .expect = &e, .source = "", .dir = k->path, .archive = ""
	};
	size_t n = pcs_judge_legacy(&c, shadows(k, name), v, PCS_ARRAY_SIZE(v));
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++)
		r = pcs_verify_note(k->p, &s, &v[i]);
	return r;
}

/* 1, or 0 when it is no directory (any more) or what kept us from it was noted; or -ENOMEM. */
static int begin(struct pcs_verify_part *p, const char *path, size_t follow_len, struct look *ret)
{
	*ret = (struct look){ .p = p, .site = p->verify->site, .path = path };
	pcs_policy_tree(ret->site->policy, path, &ret->hit);
	int r = pcs_scan_open(ret->site->root, ret->site->prefix, path, follow_len, &ret->scan);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	if (r < 0)
		return pcs_verify_add(p, PCS_FOUND_UNREADABLE, "", path, pcs_strerror(r));
	PCS_BUF struct pcs_buf cache = { 0 };
	r = pcs_site_cache_dir(ret->site, path, &cache);
	ret->cache_path = PCS_TAKE(cache.data);
	if (r == 0)
		return 1;
	pcs_scan_done(&ret->scan);
	free(ret->cache_path);
	return r;
}

static int end(struct look *k, int r)
{
	pcs_scan_done(&k->scan);
	free(k->cache_path);
	free(k->real_path);
	return r;
}

static int look_at_listed(struct pcs_verify_part *p, const struct pcs_change_dir *d)
{
	struct look k;
	int r = begin(p, d->path, d->follow_len, &k);
	if (r <= 0)
		return r;
	r = 0;
	if (!k.hit.root_len && p->verify->flags & PCS_VERIFY_IN_TREES)
		return end(&k, 0);
	for (size_t i = 0; i < d->n && r == 0; i++) {
		PCS_BUF struct pcs_buf legacy = { 0 };
		struct stat st;
		r = look_at_source(&k, d->names[i]);
		if (r == 0 && pcs_buf_printf(&legacy, "%sc", d->names[i]) == 0 &&
		    pcs_fs_lstat(k.scan.fd, legacy.data, &st) == 0)
			r = look_at_legacy(&k, legacy.data);
	}
	if (r == 0 && d->whole_cache) {
		k.living = 0;
		r = look_at_orphans(&k, NULL);
	}
	if (r == 0 && d->whole_cache)
		r = look_at_strays(&k);
	if (r == 0 && (d->whole_cache || k.scan.cache_error))
		r = look_at_cache_dir(&k);
	return end(&k, r);
}

static int look_at_listing(struct look *k, const struct pcs_listing *l, pcs_walk_found *found,
			   void *walk)
{
	int r = 0;
	for (size_t i = 0; i < l->n && r == 0; i++) {
		const struct pcs_dirent *e = &l->entries[i];
		bool source = pcs_source_stem_len(e->name) > 0;
		bool directory = is_directory(k, e);
		if (directory && strcmp(e->name, PCS_CACHE_DIR) != 0)
			r = found(walk, k->path, e->name);
		else if (source && !directory)
			r = look_at_source(k, e->name);
		else if (!directory && pcs_ends_with(e->name, ".pyc") && strlen(e->name) > 4)
			r = look_at_legacy(k, e->name);
	}
	/* Of a directory that is gone, the caches below a prefix are still there. */
	for (size_t i = 0; k->site->prefix && i < k->scan.cache.n && r == 0; i++) {
		const struct pcs_dirent *e = &k->scan.cache.entries[i];
		size_t at = pcs_listing_lower_bound(l, e->name);
		bool there = at < l->n && strcmp(l->entries[at].name, e->name) == 0;
		if (!there && e->type == DT_DIR)
			r = found(walk, k->path, e->name);
	}
	if (r == 0)
		r = look_at_orphans(k, l);
	if (r == 0)
		r = look_at_strays(k);
	return r < 0 ? r : look_at_cache_dir(k);
}

static int visit(void *member, const char *path, size_t follow_len, pcs_walk_found *found,
		 void *walk)
{
	struct look k;
	struct pcs_listing l = { 0 };
	int r = begin(member, path, follow_len, &k);
	if (r <= 0)
		return r;
	r = k.scan.fd < 0 ? 0 : pcs_fs_list(k.scan.fd, &l);
	if (r < 0)
		return end(&k,
			   pcs_verify_add(k.p, PCS_FOUND_UNREADABLE, "", path, pcs_strerror(r)));
	r = look_at_listing(&k, &l, found, walk);
	pcs_listing_done(&l);
	return end(&k, r);
}

int pcs_verify_changes(struct pcs_verify *v, struct pcs_changes *changes)
{
	static const struct pcs_walk_ops ops = { .visit = visit };
	struct pcs_verify_part parts[PCS_WALK_THREADS] = { 0 };
	void *members[PCS_WALK_THREADS];
	int r = 0;
	for (size_t i = 0; i < PCS_WALK_THREADS; i++) {
		parts[i].verify = v;
		members[i] = &parts[i];
	}
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
