#include "pkg/owner.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "pkg/alpm.h"
#include "pyc/name.h"

/* A sorted set of paths, filled in one go. */
struct paths {
	const char **list;
	size_t n, cap;
	struct pcs_arena bytes;
	bool loaded;
};

/* A source and the package that owns it; both in an arena. */
struct owned_source {
	const char *path, *package;
};

struct packages {
	struct owned_source *list;
	size_t n, cap;
	struct pcs_arena bytes;
	const char *last; /* package, which owns the next file as well, mostly */
	bool loaded;
};

struct pcs_owner {
	const struct pcs_root *root;
	struct packages packages;
	struct paths bytecode; /* every .pyc */
	struct paths dirs;     /* every directory, with its slash at the end */
	struct pcs_buf why;
	pthread_mutex_t lock; /* several threads plan */
};

static const struct pcs_owner_source *const sources[] = { &pcs_alpm_source };

int pcs_owner_new(const struct pcs_root *root, struct pcs_owner **ret)
{
	struct pcs_owner *o = calloc(1, sizeof(*o));
	if (!o)
		return -ENOMEM;
	o->root = root;
	pthread_mutex_init(&o->lock, NULL);
	*ret = o;
	return 0;
}

static void paths_done(struct paths *p)
{
	free(p->list);
	pcs_arena_done(&p->bytes);
}

void pcs_owner_free(struct pcs_owner *o)
{
	if (!o)
		return;
	paths_done(&o->bytecode);
	paths_done(&o->dirs);
	free(o->packages.list);
	pcs_arena_done(&o->packages.bytes);
	pcs_buf_done(&o->why);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

static int paths_add(struct paths *p, const char *path)
{
	const char **list = pcs_grow(p->list, &p->cap, p->n + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	p->list = list;
	list[p->n] = pcs_arena_dup(&p->bytes, path, strlen(path));
	return list[p->n] ? (p->n++, 0) : -ENOMEM;
}

static int add_bytecode(void *ctx, const char *path)
{
	return pcs_ends_with(path, ".pyc") ? paths_add(ctx, path) : 0;
}

static int add_dir(void *ctx, const char *path)
{
	return path[strlen(path) - 1] == '/' ? paths_add(ctx, path) : 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void load_all(struct pcs_owner *o, struct paths *p, int (*each)(void *, const char *))
{
	p->loaded = true;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(sources) && o->why.len == 0; i++) {
		if (!sources[i]->present(o->root) ||
		    sources[i]->paths(o->root, each, p, &o->why) == 0 || o->why.len)
			continue;
		pcs_buf_printf(&o->why, "the database of %s cannot be read", sources[i]->name);
	}
	if (p->n)
		qsort(p->list, p->n, sizeof(*p->list), compare);
}

/* Whether the set can be relied on. */
static bool load(struct pcs_owner *o, struct paths *p, int (*each)(void *, const char *))
{
	pthread_mutex_lock(&o->lock);
	if (!p->loaded)
		load_all(o, p, each);
	bool known = o->why.len == 0;
	pthread_mutex_unlock(&o->lock);
	return known;
}

static size_t lower_bound(const struct paths *p, const char *path)
{
	size_t lo = 0, hi = p->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strcmp(p->list[mid], path) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool has(const struct paths *p, const char *path)
{
	size_t i = lower_bound(p, path);
	return i < p->n && strcmp(p->list[i], path) == 0;
}

/* Whether dir/__pycache__/stem.ANYTHING.pyc is in the set. */
static bool has_cache(const struct paths *p, const char *dir, const char *name, size_t stem_len)
{
	PCS_BUF struct pcs_buf start = { 0 };
	struct pcs_pyc_name parsed;
	if (pcs_path_join(&start, dir, PCS_CACHE_DIR "/") < 0)
		return true; /* out of memory: better not to touch it */
	size_t dir_len = start.len;
	if (pcs_buf_add(&start, name, stem_len) < 0 || pcs_buf_adds(&start, ".") < 0)
		return true;
	for (size_t i = lower_bound(p, start.data); i < p->n; i++) {
		if (strncmp(p->list[i], start.data, start.len) != 0)
			return false;
		if (pcs_pyc_name_parse(p->list[i] + dir_len, &parsed) &&
		    parsed.stem_len == stem_len)
			return true;
	}
	return false;
}

enum pcs_owned pcs_owner_of_bytecode(struct pcs_owner *o, const char *dir, const char *name)
{
	if (!load(o, &o->bytecode, add_bytecode))
		return PCS_OWNED_UNKNOWN;
	if (o->bytecode.n == 0)
		return PCS_OWNED_NO;
	PCS_BUF struct pcs_buf legacy = { 0 };
	if (pcs_path_join(&legacy, dir, name) < 0 || pcs_buf_adds(&legacy, "c") < 0)
		return PCS_OWNED_UNKNOWN;
	return has(&o->bytecode, legacy.data) ||
	       has_cache(&o->bytecode, dir, name, pcs_source_stem_len(name));
}

enum pcs_owned pcs_owner_of_dir(struct pcs_owner *o, const char *dir)
{
	if (!load(o, &o->dirs, add_dir))
		return PCS_OWNED_UNKNOWN;
	PCS_BUF struct pcs_buf path = { 0 };
	if (pcs_buf_adds(&path, dir) < 0 || pcs_buf_adds(&path, "/") < 0)
		return PCS_OWNED_UNKNOWN;
	return has(&o->dirs, path.data);
}

static int add_owned(void *ctx, const char *package, const char *path)
{
	struct packages *p = ctx;
	if (!pcs_ends_with(path, ".py"))
		return 0;
	struct owned_source *list = pcs_grow(p->list, &p->cap, p->n + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	p->list = list;
	if (!p->last || strcmp(p->last, package) != 0)
		p->last = pcs_arena_dup(&p->bytes, package, strlen(package));
	list[p->n].package = p->last;
	list[p->n].path = pcs_arena_dup(&p->bytes, path, strlen(path));
	return list[p->n].path && p->last ? (p->n++, 0) : -ENOMEM;
}

static int compare_owned(const void *a, const void *b)
{
	const struct owned_source *x = a, *y = b;
	return strcmp(x->path, y->path);
}

static void load_packages(struct pcs_owner *o)
{
	struct packages *p = &o->packages;
	p->loaded = true;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(sources) && o->why.len == 0; i++) {
		if (!sources[i]->packages || !sources[i]->present(o->root) ||
		    sources[i]->packages(o->root, add_owned, p, &o->why) == 0 || o->why.len)
			continue;
		pcs_buf_printf(&o->why, "the database of %s cannot be read", sources[i]->name);
	}
	if (p->n)
		qsort(p->list, p->n, sizeof(*p->list), compare_owned);
}

const char *pcs_owner_package(struct pcs_owner *o, const char *dir, const char *name)
{
	PCS_BUF struct pcs_buf path = { 0 };
	pthread_mutex_lock(&o->lock);
	if (!o->packages.loaded)
		load_packages(o);
	pthread_mutex_unlock(&o->lock);
	if (o->packages.n == 0 || pcs_path_join(&path, dir, name) < 0)
		return NULL;
	const struct owned_source key = { .path = path.data };
	const struct owned_source *found =
		bsearch(&key, o->packages.list, o->packages.n, sizeof(key), compare_owned);
	return found ? found->package : NULL;
}

const char *pcs_owner_problem(const struct pcs_owner *o)
{
	return o->why.len ? o->why.data : NULL;
}
