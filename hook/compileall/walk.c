/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compileall/walk.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/listing.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/path.h"
#include "base/regex.h"
#include "compileall/compile.h"
#include "compileall/paths.h"
#include "compileall/pywords.h"
#include "pyc/header.h"
#include "pyc/source_hash.h"

/* A line with repr() of a path in it: `format` has one %s. */
static int add_line(struct pcs_ca *ca, const char *before, const char *path, const char *after)
{
	PCS_BUF struct pcs_buf line = { 0 };
	struct pcs_ca_item *item = pcs_ca_add(ca);
	int r = item ? pcs_buf_adds(&line, before) : -ENOMEM;
	if (r == 0)
		r = pcs_py_repr(&line, path, strlen(path));
	if (r == 0)
		r = pcs_buf_printf(&line, "%s\n", after);
	if (r == 0)
		item->text = PCS_TAKE(line.data);
	return r;
}

static int add_strip_warning(struct pcs_ca *ca, const char *path)
{
	PCS_BUF struct pcs_buf before = { 0 };
	int r = pcs_buf_adds(&before, "The stripdir path ");
	if (r == 0)
		r = pcs_py_repr(&before, ca->paths.strip_dir, strlen(ca->paths.strip_dir));
	if (r == 0)
		r = pcs_buf_adds(&before, " is not a valid prefix for source path ");
	return r < 0 ? r : add_line(ca, before.data, path, "; ignoring");
}

/* -e: a link to a file that is not below the directory. */
static bool leads_out(const struct pcs_ca *ca, const char *path)
{
	struct stat st;
	char file[PATH_MAX], limit[PATH_MAX];
	if (!ca->o->limit || pcs_fs_lstat(AT_FDCWD, path, &st) < 0 || !S_ISLNK(st.st_mode))
		return false;
	if (!realpath(ca->o->limit, limit) || !realpath(path, file))
		return true;
	return !pcs_path_within(file, limit) || strcmp(file, limit) == 0;
}

/* The test of compileall itself: twelve bytes of a timestamp pyc. */
static bool is_fresh_to_compileall(const uint8_t *head, ssize_t n, uint32_t magic,
				   const struct stat *st)
{
	uint8_t want[PCS_PYC_HEADER];
	const struct pcs_pyc_header h = { .magic = magic, .mtime = pcs_pyc_mtime(&st->st_mtim) };
	pcs_pyc_header_put(want, &h);
	return n >= 12 && memcmp(head, want, 12) == 0;
}

/* The importer's rule, and the mode that is asked for. */
static bool is_fresh(struct pcs_ca *ca, const char *path, const uint8_t *head, ssize_t n,
		     const struct stat *st)
{
	const struct pcs_interp *in = &ca->o->interps->list[0];
	struct pcs_pyc_header h;
	struct pcs_ca_dir dir = { 0 };
	struct stat now;
	PCS_BUF struct pcs_buf why = { 0 }; /* it will be told when the source is to be compiled */
	if (n < 0 || !pcs_pyc_header_get(head, (size_t)n, &h) || h.magic != in->magic ||
	    h.flags != ca->o->flags)
		return false;
	if (h.flags == PCS_PYC_TIMESTAMP)
		return h.mtime == pcs_pyc_mtime(&st->st_mtim) && h.size == (uint32_t)st->st_size;
	if (!ca->source.len &&
	    pcs_ca_read(path, &ca->source, &now, ca->guarded ? &dir : NULL, &why) < 0)
		return false;
	return h.hash == pcs_source_hash(in->magic, in->minor, ca->source.data, ca->source.len);
}

/* The first bytes of a pyc. Links are followed; where others make them, to regular files alone, as
 * opening a device can have effects. */
