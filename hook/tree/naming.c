/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/naming.h"

#include <string.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/path.h"
#include "base/root.h"
#include "tree/walks.h"

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Where root does not go, nothing is done, and the visit says so. 0 or -ENOMEM. */
static int find_named(struct pcs_naming *n)
{
	struct pcs_changes *c = n->of;
	const char *real;
	struct stat st;
	int r = 0;
	n->named = calloc(c->n_walks + c->n_dirs + 1, sizeof(*n->named));
	if (!n->named)
		return -ENOMEM;
	for (size_t i = 0; i < c->n_walks; i++)
		n->named[n->n_named++] = c->walks[i].real;
	for (size_t i = 0; i < c->n_dirs && r == 0; i++) {
		int found = pcs_find_real(c, c->dirs[i].path, &st, &real);
		if (found > 0)
			n->named[n->n_named++] = real;
		else if (found < 0 && found != -PCS_EUNSAFE)
			r = pcs_changes_fail(c, c->dirs[i].path, found);
	}
	if (n->n_named)
		qsort(n->named, n->n_named, sizeof(*n->named), compare_strings);
	return r;
}

/* Whether anything that was named lies behind a mount point. 1, 0 or -errno. */
static int may_enter(void *ctx, int dir, const char *name)
{
	struct pcs_naming *n = ctx;
	PCS_FREE char *above = NULL;
	PCS_BUF struct pcs_buf path = { 0 };
	int r = n->named ? 0 : find_named(n);
	if (r == 0)
		r = pcs_root_real_path(n->of->root, dir, &above);
	if (r == 0)
		r = pcs_path_join(&path, above, name);
	if (r < 0)
		return r == -EXDEV ? 0 : r; /* outside of the root nothing was named */
	return pcs_any_within(n->named, n->n_named, sizeof(*n->named), path.data);
}

static int is_near(void *ctx, const char *path)
{
	struct pcs_naming *n = ctx;
	return pcs_root_is_near(n->of->root, path, may_enter, n);
}

/* What lies in a tree that cannot be looked at is not known. But whoever owns a directory can let a
 * link in it lead to where nothing is, or where root does not follow. */
static int tell_failures(const struct pcs_changes *trees, struct pcs_changes *c)
{
	int r = 0;
	for (size_t i = 0; i < trees->n_failures && r == 0; i++) {
		const struct pcs_change_failure *f = &trees->failures[i];
		if (f->error != -EACCES && f->error != -PCS_EUNSAFE && f->error != -ENAMETOOLONG)
			r = pcs_changes_fail(c, f->path, f->error);
	}
	return r;
}

int pcs_naming_find(struct pcs_changes *c, struct pcs_naming *ret)
{
	struct pcs_changes *t = &ret->trees;
	int r = 0;
	*ret = (struct pcs_naming){ .of = c };
	pcs_changes_init(t, c->root, 0);
	if (c->prefix || !(c->n_walks || c->n_dirs))
		return 0;
	if (c->flags & PCS_CHANGES_TRIGGER) {
		t->is_near = is_near;
		t->near_ctx = ret;
	}
	for (size_t i = 0; c->trees && c->trees[i] && r == 0; i++)
		r = pcs_changes_add_tree(t, c->trees[i]);
	pcs_walks_sort(t);
	if (r == 0)
		r = pcs_walks_identify(t, 0);
	if (r == 0)
		r = pcs_walks_choose(t, false, &ret->served) ? 0 : -ENOMEM;
	if (r == 0)
		r = tell_failures(t, c);
	return r == 0 ? pcs_walks_map_reals(t, true, &ret->reals) : r;
}

void pcs_naming_done(struct pcs_naming *naming)
{
	free(naming->named);
	pcs_map_done(&naming->served);
	pcs_map_done(&naming->reals);
	pcs_changes_done(&naming->trees);
}

int pcs_naming_apply(const struct pcs_naming *naming, const char *real, struct pcs_changes *c,
		     char **path)
{
	const struct pcs_walk *tree = pcs_walk_over(&naming->trees, &naming->reals, real, false);
	PCS_BUF struct pcs_buf name = { 0 };
	if (!tree)
		return 0;
	struct pcs_walk named = *tree; /* by its own name without links, or that of another tree */
	named.path = pcs_walk_serving(&naming->trees, &naming->served, tree)->path;
	int r = pcs_walk_add_name(&named, real, &name);
	if (r < 0 || strcmp(name.data, *path) == 0)
		return r;
	char *copy = pcs_arena_dup(&c->strings, name.data, name.len);
	if (!copy)
		return -ENOMEM;
	*path = copy;
	return 0;
}

/* Walk what was named by the name that the policy has for it. 0 or -ENOMEM. */
static int rename_walks(struct pcs_changes *c, const struct pcs_naming *naming)
{
	int r = 0;
	for (size_t i = 0; i < c->n_walks && r == 0; i++)
		if (!c->walks[i].former && !c->walks[i].barred)
			r = pcs_naming_apply(naming, c->walks[i].real, c, &c->walks[i].path);
	return r;
}

/* A tree that a walk comes by, under whatever name, is walked as that tree. 0 or -ENOMEM. */
static int add_inner_trees(struct pcs_changes *c, const struct pcs_naming *naming)
{
	PCS_CLEANUP(pcs_map_done) struct pcs_map reals = { 0 };
	const size_t n = c->n_walks;
	int r = pcs_walks_map_reals(c, false, &reals);
	for (size_t i = 0; i < naming->trees.n_walks && r == 0; i++) {
		const struct pcs_walk *tree = &naming->trees.walks[i];
		if (!tree->barred && pcs_walk_over(c, &reals, tree->real, true))
			r = pcs_changes_add_tree(c, tree->path);
	}
	return r == 0 ? pcs_walks_identify(c, n) : r;
}

int pcs_naming_apply_to_walks(const struct pcs_naming *naming, struct pcs_changes *c)
{
	int r = rename_walks(c, naming);
	return r == 0 ? add_inner_trees(c, naming) : r;
}
