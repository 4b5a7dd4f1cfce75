/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/decide.h"

#include <string.h>

#include "base/fs.h"
#include "base/chase.h"
#include "base/err.h"
#include "base/path.h"
#include "state/memory.h"
#include "tree/visit.h"
#include "tree/fresh.h"
#include "tree/proof.h"
#include "tree/staged.h"
#include "sync/actions.h"
#include "sync/extra.h"
#include "sync/goal.h"
#include "sync/stray.h"
#include "tree/site.h"
#include "workers/interp.h"
#include "workers/early.h"
#include "policy/value.h"

/* The directory that is being decided on. */
struct decider {
	const struct pcs_planner *p;
	struct pcs_actions *actions;
	struct pcs_place *place; /* NULL until an action needs it */
	size_t going;            /* entries of __pycache__ that are planned to be removed */
	bool gone;               /* a source that was named, or has caches, is not there */
	bool filling;            /* something is planned to be written there */
	bool told;               /* that __pycache__ cannot be looked at */
};

static bool is_former(const struct pcs_visit *v)
{
	const struct decider *d = v->ctx;
	return d->p->former_len && !v->hit.root_len;
}

static struct pcs_place *place_of(struct pcs_visit *v)
{
	struct decider *d = v->ctx;
	if (!d->place) {
		size_t root_len = is_former(v) ? d->p->former_len : v->hit.root_len;
		d->place = pcs_actions_place(d->actions, v->path, v->follow_len, root_len);
		if (d->place)
			d->place->id = (struct pcs_place_id){ v->scan.dir.st.st_dev,
							      v->scan.dir.st.st_ino };
	}
	return d->place;
}

static struct pcs_action *add(struct pcs_visit *v, enum pcs_act act, enum pcs_reason why,
			      const char *source, const char *entry)
{
	const struct pcs_step step = { .act = (uint8_t)act,
				       .reason = (uint8_t)why,
				       .interp = PCS_NO_INTERP };
	struct decider *d = v->ctx;
	struct pcs_place *place = place_of(v);
	return place ? pcs_actions_add(d->actions, place, &step, source, entry) : NULL;
}

/* What is refused, and no error of a moment, the next run refuses as well. */
static int add_failure(struct pcs_visit *v, enum pcs_reason why, const char *source, int error,
		       const char *words)
{
	struct pcs_action *a = add(v, PCS_LEAVE, why, source, NULL);
	if (!a)
		return -ENOMEM;
	pcs_action_fail(a, "%s", words);
	if (error == -PCS_EUNSAFE || error == -PCS_EPSEUDO ||
	    v->scan.cache_error == -PCS_ENOTDIR_CACHE)
		a->flags = PCS_FAILED_FOR_GOOD;
	return 0;
}

static int fail_source(struct pcs_visit *v, const char *name, int error)
{
	PCS_BUF struct pcs_buf words = { 0 };
	int r = pcs_dir_add_error(&v->scan.dir, name, error, &words);
	return r < 0 ? r : add_failure(v, PCS_WHY_FAILED, name, error, words.data);
}

static bool is_idle(const struct pcs_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].act <= PCS_REMOVE)
			return false;
	return true;
}

/* Below a prefix, only the very files that would be touched can be a package's. */
static enum pcs_owned owner_of_steps(struct pcs_visit *v, const struct pcs_step *steps, size_t n)
{
	PCS_BUF struct pcs_buf path = { 0 };
	enum pcs_owned owned = PCS_OWNED_NO;
	if (pcs_site_cache_dir(v->site, v->path, &path) < 0)
		return PCS_OWNED_UNKNOWN;
	for (size_t i = 0; i < n && !owned; i++)
		if (steps[i].cache)
			owned = pcs_owner_of_pyc(v->site->owner, path.data, steps[i].cache->name);
	return owned;
}

/*
 * Whether each cache of a source is the very file that pycsync made. Then none of them is a
 * package's, which would have put its own in its place, and no database need be read: that is what
 * most updates are.
 */
static bool are_made(struct pcs_visit *v, const char *name, const struct pcs_source_facts *f)
{
	struct stat st;
	PCS_BUF struct pcs_buf beside = { 0 };
	for (size_t i = 0; i < f->n_caches; i++)
		if (!f->caches[i].made)
			return false;
	if (!f->n_caches || pcs_buf_adds(&beside, name) < 0 || pcs_buf_adds(&beside, "c") < 0)
		return false;
	return v->scan.dir.fd < 0 || pcs_fs_lstat(v->scan.dir.fd, beside.data, &st) == -ENOENT;
}

