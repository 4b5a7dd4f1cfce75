/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/dirs.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/identity.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/root.h"
#include "base/listing.h"
#include "base/map.h"
#include "pkg/owner.h"
#include "sync/actions.h"
#include "sync/goal.h"
#include "tree/site.h"
#include "workers/interp.h"

struct going {
	const struct pcs_site *site;
	const struct pcs_goal *goal;
	struct pcs_actions *actions;
	struct pcs_map paths; /* of what is planned to go */
};

static int note_going(struct going *g, const char *dir, const char *name)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, dir, name);
	return r == 0 && pcs_map_put(&g->paths, path.data, 1) ? 0 : -ENOMEM;
}

/* 1, 0 or -ENOMEM. */
static int is_going(struct going *g, const char *dir, const char *name)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, dir, name);
	return r < 0 ? r : pcs_map_get(&g->paths, path.data) != NULL;
}

/* 1, 0 or -errno. */
static int all_going(struct going *g, int fd, const char *path)
{
	struct pcs_listing l;
	int r = pcs_fs_list(fd, &l);
	if (r < 0)
		return r;
	r = 1;
	for (size_t i = 0; i < l.n && r > 0; i++)
		r = is_going(g, path, l.entries[i].name);
	pcs_listing_done(&l);
	return r;
}

static bool is_owned(struct going *g, int fd, const char *path)
{
	PCS_FREE char *real = NULL;
	if (!g->site->owner)
		return false;
	int r = pcs_root_real_path(g->site->root, fd, &real);
	if (r < 0)
		pcs_owner_doubt(g->site->owner, path, r);
	return pcs_owner_of_dir(g->site->owner, real) || pcs_owner_of_dir(g->site->owner, path);
}

static bool is_below(const char *path, const char *dir)
{
	return strncmp(path, dir, strlen(dir)) == 0;
}

/*
 * Whether the directory's turn may come. The tree's root stays. But a manager that tells which
 * directories went with their packages means just those, roots of trees and those above included;
 * and dpkg, which has no hook before a removal, leaves below /usr and /opt what it would have
 * removed with its last package, had there been no caches in it.
 */
static bool may_go(const struct going *g, const struct pcs_place *from, const char *path)
{
	if (g->goal->flags & PCS_GOAL_ERASED && !g->site->prefix && !from->killed)
		return g->site->owner && pcs_owner_released(g->site->owner, path);
	if (strlen(path) > from->root_len)
		return true;
	return g->goal->flags & PCS_GOAL_ROOTS &&
	       (is_below(path, "/usr/") || is_below(path, "/opt/")) &&
	       !is_below(path, "/usr/local/");
}

/* 1, 0 or -errno. A link is no directory: what it leads to has another name, and goes by that. */
static int is_link(const struct pcs_root *root, const char *path)
{
	struct stat st;
	pcs_act_as_self();
	PCS_CLOSE int fd = pcs_open_how(root->fd, path, O_PATH | O_NOFOLLOW, RESOLVE_IN_ROOT);
	int r = fd < 0 ? fd : pcs_fs_stat(fd, &st);
	return r < 0 ? r : S_ISLNK(st.st_mode);
}

/* Whether a directory goes: 1, 0 or -errno, with -ENOENT where it is not there. */
static int goes(struct going *g, const char *path, size_t follow_len)
{
	PCS_CLOSE int fd = -1;
	int r = pcs_root_open_dir(g->site->root, path, follow_len, &fd);
	if (r < 0)
		return pcs_is_absence(r) ? -ENOENT : r;
	r = all_going(g, fd, path);
	if (r <= 0)
		return r;
	r = is_link(g->site->root, path);
	return r < 0 ? r : !r && !is_owned(g, fd, path);
}

