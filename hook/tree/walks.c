/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/walks.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/identity.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/root.h"
#include "pyc/name.h"
#include "tree/changes.h"

/* The name without links of what is open. 0 or -errno. */
static int name_real(struct pcs_changes *c, int fd, const char **ret)
{
	PCS_FREE char *other = NULL;
	int r = pcs_root_real_path(c->root, fd, &other);
	if (r == -EXDEV || r == -ENAMETOOLONG) /* it has none that anybody could lock */
		return 0;
	const char *copy = r == 0 ? pcs_arena_dup(&c->strings, other, strlen(other)) : NULL;
	if (r == 0 && !copy)
		r = -ENOMEM;
	if (r == 0)
		*ret = copy;
	return r;
}

int pcs_find_real(struct pcs_changes *c, const char *path, struct stat *ret, const char **real)
{
	*real = path;
	pcs_act_as_self();
	int r = 0, how = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS;
	PCS_CLOSE int fd = pcs_open_how(c->root->fd, path, O_PATH, (uint64_t)how);
	if (fd == -ELOOP) {
		r = pcs_root_find_dir(c->root, path, &fd);
		if (r == 0)
			r = name_real(c, fd, real);
	} else if (fd < 0) {
		r = fd;
	}
	if (r == -ELOOP || pcs_is_absence(r))
		return 0;
	if (r == 0 && fstat(fd, ret) < 0)
		r = -errno;
	return r < 0 ? r : 1;
}

/* Whether a walk of `walk` comes by `path`: it lies below, and no symbolic link is on the way. 1, 0
 * or -errno. */
static int walk_reaches(struct pcs_changes *c, const char *walk, const char *path)
{
	PCS_CLOSE int fd = -1;
	if (!pcs_path_within(path, walk))
		return 0;
	int r = pcs_root_open_dir(c->root, path, strlen(walk), &fd);
	if (r == -ELOOP || r == -PCS_EUNSAFE || pcs_is_absence(r))
		return 0;
	return r < 0 ? r : 1;
}

/* Whether one of the first `n` walks, which are sorted, comes by `path`: looked for are the names
 * of the directories above it. Where that cannot be seen, it is a failure, and the path is left:
 * else it might be worked on twice. 1, 0 or -ENOMEM. */
static int is_walked(struct pcs_changes *c, size_t n, const char *path)
{
	char *above = strdupa(path);
	int r = 0;
	for (bool top = false; !top && r == 0; above[pcs_path_dir_len(above)] = '\0') {
		size_t at = pcs_lower_bound(c->walks, n, sizeof(*c->walks), above);
		bool is_top = at < n && strcmp(c->walks[at].path, above) == 0;
		if (is_top && !c->walks[at].left)
			r = walk_reaches(c, above, path);
		top = strcmp(above, "/") == 0 || (is_top && c->walks[at].left);
	}
	if (r < 0)
		r = pcs_changes_fail(c, path, r) < 0 ? -ENOMEM : 1;
	return r;
}

static int compare_walks(const void *a, const void *b)
{
	const struct pcs_walk *x = a, *y = b;
	return strcmp(x->path, y->path);
}

int pcs_walks_identify(struct pcs_changes *c, size_t from)
{
	size_t kept = from;
	int r = 0;
	for (size_t i = from; i < c->n_walks && r == 0; i++) {
		struct pcs_walk w = c->walks[i];
		struct stat st;
		int found = pcs_find_real(c, w.path, &st, &w.real);
		w.barred = found == -PCS_EUNSAFE;
		if (found > 0) {
			w.dev = st.st_dev;
			w.ino = st.st_ino;
		}
		if (found >= 0 || w.barred)
			c->walks[kept++] = w;
		else if (!w.left)
			r = pcs_changes_fail(c, w.path, found);
	}
	c->n_walks = kept;
	return r;
}

enum { IDENTITY_MAX = 48 };

static const char *identity_of(const struct pcs_walk *w, char ret[IDENTITY_MAX])
{
	snprintf(ret, IDENTITY_MAX, "%llx:%llx", (unsigned long long)w->dev,
		 (unsigned long long)w->ino);
	return ret;
}

const struct pcs_walk *pcs_walk_over(const struct pcs_changes *c, const struct pcs_map *reals,
				     const char *real, bool above)
{
	char *path = strdupa(real);
	const uint32_t *at = above ? NULL : pcs_map_get(reals, path);
	while (!at && strcmp(path, "/") != 0 && strcmp(pcs_path_base(path), PCS_CACHE_DIR) != 0) {
		path[pcs_path_dir_len(path)] = '\0';
		at = pcs_map_get(reals, path);
	}
	return at ? &c->walks[*at] : NULL;
}

int pcs_walks_map_reals(const struct pcs_changes *c, bool former, struct pcs_map *ret)
{
	bool r = true;
	for (size_t i = 0; i < c->n_walks && !c->prefix && r; i++)
		if (!c->walks[i].left && !c->walks[i].barred && (former || !c->walks[i].former))
			r = pcs_map_put_kept(ret, c->walks[i].real, (uint32_t)i) != NULL;
	return r ? 0 : -ENOMEM;
}

/* What lies in a tree that the policy has is made right there. 0 or -ENOMEM. */
static int drop_former_walks(struct pcs_changes *c)
{
	PCS_CLEANUP(pcs_map_done) struct pcs_map reals = { 0 };
	int r = pcs_walks_map_reals(c, false, &reals);
	size_t kept = 0;
	for (size_t i = 0; i < c->n_walks && r == 0; i++)
		if (!c->walks[i].former || c->walks[i].barred ||
		    !pcs_walk_over(c, &reals, c->walks[i].real, false))
			c->walks[kept++] = c->walks[i];
	c->n_walks = r == 0 ? kept : c->n_walks;
	return r;
}

