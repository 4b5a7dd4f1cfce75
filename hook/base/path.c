/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/path.h"

#include <string.h>

static int add_component(struct pcs_buf *out, size_t start, const char *part, size_t len)
{
	if (len == 0 || (len == 1 && part[0] == '.'))
		return 0;
	if (len == 2 && part[0] == '.' && part[1] == '.') {
		while (out->len > start && out->data[out->len - 1] != '/')
			out->len--;
		if (out->len > start)
			out->len--;
		out->data[out->len] = '\0';
		return 0;
	}
	int r = pcs_buf_add(out, "/", 1);
	return r < 0 ? r : pcs_buf_add(out, part, len);
}

static int add_components(struct pcs_buf *out, size_t start, const char *path, size_t len)
{
	for (size_t i = 0; i < len;) {
		const char *slash = memchr(path + i, '/', len - i);
		size_t n = slash ? (size_t)(slash - (path + i)) : len - i;
		int r = add_component(out, start, path + i, n);
		if (r < 0)
			return r;
		i += n + 1;
	}
	return 0;
}

int pcs_path_normalize(const char *path, size_t len, const char *cwd, struct pcs_buf *ret)
{
	if (len == 0)
		return -EINVAL;
	int r = pcs_buf_reserve(ret, len + 1);
	size_t start = ret->len;
	if (r == 0)
		ret->data[start] = '\0';
	if (r == 0 && path[0] != '/')
		r = add_components(ret, start, cwd, strlen(cwd));
	if (r == 0)
		r = add_components(ret, start, path, len);
	if (r == 0 && ret->len == start)
		r = pcs_buf_add(ret, "/", 1);
	return r;
}

bool pcs_path_within(const char *path, const char *dir)
{
	size_t n = strlen(dir);
	if (n == 1)
		return path[0] == '/';
	return strncmp(path, dir, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

bool pcs_any_within(const void *array, size_t n, size_t size, const char *dir)
{
	const size_t len = strcmp(dir, "/") == 0 ? 0 : strlen(dir);
	size_t lo = 0, end = n;
	while (lo < end) { /* the first that is not before "dir/" */
		size_t mid = lo + (end - lo) / 2;
		const char *const *at = (const void *)((const char *)array + mid * size);
		int order = strncmp(*at, dir, len);
		if (order < 0 || (order == 0 && (unsigned char)(*at)[len] < '/'))
			lo = mid + 1;
		else
			end = mid;
	}
	const char *const *below = (const void *)((const char *)array + lo * size);
	if (lo < n && pcs_path_within(*below, dir))
		return true;
	lo = pcs_lower_bound(array, n, size, dir);
	const char *const *same = (const void *)((const char *)array + lo * size);
	return lo < n && strcmp(*same, dir) == 0;
}

const char *pcs_path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

size_t pcs_path_dir_len(const char *path)
{
	size_t n = (size_t)(pcs_path_base(path) - path);
	return n > 1 ? n - 1 : n;
}

int pcs_path_join(struct pcs_buf *ret, const char *dir, const char *name)
{
	int r = pcs_buf_adds(ret, dir);
	if (r == 0 && name[0] && strcmp(dir, "/") != 0)
		r = pcs_buf_add(ret, "/", 1);
	return r < 0 ? r : pcs_buf_adds(ret, name);
}

bool pcs_ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), s = strlen(suffix);
	return n >= s && memcmp(name + n - s, suffix, s) == 0;
}
