/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/mark.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/listing.h"
#include "pyc/source_hash.h"
#include "state/state.h"

/* In a mark there is for each path a hash of it, in 16 hexadecimal digits, the path, and a NUL. So
 * one that is damaged, or was cut off, leaves the others. */
enum { NAME_MAX_LEN = 64, MARK_MAX = 256 << 20, HASH_LEN = 16 };

struct pcs_mark {
	int fd; /* locked as long as it is open */
	char name[NAME_MAX_LEN];
};

static struct pcs_mark *add(struct pcs_marks *m, const char *name, int fd)
{
	struct pcs_mark *list = pcs_grow(m->list, &m->cap, m->n + 1, sizeof(*list));
	if (!list)
		return NULL;
	m->list = list;
	list[m->n] = (struct pcs_mark){ .fd = fd };
	snprintf(list[m->n].name, sizeof(list[m->n].name), "%s", name);
	return &list[m->n++];
}

/* How the names of the marks of this root begin. A user's marks of all roots are in one directory.
 */
static void print_prefix(const struct pcs_state *s, char ret[NAME_MAX_LEN])
{
	const char *root = pcs_state_prefix(s);
	if (*root)
		snprintf(ret, NAME_MAX_LEN, "unfinished.%016" PRIx64 "-",
			 pcs_source_hash(0, 8, root, strlen(root)));
	else
		snprintf(ret, NAME_MAX_LEN, "unfinished-");
}

/* Let go of some of them; where there is a state, they are removed. The first error, or 0. */
static int drop(const struct pcs_state *s, struct pcs_marks *m, size_t from, size_t to)
{
	int error = 0;
	for (size_t i = from; i < to; i++) {
		int r = s ? pcs_fs_unlink(pcs_state_kept(s), m->list[i].name) : 0;
		error = error ? error : r;
		pcs_close(m->list[i].fd);
	}
	if (to < m->n)
		memmove(m->list + from, m->list + to, (m->n - to) * sizeof(*m->list));
	m->n -= to - from;
	return error;
}

static void print_hash(const char *path, size_t len, char ret[HASH_LEN + 1])
{
	snprintf(ret, HASH_LEN + 1, "%016" PRIx64, pcs_source_hash(0, 8, path, len));
}

static bool is_whole(const char *item, size_t len)
{
	char hash[HASH_LEN + 1];
	if (len <= HASH_LEN || item[HASH_LEN] != '/')
		return false;
	print_hash(item + HASH_LEN, len - HASH_LEN, hash);
	return memcmp(item, hash, HASH_LEN) == 0;
}

/* Tell of the paths in a mark that are as they were written. */
static int read_mark(int fd, int (*each)(void *ctx, const char *path), void *ctx)
{
	PCS_BUF struct pcs_buf text = { 0 };
	struct stat st;
	int r = pcs_fs_stat(fd, &st);
	if (r == 0)
		r = st.st_size > MARK_MAX ? -EFBIG : pcs_fs_read_once(fd, &text, &st);
	size_t at = 0;
	for (const char *nul;
	     r == 0 && at < text.len && (nul = memchr(text.data + at, '\0', text.len - at));) {
		const char *item = text.data + at;
		if (is_whole(item, (size_t)(nul - item)))
			r = each(ctx, item + HASH_LEN);
		at = (size_t)(nul - text.data) + 1;
	}
	return r < 0 ? r : 0;
}

/* Whether nothing but a run's mark is so: what has the name and is another kind of file is none. */
static bool is_no_mark(int error)
{
	return error == -ELOOP || error == -EISDIR || error == -EINVAL || error == -ENXIO;
}

static int take(const struct pcs_state *s, const char *name,
		int (*each)(void *ctx, const char *path), void *ctx, struct pcs_marks *m)
{
	PCS_CLOSE int fd = -1;
	struct stat st;
	int r = pcs_fs_open_state(pcs_state_kept(s), name, true, &fd);
	if (is_no_mark(r))
		return 0;
	if (r == 0)
		r = pcs_fs_lock_exclusive(fd);
	if (r == -EWOULDBLOCK)
		return 0; /* its run is alive */
	if (r == 0)
		r = pcs_fs_stat(fd, &st);
	if (r == 0 && st.st_nlink == 0)
		return 0; /* its run ended just now */
	if (r == 0)
		r = read_mark(fd, each, ctx);
	return r < 0 ? r : add(m, name, PCS_TAKE_FD(fd)) ? 0 : -ENOMEM;
}

