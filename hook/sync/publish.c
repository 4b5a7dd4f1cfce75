/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/publish.h"

#include <limits.h>
#include <string.h>
#include <sys/resource.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/time.h"
#include "state/memory.h"
#include "sync/actions.h"
#include "sync/flusher.h"
#include "sync/handles.h"
#include "tree/dir.h"
#include "tree/proof.h"
#include "tree/site.h"
#include "workers/interp.h"

/* How much may wait: what a kill costs, and how many descriptors are held. A file system that has
 * one journal writes it once for all files of a batch. */
enum { WAIT_MAX = 128, WAIT_BYTES = 16 << 20, BATCH = 32, OTHER_DESCRIPTORS = 40, EACH = 3 };
enum { LINGER_MS = 200 }; /* how long a pyc waits for others: a batch costs some milliseconds */

struct waiting {
	struct pcs_action *action;
	struct pcs_dir *dir; /* held */
	struct pcs_tmp tmp;
	size_t len;   /* of the code */
	bool linked;  /* most likely to a file that is there already: it need not get to the disk */
	bool flushed; /* it is on the disk, or `error` tells why not */
	bool present; /* tmp.fd is the file that has the name already */
	int error;
	struct timespec mtime, ctime; /* of the source, when it was read */
	uint8_t header[PCS_PYC_HEADER];
	uint8_t digest[PCS_DIGEST], body[PCS_DIGEST]; /* where they are known; else 0 */
	uint64_t quick;
};

struct pcs_publisher {
	struct pcs_publish_ops ops;
	void *ctx;
	struct pcs_flusher *flusher;
	size_t n, max, batch;
	size_t n_batch; /* the first ones, with which the flusher is busy */
	size_t bytes;
	long long since; /* when the first of them began to wait, or later */
	struct waiting list[WAIT_MAX];
	struct pcs_flush flushes[WAIT_MAX];
};

int pcs_publisher_new(const struct pcs_publish_ops *ops, void *ctx, struct pcs_publisher **ret)
{
	struct pcs_publisher *p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	int r = pcs_flusher_new(&p->flusher);
	if (r < 0) {
		free(p);
		return r;
	}
	p->ops = *ops;
	p->ctx = ctx;
	p->max = WAIT_MAX;
	struct rlimit limit;
	/* A temporary file, its directory and the one above. */
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    limit.rlim_cur < EACH * WAIT_MAX + OTHER_DESCRIPTORS)
		p->max = limit.rlim_cur > OTHER_DESCRIPTORS + EACH ?
				 (size_t)(limit.rlim_cur - OTHER_DESCRIPTORS) / EACH :
				 1;
	p->batch = p->max > 2 * BATCH ? BATCH : (p->max + 1) / 2;
	*ret = p;
	return 0;
}

/* The next run that comes here takes it away. */
static void report_left(const struct pcs_publisher *p, const struct waiting *w)
{
	struct pcs_action *a = w->action;
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf shown = { 0 };
	if (a->state == PCS_DONE) {
		pcs_action_fail(
			a, "its pyc is right, but a temporary file beside it cannot be removed: %s",
			pcs_strerror(w->tmp.left));
		return;
	}
	int r = pcs_site_cache_dir(p->ops.site, a->place->path, &path);
	if (r == 0)
		r = pcs_buf_add_shown(&shown, path.data, path.len);
	pcs_warning("%s: a temporary file cannot be removed: %s",
		    r == 0 ? shown.data : "out of memory", pcs_strerror(w->tmp.left));
}

static void drop(struct pcs_publisher *p, struct waiting *w)
{
	if (w->present)
		pcs_close(w->tmp.fd);
	else if (w->tmp.fd >= 0 && pcs_dir_act_in_cache(w->dir) == 0)
		pcs_tmp_discard(w->dir->cache_fd, &w->tmp);
	if (w->tmp.left)
		report_left(p, w);
	pcs_handles_put(p->ops.handles, w->dir);
}

void pcs_publisher_free(struct pcs_publisher *p)
{
	if (!p)
		return;
	pcs_flusher_free(p->flusher);
	for (size_t i = 0; i < p->n; i++)
		drop(p, &p->list[i]);
	free(p);
}

/* Open the directory that the pyc belongs into, and say that temporaries are ours. */
static int open_cache(struct pcs_publisher *p, struct pcs_dir *d)
{
	int r = d->cache_fd >= 0 ? 0 : pcs_dir_open_cache(d, p->ops.site->prefix, true);
	if (r == 0)
		r = pcs_dir_act_in_cache(d);
	if (r == 0 && !d->locked) {
		pcs_fs_lock_shared(d->cache_fd);
		d->locked = true;
	}
	return r;
}

