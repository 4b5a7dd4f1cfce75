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

/* Find out which directory each walk from number `from` on is. One whose real name is not known
 * cannot be locked: it is left, and told of. 0 or -ENOMEM. */
static int name_walks(struct pcs_changes *c, size_t from)
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

/* Below a prefix, each name of a directory has caches of its own. 0 or -ENOMEM. */
static int map_reals(const struct pcs_changes *c, bool former, struct pcs_map *ret)
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
	int r = map_reals(c, false, &reals);
	size_t kept = 0;
	for (size_t i = 0; i < c->n_walks && r == 0; i++)
		if (!c->walks[i].former || c->walks[i].barred ||
		    !pcs_walk_over(c, &reals, c->walks[i].real, false))
			c->walks[kept++] = c->walks[i];
	c->n_walks = r == 0 ? kept : c->n_walks;
	return r;
}

/* The name by which a walk comes by the directory whose name without links is `real`, which is its
 * own or below it. */
static int add_name_in(const struct pcs_walk *w, const char *real, struct pcs_buf *ret)
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
		r = add_name_in(w, v->real, &path);
		if (r == 0 && !pcs_map_put(&c->elsewhere, path.data, 0))
			r = -ENOMEM;
	}
	return r;
}

/* Which walk serves each directory that is walked: of two names (/usr/lib64 may be a link to
 * /usr/lib) the first one, but any that the policy has before one that it had. */
static bool choose_walks(const struct pcs_changes *c, bool former, struct pcs_map *known)
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

