#include "sync/sweep.h"

#include <string.h>

#include "base/root.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"
#include "sync/actions.h"
#include "sync/places.h"
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

static int remove_tmp(int cache, const char *name)
{
	int r = pcs_fs_lock_exclusive(cache);
	return r < 0 ? r : pcs_fs_unlink(cache, name);
}

/* Whether the reason still holds: a source can come back between the look and the deed. */
static bool still_holds(const struct pcs_site *site, const struct pcs_action *a)
{
	PCS_BUF struct pcs_buf path = { 0 };
	struct stat st;
	if (a->reason != PCS_WHY_SOURCE_GONE)
		return true;
	int r = pcs_action_path(a, &path);
	if (r == 0)
		r = pcs_root_stat(site->root, path.data, &st);
	return r == -ENOENT || r == -ELOOP || r == -ENOTDIR;
}

static int sweep_entry(const struct pcs_site *site, const struct pcs_action *a)
{
	PCS_CLOSE int cache = -1;
	int r = pcs_place_open_cache(site, a->place, false, &cache);
	if (r < 0)
		return r;
	return a->reason == PCS_WHY_TEMPORARY ? remove_tmp(cache, a->entry) :
						remove_proven(cache, a->entry);
}

/* Directories go by their parent, so that the descriptor proves what is removed. */
static int sweep_dir(const struct pcs_site *site, const struct pcs_action *a)
{
	PCS_CLOSE int parent = -1;
	const char *path = a->place->path;
	size_t len = a->entry ? strlen(path) : pcs_path_dir_len(path);
	char *dir = strndupa(path, len);
	size_t follow = a->place->follow_len < len ? a->place->follow_len : len;
	int r = pcs_root_open_dir(site->root, dir, follow, &parent);
	return r < 0 ? r : pcs_fs_rmdir(parent, a->entry ? a->entry : pcs_path_base(path));
}

void pcs_sweep(const struct pcs_site *site, struct pcs_action *a)
{
	if (!still_holds(site, a)) {
		a->state = PCS_SKIPPED;
		return;
	}
	int r = a->act == PCS_RMDIR ? sweep_dir(site, a) : sweep_entry(site, a);
	if (r == 0)
		a->state = PCS_DONE;
	else if (r == -ENOENT || r == -ENOTEMPTY || r == -EEXIST || r == -EWOULDBLOCK)
		a->state = PCS_SKIPPED; /* another run was there, or something came in */
	else if (a->act == PCS_RMDIR)
		pcs_action_fail(a, "the empty directory cannot be removed: %s", pcs_strerror(r));
	else
		pcs_action_fail(a, "%s cannot be removed: %s", a->entry, pcs_strerror(r));
}

int pcs_sweep_old_pyc(const struct pcs_site *site, const struct pcs_action *a)
{
	PCS_CLOSE int cache = -1;
	PCS_BUF struct pcs_buf name = { 0 };
	int r = pcs_place_open_cache(site, a->place, false, &cache);
	if (r == 0)
		r = pcs_pyc_name_add(&name, a->source, site->interps->list[a->interp].tag,
				     a->level);
	return r < 0 ? r : remove_proven(cache, name.data);
}
