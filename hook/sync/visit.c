#include "sync/visit.h"

#include <dirent.h>
#include <string.h>

#include "base/root.h"
#include "base/listing.h"
#include "base/fs.h"
#include "base/err.h"
#include "base/path.h"
#include "tree/changes.h"
#include "state/record.h"
#include "tree/scan.h"
#include "tree/staged.h"
#include "sync/actions.h"
#include "sync/goal.h"
#include "tree/site.h"
#include "workers/interp.h"
#include "pkg/owner.h"
#include "policy/query.h"

/* The directory that is being looked at. */
struct visit {
	const struct pcs_planner *p;
	const struct pcs_site *site;
	struct pcs_actions *actions;
	struct pcs_scan scan;
	struct pcs_tree_hit hit;
	const char *path;
	size_t follow_len;
	struct pcs_place *place; /* NULL until an action needs it */
	char *real_path;         /* the same without links, once it was asked for */
	const char *source;      /* the name of the one at hand */
	const char *package;     /* that owns it, once that is known */
	bool package_known;
	size_t going; /* entries of __pycache__ that are planned to be removed */
	bool filling; /* something is planned to be written there */
};

static struct pcs_place *place_of(struct visit *v)
{
	if (!v->place)
		v->place = pcs_actions_place(v->actions, v->path, v->follow_len, v->hit.root_len);
	return v->place;
}

static struct pcs_action *add(struct visit *v, enum pcs_act act, enum pcs_reason why,
			      const char *source, const char *entry)
{
	const struct pcs_step step = { (uint8_t)act, (uint8_t)why, PCS_NO_INTERP, 0, NULL };
	struct pcs_place *place = place_of(v);
	return place ? pcs_actions_add(v->actions, place, &step, source, entry) : NULL;
}

static int add_failure(struct visit *v, const char *source, const char *entry, int error)
{
	struct pcs_action *a = add(v, PCS_LEAVE, PCS_WHY_FAILED, source, entry);
	if (!a)
		return -ENOMEM;
	pcs_action_fail(a, "%s", pcs_strerror(error));
	return 0;
}

/* Databases know real paths; ours may pass through a link such as /usr/lib64. */
static const char *real_path(struct visit *v)
{
	if (!v->real_path && pcs_root_real_path(v->site->root, v->scan.fd, &v->real_path) < 0)
		return v->path;
	return v->real_path;
}

/* Both are asked for: where a directory was moved and a link put in its place, databases go on
 * knowing the link. */
static enum pcs_owned who_owns(struct visit *v, const char *name)
{
	enum pcs_owned owned = pcs_owner_of_bytecode(v->site->owner, real_path(v), name);
	if (owned == PCS_OWNED_NO && strcmp(real_path(v), v->path) != 0)
		owned = pcs_owner_of_bytecode(v->site->owner, v->path, name);
	return owned;
}

static bool is_idle(const struct pcs_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].act == PCS_COMPILE || steps[i].act == PCS_REMOVE)
			return false;
	return true;
}

/* A pyc that is not in a __pycache__: it is asked for as if it lay beside a source. */
static enum pcs_owned owner_of_pyc(struct pcs_owner *o, const char *dir, const char *pyc)
{
	char *source = strndupa(pyc, strlen(pyc) - 1);
	return pcs_owner_of_bytecode(o, dir, source);
}

/* Below a prefix, only the very files that would be touched can be a package's. */
static enum pcs_owned owner_of_steps(struct visit *v, const struct pcs_step *steps, size_t n)
{
	PCS_BUF struct pcs_buf path = { 0 };
	enum pcs_owned owned = PCS_OWNED_NO;
	if (pcs_site_cache_dir(v->site, v->path, &path) < 0)
		return PCS_OWNED_UNKNOWN;
	for (size_t i = 0; i < n && !owned; i++)
		if (steps[i].cache)
			owned = owner_of_pyc(v->site->owner, path.data, steps[i].cache->name);
	return owned;
}

/*
 * Whether each cache of a source is the very file that pycsync made. Then none of them is a
 * package's, which would have put its own in its place, and no database need be read: that is what
 * most updates are.
 */
static bool are_made(struct visit *v, const char *name, const struct pcs_source_facts *f)
{
	struct stat st;
	PCS_BUF struct pcs_buf beside = { 0 };
	for (size_t i = 0; i < f->n_caches; i++)
		if (!f->caches[i].made)
			return false;
	if (!f->n_caches || pcs_buf_adds(&beside, name) < 0 || pcs_buf_adds(&beside, "c") < 0)
		return false;
	return v->scan.fd < 0 || pcs_fs_lstat(v->scan.fd, beside.data, &st) == -ENOENT;
}

