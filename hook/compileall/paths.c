#include "compileall/paths.h"

#include <string.h>

#include "base/path.h"

/* os.path.join(): an absolute second part wins. */
static int py_join(struct pcs_buf *ret, const char *a, const char *b)
{
	if (b[0] == '/')
		return pcs_buf_adds(ret, b);
	return pcs_buf_printf(ret, "%s%s%s", a, !*a || pcs_ends_with(a, "/") ? "" : "/", b);
}

/* What is left of `path` behind the components of `dir`, or NULL when they are no prefix. */
static const char *strip(const char *path, const char *dir)
{
	size_t n = strlen(dir);
	if (strncmp(path, dir, n) != 0 || (path[n] != '/' && path[n] != '\0'))
		return NULL;
	return path[n] ? path + n + 1 : path + n;
}

/* os.path.join(*parts) of what is left: empty parts vanish. */
static int join_parts(struct pcs_buf *ret, const char *rest)
{
	int r = pcs_buf_adds(ret, "");
	for (size_t i = strspn(rest, "/"); rest[i] && r == 0; i++)
		if (rest[i] != '/' || rest[i - 1] != '/')
			r = pcs_buf_add(ret, &rest[i], 1);
	return r;
}

int pcs_compileall_recorded(const struct pcs_compileall *ca, const char *path, struct pcs_buf *ret,
			    bool *ret_bad_strip)
{
	PCS_BUF struct pcs_buf name = { 0 };
	int r = 0;
	const char *dir = ca->ddir ? ca->ddir : ca->prepend_dir;
	const char *file = ca->ddir ? pcs_path_base(path) : path;
	const char *rest = !ca->ddir && ca->strip_dir ? strip(path, ca->strip_dir) : NULL;
	*ret_bad_strip = !ca->ddir && ca->strip_dir && !rest;
	if (rest && strcmp(path, ca->strip_dir) == 0)
		return -EINVAL;
	if (!rest && !dir)
		return 0;
	if (rest) {
		r = join_parts(&name, rest);
		file = name.data;
	}
	if (r == 0)
		r = dir ? py_join(ret, dir, file) : pcs_buf_adds(ret, file);
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