/* See map_reals(). 0 or -ENOMEM. */
static int drop_same_walks(struct pcs_changes *c)
{
	PCS_CLEANUP(pcs_map_done) struct pcs_map known = { 0 };
	struct pcs_walk *w = c->walks;
	size_t kept = 0;
	if (c->prefix)
		return 0;
	if (!choose_walks(c, false, &known) || !choose_walks(c, true, &known))
		return -ENOMEM;
	for (size_t i = 0; i < c->n_walks; i++) {
		char id[IDENTITY_MAX];
		bool alone = w[i].left || w[i].barred;
		if (alone || *pcs_map_get(&known, identity_of(&w[i], id)) == i)
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
	int r = add_name_in(over, w->real, &path);
	return r < 0 ? r : strcmp(path.data, w->path) == 0;
}

/* 0 or -ENOMEM. */
static int drop_inner_walks(struct pcs_changes *c)
{
	PCS_CLEANUP(pcs_map_done) struct pcs_map reals = { 0 };
	PCS_FREE bool *drop = calloc(c->n_walks + 1, sizeof(*drop));
	int r = drop ? map_reals(c, true, &reals) : -ENOMEM;
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

static void sort_walks(struct pcs_changes *c)
{
	if (c->n_walks)
		qsort(c->walks, c->n_walks, sizeof(*c->walks), compare_walks);
}

/* Whether anything was named in the directory or below it. 1, 0 or -ENOMEM. */
static int is_named_in(const struct pcs_changes *c, const char *dir)
{
	const size_t size = sizeof(*c->dirs);
	PCS_BUF struct pcs_buf below = { 0 };
	size_t at = pcs_lower_bound(c->dirs, c->n_dirs, size, dir);
	if (at < c->n_dirs && strcmp(c->dirs[at].path, dir) == 0)
		return 1;
	int r = pcs_buf_printf(&below, "%s/", dir);
	if (r < 0)
		return r;
	at = pcs_lower_bound(c->dirs, c->n_dirs, size, below.data);
	return at < c->n_dirs && pcs_path_within(c->dirs[at].path, dir);
}

/* Whether `path` leads to another file system than `from` is on, or over one. */
static bool leads_away(int from, const char *path, int how)
{
	PCS_CLOSE int fd = pcs_open_how(from, path, O_PATH, (uint64_t)(how | RESOLVE_NO_XDEV));
	return fd == -EXDEV;
}

/* Whether a tree can be looked at without entering a file system that nothing was named on: from
 * the root, or from the directory on the way that something was named in. A transaction shall not
 * wait for a server that is away when it brings nothing that is there. What else is wrong with the
 * tree is found out when it is looked at. 1, 0 or -ENOMEM. */
static int is_near(const struct pcs_changes *c, const char *template)
{
	const char *mark = strstr(template, "{version}");
	const size_t above = mark ? (size_t)(mark - template) : strlen(template);
	char *path = strndupa(template, above);
	if (mark)
		path[pcs_path_dir_len(path)] = '\0';
	pcs_act_as_self();
	if (!leads_away(c->root->fd, path, RESOLVE_IN_ROOT))
		return 1;
	char *top = strdupa(path);
	int named = 0;
	while (strcmp(top, "/") != 0 && (named = is_named_in(c, top)) == 0)
		top[pcs_path_dir_len(top)] = '\0';
	const char *rest = path + strlen(top);
	PCS_CLOSE int from = -1;
	if (named <= 0)
		return named;
	return pcs_root_find_dir(c->root, top, &from) < 0 ||
	       !leads_away(from, *rest ? rest + 1 : ".", RESOLVE_BENEATH);
}

static int add_trees(const struct pcs_changes *c, struct pcs_changes *ret)
{
	int r = 0;
	for (size_t i = 0; c->trees && c->trees[i] && r >= 0; i++) {
		r = c->flags & PCS_CHANGES_TRIGGER ? is_near(c, c->trees[i]) : 1;
		if (r > 0)
			r = pcs_changes_add_tree(ret, c->trees[i]);
	}
	return r;
}

/* What lies in a tree that cannot be looked at is not known. Where a user may not go, nothing of
 * the user's lies. */
static int tell_failures(const struct pcs_changes *trees, struct pcs_changes *c)
{
	int r = 0;
	for (size_t i = 0; i < trees->n_failures && r == 0; i++)
		if (trees->failures[i].error != -EACCES)
			r = pcs_changes_fail(c, trees->failures[i].path, trees->failures[i].error);
	return r;
}

int pcs_tree_names_find(struct pcs_changes *c, struct pcs_tree_names *ret)
{
	struct pcs_changes *t = &ret->trees;
	*ret = (struct pcs_tree_names){ 0 };
	pcs_changes_init(t, c->root, 0);
	if (c->prefix || !(c->n_walks || c->n_dirs))
		return 0;
	int r = add_trees(c, t);
	sort_walks(t);
	if (r == 0)
		r = name_walks(t, 0);
	if (r == 0)
		r = drop_same_walks(t);
	if (r == 0)
		r = tell_failures(t, c);
	return r == 0 ? map_reals(t, true, &ret->reals) : r;
}

void pcs_tree_names_done(struct pcs_tree_names *names)
{
	pcs_map_done(&names->reals);
	pcs_changes_done(&names->trees);
}

int pcs_tree_names_apply(const struct pcs_tree_names *names, const char *real,
			 struct pcs_changes *c, char **path)
{
	const struct pcs_walk *tree = pcs_walk_over(&names->trees, &names->reals, real, false);
	PCS_BUF struct pcs_buf name = { 0 };
	int r = tree ? add_name_in(tree, real, &name) : 0;
	if (!tree || r < 0 || strcmp(name.data, *path) == 0)
		return r;
	char *copy = pcs_arena_dup(&c->strings, name.data, name.len);
	if (!copy)
		return -ENOMEM;
	*path = copy;
	return 0;
}

/* Walk what was named by the name that the policy has for it. 0 or -ENOMEM. */
static int rename_walks(struct pcs_changes *c, const struct pcs_tree_names *names)
{
	int r = 0;
	for (size_t i = 0; i < c->n_walks && r == 0; i++)
		if (!c->walks[i].former && !c->walks[i].barred)
			r = pcs_tree_names_apply(names, c->walks[i].real, c, &c->walks[i].path);
	return r;
}

/* A tree that a walk comes by, under whatever name, is walked as that tree. 0 or -ENOMEM. */
static int add_inner_trees(struct pcs_changes *c, const struct pcs_tree_names *names)
{
	PCS_CLEANUP(pcs_map_done) struct pcs_map reals = { 0 };
	const size_t n = c->n_walks;
	int r = map_reals(c, false, &reals);
	for (size_t i = 0; i < names->trees.n_walks && r == 0; i++) {
		const struct pcs_walk *tree = &names->trees.walks[i];
		if (!tree->barred && pcs_walk_over(c, &reals, tree->real, true))
			r = pcs_changes_add_tree(c, tree->path);
	}
	return r == 0 ? name_walks(c, n) : r;
}

int pcs_walks_finish(struct pcs_changes *c, const struct pcs_tree_names *names,
		     struct pcs_map *reals)
{
	sort_walks(c);
	int r = name_walks(c, 0);
	if (r == 0)
		r = rename_walks(c, names);
	if (r == 0)
		r = add_inner_trees(c, names);
	sort_walks(c);
	if (r == 0)
		r = drop_former_walks(c);
	if (r == 0)
		r = drop_same_walks(c);
	if (r == 0)
		r = drop_inner_walks(c);
	PCS_CLEANUP(pcs_map_done) struct pcs_map all = { 0 };
	if (r == 0)
		r = map_reals(c, true, &all);
	if (r == 0)
		r = part_walks(c, &all);
	if (r == 0)
		r = leave_walks(c);
	return r == 0 ? map_reals(c, true, reals) : r;
}

int pcs_walks_cover(struct pcs_changes *c, const char *path)
{
	return is_walked(c, c->n_walks, path);
}