void pcs_decide_start(const struct pcs_planner *p)
{
	unsigned interp = atomic_load(p->wanted);
	if (p->early && interp != PCS_NO_INTERP && !(p->goal->flags & PCS_GOAL_DRY) &&
	    !p->site->store)
		pcs_early_start(p->early, p->site->interps, interp);
}

/* Which of the pycs that are wanted are a package's. */
static void find_owned_files(struct pcs_visit *v, const char *name, struct pcs_source_facts *f,
			     const struct pcs_want *wants, size_t n)
{
	const char *real = pcs_visit_real_path(v);
	PCS_BUF struct pcs_buf dir = { 0 };
	bool known = real && !v->site->prefix && pcs_site_cache_dir(v->site, real, &dir) == 0;
	for (size_t i = 0; i < n; i++)
		for (unsigned level = 0; level < PCS_LEVELS; level++) {
			PCS_BUF struct pcs_buf entry = { 0 };
			if (wants[i].settings.owned == PCS_WHERE_OWNED_LEAVE)
				continue;
			if (!known || pcs_pyc_name_add(&entry, name, wants[i].tag, level) < 0 ||
			    pcs_owner_of_file(v->site->owner, dir.data, entry.data))
				f->owned_files[i] |= (uint8_t)(1u << level);
		}
}

/* Plan; only when something would be done is it asked who owns it, and planned again. */
static size_t plan(struct pcs_visit *v, const char *name, struct pcs_source_facts *f,
		   const struct pcs_want *wants, size_t n, struct pcs_step *steps)
{
	size_t n_steps = pcs_plan_source(f, wants, n, steps, PCS_STEPS_MAX);
	if (is_idle(steps, n_steps) || !v->site->owner || are_made(v, name, f))
		return n_steps;
	const struct decider *d = v->ctx;
	for (size_t i = 0; i < n_steps; i++)
		if (steps[i].act == PCS_COMPILE)
			atomic_store(d->p->wanted, steps[i].interp);
	pcs_decide_start(d->p);
	/* Sources are asked for first, so that lists are read once. */
	enum pcs_owned owned = pcs_may_be_strangers(v, d->p->goal, name, f) ? PCS_OWNED_UNKNOWN :
			       v->site->prefix ? owner_of_steps(v, steps, n_steps) :
						 pcs_visit_owner(v, name);
	f->owned = owned == PCS_OWNED_YES;
	f->unknown_owner = owned == PCS_OWNED_UNKNOWN;
	if (f->owned)
		find_owned_files(v, name, f, wants, n);
	return owned ? pcs_plan_source(f, wants, n, steps, PCS_STEPS_MAX) : n_steps;
}

/* Compile what need not be. */
static void force(struct pcs_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pcs_step *s = &steps[i];
		if (s->act != PCS_FRESH && s->act != PCS_RESTAMP)
			continue;
		s->act = PCS_COMPILE;
		s->reason = PCS_WHY_FORCED;
	}
}

/* What a staging root lacks would be missed in the package. */
static int fail_lacking(struct pcs_visit *v, const char *name, const struct pcs_want *wants)
{
	struct pcs_action *a = add(v, PCS_LEAVE, PCS_WHY_NO_INTERP, name, NULL);
	if (!a)
		return -ENOMEM;
	a->state = PCS_FAILED;
	return pcs_actions_set(((struct decider *)v->ctx)->actions, a, &wants[0].settings);
}

/* A rule of which nobody knows whether it fits: the source is left alone. Returns whether it is so,
 * or -ENOMEM. */
static int fail_undecided(struct pcs_visit *v, const char *name, const struct pcs_want *wants,
			  size_t n)
{
	PCS_BUF struct pcs_buf words = { 0 };
	size_t i = 0;
	while (i < n && !wants[i].settings.undecided.line)
		i++;
	if (i == n)
		return 0;
	int r = pcs_policy_add_origin(v->site->policy, wants[i].settings.undecided, &words);
	if (r == 0)
		r = pcs_buf_adds(&words,
				 ": the regex of this rule takes too many steps; the source "
				 "is left alone");
	if (r == 0)
		r = add_failure(v, PCS_WHY_FAILED, name, 0, words.data);
	return r < 0 ? r : 1;
}

