/* pcs_run_plan(): from paths to actions. Trees are walked by a few threads, as looking is all
 * waiting for the kernel; what they find is put in order at the end, so that nobody can tell. */

#include "engine/run.h"

#include <pthread.h>
#include <string.h>

#include "base/path.h"
#include "base/proc.h"
#include "engine/changes.h"
#include "engine/visit.h"

enum { MEMBERS_MAX = 4 };

/* The actions of one directory, in its member's list. */
struct share {
	char *path;
	const struct pcs_action *actions;
	size_t first, n;
};

struct crew;

/* One thread's part of the walk. */
struct member {
	struct crew *crew;
	struct pcs_run part; /* shares the run's context, has actions of its own */
	struct share *shares;
	size_t n_shares, cap_shares;
	pthread_t thread;
	bool started;
};

struct crew {
	pthread_mutex_t lock;
	pthread_cond_t more; /* a path was added, or nobody is busy any more */
	char **paths;        /* still to be walked */
	size_t n, cap;
	size_t busy;
	size_t follow_len;
	int error;
	struct pcs_run *run;
	struct member members[MEMBERS_MAX];
};

static int push(void *ctx, const char *dir, const char *name)
{
	struct crew *c = ctx;
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, dir, name);
	if (r < 0)
		return r;
	pthread_mutex_lock(&c->lock);
	char **paths = pcs_grow(c->paths, &c->cap, c->n + 1, sizeof(char *));
	if (paths) {
		c->paths = paths;
		paths[c->n++] = PCS_TAKE(path.data);
		pthread_cond_signal(&c->more);
	}
	pthread_mutex_unlock(&c->lock);
	return paths ? 0 : -ENOMEM;
}

/* The next path, or NULL when all is walked; waits while others may still find some. */
static char *pull(struct crew *c, bool was_busy)
{
	char *path = NULL;
	pthread_mutex_lock(&c->lock);
	c->busy -= was_busy;
	while (c->n == 0 && c->busy && !c->error && !pcs_signal_seen())
		pthread_cond_wait(&c->more, &c->lock);
	if (c->n && !c->error && !pcs_signal_seen()) {
		path = c->paths[--c->n];
		c->busy++;
	} else {
		pthread_cond_broadcast(&c->more);
	}
	pthread_mutex_unlock(&c->lock);
	return path;
}

static int keep_share(struct member *m, char *path, size_t first)
{
	if (m->part.n_actions == first) {
		free(path);
		return 0;
	}
	struct share *shares =
		pcs_grow(m->shares, &m->cap_shares, m->n_shares + 1, sizeof(*shares));
	if (!shares) {
		free(path);
		return -ENOMEM;
	}
	m->shares = shares;
	shares[m->n_shares++] =
		(struct share){ .path = path, .first = first, .n = m->part.n_actions - first };
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

static void *work(void *arg)
{
	struct member *m = arg;
	struct crew *c = m->crew;
	for (char *path = pull(c, false); path; path = pull(c, true)) {
		size_t first = m->part.n_actions;
		int r = pcs_visit_whole(&m->part, path, c->follow_len, push, c);
		int k = keep_share(m, path, first);
		if (m == c->members)
			start_early(c->run);
		if (r < 0 || k < 0) {
			pthread_mutex_lock(&c->lock);
			c->error = r < 0 ? r : k;
			pthread_mutex_unlock(&c->lock);
		}
	}
	return NULL;
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

static int merge(struct pcs_run *run, struct crew *c)
{
	size_t n = 0, total = 0;
	for (size_t i = 0; i < MEMBERS_MAX; i++)
		total += c->members[i].n_shares;
	PCS_FREE struct share *all = calloc(total + 1, sizeof(*all));
	int r = all ? 0 : -ENOMEM;
	for (size_t i = 0; i < MEMBERS_MAX && r == 0; i++) {
		struct member *m = &c->members[i];
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
	for (size_t i = 0; i < MEMBERS_MAX && r == 0; i++)
		c->members[i].part.n_actions = 0; /* their words are the run's now */
	return r;
}

static void crew_done(struct crew *c)
{
	for (size_t i = 0; i < MEMBERS_MAX; i++) {
		struct member *m = &c->members[i];
		for (size_t k = 0; k < m->n_shares; k++)
			free(m->shares[k].path);
		free(m->shares);
		m->part.settings = NULL; /* the run's */
		pcs_run_done(&m->part);
	}
	while (c->n)
		free(c->paths[--c->n]);
	free(c->paths);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->more);
}

static int walk(struct pcs_run *run, const char *top)
{
	struct crew c = { .run = run, .follow_len = strlen(top) };
	size_t n = run->jobs < MEMBERS_MAX ? run->jobs : MEMBERS_MAX;
	pthread_mutex_init(&c.lock, NULL);
	pthread_cond_init(&c.more, NULL);
	int r = push(&c, top, "");
	for (size_t i = 0; i < MEMBERS_MAX; i++) {
		struct member *m = &c.members[i];
		m->crew = &c;
		m->part = (struct pcs_run){ .root = run->root,
					    .policy = run->policy,
					    .interps = run->interps,
					    .served = run->served,
					    .prefix = run->prefix,
					    .settings = run->settings,
					    .owner = run->owner,
					    .record = run->record,
					    .gone_tags = run->gone_tags,
					    .flags = run->flags,
					    .wanted = run->wanted,
					    .jobs = run->jobs };
	}
	for (size_t i = 1; i < n && r == 0; i++) /* without them it only takes longer */
		c.members[i].started =
			pthread_create(&c.members[i].thread, NULL, work, &c.members[i]) == 0;
	if (r == 0)
		work(&c.members[0]);
	for (size_t i = 1; i < n; i++)
		if (c.members[i].started)
			pthread_join(c.members[i].thread, NULL);
	if (r == 0)
		r = c.error;
	if (r == 0)
		r = merge(run, &c);
	crew_done(&c);
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
