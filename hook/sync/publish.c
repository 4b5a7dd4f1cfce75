#include "sync/publish.h"

#include <string.h>
#include <sys/resource.h>

#include "base/root.h"
#include "base/fs.h"
#include "base/err.h"
#include "base/time.h"
#include "state/record.h"
#include "sync/actions.h"
#include "sync/places.h"
#include "tree/site.h"
#include "workers/interp.h"

/* How much may wait: what a kill costs, and how many descriptors are held. */
enum { WAIT_MAX = 128, WAIT_BYTES = 16 << 20, OTHER_DESCRIPTORS = 40 };

struct waiting {
	struct pcs_action *action;
	int cache_fd;
	struct pcs_tmp tmp;
	struct timespec mtime, ctime; /* of the source, when it was read */
	uint8_t header[PCS_PYC_HEADER];
};

struct pcs_publisher {
	const struct pcs_site *site;
	const struct pcs_actions *actions;
	void (*redo)(void *ctx, struct pcs_action *a);
	void *ctx;
	size_t n, max, bytes;
	struct waiting list[WAIT_MAX];
};

int pcs_publisher_new(const struct pcs_site *site, const struct pcs_actions *l,
		      void (*redo)(void *ctx, struct pcs_action *a), void *ctx,
		      struct pcs_publisher **ret)
{
	struct pcs_publisher *p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	*p = (struct pcs_publisher){
		.site = site, .actions = l, .redo = redo, .ctx = ctx, .max = WAIT_MAX
	};
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    limit.rlim_cur < 2 * WAIT_MAX + OTHER_DESCRIPTORS)
		p->max = limit.rlim_cur > OTHER_DESCRIPTORS + 2 ?
				 (size_t)(limit.rlim_cur - OTHER_DESCRIPTORS) / 2 :
				 1;
	*ret = p;
	return 0;
}

static void drop(struct waiting *w)
{
	if (w->tmp.fd >= 0)
		pcs_tmp_discard(w->cache_fd, &w->tmp);
	w->cache_fd = pcs_close(w->cache_fd);
}

void pcs_publisher_free(struct pcs_publisher *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		drop(&p->list[i]);
	free(p);
}

/* The directory that an action's pyc belongs into, made where it is not there. */
static int open_cache(const struct pcs_site *site, const struct pcs_action *a, int *ret_fd)
{
	PCS_CLOSE int cache = -1;
	int r = pcs_place_open_cache(site, a->place, true, &cache);
	if (r < 0)
		return r;
	pcs_fs_lock_shared(cache); /* so that nobody takes our temporary for a left-over */
	*ret_fd = PCS_TAKE_FD(cache);
	return 0;
}

static int write_tmp(struct pcs_publisher *p, struct waiting *w, const void *code, size_t code_len,
		     const struct stat *source)
{
	int r = open_cache(p->site, w->action, &w->cache_fd);
	if (r == 0)
		r = pcs_tmp_write(w->cache_fd, w->header, sizeof(w->header), code, code_len,
				  pcs_pyc_mode(source->st_mode), source, &w->tmp);
	if (r < 0)
		w->cache_fd = pcs_close(w->cache_fd);
	return r;
}

void pcs_publish(struct pcs_publisher *p, struct pcs_action *a,
		 const uint8_t header[PCS_PYC_HEADER], const void *code, size_t code_len,
		 const struct stat *source)
{
	struct waiting w = { .action = a,
			     .cache_fd = -1,
			     .tmp = { .fd = -1 },
			     .mtime = source->st_mtim,
			     .ctime = source->st_ctim };
	memcpy(w.header, header, sizeof(w.header));
	int r = write_tmp(p, &w, code, code_len, source);
	if ((r == -EMFILE || r == -ENFILE) && p->n) { /* those that wait hold descriptors */
		pcs_publish_commit(p);
		r = write_tmp(p, &w, code, code_len, source);
	}
	if (r < 0) {
		pcs_action_fail(a, "its pyc cannot be written: %s", pcs_strerror(r));
		return;
	}
	pcs_tmp_start_sync(&w.tmp);
	p->list[p->n++] = w;
	p->bytes += sizeof(w.header) + code_len;
	if (p->n >= p->max || p->bytes >= WAIT_BYTES)
		pcs_publish_commit(p);
}