/* What did not compile, and is the same, does not compile now. */
static void fail_again(struct pcs_visit *v, const char *name, const struct pcs_want *want,
		       struct pcs_action *a)
{
	PCS_BUF struct pcs_buf entry = { 0 };
	const struct pcs_row *row = NULL;
	if (pcs_pyc_name_add(&entry, name, want->tag, a->level) == 0)
		row = pcs_proofs_row(&v->scan.proofs, entry.data);
	pcs_action_fail(a, "%s", row ? row->words : "out of memory");
	a->line = row ? row->line : 0;
}

/* Whether an entry of __pycache__ is left alone that should not be there as it is. */
static bool is_refused(const struct pcs_step *step)
{
	return step->act == PCS_LEAVE && step->cache &&
	       (step->reason == PCS_WHY_FAILED || step->reason == PCS_WHY_NO_FILE ||
		step->reason == PCS_WHY_NO_PYC_FILE || step->reason == PCS_WHY_EXTRA);
}

static void fail_entry(const struct pcs_step *step, struct pcs_action *a)
{
	const char *name = step->cache->name;
	if (step->reason == PCS_WHY_FAILED)
		return pcs_action_fail(a, "%s: %s", name, pcs_strerror(step->cache->error));
	pcs_action_fail(a, "%s: %s; it is left alone", name,
			step->reason == PCS_WHY_NO_FILE ? "not a regular file" :
							  pcs_reason_text(step->reason));
	a->flags = PCS_FAILED_FOR_GOOD;
}

static int record_step(struct pcs_visit *v, const char *name, const struct pcs_source_facts *f,
		       const struct pcs_want *wants, const struct pcs_step *step)
{
	struct decider *d = v->ctx;
	bool tell_all = d->p->goal->flags & PCS_GOAL_TELL_ALL;
	bool bad_entry = is_refused(step);
	bool failing = step->act == PCS_LEAVE && step->reason == PCS_WHY_NOT_COMPILING;
	d->actions->counts.fresh += step->act == PCS_FRESH;
	d->going += step->act == PCS_REMOVE;
	d->filling |= step->act <= PCS_RESTAMP;
	if (step->reason == PCS_WHY_NO_INTERP && v->site->staged)
		return fail_lacking(v, name, wants);
	if ((step->act == PCS_FRESH || step->act == PCS_LEAVE) && !tell_all && !bad_entry &&
	    !failing)
		return 0;
	struct pcs_place *place = place_of(v);
	struct pcs_action *a = !place ? NULL :
					pcs_actions_add(d->actions, place, step, name,
							step->cache ? step->cache->name : NULL);
	if (!a)
		return -ENOMEM;
	a->size = f->size > UINT32_MAX ? UINT32_MAX : (uint32_t)f->size;
	if (step->act == PCS_COMPILE)
		atomic_store(d->p->wanted, step->interp);
	if (step->act <= PCS_RESTAMP || failing) {
		a->flags = (uint8_t)step->want->flags;
		if (pcs_actions_set(d->actions, a, &step->want->settings) < 0)
			return -ENOMEM;
	}
	if (failing)
		fail_again(v, name, step->want, a);
	else if (bad_entry)
		fail_entry(step, a);
	if (failing)
		a->flags = PCS_FAILED_FOR_GOOD;
	return 0;
}

/* What goes because somebody said so, and not because of its source. */
static enum pcs_reason reword(const struct pcs_goal *goal, enum pcs_reason why)
{
	if (why != PCS_WHY_GOING)
		return why;
	return goal->kind == PCS_GOAL_PURGE      ? PCS_WHY_ALL :
	       goal->kind == PCS_GOAL_PURGE_MADE ? PCS_WHY_MADE :
						   why;
}

static void decide_state(const struct pcs_goal *goal, struct pcs_source_facts *f)
{
	bool there = f->state == PCS_SOURCE_REGULAR || f->state == PCS_SOURCE_OTHER;
	if (there && pcs_goal_is_removal(goal) && goal->kind != PCS_GOAL_CLEAN)
		f->state = PCS_SOURCE_GOING;
}