/* Where others may write, what is made is not theirs to change. */
static mode_t mode_of(const struct pcs_dir *d, mode_t source)
{
	const mode_t others = 0022;
	return pcs_pyc_mode(source) & ~(d->st.st_mode & others ? others : 0);
}

/* In a user's directory it is the user's by birth; in root's it is given to the source's owner. */
static int write_tmp(struct pcs_publisher *p, struct waiting *w, const void *code, size_t code_len,
		     const struct stat *source)
{
	int r = open_cache(p, w->dir);
	if (r == 0)
		r = pcs_dir_check_reader(w->dir, w->action->source, source);
	if (r == 0)
		r = pcs_dir_act_to_make(w->dir);
	return r < 0 ? r :
		       pcs_tmp_write(w->dir->cache_fd, w->header, sizeof(w->header), code, code_len,
				     mode_of(w->dir, source->st_mode),
				     pcs_acts_as_self() ? source : NULL, &w->tmp);
}

/* The pyc will look newer than its source: that must be the source which was compiled. */
static int check_source(const struct waiting *w)
{
	struct stat st;
	int r = pcs_dir_stat_source(w->dir, w->action->source, &st);
	if (r < 0)
		return r;
	return pcs_time_same(&st.st_mtim, &w->mtime) && pcs_time_same(&st.st_ctim, &w->ctime) ?
		       0 :
		       -PCS_ECHANGED;
}

/* What this run does at another level of the same source and interpreter, or NULL. */
static const struct pcs_action *of_level(const struct pcs_publisher *p, const struct pcs_action *a,
					 unsigned level)
{
	const struct pcs_actions *l = p->ops.actions;
	const struct pcs_action *first = a, *stop = l->list + l->n;
	while (first > l->list && pcs_action_same_source(first - 1, a))
		first--;
	for (; first < stop && pcs_action_same_source(first, a); first++)
		if (first->act <= PCS_RESTAMP && first->interp == a->interp &&
		    first->level == level)
			return first;
	return NULL;
}

/* Whether another level's pyc, which is as it shall be, serves as this one's too. One that is still
 * to be replaced does not, even where it has the same bytes: it goes. */
static bool link_alike(struct pcs_publisher *p, struct waiting *w, const char *name)
{
	const struct pcs_action *a = w->action;
	const struct pcs_settings *s = pcs_action_settings(p->ops.actions, a);
	const char *tag = p->ops.site->interps->list[a->interp].tag;
	for (unsigned level = 0; level < PCS_LEVELS && s->hardlink_dupes; level++) {
		PCS_BUF struct pcs_buf other = { 0 };
		const struct pcs_action *b = of_level(p, a, level);
		if (level == a->level || !(s->levels & 1u << level) || (b && b->state != PCS_DONE))
			continue;
		if (pcs_pyc_name_add(&other, a->source, tag, level) == 0 &&
		    pcs_tmp_commit_link(w->dir->cache_fd, &w->tmp, w->dir->cache_fd, other.data,
					name) > 0)
			return true;
	}
	return false;
}

/*
 * The old pyc may be other levels' as well, which are as stale and wait for their turn. Their
 * file's ctime will tell of its last change of names, not of its writing: so they go before that,
 * as nobody may live to replace them.
 */
static void unlink_alike(struct pcs_publisher *p, struct waiting *w, const char *name)
{
	const struct pcs_action *a = w->action;
	const int cache = w->dir->cache_fd;
	const char *tag = p->ops.site->interps->list[a->interp].tag;
	struct stat old, st;
	if (a->reason == PCS_WHY_NO_PYC || pcs_fs_lstat(cache, name, &old) < 0 ||
	    !S_ISREG(old.st_mode) || old.st_nlink < 2)
		return;
	for (unsigned level = 0; level < PCS_LEVELS; level++) {
		PCS_BUF struct pcs_buf other = { 0 };
		const struct pcs_action *b = level == a->level ? NULL : of_level(p, a, level);
		if (b && (b->state == PCS_PENDING || b->state == PCS_WAITING) &&
		    pcs_pyc_name_add(&other, a->source, tag, level) == 0 &&
		    pcs_fs_lstat(cache, other.data, &st) == 0 && pcs_same_file(&st, &old))
			pcs_fs_unlink(cache, other.data);
	}
}

