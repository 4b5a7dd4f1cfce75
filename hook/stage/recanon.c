/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage/recanon.h"

#include <string.h>

#include "base/root.h"
#include "base/listing.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/progress.h"
#include "pyc/canon.h"
#include "stage/place.h"
#include "tree/dir.h"
#include "tree/walk.h"

void pcs_recanon_done(struct pcs_recanon *rc)
{
	for (size_t i = 0; i < rc->n; i++) {
		free(rc->items[i].path);
		free(rc->items[i].error);
	}
	free(rc->items);
	*rc = (struct pcs_recanon){ 0 };
}

/* -EINVAL: no pyc. */
static int add_file(struct pcs_recanon *rc, int dir, const char *path)
{
	struct stat st;
	int r = pcs_fs_lstat(dir, pcs_path_base(path), &st);
	if (r < 0 || !S_ISREG(st.st_mode) || !pcs_ends_with(path, ".pyc"))
		return r < 0 ? r : -EINVAL;
	struct pcs_recanon_item *items = pcs_grow(rc->items, &rc->cap, rc->n + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	rc->items = items;
	items[rc->n] = (struct pcs_recanon_item){ .path = strdup(path),
						  .dev = st.st_dev,
						  .ino = st.st_ino };
	return items[rc->n].path ? (rc->n++, 0) : -ENOMEM;
}

/* What a killed run left. */
static int remove_temporary(int dir, const char *name)
{
	if (pcs_fs_lock_exclusive(dir) < 0)
		return 0; /* its run is alive */
	int r = pcs_fs_unlink(dir, name);
	pcs_fs_unlock(dir);
	return r;
}

static int look_into(void *member, const char *path, size_t follow_len, pcs_walk_found *found,
		     void *walk)
{
	struct pcs_recanon *rc = member;
	struct pcs_listing l = { 0 };
	struct pcs_dir d;
	int r = pcs_dir_open(rc->root, path, follow_len, &d);
	if (r < 0)
		return r == -PCS_EPSEUDO ? 0 : r;
	r = pcs_dir_act(&d);
	if (r == 0)
		r = pcs_fs_list(d.fd, &l);
	for (size_t i = 0; i < l.n && r == 0; i++) {
		PCS_BUF struct pcs_buf file = { 0 };
		const struct pcs_dirent *e = &l.entries[i];
		if (pcs_dirent_is_dir(d.fd, e))
			r = found(walk, path, e->name);
		else if (pcs_ends_with(e->name, ".pyc"))
			r = pcs_path_join(&file, path, e->name);
		else if (pcs_tmp_is_name(e->name) && !rc->dry)
			r = remove_temporary(d.fd, e->name);
		if (r == 0 && file.len)
			r = add_file(rc, d.fd, file.data);
		if (r == -EINVAL || r == -ENOENT) /* no pyc, or gone meanwhile */
			r = 0;
	}
	pcs_listing_done(&l);
	pcs_dir_done(&d);
	return r;
}

int pcs_recanon_add(struct pcs_recanon *rc, const char *path)
{
	static const struct pcs_walk_ops ops = { .visit = look_into };
	struct pcs_dir d;
	struct stat st;
	int r = pcs_root_stat(rc->root, path, &st);
	if (r < 0)
		return r;
	if (S_ISDIR(st.st_mode))
		return pcs_walk_tree(path, 1, &ops, (void *[PCS_WALK_THREADS]){ rc });
	r = pcs_place_open(rc->root, path, &d);
	if (r == 0)
		r = add_file(rc, d.fd, path);
	pcs_dir_done(&d);
	return r;
}

static int by_file(const void *a, const void *b)
{
	const struct pcs_recanon_item *x = a, *y = b;
	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return strcmp(x->path, y->path);
}

static int by_path(const void *a, const void *b)
{
	const struct pcs_recanon_item *x = a, *y = b;
	return strcmp(x->path, y->path);
}

/* `why` is for -PCS_ECANON alone. */
static void fail(struct pcs_recanon_item *item, int error, const struct pcs_refusal *why)
{
	PCS_BUF struct pcs_buf words = { 0 };
	pcs_buf_adds(&words, pcs_strerror(error));
	if (error == -PCS_ECANON && why && why->what)
		pcs_buf_printf(&words, ": %s at byte %zu", why->what, why->at);
	item->error = PCS_TAKE(words.data);
}

/* Make the other names names of the new file. */
static void relink(struct pcs_recanon *rc, int dir, struct pcs_recanon_item *first, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct pcs_dir other;
		int r = pcs_place_open(rc->root, first[i].path, &other);
		if (r == 0)
			r = pcs_fs_link(dir, pcs_path_base(first->path), other.fd,
					pcs_path_base(first[i].path));
		if (r < 0)
			fail(&first[i], r, NULL);
		pcs_dir_done(&other);
	}
}

/* All names of one file, in the order of their paths. */
static void rewrite(struct pcs_recanon *rc, struct pcs_recanon_item *first, size_t n)
{
	PCS_BUF struct pcs_buf pyc = { 0 };
	PCS_BUF struct pcs_buf canonical = { 0 };
	struct pcs_dir d;
	struct pcs_refusal why = { 0 };
	struct stat st;
	const char *name = pcs_path_base(first->path);
	int r = pcs_place_open(rc->root, first->path, &d);
	if (r == 0)
		r = pcs_fs_read(d.fd, name, PCS_SOURCE_MAX, &pyc, &st);
	if (r == 0)
		r = pcs_pyc_canonical((const uint8_t *)pyc.data, pyc.len, &canonical, &why);
	bool same = r == 0 && canonical.len == pyc.len &&
		    memcmp(canonical.data, pyc.data, pyc.len) == 0;
	if (r == 0 && !same && !rc->dry)
		r = pcs_place_replace(&d, name, &canonical, &st);
	for (size_t i = 0; i < n; i++) {
		first[i].changed = r == 0 && !same;
		if (r < 0)
			fail(&first[i], r, &why);
	}
	if (first->changed && !rc->dry)
		relink(rc, d.fd, first, n);
	pcs_dir_done(&d);
}

/* A path that was given twice is there once. */
static void drop_twins(struct pcs_recanon *rc)
{
	size_t kept = 0;
	for (size_t i = 0; i < rc->n; i++) {
		if (kept && strcmp(rc->items[kept - 1].path, rc->items[i].path) == 0)
			free(rc->items[i].path);
		else
			rc->items[kept++] = rc->items[i];
	}
	rc->n = kept;
}

int pcs_recanon_run(struct pcs_recanon *rc)
{
	if (rc->n)
		qsort(rc->items, rc->n, sizeof(*rc->items), by_file);
	drop_twins(rc);
	pcs_progress_phase("rewriting", rc->n, 0);
	for (size_t i = 0, n; i < rc->n && !pcs_signal_seen(); i += n) {
		struct pcs_recanon_item *first = &rc->items[i];
		for (n = 1;
		     i + n < rc->n && first[n].dev == first->dev && first[n].ino == first->ino;)
			n++;
		pcs_progress_name(first->path, NULL);
		rewrite(rc, first, n);
		pcs_progress_add(n, 0);
		for (size_t k = 0; k < n; k++)
			rc->ended(rc->ctx, &first[k]);
	}
	if (rc->n)
		qsort(rc->items, rc->n, sizeof(*rc->items), by_path);
	return pcs_signal_seen() ? -PCS_ESIGNAL : 0;
}
