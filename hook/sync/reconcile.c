/* pcs_run_plan(): from paths to actions. What the threads of a walk find is put in order at the
 * end, so that nobody can tell. */

#include "sync/run.h"

#include <string.h>

#include "base/path.h"
#include "base/proc.h"
#include "tree/changes.h"
#include "sync/visit.h"
#include "tree/walk.h"

/* The actions of one directory, in its member's list. */
struct share {
	char *path;
	const struct pcs_action *actions;
	size_t first, n;
};

/* One thread's part of the walk. */
struct member {
	struct pcs_run *run;
	struct pcs_run part; /* shares the run's context, has actions of its own */
	struct share *shares;
	size_t n_shares, cap_shares;
};

static int keep_share(struct member *m, const char *path, size_t first)
{
	if (m->part.n_actions == first)
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
		(struct share){ .path = copy, .first = first, .n = m->part.n_actions - first };
	return 0;
}

/* A worker takes as long to start as a large tree takes to be looked at: let it, meanwhile. Only
 * for the main thread. */
static void start_early(struct pcs_run *run)
{
	unsigned interp = atomic_load(run->wanted);
	if (interp != PCS_NO_INTERP && !(run->flags & PCS_RUN_DRY))
		pcs_early_start(&run->early, run->interps->list, interp,
				run->flags & PCS_RUN_WARN ? PCS_LINK_WARN : 0);
}

static int visit(void *member, const char *path, size_t follow_len, pcs_walk_found *found,
		 void *walk)
{
	struct member *m = member;
	size_t first = m->part.n_actions;
	int r = pcs_visit_whole(&m->part, path, follow_len, found, walk);
	int k = keep_share(m, path, first);
	return r < 0 ? r : k;
}

static void between(void *member)
{
	const struct member *m = member;
	start_early(m->run);
}

static int compare_shares(const void *a, const void *b)
{
	const struct share *x = a, *y = b;
	return strcmp(x->path, y->path);
}

/* Hand over what the member's run owns, and count what it counted. */
static int take_over(struct pcs_run *run, struct pcs_run *part)
{
	struct pcs_place **places = pcs_grow(run->places, &run->cap_places,
					     run->n_places + part->n_places + 1, sizeof(*places));
	if (!places)
		return -ENOMEM;
	run->places = places;
	for (size_t i = 0; i < part->n_places; i++)
		places[run->n_places++] = part->places[i];
	part->n_places = 0;
	pcs_arena_join(&run->strings, &part->strings);
	run->counts.sources += part->counts.sources;
	run->counts.fresh += part->counts.fresh;
	return 0;
}

static int merge_actions(struct pcs_run *run, struct share *shares, size_t n)
{
	size_t more = 0;
	for (size_t i = 0; i < n; i++)
		more += shares[i].n;
	struct pcs_action *list =
		pcs_grow(run->actions, &run->cap_actions, run->n_actions + more + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	run->actions = list;
	for (size_t i = 0; i < n; i++) {
		memcpy(list + run->n_actions, shares[i].actions + shares[i].first,
		       shares[i].n * sizeof(*list));
		run->n_actions += shares[i].n;
	}
	return 0;
}

static int merge(struct pcs_run *run, struct member *members)
{
	size_t n = 0, total = 0;
	for (size_t i = 0; i < PCS_WALK_THREADS; i++)
		total += members[i].n_shares;
	PCS_FREE struct share *all = calloc(total + 1, sizeof(*all));
	int r = all ? 0 : -ENOMEM;
	for (size_t i = 0; i < PCS_WALK_THREADS && r == 0; i++) {
		struct member *m = &members[i];
		for (size_t k = 0; k < m->n_shares; k++) {
			all[n] = m->shares[k];
			all[n++].actions = m->part.actions;
		}
		r = take_over(run, &m->part);
	}
	if (r == 0 && n)
		qsort(all, n, sizeof(*all), compare_shares);
	if (r == 0)
		r = merge_actions(run, all, n);
	for (size_t i = 0; i < PCS_WALK_THREADS && r == 0; i++)
		members[i].part.n_actions = 0; /* their words are the run's now */
	return r;
}

static void member_done(struct member *m)
{
	for (size_t k = 0; k < m->n_shares; k++)
		free(m->shares[k].path);
	free(m->shares);
	m->part.settings = NULL; /* the run's */
	pcs_run_done(&m->part);
}

static int walk(struct pcs_run *run, const char *top)
{
	static const struct pcs_walk_ops ops = { .visit = visit, .between = between };
	struct member members[PCS_WALK_THREADS] = { 0 };
	void *contexts[PCS_WALK_THREADS];
	for (size_t i = 0; i < PCS_WALK_THREADS; i++) {
		members[i].run = run;
		members[i].part = (struct pcs_run){ .root = run->root,
						    .policy = run->policy,
						    .interps = run->interps,
						    .served = run->served,
						    .prefix = run->prefix,
						    .stage = run->stage,
						    .settings = run->settings,
						    .owner = run->owner,
						    .record = run->record,
						    .gone_tags = run->gone_tags,
						    .flags = run->flags,
						    .wanted = run->wanted,
						    .jobs = run->jobs };
		contexts[i] = &members[i];
	}
	/* A jobserver knows nothing of threads. */
	int r = pcs_walk_tree(top, run->jobserver ? 1 : run->jobs, &ops, contexts);
	if (r == 0)
		r = merge(run, members);
	for (size_t i = 0; i < PCS_WALK_THREADS; i++)
		member_done(&members[i]);
	return r;
}

int pcs_run_plan(struct pcs_run *run, struct pcs_changes *changes)
{
	atomic_uint wanted = PCS_NO_INTERP;
	int r = run->settings ? 0 : pcs_run_new_settings(run);
	run->wanted = &wanted;
	for (size_t i = 0; i < changes->n_dirs && r >= 0 && !pcs_signal_seen(); i++) {
		r = pcs_visit_listed(run, &changes->dirs[i]);
		start_early(run);
	}
	for (size_t i = 0; i < changes->n_walks && r >= 0 && !pcs_signal_seen(); i++)
		r = walk(run, changes->walks[i].path);
	run->wanted = NULL;
	return r < 0 ? r : pcs_run_plan_empty_dirs(run);
}