/* Plan; only when something would be done is it asked who owns it, and planned again. */
static size_t plan(struct visit *v, const char *name, struct pcs_source_facts *f,
		   const struct pcs_want *wants, size_t n, struct pcs_step *steps)
{
	size_t n_steps = pcs_plan_source(f, wants, n, steps, PCS_STEPS_MAX);
	if (is_idle(steps, n_steps) || !v->site->owner || are_made(v, name, f))
		return n_steps;
	enum pcs_owned owned =
		v->site->prefix ? owner_of_steps(v, steps, n_steps) : who_owns(v, name);
	f->owned = owned == PCS_OWNED_YES;
	f->unknown_owner = owned == PCS_OWNED_UNKNOWN;
	return owned ? pcs_plan_source(f, wants, n, steps, PCS_STEPS_MAX) : n_steps;
}

/* A rule asks for the package of the source at hand: real path and name of the visit. */
static const char *package_of(void *ctx)
{
	struct visit *v = ctx;
	if (!v->package_known && v->site->owner)
		v->package = pcs_owner_package(v->site->owner, real_path(v), v->source);
	v->package_known = true;
	return v->package;
}

/* What a staging root lacks would be missed in the package. */
static int fail_lacking(struct visit *v, const char *name, const struct pcs_want *wants)
{
	struct pcs_action *a = add(v, PCS_LEAVE, PCS_WHY_NO_INTERP, name, NULL);
	if (!a)
		return -ENOMEM;
	a->state = PCS_FAILED;
	return pcs_actions_set(v->actions, a, &wants[0].settings);
}

static int record_step(struct visit *v, const char *name, const struct pcs_source_facts *f,
		       const struct pcs_want *wants, const struct pcs_step *step)
{
	bool tell_all = v->p->goal->flags & PCS_GOAL_TELL_ALL;
	bool bad_entry = step->reason == PCS_WHY_NO_FILE;
	v->actions->counts.fresh += step->act == PCS_FRESH;
	v->going += step->act == PCS_REMOVE;
	v->filling |= step->act == PCS_COMPILE;
	if (step->reason == PCS_WHY_NO_INTERP && v->site->staged)
		return fail_lacking(v, name, wants);
	if ((step->act == PCS_FRESH || step->act == PCS_LEAVE) && !tell_all && !bad_entry)
		return 0;
	struct pcs_place *place = place_of(v);
	struct pcs_action *a = !place ? NULL :
					pcs_actions_add(v->actions, place, step, name,
							step->cache ? step->cache->name : NULL);
	if (!a)
		return -ENOMEM;
	a->size = f->size > UINT32_MAX ? UINT32_MAX : (uint32_t)f->size;
	if (step->act == PCS_COMPILE) {
		if (v->p->wanted)
			atomic_store(v->p->wanted, step->interp);
		while (wants->interp != step->interp)
			wants++;
		a->flags = (uint8_t)wants->flags;
		if (pcs_actions_set(v->actions, a, &wants->settings) < 0)
			return -ENOMEM;
	}
	if (bad_entry)
		pcs_action_fail(a, "%s: no regular file; it is left alone", step->cache->name);
	return 0;
}

static void decide_state(struct visit *v, struct pcs_source_facts *f)
{
	bool there = f->state == PCS_SOURCE_REGULAR || f->state == PCS_SOURCE_OTHER;
	if (there && pcs_goal_is_removal(v->p->goal) && v->p->goal->kind != PCS_GOAL_CLEAN)
		f->state = PCS_SOURCE_GOING;
}

/* A package's source will have the time that it is clamped to, here or by the package manager. */
static void clamp_facts(const struct pcs_staged *stage, struct pcs_source_facts *f)
{
	struct timespec clamped = stage ? pcs_staged_time(stage, f->mtime) : f->mtime;
	f->unclamped = stage && stage->clamp_mtime && clamped.tv_sec != f->mtime.tv_sec;
	f->mtime = clamped;
}

