/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/beside.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"

/* "cpython-311-x86_64-linux-gnu" or "abi3". */
static bool is_abi_of(const char *abi, size_t len, unsigned minor)
{
	static const char maker[] = "cpython-3";
	const size_t n = strlen(maker);
	if (len == strlen("abi3") && memcmp(abi, "abi3", len) == 0)
		return true;
	if (len <= n || memcmp(abi, maker, n) != 0)
		return false;
	char *end;
	unsigned long found = strtoul(strndupa(abi + n, len - n), &end, 10);
	return (!minor || found == minor) && (*end == '-' || *end == 't' || !*end);
}

bool pcs_is_extension_of(const char *name, const char *stem, unsigned minor)
{
	static const char end[] = ".so";
	size_t n = strlen(stem), len = strlen(name);
	if (len < n + strlen(end) || memcmp(name, stem, n) != 0 || name[n] != '.' ||
	    !pcs_ends_with(name, end))
		return false;
	size_t abi = len - n - strlen(end);
	return abi == 0 || is_abi_of(name + n + 1, abi - 1, minor);
}

struct search {
	const struct pcs_beside_ops *ops;
	void *ctx;
	unsigned minor;
};

static int is_file(const struct search *s, const char *dir, const char *stem, const char *end)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, dir, stem);
	if (r == 0)
		r = pcs_buf_adds(&path, end);
	return r < 0 ? r : s->ops->is_file(s->ctx, path.data);
}

/* The source or extension of a module. Flags or -errno. */
static int find(const struct search *s, const char *dir, const char *stem)
{
	int r = is_file(s, dir, stem, ".py");
	if (r)
		return r < 0 ? r : PCS_BESIDE_SOURCE;
	r = s->ops->has_extension(s->ctx, dir, stem, s->minor);
	return r < 0 ? r : r ? PCS_BESIDE_EXTENSION : 0;
}

/* A package wins over a module, and a module over a directory that is none. */
static int find_package(const struct search *s, const char *dir, const char *stem)
{
	PCS_BUF struct pcs_buf sub = { 0 };
	int r = pcs_path_join(&sub, dir, stem);
	if (r == 0)
		r = find(s, sub.data, "__init__");
	if (r == 0)
		r = is_file(s, sub.data, "__init__", ".pyc");
	if (r)
		return r < 0 ? r : PCS_BESIDE_PACKAGE;
	r = s->ops->has_source(s->ctx, sub.data);
	return r < 0 ? r : r ? PCS_BESIDE_NAMESPACE : 0;
}

/* The module that the package of an __init__.pyc in `dir` is found before. */
static int find_module(const struct search *s, const char *dir)
{
	char *above = strndupa(dir, pcs_path_dir_len(dir));
	if (strcmp(dir, "/") == 0)
		return 0;
	int r = find(s, above, pcs_path_base(dir));
	return r < 0 ? r : r ? PCS_BESIDE_MODULE : 0;
}

int pcs_beside(const struct pcs_beside_ops *ops, void *ctx, const char *dir, const char *name,
	       unsigned minor)
{
	const struct search s = { .ops = ops, .ctx = ctx, .minor = minor };
	char *stem = strndupa(name, strlen(name) - strlen(".pyc"));
	int own = find(&s, dir, stem);
	if (own < 0)
		return own;
	int other =
		strcmp(stem, "__init__") == 0 ? find_module(&s, dir) : find_package(&s, dir, stem);
	return other < 0 ? other : own | other;
}
