/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sweep.h"

#include <string.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"
#include "sync/actions.h"
#include "sync/handles.h"
#include "tree/dir.h"
#include "tree/scan.h"
#include "tree/site.h"
#include "workers/interp.h"

static int remove_proven(int cache, const char *name)
{
	uint8_t head[PCS_PYC_HEADER];
	struct stat st;
	ssize_t n = pcs_fs_peek(cache, name, head, sizeof(head), &st);
	if (n < 0)
		return (int)n;
	return pcs_pyc_looks_like_one(head, (size_t)n) ? pcs_fs_unlink(cache, name) : -EINVAL;
}

/* Other runs lock the directory as long as they have temporaries in it. */
static int remove_tmp(struct pcs_dir *d, const char *name)
{
	int r = pcs_fs_lock_exclusive(d->cache_fd);
	if (r == 0)
		r = pcs_fs_unlink(d->cache_fd, name);
	pcs_fs_unlock(d->cache_fd);
	d->locked = false;
	return r;
}

/* Where the caches are, as whoever may remove them. */
static int enter_cache(const struct pcs_site *site, struct pcs_dir *d)
{
	int r = d->cache_fd >= 0 ? 0 : pcs_dir_open_cache(d, site->prefix, false);
	return r < 0 ? r : pcs_dir_act_in_cache(d);
}

/* Whether the reason still holds: a source can come back between the look and the deed, and the
 * directory can be another one by now, of which only the first reason can be looked at anew. */
static int check_reason(const struct pcs_action *a, const struct pcs_dir *d, bool replaced)
{
	struct stat st;
	if (a->reason != PCS_WHY_SOURCE_GONE)
		return replaced ? -PCS_EREPLACED : 0;
	struct pcs_pyc_name parsed;
	if (!pcs_pyc_name_parse(a->entry, &parsed)) {
		int there = pcs_stray_has_source(d, a->entry, NULL, NULL);
		return there > 0 ? -EEXIST : there;
	}
	int r = d->fd < 0 ? -ENOENT : pcs_dir_stat_source(d, a->source, &st);
	if (r == -ENOENT || r == -ELOOP || r == -ENOTDIR)
		return 0;
	return r < 0 ? r : -EEXIST;
}

static int sweep_entry(const struct pcs_site *site, struct pcs_handles *handles,
		       const struct pcs_action *a)
{
	struct pcs_dir *d = NULL;
	int replaced = pcs_handles_get(handles, a->place, &d);
	int r = replaced < 0 ? replaced : check_reason(a, d, replaced);
	if (r == 0)
		r = pcs_action_is_beside(a) ? pcs_dir_act(d) : enter_cache(site, d);
	if (r == 0)
		r = a->reason == PCS_WHY_TEMPORARY ? remove_tmp(d, a->entry) :
		    pcs_action_is_beside(a)        ? remove_proven(d->fd, a->entry) :
						     remove_proven(d->cache_fd, a->entry);
	pcs_handles_put(handles, d);
	return r;
}

/* A __pycache__ goes by its handle, which keeps it from being anybody else's. */
static int sweep_cache_dir(struct pcs_handles *handles, const struct pcs_action *a)
{
	struct pcs_dir *d = NULL;
	int r = pcs_handles_get(handles, a->place, &d);
	r = r > 0 ? -PCS_EREPLACED : r;
	if (r == 0)
		r = pcs_dir_act(d);
	if (r == 0)
		r = pcs_fs_rmdir(d->fd, a->entry);
	pcs_handles_put(handles, d);
	return r;
}

/* Directories go by their parent, as whoever may remove them there. */
static int sweep_dir(const struct pcs_site *site, const struct pcs_action *a)
{
	struct pcs_dir parent;
	const char *path = a->place->path;
	size_t len = pcs_path_dir_len(path);
	PCS_FREE char *dir = strndup(path, len);
	size_t follow = a->place->follow_len < len ? a->place->follow_len : len;
	int r = dir ? pcs_dir_open(site->root, dir, follow, &parent) : -ENOMEM;
	if (r < 0)
		return r;
	r = pcs_dir_act(&parent);
	if (r == 0)
		r = pcs_fs_rmdir(parent.fd, pcs_path_base(path));
	pcs_dir_done(&parent);
	return r;
}

void pcs_sweep(const struct pcs_site *site, struct pcs_handles *handles, struct pcs_action *a)
{
	int r = a->act != PCS_RMDIR ? sweep_entry(site, handles, a) :
		a->entry            ? sweep_cache_dir(handles, a) :
				      sweep_dir(site, a);
	if (r == 0)
		a->state = PCS_DONE;
	else if (r == -ENOENT || r == -ENOTEMPTY || r == -EEXIST || r == -EWOULDBLOCK)
		a->state = PCS_SKIPPED; /* another run was there, or something came in */
	else if (a->act == PCS_RMDIR && r == -EBUSY)
		a->state = PCS_SKIPPED; /* something is mounted there */
	else if (a->act == PCS_RMDIR)
		pcs_action_fail(a, "the empty directory cannot be removed: %s", pcs_strerror(r));
	else
		pcs_action_fail(a, "%s cannot be removed: %s", a->entry, pcs_strerror(r));
}

int pcs_sweep_old_pyc(const struct pcs_site *site, const struct pcs_action *a, struct pcs_dir *d)
{
	PCS_BUF struct pcs_buf name = { 0 };
	int r = enter_cache(site, d);
	if (r == 0)
		r = pcs_pyc_name_add(&name, a->source, site->interps->list[a->interp].tag,
				     a->level);
	return r < 0 ? r : remove_proven(d->cache_fd, name.data);
}
