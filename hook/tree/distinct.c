/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/distinct.h"

#include <string.h>

#include "base/err.h"
#include "base/proc.h"
#include "policy/match.h"
#include "tree/changes.h"
#include "tree/naming.h"
#include "tree/walks.h"

static int compare_dirs(const void *a, const void *b)
{
	const struct pcs_change_dir *x = a, *y = b;
	return strcmp(x->path, y->path);
}

static int drop_walked_dirs(struct pcs_changes *c)
{
	size_t kept = 0;
	int r = 0;
	for (size_t i = 0; i < c->n_dirs; i++) {
		int drop = r < 0 || pcs_signal_seen() ? 1 : pcs_walks_cover(c, c->dirs[i].path);
		r = drop < 0 ? drop : r;
		if (drop)
			pcs_change_dir_done(&c->dirs[i]);
		else
			c->dirs[kept++] = c->dirs[i];
	}
	c->n_dirs = kept;
	return r;
}

struct identity {
	dev_t dev;
	ino_t ino;
	size_t dir;
};

static int compare_identities(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;
	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return x->dir < y->dir ? -1 : x->dir > y->dir;
}

static int move_names(struct pcs_change_dir *to, struct pcs_change_dir *from)
{
	char **names = pcs_grow(to->names, &to->cap, to->n + from->n + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	to->names = names;
	for (size_t i = 0; i < from->n; i++)
		names[to->n++] = from->names[i];
	to->whole_cache |= from->whole_cache;
	to->marked |= from->marked;
	to->listed |= from->listed;
	from->n = 0;
	from->whole_cache = false;
	return 0;
}

/* Nobody knows which directory it is: it is left, and told of. 0 or -ENOMEM. */
static int leave_dir(struct pcs_changes *c, struct pcs_change_dir *d, int error)
{
	pcs_change_dir_done(d);
	*d = (struct pcs_change_dir){ .path = d->path, .follow_len = d->follow_len };
	return pcs_changes_fail(c, d->path, error);
}

static int call_as_tree(struct pcs_changes *c, const struct pcs_naming *naming,
			struct pcs_change_dir *d)
{
	int r = pcs_naming_apply(naming, d->real, c, &d->path);
	d->follow_len = strlen(d->path);
	return r;
}

/* Those whose names were moved. */
static void drop_nameless_dirs(struct pcs_changes *c)
{
	size_t kept = 0;
	for (size_t i = 0; i < c->n_dirs; i++)
		if (c->dirs[i].n || c->dirs[i].whole_cache)
			c->dirs[kept++] = c->dirs[i];
		else
			pcs_change_dir_done(&c->dirs[i]);
	c->n_dirs = kept;
}

/* Find out which directory each is, drop those that are walked under another name, and call the
 * others what the policy calls them. Once a signal was seen, nobody looks at the rest. 0 or
 * -ENOMEM. */
static int identify_dirs(struct pcs_changes *c, const struct pcs_naming *naming,
			 const struct pcs_map *reals, struct identity *ids, size_t *n)
{
	size_t kept = 0;
	int r = 0;
	for (size_t i = 0; i < c->n_dirs; i++) {
		struct pcs_change_dir d = c->dirs[i];
		struct stat st;
		bool looks = r == 0 && !pcs_signal_seen();
		int found = looks ? pcs_find_real(c, d.path, &st, &d.real) : 0;
		const struct pcs_walk *w =
			found > 0 ? pcs_walk_over(c, reals, d.real, false) : NULL;
		if (w && !w->former) {
			pcs_change_dir_done(&d);
			continue;
		}
		if (found > 0)
			ids[(*n)++] = (struct identity){ st.st_dev, st.st_ino, kept };
		else if (found < 0 && found != -PCS_EUNSAFE) /* which the visit tells of */
			r = leave_dir(c, &d, found);
		if (found > 0 && r == 0)
			r = call_as_tree(c, naming, &d);
		c->dirs[kept++] = d;
	}
	c->n_dirs = kept;
	return r;
}

static bool is_in_tree(const struct pcs_changes *c, const char *path)
{
	const char *version;
	size_t len;
	for (size_t i = 0; c->trees && c->trees[i]; i++)
		if (pcs_tree_match(c->trees[i], path, &version, &len))
			return true;
	return false;
}

/* The names of one directory become those of one entry. 0 or -ENOMEM. */
static int merge_names(struct pcs_changes *c, const struct identity *ids, size_t n)
{
	size_t kept = 0;
	int r = 0;
	while (kept < n && !is_in_tree(c, c->dirs[ids[kept].dir].path))
		kept++;
	kept = kept < n ? kept : 0;
	for (size_t i = 0; i < n && r == 0; i++)
		if (i != kept)
			r = move_names(&c->dirs[ids[kept].dir], &c->dirs[ids[i].dir]);
	return r;
}

/* A directory that was named in two ways is looked at once, under the name that sorts first of
 * those that lie in a tree, or of all, but for what walks.h says of a prefix. */
static int merge_same_dirs(struct pcs_changes *c, const struct pcs_naming *naming,
			   const struct pcs_map *reals)
{
	PCS_FREE struct identity *ids = calloc(c->n_dirs + 1, sizeof(*ids));
	size_t n = 0;
	int r = ids ? identify_dirs(c, naming, reals, ids, &n) : -ENOMEM;
	if (n)
		qsort(ids, n, sizeof(*ids), compare_identities);
	for (size_t i = 0, end; i < n && r == 0 && !c->prefix; i = end) {
		end = i + 1;
		while (end < n && ids[end].dev == ids[i].dev && ids[end].ino == ids[i].ino)
			end++;
		if (end - i > 1)
			r = merge_names(c, &ids[i], end - i);
	}
	drop_nameless_dirs(c);
	return r;
}

static void sort_dirs(struct pcs_changes *c)
{
	if (c->n_dirs)
		qsort(c->dirs, c->n_dirs, sizeof(*c->dirs), compare_dirs);
}

/* Those that are walked anyway are among them. 0 or -ENOMEM. */
static int keep_marked(struct pcs_changes *c)
{
	c->marked = calloc(c->n_dirs + 1, sizeof(*c->marked));
	for (size_t i = 0; c->marked && i < c->n_dirs; i++)
		if (c->dirs[i].marked)
			c->marked[c->n_marked++] = c->dirs[i].path;
	return c->marked ? 0 : -ENOMEM;
}

int pcs_changes_finish(struct pcs_changes *c)
{
	PCS_CLEANUP(pcs_map_done) struct pcs_map reals = { 0 };
	PCS_CLEANUP(pcs_naming_done) struct pcs_naming naming = { 0 };
	pcs_map_done(&c->by_path);
	sort_dirs(c);
	pcs_walks_sort(c);
	int r = keep_marked(c);
	if (r == 0)
		r = pcs_walks_identify(c, 0);
	if (r == 0)
		r = pcs_naming_find(c, &naming);
	if (r == 0)
		r = pcs_naming_apply_to_walks(&naming, c);
	if (r == 0)
		r = pcs_walks_finish(c, &reals);
	if (r == 0)
		r = drop_walked_dirs(c);
	if (r == 0)
		r = merge_same_dirs(c, &naming, &reals);
	sort_dirs(c); /* their names may be others now */
	pcs_map_done(&c->others);
	if (r < 0)
		return r;
	for (size_t i = 0; i < c->n_dirs; i++)
		pcs_change_dir_sort(&c->dirs[i]);
	return pcs_signal_seen() ? -PCS_ESIGNAL : 0;
}