/* Remember what was made. What cannot be noted is lost, which is safe. */
static void note(const struct pcs_publisher *p, const struct waiting *w, const char *name,
		 const struct stat *st)
{
	const struct pcs_action *a = w->action;
	struct pcs_memory *memory = p->ops.site->memory;
	PCS_BUF struct pcs_buf path = { 0 };
	struct pcs_row row = { .name = name,
			       .kind = p->ops.site->gives ? PCS_ROW_GIVEN : PCS_ROW_MADE,
			       .quick = w->quick,
			       .file = pcs_row_file(st),
			       .change = pcs_row_change(st) };
	if (!memory || !pcs_memory_is_kept(memory) || (!st->st_ino && !w->tmp.unseen))
		return;
	int r = w->tmp.unseen ? w->tmp.unseen : pcs_action_path(a, &path);
	if (r == 0) {
		row.maker = pcs_maker(p->ops.site, a->interp, a->level,
				      pcs_action_settings(p->ops.actions, a), path.data);
		memcpy(row.source, w->digest, sizeof(row.source));
		memcpy(row.body, w->body, sizeof(row.body));
		memcpy(row.header, w->header, sizeof(row.header));
		r = pcs_memory_note(memory, a->place->path, &row);
	}
	if (r < 0)
		pcs_warning("a pyc is missing in the memory of what was made: %s", pcs_strerror(r));
}

/* What has got another time is on the disk, and is remembered, if it still has the name. */
static int keep_in_place(const struct pcs_publisher *p, struct waiting *w, const char *name)
{
	struct stat st, named;
	int r = pcs_fs_stat(w->tmp.fd, &st);
	if (r < 0)
		return r;
	int seen = pcs_fs_lstat(w->dir->cache_fd, name, &named);
	if (seen < 0 && !pcs_is_absence(seen))
		w->tmp.unseen = seen;
	if (w->tmp.unseen || (seen == 0 && pcs_same_file(&st, &named)))
		note(p, w, name, &st);
	return 0;
}

/* Give it its name. 0 or -errno. */
static int put_in_place(struct pcs_publisher *p, struct waiting *w)
{
	const struct pcs_action *a = w->action;
	const int cache = w->dir->cache_fd;
	PCS_BUF struct pcs_buf name = { 0 };
	struct stat st;
	int r = pcs_dir_act_in_cache(w->dir);
	if (r == 0)
		r = pcs_pyc_name_add(&name, a->source, p->ops.site->interps->list[a->interp].tag,
				     a->level);
	if (r < 0)
		return r;
	if (w->present)
		return w->error ? w->error : keep_in_place(p, w, name.data);
	unlink_alike(p, w, name.data);
	r = link_alike(p, w, name.data) ? pcs_fs_lstat(cache, name.data, &st) :
	    w->error                    ? w->error :
					  pcs_tmp_commit(cache, &w->tmp, name.data, !w->flushed, &st);
	if (r == 0)
		note(p, w, name.data, &st);
	return r;
}

static void commit(struct pcs_publisher *p, struct waiting *w)
{
	struct pcs_action *a = w->action;
	int r = check_source(w);
	if (r == -PCS_ECHANGED)
		return p->ops.redo(p->ctx, a);
	if (r == -ENOENT) {
		a->state = PCS_SKIPPED;
		return;
	}
	if (r == 0)
		r = put_in_place(p, w);
	if (r < 0)
		pcs_action_fail(a, "its pyc cannot be written: %s", pcs_strerror(r));
	else
		a->state = PCS_DONE;
}

/* Hand all that is written to the flusher, which must have nothing to do. */
static void start_batch(struct pcs_publisher *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++)
		if (!p->list[i].linked)
			p->flushes[n++] = (struct pcs_flush){ .fd = p->list[i].tmp.fd };
	pcs_flusher_start(p->flusher, p->flushes, n);
	p->n_batch = p->n;
}

/* Give what the flusher had its names. */
static void end_batch(struct pcs_publisher *p)
{
	const struct pcs_flush *flush = p->flushes;
	pcs_flusher_wait(p->flusher);
	for (size_t i = 0; i < p->n_batch; i++) {
		struct waiting *w = &p->list[i];
		w->flushed = !w->linked;
		w->error = w->linked ? 0 : flush++->error;
		struct pcs_action *a = w->action;
		commit(p, w);
		drop(p, w);
		if (pcs_action_has_ended(a))
			p->ops.ended(p->ctx, a);
		p->bytes -= w->len;
	}
	p->n -= p->n_batch;
	memmove(p->list, p->list + p->n_batch, p->n * sizeof(*p->list));
	p->n_batch = 0;
	p->since = pcs_now_ms();
}

