/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compileall/paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"

/* os.path.join(): an absolute second part wins. */
static int py_join(struct pcs_buf *ret, const char *a, const char *b)
{
	if (b[0] == '/')
		return pcs_buf_adds(ret, b);
	return pcs_buf_printf(ret, "%s%s%s", a, !*a || pcs_ends_with(a, "/") ? "" : "/", b);
}

struct part {
	const char *at;
	size_t len;
	bool gone;
};

struct parts {
	struct part *list;
	size_t n;
};

static void parts_done(struct parts *p)
{
	free(p->list);
}

/* path.split("/"): at least one part, which may be empty. 0 or -ENOMEM. */
static int split(const char *path, struct parts *ret)
{
	size_t n = 1;
	for (const char *s = path; (s = strchr(s, '/')); s++)
		n++;
	ret->list = calloc(n, sizeof(*ret->list));
	if (!ret->list)
		return -ENOMEM;
	for (; ret->n < n; path += ret->list[ret->n++].len + 1)
		ret->list[ret->n] = (struct part){ path, strcspn(path, "/"), false };
	return 0;
}

static bool same_part(const struct part *a, const struct part *b)
{
	return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

/* list.remove() */
static void remove_first(struct parts *p, const struct part *value)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->list[i].gone && same_part(&p->list[i], value)) {
			p->list[i].gone = true;
			return;
		}
}

/* Until 3.12: what the two have in common, at whatever place. */
static void strip_common(struct parts *path, const struct parts *dir)
{
	for (size_t i = 0; i < path->n && i < dir->n; i++)
		if (same_part(&path->list[i], &dir->list[i]))
			remove_first(path, &dir->list[i]);
}

/* From 3.13 on: all of `dir`, or nothing. False when it is not what the path begins with. */
static bool strip_beginning(struct parts *path, const struct parts *dir)
{
	bool begins = dir->n <= path->n;
	for (size_t i = 0; i < dir->n && begins; i++)
		begins = same_part(&path->list[i], &dir->list[i]);
	for (size_t i = 0; i < dir->n && begins; i++)
		path->list[i].gone = true;
	return begins;
}

/* os.path.join() of those that are left. 0, -EINVAL when there are none, or -ENOMEM. */
static int join_parts(struct pcs_buf *ret, const struct parts *p)
{
	int r = -EINVAL;
	for (size_t i = 0; i < p->n && r != -ENOMEM; i++) {
		if (p->list[i].gone)
			continue;
		r = ret->len && ret->data[ret->len - 1] != '/' ? pcs_buf_adds(ret, "/") : 0;
		if (r == 0)
			r = pcs_buf_add(ret, p->list[i].at, p->list[i].len);
	}
	return r;
}

/* 1 with what is left of `path` in `ret`, 0 when `dir` does not fit, or as join_parts(). */
static int strip(const char *path, const char *dir, unsigned minor, struct pcs_buf *ret)
{
	PCS_CLEANUP(parts_done) struct parts from = { 0 }, what = { 0 };
	int r = split(path, &from);
	if (r == 0)
		r = split(dir, &what);
	if (r < 0)
		return r;
	if (minor < 13)
		strip_common(&from, &what);
	else if (!strip_beginning(&from, &what))
		return 0;
	r = join_parts(ret, &from);
	return r < 0 ? r : 1;
}

int pcs_compileall_recorded(const struct pcs_compileall *ca, const char *path, struct pcs_buf *ret,
			    bool *ret_bad_strip)
{
	PCS_BUF struct pcs_buf name = { 0 };
	int stripped = 0;
	const char *dir = ca->ddir ? ca->ddir : ca->prepend_dir;
	const char *file = ca->ddir ? pcs_path_base(path) : path;
	*ret_bad_strip = false;
	if (!ca->ddir && ca->strip_dir) {
		stripped = strip(path, ca->strip_dir, ca->interps->list[0].minor, &name);
		*ret_bad_strip = stripped == 0;
	}
	if (stripped < 0 || (!stripped && !dir))
		return stripped;
	if (stripped)
		file = name.data;
	int r = dir ? py_join(ret, dir, file) : pcs_buf_adds(ret, file);
	return r < 0 ? r : 1;
}

/* The length without the slashes at the end. */
static int bare_len(const char *path, size_t len)
{
	while (len && path[len - 1] == '/')
		len--;
	return (int)len;
}

static int add_cache_dir(const struct pcs_compileall *ca, const char *path, size_t len,
			 struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf head = { 0 };
	int bare = bare_len(path, len);
	if (!ca->cache_prefix)
		return pcs_buf_printf(ret, "%.*s%s" PCS_CACHE_DIR "/", bare, path, bare ? "/" : "");
	const char *cwd = path[0] != '/' && ca->cwd ? ca->cwd : "";
	int r = pcs_buf_printf(&head, "%s/%.*s", cwd, (int)len, path);
	if (r < 0)
		return r;
	const char *rest = head.data + strspn(head.data, "/");
	bare = bare_len(rest, strlen(rest));
	return pcs_buf_printf(ret, "%.*s/%.*s%s",
			      bare_len(ca->cache_prefix, strlen(ca->cache_prefix)),
			      ca->cache_prefix, bare, rest, bare ? "/" : "");
}

int pcs_compileall_cache(const struct pcs_compileall *ca, const char *path, long level,
			 struct pcs_buf *ret)
{
	if (ca->legacy)
		return pcs_buf_printf(ret, "%sc", path);
	const char *base = pcs_path_base(path), *dot = strrchr(base, '.');
	/* "mod" of "mod.py"; of ".py" it is "py", as rpartition has it. */
	const char *stem = dot == base ? base + 1 : base;
	size_t len = dot > base ? (size_t)(dot - base) : strlen(stem);
	int r = add_cache_dir(ca, path, (size_t)(base - path), ret);
	if (r == 0)
		r = pcs_buf_printf(ret, "%.*s.%s", (int)len, stem, ca->interps->list[0].tag);
	if (r == 0 && level > 0)
		r = pcs_buf_printf(ret, ".opt-%ld", level);
	return r < 0 ? r : pcs_buf_adds(ret, ".pyc");
}