/* A package's source will have the time that it is clamped to, here or by the package manager. */
static void stage_facts(const struct pcs_staged *stage, struct pcs_source_facts *f)
{
	f->tidied = stage && stage->extra != PCS_EXTRA_KEEP;
	f->extra = stage ? stage->extra : 0;
	struct timespec clamped = stage ? pcs_staged_time(stage, f->mtime) : f->mtime;
	f->unclamped = stage && stage->clamp_mtime && clamped.tv_sec != f->mtime.tv_sec;
	f->mtime = clamped;
}

static bool has_time_ahead(const struct pcs_source_facts *f)
{
	bool ahead = pcs_is_ahead(f, &f->ctime);
	for (size_t i = 0; i < f->n_caches && !ahead; i++)
		ahead = pcs_is_ahead(f, &f->caches[i].written);
	return ahead;
}

/* Canonical bytes are asked of interpreters that may have none. */
static void note_formless(struct pcs_actions *l, const struct pcs_want *wants, size_t n)
{
	unsigned minor;
	for (size_t i = 0; i < n; i++) {
		const struct pcs_want *w = &wants[i];
		if (!w->compile || !w->settings.reproducible || pcs_minor_of(w->magic, &minor))
			continue;
		l->formless |= UINT32_C(1) << w->interp;
		l->formless_said |= w->settings.insists ? UINT32_C(1) << w->interp : 0;
	}
}

static int visit_source(struct pcs_visit *v, const char *name)
{
	struct decider *d = v->ctx;
	const struct pcs_goal *goal = d->p->goal;
	struct pcs_want wants[PCS_INTERPS_MAX];
	struct pcs_step steps[PCS_STEPS_MAX];
	struct pcs_source_facts f;
	d->actions->counts.sources++;
	int r = pcs_scan_source(&v->scan, name, &f);
	if (r)
		return fail_source(v, name, r);
	decide_state(goal, &f);
	if (is_former(v) && f.state != PCS_SOURCE_GONE && f.state != PCS_SOURCE_GOING)
		return 0;
	f.only_made = goal->kind == PCS_GOAL_PURGE_MADE || is_former(v);
	stage_facts(v->site->staged, &f);
	if (f.state == PCS_SOURCE_REGULAR && goal->kind != PCS_GOAL_CLEAN)
		r = pcs_visit_wants(v, name, &f, wants, &f.no_interp);
	if (r < 0)
		return r;
	size_t n = (size_t)r;
	note_formless(d->actions, wants, n);
	r = fail_undecided(v, name, wants, n);
	if (r)
		return r < 0 ? r : 0;
	r = pcs_scan_caches(&v->scan, name, wants, n, &f);
	if (r < 0)
		return r;
	size_t n_steps = plan(v, name, &f, wants, n, steps);
	if (goal->flags & PCS_GOAL_FORCE)
		force(steps, n_steps);
	d->actions->counts.ahead += has_time_ahead(&f);
	if (v->scan.cache_error && !is_idle(steps, n_steps)) {
		d->told = true;
		return add_failure(v, PCS_WHY_FAILED, name, 0, pcs_strerror(v->scan.cache_error));
	}
	for (size_t i = 0; i < n_steps && r == 0; i++) {
		steps[i].reason = (uint8_t)reword(goal, (enum pcs_reason)steps[i].reason);
		r = record_step(v, name, &f, wants, &steps[i]);
	}
	d->gone |= f.state == PCS_SOURCE_GONE;
	return r;
}

/* Add what becomes of a pyc in a staging root that is no cache by its name: it goes, unless `words`
 * say why it cannot, or policy has it fail. */
static int add_extra(struct pcs_visit *v, enum pcs_reason why, const char *name,
		     const struct pcs_settings *settings, const struct pcs_buf *words)
{
	struct decider *d = v->ctx;
	bool fails = words->len || v->site->staged->extra == PCS_EXTRA_FAIL;
	struct pcs_action *a = add(v, fails ? PCS_LEAVE : PCS_REMOVE, why, NULL, name);
	if (!a || (settings && pcs_actions_set(d->actions, a, settings) < 0))
		return -ENOMEM;
	a->extra = true;
	if (words->len)
		pcs_action_fail(a, "%s", words->data);
	else if (fails && why == PCS_WHY_EXTRA)
		pcs_action_fail(a, "%s/%s: %s; it is left alone", PCS_CACHE_DIR, name,
				pcs_reason_text(why));
	else if (fails)
		pcs_action_fail(a, "%s; it is left alone", pcs_reason_text(why));
	d->going += !fails && why == PCS_WHY_EXTRA;
	return 0;
}

