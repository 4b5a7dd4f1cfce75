/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/strays.h"

#include <string.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"
#include "tree/staged.h"
#include "verify/blame.h"
#include "verify/look.h"
#include "verify/note.h"
#include "verify/pyc.h"

/* 'stage' removes one that is a pyc, if it may, and nothing that is none. */
static uint8_t fix_of(const struct pcs_look *k, bool pyc)
{
	const struct pcs_staged *s = k->site->staged;
	return s && !(pyc && pcs_staged_removes(s)) ? PCS_FIX_REMOVE : PCS_FIX_OF_CODE;
}

static int add_unknown(struct pcs_look *k, const char *path, bool pyc)
{
	const struct pcs_finding f = { .path = path,
				       .code = PCS_FOUND_UNKNOWN_TAG,
				       .level = PCS_LEVEL_OTHER,
				       .owned = pcs_blame(k->site, path, ""),
				       .fix = fix_of(k, pyc) };
	return pcs_findings_add(&k->p->found, &f);
}

/* A stray .pyc: of a source that is gone, or of an interpreter that nobody knows. */
static int look_at_unknown(struct pcs_look *k, const char *entry, const char *path)
{
	const struct pcs_scan *s = &k->v->scan;
	uint8_t head[PCS_PYC_HEADER];
	struct stat st;
	PCS_BUF struct pcs_buf source = { 0 };
	size_t len = pcs_stray_stem(entry, 0);
	int there = pcs_stray_has_source(&s->dir, entry, NULL, NULL);
	if (there < 0)
		return pcs_look_unexamined(k, path, entry, there);
	/* pytest's own is of use beside its source, but not in a package. */
	bool packed = k->site->staged && k->site->staged->extra != PCS_EXTRA_KEEP;
	if (there && pcs_is_pytest_name(entry) && !packed)
		return k->living++, 0;
	ssize_t n = pcs_fs_peek(s->dir.cache_fd, entry, head, sizeof(head), &st);
	bool pyc = n > 0 && pcs_pyc_looks_like_one(head, (size_t)n);
	if (there || !len || !pyc)
		return k->living++, add_unknown(k, path, pyc);
	int r = pcs_path_join(&source, k->v->path, strndupa(entry, len));
	if (r == 0)
		r = pcs_buf_adds(&source, ".py");
	struct pcs_finding f = { .path = path,
				 .source = source.data,
				 .code = PCS_FOUND_ORPHAN,
				 .fix = fix_of(k, true),
				 .level = PCS_LEVEL_OTHER };
	if (r == 0)
		f.owned = pcs_blame(k->site, path, source.data);
	return r < 0 ? r : pcs_findings_add(&k->p->found, &f);
}

int pcs_look_at_stray(struct pcs_visit *v, const struct pcs_dirent *entry)
{
	struct pcs_look *k = v->ctx;
	PCS_BUF struct pcs_buf path = { 0 };
	bool temporary = pcs_verify_is_temporary(entry->name);
	bool pyc = pcs_ends_with(entry->name, ".pyc") || pcs_is_pytest_name(entry->name);
	if (!pcs_visit_asks_stray(v, entry->name))
		return 0;
	if (!temporary && !pyc) {
		k->living++; /* not ours to speak of */
		return 0;
	}
	if (pcs_site_cache_dir(k->site, v->path, &path) < 0 ||
	    pcs_buf_printf(&path, "/%s", entry->name) < 0)
		return -ENOMEM;
	return temporary ? pcs_verify_add(k->p, PCS_FOUND_TEMPORARY, "", path.data, NULL) :
			   look_at_unknown(k, entry->name, path.data);
}

/* Whoever may write there decides what Python runs. 0 or -errno. */
static int look_at_access(struct pcs_look *k)
{
	const struct pcs_dir *d = &k->v->scan.dir;
	PCS_BUF struct pcs_buf found = { 0 };
	struct stat st;
	int r = d->cache_fd < 0 || d->fd < 0 ? 0 : pcs_fs_stat(d->cache_fd, &st);
	unsigned open = r < 0 || d->cache_fd < 0 || d->fd < 0 ? 0 : pcs_cache_open_to(&d->st, &st);
	if (!open)
		return r;
	r = open & PCS_OPEN_TO_OWNER ?
		    pcs_buf_printf(&found, "owner %u", (unsigned)st.st_uid) :
		    pcs_buf_printf(&found, "mode %04o", (unsigned)st.st_mode & 07777);
	const char *path = r < 0 ? NULL : pcs_look_cache_path(k);
	struct pcs_finding f = { .path = path,
				 .found = found.data,
				 .code = d->st.st_uid ? PCS_FOUND_WRITABLE_CACHE :
							PCS_FOUND_EXPOSED_CACHE,
				 .level = PCS_LEVEL_OTHER,
				 .owned = path ? pcs_blame(k->site, path, "") : 0,
				 .fix = open & PCS_OPEN_TO_OWNER ? PCS_FIX_GIVE : PCS_FIX_OF_CODE };
	return path ? pcs_findings_add(&k->p->found, &f) : -ENOMEM;
}

int pcs_look_at_cache_dir(struct pcs_visit *v)
{
	struct pcs_look *k = v->ctx;
	int r = look_at_access(k);
	if (r < 0)
		return r;
	int error = v->scan.cache_error;
	bool empty = v->whole_cache && v->scan.dir.cache_fd >= 0 && !k->living && !k->site->prefix;
	const char *path = error || empty ? pcs_look_cache_path(k) : "";
	if (!path)
		return -ENOMEM;
	if (error)
		return pcs_verify_add(k->p,
				      error == -PCS_ENOTDIR_CACHE ? PCS_FOUND_SYMLINKED_CACHE :
								    PCS_FOUND_NOT_EXAMINED,
				      "", path, pcs_strerror(error));
	/* Below a prefix, the directories of others are within. */
	return empty ? pcs_verify_add(k->p, PCS_FOUND_ORPHAN_DIRECTORY, "", path, NULL) : 0;
}