static ssize_t read_head(const struct pcs_ca *ca, const char *pyc, uint8_t head[PCS_PYC_HEADER])
{
	struct stat st;
	if (ca->guarded && (stat(pyc, &st) < 0 || !S_ISREG(st.st_mode)))
		return -1;
	PCS_CLOSE int fd = open(pyc, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	return fd < 0 ? -1 : pcs_fs_read_at(fd, 0, head, PCS_PYC_HEADER);
}

static int all_fresh(struct pcs_ca *ca, const char *path, const struct stat *st)
{
	PCS_BUF struct pcs_buf pyc = { 0 };
	ca->source.len = 0;
	for (size_t i = 0; i < ca->o->n_levels; i++) {
		uint8_t head[PCS_PYC_HEADER];
		pyc.len = 0;
		int r = pcs_compileall_cache(ca->o, path, ca->o->levels[i], &pyc);
		if (r < 0)
			return r;
		ssize_t n = read_head(ca, pyc.data, head);
		bool fresh =
			ca->o->strict ?
				is_fresh_to_compileall(head, n, ca->o->interps->list[0].magic, st) :
				is_fresh(ca, path, head, n, st);
		if (!fresh)
			return 0;
	}
	return 1;
}

static int stat_dir(const char *path, size_t len, struct stat *ret)
{
	PCS_FREE char *dir = strndup(len ? path : ".", len ? len : 1);
	if (!dir)
		return -ENOMEM;
	return stat(dir, ret) < 0 ? -errno : 0;
}

/* Find out what directory the pyc `path` is in, mostly that of the one before; where it is not
 * there yet, the one above. */
static int find_cache_dir(struct pcs_ca *ca, const char *path)
{
	size_t len = (size_t)(pcs_path_base(path) - path);
	if (ca->dir.len == len && len && memcmp(ca->dir.data, path, len) == 0)
		return 0;
	ca->dir.len = 0;
	int r = stat_dir(path, len, &ca->dir_stat);
	ca->dir_missing = r < 0 && r != -ENOMEM && !ca->o->legacy;
	if (ca->dir_missing)
		r = stat_dir(path, len - strlen(PCS_CACHE_DIR "/"), &ca->dir_stat);
	return r < 0 ? r : pcs_buf_add(&ca->dir, path, len);
}

/*
 * What tells whether two sources have the same pyc, whatever links lead there: with a cache prefix
 * its absolute path, without one its name in its directory.
 */
static int identify(struct pcs_ca *ca, const char *path, struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf pyc = { 0 };
	int r = pcs_compileall_cache(ca->o, path, ca->o->levels[0], &pyc);
	if (r == 0 && ca->o->cache_prefix && !ca->o->legacy)
		return pcs_path_normalize(pyc.data, pyc.len, ca->o->cwd ? ca->o->cwd : "/", ret);
	if (r == 0)
		r = find_cache_dir(ca, pyc.data);
	return r < 0 ? r :
		       pcs_buf_printf(ret, "%jx:%jx%s/%s", (uintmax_t)ca->dir_stat.st_dev,
				      (uintmax_t)ca->dir_stat.st_ino, ca->dir_missing ? "/" : "",
				      pcs_path_base(pyc.data));
}

/* A source that is named twice is looked at again when it was compiled: it is fresh then. */
static int note_planned(struct pcs_ca *ca, const char *path)
{
	PCS_BUF struct pcs_buf key = { 0 };
	int r = identify(ca, path, &key);
	if (r < 0) /* its directory went: the error is the source's own */
		return r == -ENOMEM ? r : 0;
	if (pcs_map_get(&ca->planned, key.data))
		return 1;
	return pcs_map_put(&ca->planned, key.data, 1) ? 0 : -ENOMEM;
}

static int add_source(struct pcs_ca *ca, const char *path, const char *recorded,
		      const struct stat *st)
{
	struct pcs_ca_item *item = pcs_ca_add(ca);
	if (!item)
		return -ENOMEM;
	item->state = PCS_CA_TODO;
	item->size = st->st_size;
	item->dir.beside = ca->o->legacy;
	item->path = strdup(path);
	item->recorded = recorded ? strdup(recorded) : NULL;
	return item->path && (!recorded || item->recorded) ? 0 : -ENOMEM;
}

static int plan_source(struct pcs_ca *ca, const char *path, const char *recorded,
		       const struct stat *st)
{
	if (!S_ISREG(st->st_mode) || !pcs_ends_with(pcs_path_base(path), ".py"))
		return 0;
	int twice = note_planned(ca, path);
	if (twice > 0)
		twice = pcs_ca_flush(ca);
	if (twice < 0)
		return twice;
	int fresh = ca->o->force ? 0 : all_fresh(ca, path, st);
	return fresh ? (fresh < 0 ? fresh : 0) : add_source(ca, path, recorded, st);
}

/* `st` is what the path leads to, all 0 where it leads nowhere. */
static int visit_file(struct pcs_ca *ca, const char *path, const struct stat *st)
{
	PCS_BUF struct pcs_buf recorded = { 0 };
	bool bad_strip;
	int named = pcs_compileall_recorded(&ca->paths, path, &recorded, &bad_strip);
	if (named == -EINVAL)
		pcs_error("compile: -s %s: nothing is left of the path %s", ca->paths.strip_dir,
			  path);
	if (named < 0)
		return named;
	if (bad_strip && ca->o->quiet < 2) {
		int r = add_strip_warning(ca, path);
		if (r < 0)
			return r;
	}
	if (ca->o->skip && pcs_regex_search(ca->o->skip, path, strlen(path)) > 0)
		return 0;
	if (ca->o->skipped && pcs_map_get(ca->o->skipped, path))
		return 0;
	if (leads_out(ca, path))
		return 0;
	/* py_compile takes an empty name for none. */
	bool other = named && recorded.len && strcmp(recorded.data, path) != 0;
	return plan_source(ca, path, other ? recorded.data : NULL, st);
}

static int visit_dir(struct pcs_ca *ca, const char *path, long levels);

static int visit_entry(struct pcs_ca *ca, const char *path, long levels)
{
	struct stat st;
	if (stat(path, &st) < 0)
		st = (struct stat){ 0 };
	if (!S_ISDIR(st.st_mode))
		return visit_file(ca, path, &st);
	bool link = pcs_fs_lstat(AT_FDCWD, path, &st) < 0 || S_ISLNK(st.st_mode);
	return levels > 0 && !link ? visit_dir(ca, path, levels - 1) : 0;
}

static int visit_entries(struct pcs_ca *ca, const char *path, const struct pcs_listing *l,
			 long levels)
{
	size_t len = strlen(path);
	int r = 0;
	for (size_t i = 0; i < l->n && r == 0; i++) {
		PCS_BUF struct pcs_buf full = { 0 };
		if (strcmp(l->entries[i].name, PCS_CACHE_DIR) == 0)
			continue;
		r = pcs_buf_printf(&full, "%s%s%s", path, len && path[len - 1] == '/' ? "" : "/",
				   l->entries[i].name);
		if (r == 0)
			r = visit_entry(ca, full.data, levels);
	}
	return r;
}

static int compare_names(const void *a, const void *b)
{
	const struct pcs_dirent *x = a, *y = b;
	return pcs_py_compare(x->name, y->name);
}

/* Recursion is bounded by -r, 1000 as in CPython; and a path has an end long before. */
static int visit_dir(struct pcs_ca *ca, const char *path, long levels)
{
	PCS_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct pcs_listing l = { 0 };
	int r = ca->o->quiet ? 0 : add_line(ca, "Listing ", path, "...");
	if (r < 0)
		return r;
	if (fd < 0 || pcs_fs_list(fd, &l) < 0)
		return ca->o->quiet < 2 ? add_line(ca, "Can't list ", path, "") : 0;
	fd = pcs_close(fd);
	if (l.n)
		qsort(l.entries, l.n, sizeof(*l.entries), compare_names);
	r = visit_entries(ca, path, &l, levels);
	pcs_listing_done(&l);
	return r;
}

bool pcs_ca_is_skipped(const struct pcs_compileall *o, const char *dest)
{
	return o->call == PCS_CA_PATH && (!*dest || strcmp(dest, ".") == 0);
}

static int add_text(struct pcs_ca *ca, const char *text)
{
	struct pcs_ca_item *item = pcs_ca_add(ca);
	if (item)
		item->text = strdup(text);
	return item && item->text ? 0 : -ENOMEM;
}

int pcs_ca_walk(struct pcs_ca *ca, const char *dest)
{
	struct stat st = { 0 };
	ca->paths = *ca->o;
	if (pcs_ca_is_skipped(ca->o, dest))
		return ca->o->quiet < 2 ? add_text(ca, "Skipping current directory\n") : 0;
	if (!ca->o->stop_early && stat(dest, &st) < 0)
		st = (struct stat){ 0 };
	if (S_ISREG(st.st_mode) || ca->o->call == PCS_CA_FILE)
		return visit_file(ca, dest, &st);
	if (ca->o->ddir) { /* -d of a directory: its own path goes, the other comes */
		ca->paths.strip_dir = dest;
		ca->paths.prepend_dir = ca->o->ddir;
		ca->paths.ddir = NULL;
	}
	return visit_dir(ca, dest, ca->o->max_levels);
}