/* An entry of __pycache__ of which only its content tells what it is. */
static int visit_extra(struct pcs_visit *v, const char *name)
{
	PCS_BUF struct pcs_buf words = { 0 };
	if (v->site->staged->extra == PCS_EXTRA_KEEP || !pcs_visit_asks_stray(v, name))
		return 0;
	int why = pcs_extra_look(v, name, &words);
	return why > 0 ? add_extra(v, (enum pcs_reason)why, name, NULL, &words) : why;
}

/* A pyc beside the sources of a staging root. */
static int visit_beside(struct pcs_visit *v, const char *name)
{
	PCS_BUF struct pcs_buf words = { 0 };
	struct pcs_settings settings;
	if (v->site->staged->extra == PCS_EXTRA_KEEP)
		return 0;
	int why = pcs_extra_look_beside(v, name, &settings, &words);
	return why > 0 ? add_extra(v, (enum pcs_reason)why, name, &settings, &words) : why;
}

/* Our own left-overs, orphans of interpreters that nobody knows, and what is not ours. */
static int visit_stray(struct pcs_visit *v, const struct pcs_dirent *e)
{
	struct decider *d = v->ctx;
	bool temporary = pcs_tmp_is_name(e->name);
	if (!temporary && is_former(v))
		return 0;
	if (!temporary && v->site->staged && pcs_extra_is_pyc(e->name))
		return visit_extra(v, e->name);
	int error = 0;
	enum pcs_reason why =
		temporary ? PCS_WHY_TEMPORARY : pcs_judge_stray(v, d->p->goal, e->name, &error);
	if (temporary || why == PCS_WHY_SOURCE_GONE || why == PCS_WHY_GOING) {
		struct pcs_action *a = add(v, PCS_REMOVE, reword(d->p->goal, why), NULL, e->name);
		d->going++;
		return a ? 0 : -ENOMEM;
	}
	if (!error && !(d->p->goal->flags & PCS_GOAL_TELL_ALL))
		return 0;
	struct pcs_action *a = add(v, PCS_LEAVE, why, NULL, e->name);
	if (a && error)
		pcs_action_fail(a, "%s: %s", e->name, pcs_strerror(error));
	return a ? 0 : -ENOMEM;
}

static int visit_failed(struct pcs_visit *v, int error, const char *words)
{
	return add_failure(v, error == -PCS_EUNSAFE ? PCS_WHY_LINK : PCS_WHY_FAILED, NULL, error,
			   words);
}

/* Below a prefix, the directory of caches has those of other directories in it: whether it will be
 * empty is found when all are known. */
static int visit_prefixed_dir(struct pcs_visit *v)
{
	struct decider *d = v->ctx;
	PCS_BUF struct pcs_buf path = { 0 };
	if (v->scan.dir.cache_fd < 0 || d->filling || (!d->going && v->scan.dir.fd >= 0))
		return 0;
	int r = pcs_site_cache_dir(v->site, v->path, &path);
	if (r < 0)
		return r;
	size_t top = strlen(v->site->prefix);
	struct pcs_place *place = pcs_actions_place(d->actions, path.data, top, top);
	if (!place)
		return -ENOMEM;
	place->losing = true;
	return 0;
}

/* 1, also where nobody knows, 0 or -ENOMEM. */
static int owns_cache_dir(struct pcs_visit *v, const char *dir)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = dir ? pcs_path_join(&path, dir, PCS_CACHE_DIR) : 1;
	return r ? r : pcs_owner_of_dir(v->site->owner, path.data) != PCS_OWNED_NO;
}

/* What is made there does not last where others may put something else in its place. */
static int note_open(struct pcs_visit *v)
{
	struct pcs_actions *l = ((struct decider *)v->ctx)->actions;
	const struct pcs_dir *dir = &v->scan.dir;
	PCS_BUF struct pcs_buf path = { 0 };
	struct stat st;
	if (dir->cache_fd < 0 || dir->fd < 0 || pcs_fs_stat(dir->cache_fd, &st) < 0 ||
	    !pcs_cache_open_to(&dir->st, &st) || l->counts.open++)
		return 0;
	if (pcs_site_cache_dir(v->site, v->path, &path) < 0)
		return -ENOMEM;
	l->first_open = pcs_arena_dup(&l->strings, path.data, path.len);
	return l->first_open ? 0 : -ENOMEM;
}