int pcs_marks_take(const struct pcs_state *s, int (*each)(void *ctx, const char *path), void *ctx,
		   struct pcs_marks *ret)
{
	PCS_CLOSE int dir = -1;
	struct pcs_listing l = { 0 };
	char prefix[NAME_MAX_LEN];
	*ret = (struct pcs_marks){ 0 };
	if (pcs_state_kept(s) < 0)
		return 0;
	print_prefix(s, prefix);
	int r = pcs_fs_open_subdir(pcs_state_kept(s), ".", &dir);
	if (r == 0)
		r = pcs_fs_list(dir, &l);
	for (size_t i = pcs_listing_lower_bound(&l, prefix); r != -ENOMEM && i < l.n; i++) {
		const char *name = l.entries[i].name;
		if (strncmp(name, prefix, strlen(prefix)) != 0)
			break;
		int k = strlen(name) < NAME_MAX_LEN ? take(s, name, each, ctx, ret) : 0;
		r = r == 0 || k == -ENOMEM ? k : r;
	}
	pcs_listing_done(&l);
	ret->n_taken = ret->n;
	return r;
}

/* It gets its name when it is whole and locked: others take one that is not locked for that of a
 * run that is no more. */
static int create(int dir, const char *name, const struct pcs_buf *text, int *ret_fd)
{
	struct pcs_tmp tmp;
	pcs_state_sweep(dir);
	int r = pcs_tmp_write(dir, text->data, text->len, "", 0, 0600, NULL, &tmp);
	if (r < 0)
		return r;
	PCS_CLOSE int fd = fcntl(tmp.fd, F_DUPFD_CLOEXEC, 0); /* shares the lock */
	r = fd < 0 ? -errno : pcs_fs_lock_exclusive(fd);
	if (r < 0)
		pcs_tmp_discard(dir, &tmp);
	else
		r = pcs_tmp_commit(dir, &tmp, name, true, NULL);
	if (r == 0)
		*ret_fd = PCS_TAKE_FD(fd);
	return r;
}

static int add_items(struct pcs_buf *text, const struct pcs_buf *paths)
{
	int r = 0;
	for (size_t at = 0; at < paths->len && r == 0;) {
		const char *path = paths->data + at;
		size_t len = strlen(path);
		char hash[HASH_LEN + 1];
		print_hash(path, len, hash);
		r = pcs_buf_add(text, hash, HASH_LEN);
		if (r == 0)
			r = pcs_buf_add(text, path, len + 1);
		at += len + 1;
	}
	return r;
}

int pcs_marks_set(const struct pcs_state *s, struct pcs_marks *m, const struct pcs_buf *paths)
{
	char prefix[NAME_MAX_LEN], name[2 * NAME_MAX_LEN];
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_CLOSE int fd = -1;
	if (!pcs_state_is_kept(s))
		return 0;
	int dir = pcs_state_keep(s);
	if (dir < 0)
		return dir;
	print_prefix(s, prefix);
	snprintf(name, sizeof(name), "%s%016llx", prefix, (unsigned long long)pcs_fs_number());
	int r = add_items(&text, paths);
	if (r == 0)
		r = create(dir, name, &text, &fd);
	if (r < 0)
		return r;
	if (!add(m, name, fd)) {
		pcs_fs_unlink(dir, name);
		return -ENOMEM;
	}
	PCS_TAKE_FD(fd);
	return 0;
}

int pcs_marks_clear(const struct pcs_state *s, struct pcs_marks *m, bool all)
{
	return drop(s, m, all ? 0 : m->n_taken, m->n);
}

void pcs_marks_done(struct pcs_marks *m)
{
	drop(NULL, m, 0, m->n);
	free(m->list);
	*m = (struct pcs_marks){ 0 };
}
