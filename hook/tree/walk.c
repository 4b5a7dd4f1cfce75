/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/walk.h"

#include <pthread.h>
#include <string.h>

#include "base/map.h"
#include "base/path.h"
#include "base/proc.h"

struct crew {
	pthread_mutex_t lock;
	pthread_cond_t more; /* a path was added, or nobody is busy any more */
	char **paths;        /* still to be walked */
	size_t n, cap;
	size_t busy;
	size_t follow_len;
	int error;
	const struct pcs_walk_ops *ops;
};

/* One thread of the walk. */
struct hand {
	struct crew *crew;
	void *member;
	pthread_t thread;
	bool first, started;
};

static int push(void *ctx, const char *dir, const char *name)
{
	struct crew *c = ctx;
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, dir, name);
	if (r < 0)
		return r;
	if (name[0] && c->ops->elsewhere && pcs_map_get(c->ops->elsewhere, path.data))
		return 0;
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

static void visit(struct hand *h, const char *path)
{
	struct crew *c = h->crew;
	int r = c->ops->visit(h->member, path, c->follow_len, push, c);
	if (r == 0)
		return;
	pthread_mutex_lock(&c->lock);
	if (c->error == 0)
		c->error = r;
	pthread_mutex_unlock(&c->lock);
}

static void *work(void *arg)
{
	struct hand *h = arg;
	for (char *path = pull(h->crew, false); path; path = pull(h->crew, true)) {
		visit(h, path);
		free(path);
		if (h->first && h->crew->ops->between)
			h->crew->ops->between(h->member);
	}
	return NULL;
}

static void crew_done(struct crew *c)
{
	while (c->n)
		free(c->paths[--c->n]);
	free(c->paths);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->more);
}

int pcs_walk_tree(const char *top, unsigned threads, const struct pcs_walk_ops *ops,
		  void *const members[PCS_WALK_THREADS])
{
	struct crew c = { .ops = ops, .follow_len = strlen(top) };
	struct hand hands[PCS_WALK_THREADS] = { 0 };
	size_t n = threads < PCS_WALK_THREADS ? threads : PCS_WALK_THREADS;
	pthread_mutex_init(&c.lock, NULL);
	pthread_cond_init(&c.more, NULL);
	int r = push(&c, top, "");
	for (size_t i = 0; i < PCS_WALK_THREADS; i++)
		hands[i] = (struct hand){ .crew = &c, .member = members[i], .first = i == 0 };
	for (size_t i = 1; i < n && r == 0; i++) /* without them it only takes longer */
		hands[i].started = pthread_create(&hands[i].thread, NULL, work, &hands[i]) == 0;
	if (r == 0)
		work(&hands[0]);
	for (size_t i = 1; i < n; i++)
		if (hands[i].started)
			pthread_join(hands[i].thread, NULL);
	if (r == 0)
		r = c.error;
	crew_done(&c);
	return r;
}