/* The pyc will look newer than its source: that must be the source which was compiled. */
static int check_source(struct pcs_publisher *p, const struct waiting *w)
{
	PCS_BUF struct pcs_buf path = { 0 };
	struct stat st;
	int r = pcs_action_path(w->action, &path);
	if (r == 0)
		r = pcs_root_stat(p->site->root, path.data, &st);
	if (r < 0)
		return r;
	return pcs_time_same(&st.st_mtim, &w->mtime) && pcs_time_same(&st.st_ctim, &w->ctime) ?
		       0 :
		       -PCS_ECHANGED;
}

/* Whether another level's pyc, which has its name already, serves as this one's too. */
static bool link_alike(struct pcs_publisher *p, struct waiting *w, const char *name)
{
	const struct pcs_action *a = w->action;
	const struct pcs_settings *s = pcs_action_settings(p->actions, a);
	const char *tag = p->site->interps->list[a->interp].tag;
	for (unsigned level = 0; level < PCS_LEVELS; level++) {
		PCS_BUF struct pcs_buf other = { 0 };
		if (level == a->level || !s->hardlink_dupes || !(s->levels & 1u << level))
			continue;
		if (pcs_pyc_name_add(&other, a->source, tag, level) == 0 &&
		    pcs_tmp_commit_link(w->cache_fd, &w->tmp, other.data, name) > 0)
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
	const char *tag = p->site->interps->list[a->interp].tag;
	unsigned levels = pcs_action_settings(p->actions, a)->levels & ~(1u << a->level);
	struct stat old, st;
	if (pcs_fs_lstat(w->cache_fd, name, &old) < 0 || !S_ISREG(old.st_mode) || old.st_nlink < 2)
		return;
	for (unsigned level = 0; level < PCS_LEVELS; level++) {
		PCS_BUF struct pcs_buf other = { 0 };
		if (levels & 1u << level && pcs_pyc_name_add(&other, a->source, tag, level) == 0 &&
		    pcs_fs_lstat(w->cache_fd, other.data, &st) == 0 && st.st_ino == old.st_ino &&
		    st.st_dev == old.st_dev)
			pcs_fs_unlink(w->cache_fd, other.data);
	}
}

/* A note that cannot be made is lost, which is safe. `written`, or NULL where it is a link, is the
 * file that must have the name. */
static void note(const struct pcs_site *site, const struct waiting *w, const char *name,
		 const struct stat *written)
{
	PCS_BUF struct pcs_buf path = { 0 };
	struct stat st;
	if (!site->record || !pcs_record_is_kept(site->record) ||
	    pcs_fs_lstat(w->cache_fd, name, &st) < 0 ||
	    (written && (st.st_ino != written->st_ino || st.st_dev != written->st_dev)))
		return;
	if (pcs_action_pyc(site, w->action, &path) == 0)
		pcs_record_note(site->record, path.data, &st, w->header);
}

static void commit(struct pcs_publisher *p, struct waiting *w)
{
	struct pcs_action *a = w->action;
	PCS_BUF struct pcs_buf name = { 0 };
	int r = check_source(p, w);
	if (r == -PCS_ECHANGED) {
		p->redo(p->ctx, a);
		return;
	}
	if (r == -ENOENT) {
		a->state = PCS_SKIPPED;
		return;
	}
	if (r == 0)
		r = pcs_pyc_name_add(&name, a->source, p->site->interps->list[a->interp].tag,
				     a->level);
	struct stat written = { 0 };
	bool linked = false;
	if (r == 0)
		r = pcs_fs_stat(w->tmp.fd, &written);
	if (r == 0)
		unlink_alike(p, w, name.data);
	if (r == 0)
		linked = link_alike(p, w, name.data);
	if (r == 0 && !linked)
		r = pcs_tmp_commit(w->cache_fd, &w->tmp, name.data, true);
	if (r == 0)
		note(p->site, w, name.data, linked ? NULL : &written);
	if (r < 0)
		pcs_action_fail(a, "its pyc cannot be written: %s", pcs_strerror(r));
	else
		a->state = PCS_DONE;
}

void pcs_publish_commit(struct pcs_publisher *p)
{
	for (size_t i = 0; i < p->n; i++) {
		commit(p, &p->list[i]);
		drop(&p->list[i]);
	}
	p->n = p->bytes = 0;
}
