/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/visit.h"

#include <dirent.h>
#include <string.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/map.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/progress.h"
#include "base/root.h"
#include "tree/changes.h"
#include "tree/facts.h"
#include "tree/site.h"

const char *pcs_visit_real_path(struct pcs_visit *v)
{
	if (v->scan.dir.fd < 0)
		return v->path;
	int r = v->real_path ? 0 : pcs_root_real_path(v->site->root, v->scan.dir.fd, &v->real_path);
	if (r < 0 && v->site->owner)
		pcs_owner_doubt(v->site->owner, v->path, r);
	return v->real_path;
}

enum pcs_owned pcs_visit_owner(struct pcs_visit *v, const char *name)
{
	struct pcs_owner *o = v->site->owner;
	const char *real = pcs_visit_real_path(v);
	enum pcs_owned owned = pcs_owner_of_bytecode(o, real, name);
	if (owned == PCS_OWNED_NO && strcmp(real, v->path) != 0)
		owned = pcs_owner_of_bytecode(o, v->path, name);
	return owned;
}

/* A rule asks for the package of the source at hand. */
static const char *package_of(void *ctx)
{
	struct pcs_visit *v = ctx;
	if (!v->package_known && v->site->owner)
		v->package = pcs_owner_package(v->site->owner, pcs_visit_real_path(v), v->source);
	v->package_known = true;
	return v->package;
}

/* The same without a memory of what was asked before. */
static int ask_wants(struct pcs_visit *v, const char *name, const struct pcs_source_facts *f,
		     struct pcs_want *wants, bool *ret_no_interp)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, v->path, name);
	struct pcs_subject subject = {
		.path = path.data, .size = (uint64_t)f->size, .package = package_of, .ctx = v
	};
	v->source = name;
	v->package = NULL;
	v->package_known = false;
	return r < 0 ? r : (int)pcs_site_wants(v->site, &subject, &v->hit, wants, ret_no_interp);
}

static int find_plain(struct pcs_visit *v, const char *name, const struct pcs_source_facts *f)
{
	PCS_FREE struct pcs_want *plain = calloc(PCS_INTERPS_MAX, sizeof(*plain));
	int r = plain ? ask_wants(v, name, f, plain, &v->plain_no_interp) : -ENOMEM;
	if (r < 0)
		return r;
	v->n_plain = (size_t)r;
	v->plain = PCS_TAKE(plain);
	return 0;
}

/* Which sources of the directory are asked for by themselves. */
static int find_exceptions(struct pcs_visit *v)
{
	const struct pcs_site *site = v->site;
	int r = pcs_policy_exceptions(site->policy, v->path, &v->exceptions);
	v->may_exclude = site->excludes && site->may_exclude(site->excludes_ctx, v->path);
	v->exceptions_known = r == 0;
	return r;
}

int pcs_visit_wants(struct pcs_visit *v, const char *name, const struct pcs_source_facts *f,
		    struct pcs_want *wants, bool *ret_no_interp)
{
	int r = v->exceptions_known ? 0 : find_exceptions(v);
	if (r == 0 && (v->may_exclude || pcs_exceptions_have(&v->exceptions, name)))
		return ask_wants(v, name, f, wants, ret_no_interp);
	if (r == 0 && !v->plain)
		r = find_plain(v, name, f);
	if (r < 0)
		return r;
	/* In a staging root the first one has settings even where there is none. */
	memcpy(wants, v->plain, (v->n_plain ?: 1) * sizeof(*wants));
	*ret_no_interp = v->plain_no_interp;
	return (int)v->n_plain;
}

static bool has(const struct pcs_listing *l, const char *name)
{
	size_t at = pcs_listing_lower_bound(l, name);
	return at < l->n && strcmp(l->entries[at].name, name) == 0;
}

/* Whether the source of a stem is in the directory, looking on from where it was looked before: the
 * caches have nearly the order of their sources. A false "no" is possible. */