/*
 * __pycache__ itself: it goes when nothing will be left in it. Only then may its directory be empty
 * because of us. A path that is not there proves nothing by itself, it may never have been
 * anything; nor does a __pycache__ that nothing was in.
 */
static int visit_cache_dir(struct pcs_visit *v)
{
	struct decider *d = v->ctx;
	int error = v->scan.cache_error;
	int r = note_open(v);
	if (r < 0)
		return r;
	/* A link in its place has nothing of ours behind it. */
	if (error && error != -PCS_ENOTDIR_CACHE && !d->told) {
		PCS_BUF struct pcs_buf words = { 0 };
		if (pcs_buf_printf(&words, "%s: %s", PCS_CACHE_DIR, pcs_strerror(error)) < 0)
			return -ENOMEM;
		return add_failure(v, PCS_WHY_FAILED, NULL, 0, words.data);
	}
	if (v->site->prefix)
		return visit_prefixed_dir(v);
	if (v->scan.dir.cache_fd < 0 || v->scan.cache_error || d->filling ||
	    d->going != v->scan.cache.n)
		return 0;
	int owned = v->site->owner ? owns_cache_dir(v, pcs_visit_real_path(v)) : 0;
	if (owned == 0 && v->site->owner)
		owned = owns_cache_dir(v, v->path);
	if (owned)
		return owned < 0 ? owned : 0;
	if (!add(v, PCS_RMDIR, PCS_WHY_EMPTY, NULL, PCS_CACHE_DIR))
		return -ENOMEM;
	d->place->losing = d->going || d->gone;
	return 0;
}

/* Sources that go, and no cache of theirs: whole packages are like that. */
static bool skips(struct pcs_visit *v, size_t n_names)
{
	struct decider *d = v->ctx;
	bool nothing = d->p->goal->kind == PCS_GOAL_GOING &&
		       !(d->p->goal->flags & PCS_GOAL_TELL_ALL) && v->scan.dir.cache_fd < 0 &&
		       !v->scan.cache_error;
	d->actions->counts.sources += nothing ? n_names : 0;
	return nothing;
}

static void init(const struct pcs_planner *p, struct decider *d, struct pcs_visit *v)
{
	static const struct pcs_visit_ops ops = { .skips = skips,
						  .source = visit_source,
						  .stray = visit_stray,
						  .failed = visit_failed,
						  .end = visit_cache_dir };
	static const struct pcs_visit_ops staging = { .skips = skips,
						      .source = visit_source,
						      .stray = visit_stray,
						      .legacy = visit_beside,
						      .failed = visit_failed,
						      .end = visit_cache_dir };
	const struct pcs_memory *memory = p->site->memory;
	*d = (struct decider){ .p = p, .actions = p->actions };
	*v = (struct pcs_visit){ .site = p->site,
				 .ops = p->site->staged ? &staging : &ops,
				 .ctx = d,
				 .quick = memory && pcs_memory_is_kept(memory),
				 .in_trees = p->goal->flags & PCS_GOAL_IN_TREES };
}

int pcs_decide_listed(const struct pcs_planner *p, const struct pcs_change_dir *d)
{
	struct decider decider;
	struct pcs_visit v;
	init(p, &decider, &v);
	return pcs_visit_listed(&v, d);
}

int pcs_decide_whole(const struct pcs_planner *p, const char *path, size_t follow_len,
		     pcs_walk_found *found, void *walk)
{
	struct decider decider;
	struct pcs_visit v;
	init(p, &decider, &v);
	return pcs_visit_whole(&v, path, follow_len, found, walk);
}

int pcs_decide_failed(const struct pcs_planner *p, const char *path, int error)
{
	struct decider decider;
	struct pcs_visit v;
	PCS_BUF struct pcs_buf words = { 0 };
	init(p, &decider, &v);
	v.path = path;
	v.follow_len = strlen(path);
	int r = pcs_root_add_error(p->site->root, path, error, &words);
	return r < 0 ? r : visit_failed(&v, error, words.data);
}
