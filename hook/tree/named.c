/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/named.h"

#include <string.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"
#include "pyc/name.h"
#include "tree/scan.h"
#include "tree/site.h"

/* Links count as there. */
static bool exists(const struct pcs_site *site, const char *path)
{
	struct stat st;
	PCS_CLOSE int fd = -1;
	const char *base = pcs_path_base(path);
	if (!*base)
		return true;
	char *dir = strndupa(path, pcs_path_dir_len(path));
	int r = pcs_root_open_dir(site->root, dir, strlen(dir), &fd);
	if (r == 0)
		r = pcs_fs_lstat(fd, base, &st);
	return !pcs_is_absence(r);
}

/* The source `name` of a directory, or any cache of it; of all sources where that is NULL. */
static bool has_any(const struct pcs_site *site, const char *dir, const char *name)
{
	struct pcs_scan s;
	struct pcs_pyc_name parsed;
	struct stat st;
	size_t at = SIZE_MAX;
	int r = pcs_scan_open(site, dir, strlen(dir), &s);
	if (r < 0)
		return !pcs_is_absence(r);
	bool there = s.cache_error ||
		     (name ? pcs_scan_next(&s, name, &at, &parsed) || pcs_scan_has_stray(&s, name) :
			     s.cache.n > 0);
	if (!there && name && s.dir.fd >= 0)
		there = !pcs_is_absence(pcs_fs_lstat(s.dir.fd, name, &st));
	pcs_scan_done(&s);
	return there;
}

/* The same for the source that an entry of a directory of caches speaks for. */
static bool has_source_of(const struct pcs_site *site, const char *dir, const char *entry)
{
	PCS_BUF struct pcs_buf name = { 0 };
	struct pcs_pyc_name parsed;
	if (!pcs_pyc_name_parse(entry, &parsed))
		return false;
	return pcs_buf_printf(&name, "%.*s.py", (int)parsed.stem_len, entry) < 0 ||
	       has_any(site, dir, name.data);
}

static bool has_prefixed(const struct pcs_site *site, const char *path)
{
	PCS_BUF struct pcs_buf full = { 0 };
	if (pcs_path_within(path, site->prefix)) {
		const char *inner = path + strlen(site->prefix);
		return has_source_of(site, strndupa(inner, pcs_path_dir_len(inner)),
				     pcs_path_base(inner));
	}
	return pcs_buf_printf(&full, "%s%s", site->prefix, path) < 0 || exists(site, full.data);
}

bool pcs_named_is_there(const struct pcs_site *site, const char *path, bool beside)
{
	PCS_BUF struct pcs_buf pyc = { 0 };
	const char *base = pcs_path_base(path);
	if (exists(site, path))
		return true;
	if (site->prefix && has_prefixed(site, path))
		return true;
	char *dir = strndupa(path, pcs_path_dir_len(path));
	if (strcmp(base, PCS_CACHE_DIR) == 0)
		return has_any(site, dir, NULL);
	if (strcmp(pcs_path_base(dir), PCS_CACHE_DIR) == 0)
		return has_source_of(site, strndupa(dir, pcs_path_dir_len(dir)), base);
	if (!pcs_source_stem_len(base))
		return false;
	if (beside && (pcs_buf_printf(&pyc, "%sc", path) < 0 || exists(site, pyc.data)))
		return true;
	return has_any(site, dir, base);
}
