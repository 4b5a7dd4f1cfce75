/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the threads of a walk find is put in order at the end, so that nobody can tell. */

#include "sync/reconcile.h"

#include <string.h>

#include "sync/actions.h"
#include "sync/dirs.h"
#include "sync/goal.h"
#include "policy/query.h"
#include "sync/decide.h"
#include "tree/changes.h"
#include "tree/site.h"
#include "workers/interp.h"
#include "workers/early.h"

/* The actions of one directory, in its member's list. */
struct share {
	char *path;
	const struct pcs_action *actions;
	const uint16_t *settings; /* their numbers in the common list */
	size_t first, n;
};

/* One thread's part of the walk. */
struct member {
	struct pcs_planner planner;
	struct pcs_actions part;
	struct share *shares;
	size_t n_shares, cap_shares;
	uint16_t *settings;
};

static int keep_share(struct member *m, const char *path, size_t first)
{
	if (m->part.n == first)
		return 0;
	struct share *shares =
		pcs_grow(m->shares, &m->cap_shares, m->n_shares + 1, sizeof(*shares));
	if (!shares)
		return -ENOMEM;
	m->shares = shares;
	char *copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	shares[m->n_shares++] =
		(struct share){ .path = copy, .first = first, .n = m->part.n - first };
	return 0;
}

static int visit(void *member, const char *path, size_t follow_len, pcs_walk_found *found,
		 void *walk)
{
	struct member *m = member;
	size_t first = m->part.n;
	int r = pcs_decide_whole(&m->planner, path, follow_len, found, walk);
	int k = keep_share(m, path, first);
	return r < 0 ? r : k;
}

static void between(void *member)
{
	const struct member *m = member;
	pcs_decide_start(&m->planner);
}

static int compare_shares(const void *a, const void *b)
{
	const struct share *x = a, *y = b;
	return strcmp(x->path, y->path);
}

static int merge_actions(struct pcs_actions *l, const struct share *shares, size_t n)
{
	size_t more = 0;
	for (size_t i = 0; i < n; i++)
		more += shares[i].n;
	struct pcs_action *list = pcs_grow(l->list, &l->cap, l->n + more + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	l->list = list;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < shares[i].n; k++) {
			struct pcs_action *a = &list[l->n++];
			*a = shares[i].actions[shares[i].first + k];
			a->settings = shares[i].settings[a->settings];
		}
	return 0;
}

/* Gather the members' shares; what they point to becomes the list's. */
static int gather(struct pcs_actions *l, struct member *members, struct share *all)
{
	size_t n = 0;
	for (size_t i = 0; i < PCS_WALK_THREADS; i++) {
		struct member *m = &members[i];
		m->settings = calloc(m->part.n_settings + 1, sizeof(*m->settings));
		int r = m->settings ? pcs_actions_adopt(l, &m->part, m->settings) : -ENOMEM;
		if (r < 0)
			return r;
		for (size_t k = 0; k < m->n_shares; k++) {
			all[n] = m->shares[k];
			all[n].settings = m->settings;
			all[n++].actions = m->part.list;
		}
	}
	return 0;
}

static int merge(struct pcs_actions *l, struct member *members)
{
	size_t n = 0;
	for (size_t i = 0; i < PCS_WALK_THREADS; i++)
		n += members[i].n_shares;
	PCS_FREE struct share *all = calloc(n + 1, sizeof(*all));
	int r = all ? gather(l, members, all) : -ENOMEM;
	if (r < 0)
		return r;
	if (n)
		qsort(all, n, sizeof(*all), compare_shares);
	r = merge_actions(l, all, n);
	for (size_t i = 0; i < PCS_WALK_THREADS && r == 0; i++)
		members[i].part.n = 0; /* their words are the list's now */
	return r;
}

static void member_done(struct member *m)
{
	for (size_t k = 0; k < m->n_shares; k++)
		free(m->shares[k].path);
	free(m->shares);
	free(m->settings);
	pcs_actions_done(&m->part);
}

static int walk(const struct pcs_planner *p, const char *top, const struct pcs_map *elsewhere)
{
	const struct pcs_walk_ops ops = { .visit = visit,
					  .between = between,
					  .elsewhere = elsewhere };
	struct member members[PCS_WALK_THREADS] = { 0 };
	void *contexts[PCS_WALK_THREADS];
	for (size_t i = 0; i < PCS_WALK_THREADS; i++) {
		members[i].planner = *p;
		members[i].planner.actions = &members[i].part;
		members[i].planner.early = i == 0 ? p->early : NULL;
		contexts[i] = &members[i];
	}
	/* A jobserver knows nothing of threads. */
	int r = pcs_walk_tree(top, p->goal->jobserver ? 1 : p->goal->jobs, &ops, contexts);
	if (r == 0)
		r = merge(p->actions, members);
	for (size_t i = 0; i < PCS_WALK_THREADS; i++)
		member_done(&members[i]);
	return r;
}

/* A run that was killed may have emptied a directory; now nothing in there tells of it. */
static int plan_marked(const struct pcs_site *site, const struct pcs_changes *changes,
		       struct pcs_actions *l)
{
	for (size_t i = 0; i < changes->n_marked; i++) {
		PCS_BUF struct pcs_buf path = { 0 };
		struct pcs_tree_hit hit;
		pcs_site_tree(site, changes->marked[i], &hit);
		int r = site->prefix ? pcs_site_cache_dir(site, changes->marked[i], &path) :
				       pcs_buf_adds(&path, changes->marked[i]);
		size_t top = site->prefix ? strlen(site->prefix) : hit.root_len;
		struct pcs_place *place =
			r == 0 ? pcs_actions_place(l, path.data, site->prefix ? top : path.len,
						   top) :
				 NULL;
		if (!place)
			return -ENOMEM;
		place->losing = place->killed = true;
	}
	return 0;
}

int pcs_reconcile(const struct pcs_site *site, const struct pcs_goal *goal,
		  struct pcs_changes *changes, struct pcs_actions *ret, struct pcs_early *early)
{
	atomic_uint wanted = PCS_NO_INTERP;
	const struct pcs_planner p = {
		.site = site, .goal = goal, .actions = ret, .wanted = &wanted, .early = early
	};
	int r = 0;
	for (size_t i = 0; i < changes->n_failures && r == 0; i++)
		r = pcs_decide_failed(&p, changes->failures[i].path, changes->failures[i].error);
	for (size_t i = 0; i < changes->n_dirs && r >= 0 && !pcs_signal_seen(); i++) {
		r = pcs_decide_listed(&p, &changes->dirs[i]);
		pcs_decide_start(&p);
	}
	for (size_t i = 0; i < changes->n_walks && r >= 0 && !pcs_signal_seen(); i++) {
		const struct pcs_walk *w = &changes->walks[i];
		struct pcs_planner q = p;
		q.former_len = w->former ? strlen(w->path) : 0;
		r = walk(&q, w->path, &changes->elsewhere);
	}
	if (r == 0)
		r = plan_marked(site, changes, ret);
	if (r == 0)
		r = pcs_plan_empty_dirs(site, goal, ret);
	if (r == 0)
		pcs_actions_check(ret);
	return r;
}