static bool has_next(const struct pcs_listing *l, size_t *next, const char *stem, size_t len)
{
	int c = -1;
	for (; *next < l->n; ++*next) {
		const char *name = l->entries[*next].name;
		c = strncmp(name, stem, len);
		c = c ? c : strcmp(name + len, ".py");
		if (c >= 0)
			break;
	}
	return c == 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

static bool names(const struct pcs_change_dir *d, const char *name)
{
	return d && d->n && bsearch(name, d->names, d->n, sizeof(*d->names), compare_names);
}

bool pcs_visit_asks(const struct pcs_visit *v, const char *name)
{
	return v->whole_cache || names(v->list, name);
}

bool pcs_visit_asks_stray(const struct pcs_visit *v, const char *entry)
{
	bool asks = v->whole_cache;
	for (size_t len = 0; !asks && (len = pcs_stray_stem(entry, len));) {
		PCS_BUF struct pcs_buf name = { 0 };
		asks = pcs_buf_printf(&name, "%.*s.py", (int)len, entry) < 0 ||
		       names(v->list, name.data);
	}
	return asks;
}

/* Sources that are named by their caches alone: neither by the directory nor by a list. The caches
 * of one need not be neighbours: those of "a.cpython-312.py" are among those of "a.py". */
static int visit_cached(struct pcs_visit *v, const struct pcs_listing *l,
			const struct pcs_change_dir *d)
{
	PCS_BUF struct pcs_buf name = { 0 };
	struct pcs_map seen = { 0 };
	size_t next = 0;
	int r = 0;
	for (size_t i = 0; i < v->scan.cache.n && r == 0; i++) {
		const char *entry = v->scan.cache.entries[i].name;
		size_t stem_len = v->scan.parsed[i].stem_len;
		if (!stem_len || (l && has_next(l, &next, entry, stem_len)))
			continue;
		name.len = 0;
		r = pcs_buf_add(&name, entry, stem_len);
		if (r == 0)
			r = pcs_buf_adds(&name, ".py");
		if (r < 0 || (l ? has(l, name.data) : names(d, name.data)) ||
		    pcs_map_get(&seen, name.data))
			continue;
		r = pcs_signal_seen()                ? -PCS_ESIGNAL :
		    pcs_map_put(&seen, name.data, 1) ? v->ops->source(v, name.data) :
						       -ENOMEM;
	}
	pcs_map_done(&seen);
	return r;
}

/* Below a prefix, the caches of other directories are in a directory as well. */
static int visit_strays(struct pcs_visit *v)
{
	int r = 0;
	for (size_t i = 0; i < v->scan.cache.n && r == 0; i++) {
		const struct pcs_dirent *e = &v->scan.cache.entries[i];
		if (!v->scan.parsed[i].tag && !(v->site->prefix && e->type == DT_DIR))
			r = v->ops->stray(v, e);
	}
	return r;
}

static int fail(struct pcs_visit *v, int error)
{
	PCS_BUF struct pcs_buf words = { 0 };
	int r = pcs_root_add_error(v->site->root, v->path, error, &words);
	return r < 0 ? r : v->ops->failed(v, error, words.data);
}

/* 1, or 0 when there is nothing to be looked at; what kept us from it was told. */
static int begin(struct pcs_visit *v, const char *path, size_t follow_len)
{
	v->path = path;
	v->follow_len = follow_len;
	v->real_path = NULL;
	pcs_site_tree(v->site, path, &v->hit);
	int r = pcs_scan_open(v->site, path, follow_len, &v->scan);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0; /* gone, or never a directory: nothing is there to be done */
	if (r == -PCS_EPSEUDO && follow_len < strlen(path))
		return 0; /* met in a walk: no sources are there */
	if (r < 0) {
		pcs_dir_init_gone(v->site->root, path, &v->scan.dir);
		return fail(v, r);
	}
	v->scan.version = v->hit.version;
	v->scan.version_len = v->hit.version_len;
	v->scan.proofs.site = v->site;
	v->scan.proofs.dir = &v->scan.dir;
	v->scan.proofs.quick = v->quick;
	return 1;
}

/* 1, or 0 where nothing in the directory can be looked at: that is told once, and not of each
 * entry.
 */
static int enter(struct pcs_visit *v)
{
	int r = pcs_dir_act(&v->scan.dir);
	return r == 0 ? 1 : fail(v, r == -EPERM ? -PCS_EOWNER : r);
}

static void done(struct pcs_visit *v)
{
	pcs_scan_done(&v->scan);
	pcs_exceptions_done(&v->exceptions);
	v->exceptions_known = false;
	free(v->plain);
	v->plain = NULL;
	free(v->real_path);
	v->real_path = NULL;
}

static int visit_names(struct pcs_visit *v, const struct pcs_change_dir *d)
{
	int r = 0;
	v->listed = !d->marked;
	for (size_t i = 0; i < d->n && r == 0; i++) {
		PCS_BUF struct pcs_buf legacy = { 0 };
		struct stat st;
		pcs_progress_add(1, 0);
		r = pcs_signal_seen() ? -PCS_ESIGNAL : v->ops->source(v, d->names[i]);
		if (r == 0 && v->ops->legacy && v->scan.dir.fd >= 0 &&
		    pcs_buf_printf(&legacy, "%sc", d->names[i]) == 0 &&
		    pcs_fs_lstat(v->scan.dir.fd, legacy.data, &st) != -ENOENT)
			r = v->ops->legacy(v, legacy.data);
	}
	v->listed = false;
	return r == 0 && d->whole_cache ? visit_cached(v, NULL, d) : r;
}

/* Whether anything of a listed directory is to be looked at. Below a prefix it has the name in the
 * list, and may be in a tree by its own alone: /lib/python3, where /lib is a link. */
static bool is_wanted(const struct pcs_visit *v, const struct pcs_change_dir *d, const char **ret)
{
	struct pcs_tree_hit hit;
	*ret = d->path;
	if (!v->in_trees || d->marked)
		return true;
	pcs_site_tree(v->site, d->path, &hit);
	if (hit.root_len || !d->real)
		return hit.root_len;
	*ret = d->real;
	pcs_site_tree(v->site, d->real, &hit);
	return hit.root_len;
}

static int visit_entered(struct pcs_visit *v, const struct pcs_change_dir *d)
{
	int r = 0;
	if (!v->ops->skips || !v->ops->skips(v, d->n))
		r = visit_names(v, d);
	if (r == 0)
		r = visit_strays(v);
	return r == 0 ? v->ops->end(v) : r;
}

int pcs_visit_listed(struct pcs_visit *v, const struct pcs_change_dir *d)
{
	const char *path;
	v->whole_cache = d->whole_cache;
	v->list = d;
	if (!is_wanted(v, d, &path))
		return 0;
	int r = begin(v, path, path == d->path ? d->follow_len : strlen(path));
	if (r <= 0)
		return r;
	r = enter(v);
	if (r > 0)
		r = visit_entered(v, d);
	done(v);
	return r;
}

static int hand_on_directories(struct pcs_visit *v, const struct pcs_listing *l,
			       pcs_walk_found *found, void *walk)
{
	int r = 0;
	for (size_t i = 0; i < l->n && r == 0; i++)
		if (pcs_dirent_is_dir(v->scan.dir.fd, &l->entries[i]) &&
		    strcmp(l->entries[i].name, PCS_CACHE_DIR) != 0)
			r = found(walk, v->path, l->entries[i].name);
	/* Of a directory that is gone, the caches below a prefix are still there. */
	for (size_t i = 0; v->site->prefix && i < v->scan.cache.n && r == 0; i++) {
		const struct pcs_dirent *e = &v->scan.cache.entries[i];
		if (e->type == DT_DIR && !has(l, e->name))
			r = found(walk, v->path, e->name);
	}
	return r;
}

static int visit_listing(struct pcs_visit *v, const struct pcs_listing *l)
{
	int r = 0;
	for (size_t i = 0; i < l->n && r == 0; i++) {
		const struct pcs_dirent *e = &l->entries[i];
		bool source = pcs_source_stem_len(e->name) > 0;
		bool legacy = v->ops->legacy && pcs_ends_with(e->name, ".pyc") && e->name[4];
		if (pcs_signal_seen())
			return -PCS_ESIGNAL;
		if ((!source && !legacy) || pcs_dirent_is_dir(v->scan.dir.fd, e))
			continue;
		pcs_progress_add(source, 0);
		r = source ? v->ops->source(v, e->name) : v->ops->legacy(v, e->name);
	}
	return r < 0 ? r : visit_cached(v, l, NULL);
}

/* `l` is NULL where the directory could not be listed: its caches may be. */
static int visit_all(struct pcs_visit *v, const struct pcs_listing *l)
{
	int r = l ? visit_listing(v, l) : 0;
	if (r == 0)
		r = visit_strays(v);
	return r == 0 ? v->ops->end(v) : r;
}

int pcs_visit_whole(struct pcs_visit *v, const char *path, size_t follow_len, pcs_walk_found *found,
		    void *walk)
{
	struct pcs_listing l = { 0 };
	v->whole_cache = true;
	int r = begin(v, path, follow_len);
	if (r <= 0)
		return r;
	pcs_progress_name(path, NULL);
	int listed = v->scan.dir.fd < 0 ? 0 : pcs_fs_list(v->scan.dir.fd, &l);
	r = listed < 0 ? fail(v, listed) : hand_on_directories(v, &l, found, walk);
	if (r == 0)
		r = enter(v);
	if (r > 0)
		r = visit_all(v, listed == 0 ? &l : NULL);
	pcs_listing_done(&l);
	done(v);
	return r;
}