/* Do what can be done without a wait; wait where no more may wait. */
static void advance(struct pcs_publisher *p)
{
	bool full = p->n >= p->max || p->bytes >= WAIT_BYTES;
	if (p->n_batch && (full || pcs_flusher_is_done(p->flusher)))
		end_batch(p);
	if (!p->n_batch && (full || p->n >= p->batch))
		start_batch(p);
	if (p->n >= p->max || p->bytes >= WAIT_BYTES)
		end_batch(p);
}

/* Whether it seems that another level's pyc, which also waits, will serve as this one's: then this
 * one need not get to the disk. */
static bool will_be_linked(const struct pcs_publisher *p, const struct waiting *w)
{
	if (w->present || !pcs_action_settings(p->ops.actions, w->action)->hardlink_dupes)
		return false;
	for (size_t i = p->n; i-- && pcs_action_same_source(p->list[i].action, w->action);)
		if (p->list[i].action->interp == w->action->interp && p->list[i].len == w->len)
			return true;
	return false;
}

static void know(struct waiting *w, const struct pcs_pyc *pyc)
{
	if (!pyc->digest)
		return;
	if (pyc->body)
		memcpy(w->body, pyc->body, sizeof(w->body));
	else if (pcs_digest(pyc->code, pyc->code_len, w->body) < 0)
		return;
	memcpy(w->digest, pyc->digest, sizeof(w->digest));
	w->quick = pyc->quick;
}

/*
 * Give the file that has the name already another time in its header, where it is in all else what
 * would be put in its place. Neither the old header nor the new one is wrong in front of this code,
 * so there is no instant in which the file is. Other names of it are somebody else's.
 */
static bool put_time(struct waiting *w, const struct pcs_pyc *pyc)
{
	enum { WORD_AT = PCS_PYC_HEADER - PCS_FS_WORD }; /* mtime and size, or the hash */
	struct pcs_present *is = pyc->present;
	if (!is || is->fd < 0 || is->st.st_nlink != 1 || is->st.st_uid != pyc->source->st_uid ||
	    is->st.st_gid != pyc->source->st_gid ||
	    (is->st.st_mode & 07777) != mode_of(w->dir, pyc->source->st_mode) ||
	    memcmp(is->header, w->header, WORD_AT) != 0 || check_source(w) < 0 ||
	    pcs_fs_put_word(is->fd, WORD_AT, w->header + WORD_AT) < 0)
		return false;
	w->present = true;
	w->tmp.fd = PCS_TAKE_FD(is->fd);
	return true;
}

void pcs_publish(struct pcs_publisher *p, const struct pcs_pyc *pyc)
{
	struct waiting w = { .action = pyc->action,
			     .dir = pyc->dir,
			     .tmp = { .fd = -1 },
			     .len = pyc->code_len,
			     .mtime = pyc->source->st_mtim,
			     .ctime = pyc->source->st_ctim };
	memcpy(w.header, pyc->header, sizeof(w.header));
	know(&w, pyc);
	int r = put_time(&w, pyc) ? 0 : write_tmp(p, &w, pyc->code, pyc->code_len, pyc->source);
	if ((r == -EMFILE || r == -ENFILE) && p->n) { /* those that wait hold descriptors */
		pcs_publish_commit(p);
		r = write_tmp(p, &w, pyc->code, pyc->code_len, pyc->source);
	}
	if (r < 0) {
		pcs_action_fail(w.action, "its pyc cannot be written: %s", pcs_strerror(r));
		return;
	}
	pcs_handles_hold(w.dir);
	w.action->state = PCS_WAITING;
	w.linked = will_be_linked(p, &w);
	if (!w.linked)
		pcs_fs_start_sync(w.tmp.fd);
	if (p->n == 0)
		p->since = pcs_now_ms();
	p->list[p->n++] = w;
	p->bytes += w.len;
	advance(p);
}

long long pcs_publish_tend(struct pcs_publisher *p, long long now)
{
	if (p->n && now - p->since >= LINGER_MS)
		pcs_publish_commit(p);
	return p->n ? p->since + LINGER_MS : LLONG_MAX;
}

void pcs_publish_commit(struct pcs_publisher *p)
{
	while (p->n) {
		if (!p->n_batch)
			start_batch(p);
		end_batch(p);
	}
}