static int visit_source(struct visit *v, const char *name)
{
	struct pcs_want wants[PCS_INTERPS_MAX];
	struct pcs_step steps[PCS_STEPS_MAX];
	struct pcs_source_facts f;
	PCS_BUF struct pcs_buf path = { 0 };
	size_t n = 0;
	v->actions->counts.sources++;
	int r = pcs_scan_source(&v->scan, name, &f);
	if (r < 0)
		return add_failure(v, name, NULL, r);
	decide_state(v, &f);
	f.only_made = v->p->goal->kind == PCS_GOAL_PURGE_MADE;
	clamp_facts(v->site->staged, &f);
	r = pcs_path_join(&path, v->path, name);
	if (r < 0)
		return r;
	struct pcs_subject subject = {
		.path = path.data, .size = (uint64_t)f.size, .package = package_of, .ctx = v
	};
	v->source = name;
	v->package_known = false;
	if (f.state == PCS_SOURCE_REGULAR && v->p->goal->kind != PCS_GOAL_CLEAN)
		n = pcs_site_wants(v->site, &subject, &v->hit, wants, &f.no_interp);
	r = pcs_scan_caches(&v->scan, name, wants, n, &f);
	if (r < 0)
		return r;
	size_t n_steps = plan(v, name, &f, wants, n, steps);
	if (v->scan.cache_error && !is_idle(steps, n_steps))
		return add_failure(v, name, NULL, v->scan.cache_error);
	for (size_t i = 0; i < n_steps && r == 0; i++)
		r = record_step(v, name, &f, wants, &steps[i]);
	/* Below a prefix, the directory of the sources never had anything of ours in it. */
	if (r == 0 && f.state == PCS_SOURCE_GONE && !v->site->prefix && place_of(v))
		v->place->losing = true;
	return r;
}

/* Entries of __pycache__ that speak of no source: our own left-overs, and what is not ours. */
static int visit_strays(struct visit *v)
{
	bool tell_all = v->p->goal->flags & PCS_GOAL_TELL_ALL;
	int r = 0;
	for (size_t i = 0; i < v->scan.cache.n && r == 0; i++) {
		const char *entry = v->scan.cache.entries[i].name;
		struct pcs_pyc_name parsed;
		if (pcs_tmp_is_name(entry)) {
			v->going++;
			r = add(v, PCS_REMOVE, PCS_WHY_TEMPORARY, NULL, entry) ? 0 : -ENOMEM;
		} else if (tell_all && !pcs_pyc_name_parse(entry, &parsed) &&
			   !(v->site->prefix && v->scan.cache.entries[i].type == DT_DIR)) {
			r = add(v, PCS_LEAVE, PCS_WHY_FOREIGN, NULL, entry) ? 0 : -ENOMEM;
		}
	}
	return r;
}

/* Below a prefix, the directory of caches has those of other directories in it: whether it will be
 * empty is found when all are known. */
static int visit_prefixed_dir(struct visit *v)
{
	PCS_BUF struct pcs_buf path = { 0 };
	if (v->scan.cache_fd < 0 || v->filling || (!v->going && v->scan.fd >= 0))
		return 0;
	int r = pcs_site_cache_dir(v->site, v->path, &path);
	if (r < 0)
		return r;
	size_t top = strlen(v->site->prefix);
	struct pcs_place *place = pcs_actions_place(v->actions, path.data, top, top);
	if (!place)
		return -ENOMEM;
	place->losing = true;
	return 0;
}

static bool owns_cache_dir(struct visit *v, const char *dir)
{
	PCS_BUF struct pcs_buf path = { 0 };
	return pcs_path_join(&path, dir, PCS_CACHE_DIR) < 0 ||
	       pcs_owner_of_dir(v->site->owner, path.data) != PCS_OWNED_NO;
}

/* __pycache__ itself: it goes when nothing will be left in it. */
static int visit_cache_dir(struct visit *v)
{
	if (v->site->prefix)
		return visit_prefixed_dir(v);
	if (v->scan.cache_fd < 0 || v->scan.cache_error || v->filling ||
	    v->going != v->scan.cache.n)
		return 0;
	if (v->site->owner && (owns_cache_dir(v, real_path(v)) || owns_cache_dir(v, v->path)))
		return 0;
	struct pcs_action *a = add(v, PCS_RMDIR, PCS_WHY_EMPTY, NULL, PCS_CACHE_DIR);
	if (!a)
		return -ENOMEM;
	v->place->losing = true;
	return 0;
}

/* Sources that are named by their caches alone: those of them that `known` does not hold. */
static int visit_cached(struct visit *v, const struct pcs_listing *known)
{
	PCS_BUF struct pcs_buf name = { 0 };
	for (size_t i = 0; i < v->scan.cache.n; i++) {
		const char *entry = v->scan.cache.entries[i].name;
		struct pcs_pyc_name parsed;
		if (!pcs_pyc_name_parse(entry, &parsed))
			continue;
		if (name.len == parsed.stem_len + 3 &&
		    strncmp(name.data, entry, parsed.stem_len) == 0)
			continue; /* another cache of the source just seen */
		name.len = 0;
		int r = pcs_buf_add(&name, entry, parsed.stem_len);
		if (r == 0)
			r = pcs_buf_adds(&name, ".py");
		if (r < 0)
			return r;
		size_t at = known ? pcs_listing_lower_bound(known, name.data) : 0;
		if (known && at < known->n && strcmp(known->entries[at].name, name.data) == 0)
			continue;
		r = visit_source(v, name.data);
		if (r < 0)
			return r;
	}
	return 0;
}

