/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/memory.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/fs.h"
#include "base/root.h"
#include "pyc/source_hash.h"
#include "state/old.h"
#include "state/records.h"
#include "state/state.h"

static const char NAME[] = "memory";

enum {
	FLUSH_BYTES = 1 << 20,   /* so much is noted before it is written */
	JOURNAL_MIN = 256 << 10, /* a journal up to this is fine, */
	JOURNAL_MAX = 2 << 20,   /* and one beyond that never, */
	JOURNAL_PART = 32,       /* nor one of more than this part of the rest */
	TRIES = 100,
	NAP_MS = 20, /* for the lock, which is held for milliseconds */
};

/* A row that is to be kept. */
struct note {
	const char *key; /* of its directory */
	size_t at, len;  /* in `bytes` */
};

struct pcs_memory {
	const struct pcs_state *state;
	const struct pcs_root *root;
	struct pcs_records file; /* as it was when it was first needed */
	struct pcs_records out;  /* for writing; locked only while it is written */
	struct pcs_old *old;
	atomic_int loaded; /* -EAGAIN: not yet */
	atomic_int failed; /* see pcs_memory_fail() */
	bool frozen;
	pthread_mutex_t lock;
	struct pcs_arena dirs;
	struct note *notes;
	size_t n, cap;
	struct pcs_buf bytes;
	const char *last_dir; /* as the run has it */
	const char *last_key; /* and as it is kept: see pcs_state_prefix() */
	int lost;             /* why a note could not be kept, or 0 */
};

int pcs_memory_new(const struct pcs_state *state, const struct pcs_root *root,
		   struct pcs_memory **ret)
{
	struct pcs_memory *m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->state = state;
	m->root = root;
	m->file.fd = m->out.fd = -1;
	m->loaded = -EAGAIN;
	pthread_mutex_init(&m->lock, NULL);
	*ret = m;
	return 0;
}

static void forget_notes(struct pcs_memory *m)
{
	pcs_buf_done(&m->bytes);
	pcs_arena_done(&m->dirs);
	m->last_dir = m->last_key = NULL;
	m->n = 0;
}