/* Plan `path` and then its parents, as long as each will be empty. */
static int climb(struct going *g, const struct pcs_place *from)
{
	static const struct pcs_step empty = { PCS_RMDIR, PCS_WHY_EMPTY, PCS_NO_INTERP, 0, NULL };
	PCS_FREE char *path = strdup(from->path);
	if (!path)
		return -ENOMEM;
	while (may_go(g, from, path) && !pcs_map_get(&g->paths, path)) {
		size_t follow = from->follow_len < strlen(path) ? from->follow_len : strlen(path);
		int r = goes(g, path, follow);
		if (r == -ENOENT && from->killed) { /* it went, and what is above may not have */
			path[pcs_path_dir_len(path)] = '\0';
			continue;
		}
		if (r == 0 || r == -ENOENT)
			return 0;
		struct pcs_place *place =
			pcs_actions_place(g->actions, path, follow, from->root_len);
		struct pcs_action *a =
			place ? pcs_actions_add(g->actions, place, &empty, NULL, NULL) : NULL;
		if (!a || note_going(g, path, "") < 0)
			return -ENOMEM;
		if (r < 0) {
			pcs_action_fail(a, "whether it is empty cannot be seen: %s",
					pcs_strerror(r));
			return 0;
		}
		path[pcs_path_dir_len(path)] = '\0';
	}
	return 0;
}

static int deepest_first(const void *a, const void *b)
{
	const struct pcs_place *x = *(struct pcs_place *const *)a;
	const struct pcs_place *y = *(struct pcs_place *const *)b;
	return strcmp(y->path, x->path);
}

/* Caches that go, where the directory that they are in is not a __pycache__. */
static int note_pyc(struct going *g, const struct pcs_action *a)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_action_pyc(g->site, a, &path);
	return r < 0 ? r : note_going(g, path.data, "");
}

static int note_cache_dirs(struct going *g)
{
	for (size_t i = 0; i < g->actions->n; i++) {
		const struct pcs_action *a = &g->actions->list[i];
		int r = a->act == PCS_RMDIR ? note_going(g, a->place->path, a->entry) : 0;
		if (a->act == PCS_REMOVE && g->site->prefix)
			r = note_pyc(g, a);
		if (r < 0)
			return r;
	}
	return 0;
}

int pcs_plan_empty_dirs(const struct pcs_site *site, const struct pcs_goal *goal,
			struct pcs_actions *l)
{
	struct going g = { .site = site, .goal = goal, .actions = l };
	size_t n = 0;
	PCS_FREE struct pcs_place **losing = calloc(l->n_places + 1, sizeof(struct pcs_place *));
	if (!losing)
		return -ENOMEM;
	for (size_t i = 0; i < l->n_places; i++)
		if (l->places[i]->losing && l->places[i]->root_len)
			losing[n++] = l->places[i];
	if (n)
		qsort(losing, n, sizeof(*losing), deepest_first);
	int r = n ? note_cache_dirs(&g) : 0;
	for (size_t i = 0; i < n && r == 0; i++)
		r = pcs_signal_seen() ? -PCS_ESIGNAL : climb(&g, losing[i]);
	pcs_map_done(&g.paths);
	return r;
}

/* 1, 0 or -ENOMEM. */
static int owns_cache_dir(const struct pcs_site *site, const struct pcs_place *place)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = site->owner ? pcs_path_join(&path, place->path, PCS_CACHE_DIR) : 0;
	return r < 0 || !site->owner ? r : pcs_owner_of_dir(site->owner, path.data) != PCS_OWNED_NO;
}

int pcs_plan_unfilled_dirs(const struct pcs_site *site, struct pcs_actions *l)
{
	static const struct pcs_step empty = { PCS_RMDIR, PCS_WHY_EMPTY, PCS_NO_INTERP, 0, NULL };
	const struct pcs_place *last = NULL;
	const size_t n = site->prefix ? 0 : l->n;
	for (size_t i = 0; i < n; i++) {
		struct pcs_place *place = l->list[i].place;
		if (l->list[i].act != PCS_COMPILE || l->list[i].state != PCS_FAILED ||
		    place == last)
			continue;
		last = place;
		int owned = owns_cache_dir(site, place);
		if (owned < 0)
			return owned;
		if (!owned && !pcs_actions_add(l, place, &empty, NULL, PCS_CACHE_DIR))
			return -ENOMEM;
	}
	return 0;
}
