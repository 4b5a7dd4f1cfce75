/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/claims.h"

#include <string.h>

#include "base/path.h"
#include "pyc/name.h"

/*
 * The keys of the map:
 *   "/dir/"         the directory
 *   "/dir/mod.pyc"  bytecode of /dir/mod.py, wherever it is and however it is called
 *   "/dir/mod.py"   the file
 *   "/dir/mod.pyc=" the file, as it is called
 */

void pcs_claims_done(struct pcs_claims *c)
{
	pcs_map_done(&c->paths);
	free(c->packages);
	pcs_arena_done(&c->words);
	*c = (struct pcs_claims){ 0 };
}

int pcs_claims_alias(struct pcs_claims *c, const char *link, const char *target)
{
	if (c->n_aliases == PCS_ALIASES_MAX)
		return 0;
	struct pcs_alias a = { .link = pcs_arena_dup(&c->words, link, strlen(link)),
			       .target = pcs_arena_dup(&c->words, target, strlen(target)) };
	if (!a.link || !a.target)
		return -ENOMEM;
	c->aliases[c->n_aliases++] = a;
	return 0;
}

/* Whether `path` is `dir` or below it. */
static bool is_within(const char *path, size_t len, const char *dir, size_t dir_len)
{
	return len >= dir_len && memcmp(path, dir, dir_len) == 0 &&
	       (len == dir_len || path[dir_len] == '/');
}

int pcs_claims_names(const struct pcs_claims *c, const char *dir, struct pcs_buf *bytes)
{
	int n = 1;
	int r = pcs_buf_add(bytes, dir, strlen(dir) + 1);
	for (size_t i = 0; i < c->n_aliases && r == 0; i++) {
		const struct pcs_alias *a = &c->aliases[i];
		size_t len = strlen(a->target);
		if (!is_within(dir, strlen(dir), a->target, len))
			continue;
		r = pcs_buf_printf(bytes, "%s%s%c", a->link, dir + len, '\0');
		n++;
	}
	return r < 0 ? r : n;
}

int pcs_claims_real(const struct pcs_claims *c, const char *path, size_t len, struct pcs_buf *ret)
{
	for (size_t i = 0; i < c->n_aliases; i++) {
		const struct pcs_alias *a = &c->aliases[i];
		size_t n = strlen(a->link);
		if (!is_within(path, len, a->link, n) || len == n)
			continue;
		return pcs_buf_printf(ret, "%s%.*s", a->target, (int)(len - n), path + n);
	}
	return pcs_buf_add(ret, path, len);
}

ssize_t pcs_claims_package(struct pcs_claims *c, const char *name, size_t len)
{
	const char **package = PCS_ROOM(c->packages, c->n_packages, c->cap_packages);
	if (!package || !(*package = pcs_arena_dup(&c->words, name, len)))
		return -ENOMEM;
	return (ssize_t)c->n_packages++;
}

static int put(struct pcs_claims *c, const struct pcs_buf *key, size_t package)
{
	return pcs_map_put(&c->paths, key->data, (uint32_t)package) ? 0 : -ENOMEM;
}

/* "/dir/__pycache__/mod.cpython-311.opt-1.pyc" becomes "/dir/mod.pyc". What lies beside its source,
 * or is of nobody knows which, keeps its name. */
static void name_bytecode(struct pcs_buf *path)
{
	static const char middle[] = "/" PCS_CACHE_DIR;
	struct pcs_pyc_name parsed;
	const char *base = pcs_path_base(path->data);
	size_t dir_len = pcs_path_dir_len(path->data), n = strlen(middle);
	if (dir_len < n || memcmp(path->data + dir_len - n, middle, n) != 0 ||
	    !pcs_pyc_name_parse(base, &parsed))
		return;
	char *to = path->data + dir_len - n + 1;
	memmove(to, base, parsed.stem_len);
	memcpy(to + parsed.stem_len, ".pyc", sizeof(".pyc"));
	path->len = (size_t)(to - path->data) + parsed.stem_len + strlen(".pyc");
}

static bool is_exact(const struct pcs_claims *c, const struct pcs_buf *path)
{
	return c->sources && (pcs_ends_with(path->data, ".pyc") ||
			      strcmp(pcs_path_base(path->data), PCS_CACHE_DIR) == 0);
}

static int put_exact(struct pcs_claims *c, struct pcs_buf *path, size_t package)
{
	size_t len = path->len;
	int r = pcs_buf_adds(path, "=");
	if (r == 0)
		r = put(c, path, package);
	if (r == 0)
		path->data[path->len = len] = '\0';
	return r;
}

int pcs_claims_add(struct pcs_claims *c, const char *path, size_t len, enum pcs_claim kind,
		   size_t package)
{
	PCS_BUF struct pcs_buf key = { 0 };
	bool bytecode = len > 4 && memcmp(path + len - 4, ".pyc", 4) == 0;
	bool source = c->sources && len > 3 && memcmp(path + len - 3, ".py", 3) == 0;
	if (kind == PCS_CLAIM_FILE && !bytecode && !c->sources)
		return 0;
	int r = pcs_claims_real(c, path, len, &key);
	if (r == 0 && kind != PCS_CLAIM_DIR && is_exact(c, &key))
		r = put_exact(c, &key, package);
	if (r == 0 && bytecode && kind != PCS_CLAIM_DIR) {
		name_bytecode(&key);
		return put(c, &key, package);
	}
	if (r == 0 && kind != PCS_CLAIM_DIR && source)
		r = put(c, &key, package);
	if (r == 0 && kind != PCS_CLAIM_FILE)
		r = pcs_buf_adds(&key, "/");
	return r == 0 && kind != PCS_CLAIM_FILE ? put(c, &key, package) : r;
}

const char *pcs_claims_find(const struct pcs_claims *c, enum pcs_ask_kind kind, const char *dir,
			    const char *name, bool *ret_oom)
{
	static const char *const ends[] = {
		[PCS_ASK_BYTECODE] = "c",
		[PCS_ASK_DIR] = "/",
		[PCS_ASK_SOURCES] = "",
		[PCS_ASK_FILE] = "=",
	};
	PCS_BUF struct pcs_buf key = { 0 };
	if (pcs_path_join(&key, dir, name) < 0 || pcs_buf_adds(&key, ends[kind]) < 0) {
		*ret_oom = true;
		return NULL;
	}
	const uint32_t *package = pcs_map_get(&c->paths, key.data);
	return package ? c->packages[*package] : NULL;
}