static int begin(const struct pcs_planner *p, const char *path, size_t follow_len,
		 struct visit *ret)
{
	const struct pcs_site *site = p->site;
	*ret = (struct visit){
		.p = p, .site = site, .actions = p->actions, .path = path, .follow_len = follow_len
	};
	pcs_site_tree(site, path, &ret->hit);
	int r = pcs_scan_open(site->root, site->prefix, path, follow_len, &ret->scan);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0; /* gone, or never a directory: nothing is there to be done */
	if (r == 0) {
		ret->scan.gone_tags = site->gone_tags;
		ret->scan.stage = site->staged;
		if (site->record && pcs_record_is_kept(site->record))
			ret->scan.record = site->record;
	}
	if (r < 0) {
		ret->scan = (struct pcs_scan){ .fd = -1, .cache_fd = -1 };
		return add_failure(ret, NULL, NULL, r);
	}
	return 1;
}

static int finish(struct visit *v, int r)
{
	if (r >= 0)
		r = visit_strays(v);
	if (r >= 0)
		r = visit_cache_dir(v);
	pcs_scan_done(&v->scan);
	free(v->real_path);
	return r < 0 ? r : 0;
}

int pcs_visit_listed(const struct pcs_planner *p, const struct pcs_change_dir *d)
{
	struct visit v;
	int r = begin(p, d->path, d->follow_len, &v);
	if (r <= 0)
		return r;
	if (!v.hit.root_len && p->goal->flags & PCS_GOAL_IN_TREES) {
		pcs_scan_done(&v.scan);
		return 0;
	}
	/* Sources that go, and no cache of theirs: whole packages are like that. */
	bool nothing = p->goal->kind == PCS_GOAL_GOING && !(p->goal->flags & PCS_GOAL_TELL_ALL) &&
		       v.scan.cache_fd < 0 && !v.scan.cache_error;
	p->actions->counts.sources += nothing ? d->n : 0;
	for (size_t i = 0; i < d->n && r >= 0 && !nothing; i++)
		r = visit_source(&v, d->names[i]);
	if (r >= 0 && d->whole_cache)
		r = visit_cached(&v, NULL);
	return finish(&v, r);
}

static bool is_walked_dir(const struct pcs_scan *s, const struct pcs_dirent *e)
{
	struct stat st;
	if (strcmp(e->name, PCS_CACHE_DIR) == 0)
		return false;
	return e->type == DT_DIR || (e->type == DT_UNKNOWN &&
				     pcs_fs_lstat(s->fd, e->name, &st) == 0 && S_ISDIR(st.st_mode));
}

static int visit_listing(struct visit *v, const struct pcs_listing *l, pcs_walk_found *found,
			 void *ctx)
{
	int r = 0;
	for (size_t i = 0; i < l->n && r >= 0; i++)
		if (is_walked_dir(&v->scan, &l->entries[i]))
			r = found(ctx, v->path, l->entries[i].name);
	/* Of a directory that is gone, the caches below a prefix are still there. */
	for (size_t i = 0; v->site->prefix && i < v->scan.cache.n && r >= 0; i++) {
		const struct pcs_dirent *e = &v->scan.cache.entries[i];
		size_t at = pcs_listing_lower_bound(l, e->name);
		bool there = at < l->n && strcmp(l->entries[at].name, e->name) == 0;
		if (!there && e->type == DT_DIR)
			r = found(ctx, v->path, e->name);
	}
	for (size_t i = 0; i < l->n && r >= 0; i++)
		if (pcs_source_stem_len(l->entries[i].name) &&
		    !is_walked_dir(&v->scan, &l->entries[i]))
			r = visit_source(v, l->entries[i].name);
	return r < 0 ? r : visit_cached(v, l);
}

int pcs_visit_whole(const struct pcs_planner *p, const char *path, size_t follow_len,
		    pcs_walk_found *found, void *ctx)
{
	struct visit v;
	struct pcs_listing l = { 0 };
	int r = begin(p, path, follow_len, &v);
	if (r <= 0)
		return r;
	r = v.scan.fd < 0 ? 0 : pcs_fs_list(v.scan.fd, &l);
	if (r < 0) {
		r = add_failure(&v, NULL, NULL, r);
	} else {
		r = visit_listing(&v, &l, found, ctx);
		pcs_listing_done(&l);
	}
	return finish(&v, r);
}
