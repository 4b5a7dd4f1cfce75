#include "stage/recanon.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/chase.h"
#include "base/root.h"
#include "base/listing.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"
#include "base/proc.h"
#include "pyc/canon.h"

void pcs_recanon_done(struct pcs_recanon *rc)
{
	for (size_t i = 0; i < rc->n; i++) {
		free(rc->items[i].path);
		free(rc->items[i].error);
	}
	free(rc->items);
	*rc = (struct pcs_recanon){ 0 };
}

static int add_file(struct pcs_recanon *rc, const char *path, const struct stat *st)
{
	struct pcs_recanon_item *items = pcs_grow(rc->items, &rc->cap, rc->n + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	rc->items = items;
	items[rc->n] = (struct pcs_recanon_item){ .path = strdup(path),
						  .dev = st->st_dev,
						  .ino = st->st_ino };
	return items[rc->n].path ? (rc->n++, 0) : -ENOMEM;
}

static int open_parent(const struct pcs_root *root, const char *path, int *ret_fd)
{
	char *dir = strndupa(path, pcs_path_dir_len(path));
	return pcs_root_open_dir(root, dir, strlen(dir), ret_fd);
}

static int add_dir(struct pcs_recanon *rc, const char *path, size_t follow_len);

static int add_entry(struct pcs_recanon *rc, int fd, const char *dir, const char *name,
		     size_t follow_len)
{
	PCS_BUF struct pcs_buf path = { 0 };
	struct stat st;
	if (pcs_fs_lstat(fd, name, &st) < 0)
		return 0;
	bool wanted = S_ISREG(st.st_mode) && pcs_ends_with(name, ".pyc");
	if (!wanted && !S_ISDIR(st.st_mode))
		return 0;
	int r = pcs_path_join(&path, dir, name);
	if (r < 0)
		return r;
	return wanted ? add_file(rc, path.data, &st) : add_dir(rc, path.data, follow_len);
}

/* As deep as the path can be long. */
static int add_dir(struct pcs_recanon *rc, const char *path, size_t follow_len)
{
	PCS_CLOSE int fd = -1;
	struct pcs_listing l;
	int r = pcs_root_open_dir(rc->root, path, follow_len, &fd);
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	if (r < 0)
		return r;
	for (size_t i = 0; i < l.n && r == 0; i++)
		if (l.entries[i].type == DT_DIR || l.entries[i].type == DT_UNKNOWN ||
		    pcs_ends_with(l.entries[i].name, ".pyc"))
			r = add_entry(rc, fd, path, l.entries[i].name, follow_len);
	pcs_listing_done(&l);
	return r;
}

int pcs_recanon_add(struct pcs_recanon *rc, const char *path)
{
	PCS_CLOSE int dir = -1;
	struct stat st;
	int r = pcs_root_stat(rc->root, path, &st);
	if (r < 0)
		return r;
	if (S_ISDIR(st.st_mode))
		return add_dir(rc, path, strlen(path));
	r = open_parent(rc->root, path, &dir);
	if (r == 0)
		r = pcs_fs_lstat(dir, pcs_path_base(path), &st);
	if (r == 0 && (!S_ISREG(st.st_mode) || !pcs_ends_with(path, ".pyc")))
		r = -EINVAL;
	return r < 0 ? r : add_file(rc, path, &st);
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

static void fail(struct pcs_recanon_item *item, int error, const struct pcs_refusal *why)
{
	bool refused = error == -PCS_ECANON && why->what;
	if (asprintf(&item->error, refused ? "%s: %s at byte %zu" : "%s", pcs_strerror(error),
		     refused ? why->what : "", why->at) < 0)
		item->error = NULL;
}

/* Put new content in the place of the first name. */
static int replace(int dir, const char *name, const struct pcs_buf *bytes, const struct stat *st)
{
	struct pcs_tmp t;
	pcs_fs_lock_shared(dir);
	int r = pcs_tmp_write(dir, bytes->data, bytes->len, "", 0, st->st_mode & 07777, st, &t);
	if (r < 0)
		return r;
	r = pcs_tmp_set_times(&t, st);
	if (r < 0) {
		pcs_tmp_discard(dir, &t);
		return r;
	}
	return pcs_tmp_commit(dir, &t, name, true, NULL);
}

/* Make the other names names of the new file. */
static void relink(struct pcs_recanon *rc, int dir, struct pcs_recanon_item *first, size_t n)
{
	static const struct pcs_refusal none;
	for (size_t i = 1; i < n; i++) {
		PCS_CLOSE int other = -1;
		int r = open_parent(rc->root, first[i].path, &other);
		if (r == 0)
			r = pcs_fs_link(dir, pcs_path_base(first->path), other,
					pcs_path_base(first[i].path));
		if (r < 0)
			fail(&first[i], r, &none);
	}
}

/* All names of one file, in the order of their paths. */
static void rewrite(struct pcs_recanon *rc, struct pcs_recanon_item *first, size_t n)
{
	PCS_BUF struct pcs_buf pyc = { 0 };
	PCS_BUF struct pcs_buf canonical = { 0 };
	PCS_CLOSE int dir = -1;
	struct pcs_refusal why = { 0 };
	struct stat st;
	const char *name = pcs_path_base(first->path);
	int r = open_parent(rc->root, first->path, &dir);
	if (r == 0)
		r = pcs_fs_read(dir, name, PCS_SOURCE_MAX, &pyc, &st);
	if (r == 0)
		r = pcs_pyc_canonical((const uint8_t *)pyc.data, pyc.len, &canonical, &why);
	bool same = r == 0 && canonical.len == pyc.len &&
		    memcmp(canonical.data, pyc.data, pyc.len) == 0;
	if (r == 0 && !same && !rc->dry)
		r = replace(dir, name, &canonical, &st);
	for (size_t i = 0; i < n; i++) {
		first[i].changed = r == 0 && !same;
		if (r < 0)
			fail(&first[i], r, &why);
	}
	if (first->changed && !rc->dry)
		relink(rc, dir, first, n);
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
	int r = 0;
	if (!rc->n)
		return 0;
	qsort(rc->items, rc->n, sizeof(*rc->items), by_file);
	drop_twins(rc);
	for (size_t i = 0, n; i < rc->n && r == 0; i += n) {
		struct pcs_recanon_item *first = &rc->items[i];
		for (n = 1;
		     i + n < rc->n && first[n].dev == first->dev && first[n].ino == first->ino;)
			n++;
		rewrite(rc, first, n);
		if (pcs_signal_seen())
			r = -PCS_ESIGNAL;
	}
	qsort(rc->items, rc->n, sizeof(*rc->items), by_path);
	return r;
}
