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
static int add_file(struct pcs_recanon *rc, const struct pcs_dir *d, const char *path)
{
	struct stat st;
	int r = pcs_fs_lstat(d->fd, pcs_path_base(path), &st);
	if (r < 0 || !S_ISREG(st.st_mode) || !pcs_ends_with(path, ".pyc"))
		return r < 0 ? r : -EINVAL;
	struct pcs_recanon_item *items = pcs_grow(rc->items, &rc->cap, rc->n + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	rc->items = items;
	items[rc->n] = (struct pcs_recanon_item){ .path = strdup(path),
						  .dev = st.st_dev,
						  .ino = st.st_ino,
						  .uid = d->st.st_uid,
						  .gid = d->st.st_gid };
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
			r = add_file(rc, &d, file.data);
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
		r = add_file(rc, &d, path);
	pcs_dir_done(&d);
	return r;
}

static int compare(unsigned long long a, unsigned long long b)
{
	return (a > b) - (a < b);
}

/* 0 for names of one file in directories of one owner. */
static int compare_files(const struct pcs_recanon_item *x, const struct pcs_recanon_item *y)
{
	return compare(x->dev, y->dev)         ?:
		       compare(x->ino, y->ino) ?:
		       compare(x->uid, y->uid) ?:
						 compare(x->gid, y->gid);
}

static int by_file(const void *a, const void *b)
{
	const struct pcs_recanon_item *x = a, *y = b;
	return compare_files(x, y) ?: strcmp(x->path, y->path);
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

/* A pyc as it is in its directory, and as it shall be. */
struct pyc {
	struct pcs_dir dir;
	struct stat st;
	struct pcs_buf is, shall;
	bool known; /* all of it */
};

static void done(struct pyc *p)
{
	pcs_dir_done(&p->dir);
	pcs_buf_done(&p->is);
	pcs_buf_done(&p->shall);
}

static bool same_bytes(const struct pcs_buf *a, const struct pcs_buf *b)
{
	return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* Each name is read in its own directory: nobody who can exchange the one decides what becomes of
 * the other. `first` is the first name of the file, which mostly tells the rest. */
static int look(const struct pcs_recanon *rc, const char *path, const struct pyc *first,
		struct pyc *ret, struct pcs_refusal *why)
{
	int r = pcs_place_open(rc->root, path, &ret->dir);
	if (r == 0)
		r = pcs_fs_read(ret->dir.fd, pcs_path_base(path), PCS_SOURCE_MAX, &ret->is,
				&ret->st);
	if (r == 0 && first->known && same_bytes(&first->is, &ret->is))
		r = pcs_buf_add(&ret->shall, first->shall.data, first->shall.len);
	else if (r == 0)
		r = pcs_pyc_canonical((const uint8_t *)ret->is.data, ret->is.len, &ret->shall, why);
	ret->known = r == 0;
	return r;
}

/* Names of one file stay so. `p` is filled in; it is `first` itself for the first name. */
static void rewrite(const struct pcs_recanon *rc, struct pcs_recanon_item *item,
		    const struct pcs_recanon_item *first_item, const struct pyc *first,
		    struct pyc *p)
{
	const struct pcs_place_twin twin = { &first->dir, pcs_path_base(first_item->path) };
	struct pcs_refusal why = { 0 };
	int r = look(rc, item->path, first, p, &why);
	const bool same = r == 0 && same_bytes(&p->is, &p->shall);
	const bool linked = p != first && first->known && pcs_same_file(&first->st, &p->st);
	if (r == 0 && !same && !rc->dry)
		r = pcs_place_replace(&p->dir, pcs_path_base(item->path), &p->shall, &p->st,
				      linked ? &twin : NULL);
	item->changed = r == 0 && !same;
	if (r < 0)
		fail(item, r, &why);
}

/* All names of one file in directories of one owner, in the order of their paths. */
static void rewrite_all(const struct pcs_recanon *rc, struct pcs_recanon_item *first_item, size_t n)
{
	struct pyc first = { 0 };
	rewrite(rc, first_item, first_item, &first, &first);
	for (size_t i = 1; i < n; i++) {
		struct pyc other = { 0 };
		rewrite(rc, &first_item[i], first_item, &first, &other);
		done(&other);
	}
	done(&first);
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
		for (n = 1; i + n < rc->n && compare_files(first, &first[n]) == 0;)
			n++;
		pcs_progress_name(first->path, NULL);
		rewrite_all(rc, first, n);
		pcs_progress_add(n, 0);
		for (size_t k = 0; k < n; k++)
			rc->ended(rc->ctx, &first[k]);
	}
	if (rc->n)
		qsort(rc->items, rc->n, sizeof(*rc->items), by_path);
	return pcs_signal_seen() ? -PCS_ESIGNAL : 0;
}
