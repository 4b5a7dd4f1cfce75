#include "compileall/paths.h"

#include <string.h>

#include "base/path.h"

/* os.path.join(): an absolute second part wins. */
static int py_join(struct pcs_buf *ret, const char *a, const char *b)
{
	if (b[0] == '/')
		return pcs_buf_adds(ret, b);
	size_t n = strlen(a);
	int r = pcs_buf_adds(ret, a);
	if (r == 0 && n && a[n - 1] != '/')
		r = pcs_buf_adds(ret, "/");
	return r < 0 ? r : pcs_buf_adds(ret, b);
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

static int with_strip_dir(const char *path, const char *strip_dir, struct pcs_buf *ret,
			  bool *ret_bad_strip)
{
	const char *rest = strip(path, strip_dir);
	*ret_bad_strip = rest == NULL;
	if (!rest)
		return 0;
	if (strcmp(path, strip_dir) == 0)
		return -EINVAL;
	int r = join_parts(ret, rest);
	return r < 0 ? r : 1;
}

int pcs_compileall_recorded(const struct pcs_compileall *ca, const char *path, struct pcs_buf *ret,
			    bool *ret_bad_strip)
{
	PCS_BUF struct pcs_buf name = { 0 };
	int r = 0;
	*ret_bad_strip = false;
	if (ca->ddir) {
		r = py_join(ret, ca->ddir, pcs_path_base(path));
		return r < 0 ? r : 1;
	}
	if (ca->strip_dir)
		r = with_strip_dir(path, ca->strip_dir, &name, ret_bad_strip);
	if (r < 0 || (r == 0 && !ca->prepend_dir))
		return r;
	const char *file = r > 0 ? name.data : path;
	r = ca->prepend_dir ? py_join(ret, ca->prepend_dir, file) : pcs_buf_adds(ret, file);
	return r < 0 ? r : 1;
}

/* "mod" of "mod.py"; of ".py" it is "py", as rpartition has it. */
static int add_stem(struct pcs_buf *ret, const char *base)
{
	const char *dot = strrchr(base, '.');
	if (!dot || dot == base)
		return pcs_buf_adds(ret, dot ? dot + 1 : base);
	return pcs_buf_add(ret, base, (size_t)(dot - base));
}

static int add_prefixed_dir(const struct pcs_compileall *ca, const char *path, size_t len,
			    struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf head = { 0 };
	int r = 0;
	if (path[0] != '/')
		r = pcs_buf_printf(&head, "%s/", ca->cwd ? ca->cwd : "");
	if (r == 0)
		r = pcs_buf_add(&head, path, len);
	if (r == 0)
		r = pcs_buf_adds(ret, ca->cache_prefix);
	if (r < 0)
		return r;
	while (ret->len && ret->data[ret->len - 1] == '/')
		ret->data[--ret->len] = '\0';
	while (head.len && head.data[head.len - 1] == '/')
		head.data[--head.len] = '\0';
	const char *rest = head.data + strspn(head.data, "/");
	return *rest ? pcs_buf_printf(ret, "/%s/", rest) : pcs_buf_adds(ret, "/");
}

static int add_cache_dir(const struct pcs_compileall *ca, const char *path, size_t len,
			 struct pcs_buf *ret)
{
	if (ca->cache_prefix)
		return add_prefixed_dir(ca, path, len, ret);
	while (len && path[len - 1] == '/')
		len--;
	int r = pcs_buf_add(ret, path, len);
	if (r == 0 && len)
		r = pcs_buf_adds(ret, "/");
	return r < 0 ? r : pcs_buf_adds(ret, PCS_CACHE_DIR "/");
}

int pcs_compileall_cache(const struct pcs_compileall *ca, const char *path, long level,
			 struct pcs_buf *ret)
{
	if (ca->legacy)
		return pcs_buf_printf(ret, "%sc", path);
	const char *base = pcs_path_base(path);
	int r = add_cache_dir(ca, path, (size_t)(base - path), ret);
	if (r == 0)
		r = add_stem(ret, base);
	if (r == 0)
		r = pcs_buf_printf(ret, ".%s", ca->interps->list[0].tag);
	if (r == 0 && level > 0)
		r = pcs_buf_printf(ret, ".opt-%ld", level);
	return r < 0 ? r : pcs_buf_adds(ret, ".pyc");
}