int pcs_walk_add_name(const struct pcs_walk *w, const char *real, struct pcs_buf *ret)
{
	const char *below = real + (strcmp(w->real, "/") == 0 ? 0 : strlen(w->real));
	return *below && below[1] ? pcs_path_join(ret, w->path, below + 1) :
				    pcs_buf_adds(ret, w->path);
}

/* Let a walk that comes by the top of another one, which has another name for it, pass over that:
 * where trees are nested, the innermost counts. 0 or -ENOMEM. */
static int part_walks(struct pcs_changes *c, const struct pcs_map *reals)
{
	int r = 0;
	for (size_t i = 0; i < c->n_walks && r == 0; i++) {
		const struct pcs_walk *v = &c->walks[i];
		const struct pcs_walk *w =
			v->barred ? NULL : pcs_walk_over(c, reals, v->real, true);
		PCS_BUF struct pcs_buf path = { 0 };
		if (!w)
			continue;
		r = pcs_walk_add_name(w, v->real, &path);
		if (r == 0 && !pcs_map_put(&c->elsewhere, path.data, 0))
			r = -ENOMEM;
	}
	return r;
}

bool pcs_walks_choose(const struct pcs_changes *c, bool former, struct pcs_map *known)
{
	bool r = true;
	for (size_t i = 0; i < c->n_walks && r; i++) {
		const struct pcs_walk *w = &c->walks[i];
		char id[IDENTITY_MAX];
		if (w->former == former && !w->left && !w->barred)
			r = pcs_map_put(known, identity_of(w, id), (uint32_t)i) != NULL;
	}
	return r;
}

const struct pcs_walk *pcs_walk_serving(const struct pcs_changes *c, const struct pcs_map *known,
					const struct pcs_walk *w)
{
	char id[IDENTITY_MAX];
	const uint32_t *at = pcs_map_get(known, identity_of(w, id));
	return at ? &c->walks[*at] : w;
}

/* See pcs_walks_map_reals(). 0 or -ENOMEM. */
static int drop_same_walks(struct pcs_changes *c)
{
	PCS_CLEANUP(pcs_map_done) struct pcs_map known = { 0 };
	struct pcs_walk *w = c->walks;
	size_t kept = 0;
	if (c->prefix)
		return 0;
	if (!pcs_walks_choose(c, false, &known) || !pcs_walks_choose(c, true, &known))
		return -ENOMEM;
	for (size_t i = 0; i < c->n_walks; i++) {
		bool alone = w[i].left || w[i].barred;
		if (alone || pcs_walk_serving(c, &known, &w[i]) == &w[i])
			w[kept++] = w[i];
	}
	c->n_walks = kept;
	return 0;
}

/* Whether a walk is part of the one that pcs_walks_cover() found: of all that come by its top, that
 * is the innermost, as it has the very name for it. 1, 0 or -ENOMEM. */
static int is_inner(const struct pcs_changes *c, const struct pcs_map *reals,
		    const struct pcs_walk *w)
{
	const struct pcs_walk *over = pcs_walk_over(c, reals, w->real, true);
	PCS_BUF struct pcs_buf path = { 0 };
	if (!over)
		return 1;
	int r = pcs_walk_add_name(over, w->real, &path);
	return r < 0 ? r : strcmp(path.data, w->path) == 0;
}

/* 0 or -ENOMEM. */
static int drop_inner_walks(struct pcs_changes *c)
{
	PCS_CLEANUP(pcs_map_done) struct pcs_map reals = { 0 };
	PCS_FREE bool *drop = calloc(c->n_walks + 1, sizeof(*drop));
	int r = drop ? pcs_walks_map_reals(c, true, &reals) : -ENOMEM;
	for (size_t i = 0; i < c->n_walks && r >= 0 && !pcs_signal_seen(); i++) {
		const struct pcs_walk *w = &c->walks[i];
		r = w->left || w->barred ? 0 : is_walked(c, i, w->path);
		if (r > 0)
			r = is_inner(c, &reals, w);
		drop[i] = r > 0;
	}
	size_t kept = 0;
	for (size_t i = 0; i < c->n_walks && r >= 0; i++)
		if (!drop[i])
			c->walks[kept++] = c->walks[i];
	c->n_walks = r >= 0 ? kept : c->n_walks;
	return r < 0 ? r : 0;
}

static int leave_walks(struct pcs_changes *c)
{
	size_t kept = 0;
	for (size_t i = 0; i < c->n_walks; i++)
		if (!c->walks[i].left)
			c->walks[kept++] = c->walks[i];
		else if (!pcs_map_put(&c->elsewhere, c->walks[i].path, 0))
			return -ENOMEM;
	c->n_walks = kept;
	return 0;
}

void pcs_walks_sort(struct pcs_changes *c)
{
	if (c->n_walks)
		qsort(c->walks, c->n_walks, sizeof(*c->walks), compare_walks);
}

int pcs_walks_finish(struct pcs_changes *c, struct pcs_map *reals)
{
	pcs_walks_sort(c);
	int r = drop_former_walks(c);
	if (r == 0)
		r = drop_same_walks(c);
	if (r == 0)
		r = drop_inner_walks(c);
	PCS_CLEANUP(pcs_map_done) struct pcs_map all = { 0 };
	if (r == 0)
		r = pcs_walks_map_reals(c, true, &all);
	if (r == 0)
		r = part_walks(c, &all);
	if (r == 0)
		r = leave_walks(c);
	return r == 0 ? pcs_walks_map_reals(c, true, reals) : r;
}

int pcs_walks_cover(struct pcs_changes *c, const char *path)
{
	return is_walked(c, c->n_walks, path);
}