void pcs_memory_free(struct pcs_memory *m)
{
	if (!m)
		return;
	forget_notes(m);
	free(m->notes);
	pcs_old_free(m->old);
	pcs_records_done(&m->file);
	pcs_records_done(&m->out);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

bool pcs_memory_is_kept(const struct pcs_memory *m)
{
	return pcs_state_is_kept(m->state);
}

void pcs_memory_freeze(struct pcs_memory *m)
{
	m->frozen = true;
}

static int load(struct pcs_memory *m)
{
	int fd = -1, dir = pcs_state_kept(m->state);
	if (dir < 0)
		return -ENOENT;
	int r = pcs_fs_open_state(dir, NAME, false, &fd);
	if (r == 0)
		r = pcs_records_open(fd, &m->file);
	int old = m->state->home ? -ENOENT : pcs_old_read(m->state, &m->old);
	return r < 0 && r != -ENOMEM && old == 0 ? 0 : r;
}

int pcs_memory_load(struct pcs_memory *m)
{
	if (m->loaded != -EAGAIN)
		return m->loaded;
	pthread_mutex_lock(&m->lock);
	if (m->loaded == -EAGAIN)
		m->loaded = load(m);
	pthread_mutex_unlock(&m->lock);
	return m->loaded;
}

/* By what a directory is known: in a user's memory of several roots by its path on the host. */
static int add_key(const struct pcs_memory *m, const char *dir, struct pcs_buf *ret)
{
	int r = pcs_buf_adds(ret, pcs_state_prefix(m->state));
	return r < 0 ? r : pcs_buf_adds(ret, dir);
}

int pcs_memory_rows(struct pcs_memory *m, const char *dir, struct pcs_buf *bytes,
		    struct pcs_rows *ret)
{
	PCS_BUF struct pcs_buf key = { 0 };
	int r = pcs_memory_load(m);
	if (r == 0)
		r = add_key(m, dir, &key);
	if (r == 0)
		r = pcs_records_find(&m->file, key.data, bytes);
	if (r == 0 && bytes->len)
		r = pcs_rows_read(ret, bytes->data, bytes->len);
	if (r != -ENOMEM)
		return 0;
	pcs_memory_fail(m, r);
	return r;
}

void pcs_memory_fail(struct pcs_memory *m, int error)
{
	int none = 0;
	if (m && pcs_memory_is_kept(m))
		atomic_compare_exchange_strong(&m->failed, &none, error);
}

bool pcs_memory_had(struct pcs_memory *m, const struct stat *st,
		    const uint8_t header[PCS_PYC_HEADER])
{
	return pcs_memory_load(m) == 0 && m->old && pcs_old_has(m->old, st, header);
}

int pcs_memory_error(const struct pcs_memory *m)
{
	int r = m->loaded;
	bool none = r == -EAGAIN || r == -ENOENT || r == -EBADMSG;
	bool replaced = r == -EINVAL || r == -ELOOP;
	if (r < 0 && !none && !replaced)
		return r;
	return m->failed ? m->failed : m->file.error;
}

bool pcs_memory_is_not_ours(const struct pcs_memory *m, int error)
{
	return pcs_state_is_not_ours(m->state->dir, error);
}

/* Whether a directory is still there, as far as anybody can tell. */
static bool is_there(void *ctx, const char *key)
{
	const struct pcs_memory *m = ctx;
	struct stat st;
	if (!m->state->home)
		key += strspn(key, "/"); /* else it is of the host */
	return !*key || fstatat(m->root->fd, key, &st, AT_SYMLINK_NOFOLLOW) == 0 ||
	       (errno != ENOENT && errno != ENOTDIR);
}

/* Write all anew. Runs that read the file that was there go on with it. */
static int rewrite(struct pcs_memory *m, struct pcs_records *file)
{
	struct pcs_tmp tmp;
	int dir = pcs_state_kept(m->state);
	if (m->state->home)
		pcs_state_sweep(dir); /* root's is swept with the tags */
	pcs_fs_lock_shared(dir);
	int r = pcs_tmp_write(dir, "", 0, "", 0, 0600, NULL, &tmp);
	if (r < 0)
		return r;
	r = pcs_records_merge(file, is_there, m, tmp.fd);
	if (r < 0)
		pcs_tmp_discard(dir, &tmp);
	return r < 0 ? r : pcs_tmp_commit(dir, &tmp, NAME, false, NULL);
}

/* It is no file of ours alone, as in a copy of a root that is made of links: nothing is written
 * there. What is in it is kept in a new one. */
static int replace(struct pcs_memory *m)
{
	int r = m->file.fd >= 0 ? rewrite(m, &m->file) : -EINVAL;
	return r < 0 ? pcs_fs_unlink(pcs_state_kept(m->state), NAME) : 0;
}

/* Lock the open file. 0; -ESTALE where it is not that of the memory alone, or not any more; or
 * -errno. */
static int lock(int fd)
{
	const struct timespec nap = { .tv_nsec = NAP_MS * 1000000 };
	struct stat st;
	int r = -EWOULDBLOCK;
	for (int i = 0; i < TRIES && r == -EWOULDBLOCK; i++) {
		if (i)
			nanosleep(&nap, NULL);
		r = pcs_fs_lock_exclusive(fd);
	}
	if (r == 0)
		r = pcs_fs_stat(fd, &st);
	return r == 0 && st.st_nlink != 1 ? -ESTALE : r;
}

/* Open the file alone, or make it. While it was waited for, another may have taken its place. */
static int open_alone(struct pcs_memory *m)
{
	int dir = pcs_state_keep(m->state), r = dir < 0 ? dir : -ESTALE;
	for (int i = 0; i < TRIES && r == -ESTALE; i++) {
		PCS_CLOSE int fd = -1;
		pcs_records_done(&m->out);
		r = pcs_fs_open_state(dir, NAME, true, &fd);
		if ((r == -EINVAL || r == -ELOOP) && replace(m) == 0)
			r = -ESTALE;
		if (r == 0)
			r = lock(fd);
		if (r < 0)
			continue;
		r = pcs_records_open(PCS_TAKE_FD(fd), &m->out);
		if (r == -EBADMSG) /* new, or nothing of use */
			r = pcs_records_begin(&m->out);
	}
	return r;
}

/* Begin to write: where this run did before, only what others wrote since is read. */
static int begin(struct pcs_memory *m)
{
	int r = m->out.fd < 0 ? -ESTALE : lock(m->out.fd);
	if (r == 0)
		r = pcs_records_extend(&m->out);
	if (r != -ESTALE)
		return r;
	return open_alone(m);
}

static int compare_notes(const void *a, const void *b)
{
	const struct note *x = a, *y = b;
	int c = x->key == y->key ? 0 : strcmp(x->key, y->key);
	return c ? c : x->at < y->at ? -1 : x->at > y->at;
}

/* Append the notes to the journal, those of one directory as one record. */
static int append(struct pcs_memory *m)
{
	PCS_BUF struct pcs_buf out = { 0 };
	PCS_BUF struct pcs_buf rows = { 0 };
	int r = 0;
	if (m->n)
		qsort(m->notes, m->n, sizeof(*m->notes), compare_notes);
	for (size_t i = 0, k; i < m->n && r == 0; i = k) {
		rows.len = 0;
		for (k = i; k < m->n && strcmp(m->notes[k].key, m->notes[i].key) == 0 && r == 0;
		     k++)
			r = pcs_buf_add(&rows, m->bytes.data + m->notes[k].at, m->notes[k].len);
		if (r == 0)
			r = pcs_record_add(&out, m->notes[i].key, rows.data, rows.len);
	}
	return r < 0 ? r : pcs_records_append(&m->out, out.data, out.len);
}

/* A journal costs each run its reading. */
static bool is_long(const struct pcs_records *file)
{
	uint64_t rest = file->journal, journal = file->end - file->journal;
	return journal > JOURNAL_MAX || (journal > JOURNAL_MIN && journal > rest / JOURNAL_PART);
}

static int write_notes(struct pcs_memory *m, bool last)
{
	bool wrote = m->out.fd >= 0;
	if ((!m->n && !wrote) || !pcs_memory_is_kept(m))
		return 0;
	int r = begin(m);
	if (r == 0)
		r = append(m);
	if (r == 0 && last && is_long(&m->out))
		r = rewrite(m, &m->out);
	if (r < 0 || last)
		pcs_records_done(&m->out);
	else
		pcs_fs_unlock(m->out.fd);
	forget_notes(m);
	return r;
}

/* Rows mostly come directory by directory. */
static int set_dir(struct pcs_memory *m, const char *dir)
{
	PCS_BUF struct pcs_buf key = { 0 };
	if (m->last_dir && strcmp(m->last_dir, dir) == 0)
		return 0;
	int r = add_key(m, dir, &key);
	m->last_key = r == 0 ? pcs_arena_dup(&m->dirs, key.data, key.len) : NULL;
	m->last_dir = m->last_key ? m->last_key + key.len - strlen(dir) : NULL;
	return m->last_dir ? 0 : -ENOMEM;
}

static int add_note(struct pcs_memory *m, const char *dir, const struct pcs_row *row)
{
	size_t at = m->bytes.len;
	if (m->frozen)
		return 0;
	int r = set_dir(m, dir);
	struct note *note = r == 0 ? PCS_ROOM(m->notes, m->n, m->cap) : NULL;
	r = note ? pcs_row_add(&m->bytes, row) : -ENOMEM;
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	*note = (struct note){ .key = m->last_key, .at = at, .len = m->bytes.len - at };
	m->n++;
	return m->bytes.len < FLUSH_BYTES ? 0 : write_notes(m, false);
}

int pcs_memory_note(struct pcs_memory *m, const char *dir, const struct pcs_row *row)
{
	pthread_mutex_lock(&m->lock);
	int r = add_note(m, dir, row);
	if (r < 0 && m->lost == 0)
		m->lost = r;
	pthread_mutex_unlock(&m->lock);
	return r == -ENOMEM ? r : 0;
}

int pcs_memory_save(struct pcs_memory *m)
{
	pthread_mutex_lock(&m->lock);
	int r = write_notes(m, true);
	r = r < 0 ? r : m->lost;
	pthread_mutex_unlock(&m->lock);
	return r;
}

struct telling {
	const char *prefix;
	int (*each)(void *ctx, const char *dir, const struct pcs_rows *rows);
	void *ctx;
};

static int tell_rows(void *telling, const char *key, struct pcs_buf *bytes)
{
	const struct telling *t = telling;
	PCS_CLEANUP(pcs_rows_done) struct pcs_rows rows = { 0 };
	const size_t len = strlen(t->prefix);
	if (strncmp(key, t->prefix, len) != 0 || key[len] != '/')
		return 0;
	int r = pcs_rows_read(&rows, bytes->data, bytes->len);
	return r == -ENOMEM ? r : t->each(t->ctx, key + len, &rows);
}

int pcs_memory_each(struct pcs_memory *m,
		    int (*each)(void *ctx, const char *dir, const struct pcs_rows *rows), void *ctx)
{
	struct telling t = { pcs_state_prefix(m->state), each, ctx };
	int r = pcs_memory_load(m);
	return r < 0 ? 0 : pcs_records_each(&m->file, tell_rows, &t);
}
