/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/changes.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/identity.h"
#include "base/root.h"
#include "base/listing.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/trust.h"
#include "policy/match.h"
#include "pyc/name.h"

enum { LIST_CHUNK = 64 * 1024 };

void pcs_changes_init(struct pcs_changes *c, const struct pcs_root *root, unsigned flags)
{
	*c = (struct pcs_changes){ .root = root, .flags = flags };
}

void pcs_change_dir_done(struct pcs_change_dir *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->names[i]);
	free(d->names);
}

void pcs_changes_done(struct pcs_changes *c)
{
	for (size_t i = 0; i < c->n_dirs; i++)
		pcs_change_dir_done(&c->dirs[i]);
	free(c->dirs);
	free(c->walks);
	free(c->marked);
	free(c->failures);
	pcs_map_done(&c->by_path);
	pcs_map_done(&c->others);
	pcs_map_done(&c->elsewhere);
	free(c->cwd);
	pcs_arena_done(&c->strings);
	*c = (struct pcs_changes){ 0 };
}

int pcs_changes_set_cwd(struct pcs_changes *c, const char *cwd)
{
	free(c->cwd);
	c->cwd = strdup(cwd);
	return c->cwd ? 0 : -ENOMEM;
}

static struct pcs_change_dir *add_dir(struct pcs_changes *c, const char *path, size_t len)
{
	struct pcs_change_dir *dirs = pcs_grow(c->dirs, &c->cap_dirs, c->n_dirs + 1, sizeof(*dirs));
	if (!dirs)
		return NULL;
	c->dirs = dirs;
	char *copy = pcs_arena_dup(&c->strings, path, len);
	if (!copy || !pcs_map_put_kept(&c->by_path, copy, (uint32_t)c->n_dirs))
		return NULL;
	dirs[c->n_dirs] = (struct pcs_change_dir){ .path = copy, .follow_len = len };
	return &dirs[c->n_dirs++];
}

/* The entry for the directory that is the first `len` bytes of `path`, made when there is none. */
static struct pcs_change_dir *dir_for(struct pcs_changes *c, const char *path, size_t len)
{
	char *dir = strndupa(path, len);
	const uint32_t *known = pcs_map_get(&c->by_path, dir);
	struct pcs_change_dir *d = known ? &c->dirs[*known] : add_dir(c, path, len);
	if (d)
		*(c->marking ? &d->marked : &d->listed) = true;
	return d;
}

/* Once a signal was seen, nobody looks at what is sorted, and it need not take long. */
static int compare_strings(const void *a, const void *b)
{
	return pcs_signal_seen() ? 0 : strcmp(*(char *const *)a, *(char *const *)b);
}

void pcs_change_dir_sort(struct pcs_change_dir *d)
{
	size_t kept = 0;
	if (d->n)
		qsort(d->names, d->n, sizeof(*d->names), compare_strings);
	for (size_t i = 0; i < d->n; i++) {
		if (kept == 0 || strcmp(d->names[kept - 1], d->names[i]) != 0)
			d->names[kept++] = d->names[i];
		else
			free(d->names[i]);
	}
	d->n = kept;
}

/* The place for one more. A list that is full grows when most of it is there once only. */
static char **room_for_name(struct pcs_change_dir *d)
{
	size_t need = d->n + 1;
	if (d->n == d->cap) {
		pcs_change_dir_sort(d);
		need = d->n > d->cap / 2 ? d->cap + 1 : d->n + 1;
	}
	char **names = pcs_grow(d->names, &d->cap, need, sizeof(*names));
	if (!names)
		return NULL;
	d->names = names;
	return &names[d->n];
}

/* What is known of a path that is neither a source nor a cache. */
enum { WALKED = 1 << 0, FAILED = 1 << 1 };

/* Whether that is new. 1, 0 or -ENOMEM. */
static int is_news(struct pcs_changes *c, const char *path, unsigned what)
{
	uint32_t *known = pcs_map_put(&c->others, path, 0);
	if (!known)
		return -ENOMEM;
	bool news = !(*known & what);
	*known |= what;
	return news;
}

static int add_source(struct pcs_changes *c, const char *path, size_t dir_len, const char *stem,
		      size_t stem_len)
{
	struct pcs_change_dir *d = dir_for(c, path, dir_len);
	if (!d)
		return -ENOMEM;
	char **room = room_for_name(d);
	if (!room || !(*room = malloc(stem_len + sizeof(".py"))))
		return -ENOMEM;
	memcpy(*room, stem, stem_len);
	memcpy(*room + stem_len, ".py", sizeof(".py"));
	d->n++;
	return 0;
}

static int add_walk(struct pcs_changes *c, const char *path, const struct stat *st)
{
	c->n_found++;
	int news = is_news(c, path, WALKED);
	if (news <= 0)
		return news;
	struct pcs_walk *walks = pcs_grow(c->walks, &c->cap_walks, c->n_walks + 1, sizeof(*walks));
	if (!walks)
		return -ENOMEM;
	c->walks = walks;
	char *copy = pcs_arena_dup(&c->strings, path, strlen(path));
	if (!copy)
		return -ENOMEM;
	walks[c->n_walks++] = (struct pcs_walk){ .path = copy,
						 .dev = st->st_dev,
						 .ino = st->st_ino,
						 .former = c->former,
						 .left = c->leaving };
	return 0;
}

/* A path in a __pycache__ speaks for its source; the __pycache__ itself for all that it caches. */
static int add_cache_path(struct pcs_changes *c, const char *path, size_t cache_len,
			  const char *entry)
{
	char *dir = strndupa(path, cache_len);
	size_t dir_len = pcs_path_dir_len(dir);
	struct pcs_pyc_name name;
	if (entry && !pcs_pyc_name_parse(entry, &name)) {
		name.stem_len = strcspn(entry, ".");
		if (!(c->flags & PCS_CHANGES_STAGED) || !name.stem_len || !strstr(entry, ".pyc"))
			return 0;
	}
	if (entry)
		return add_source(c, path, dir_len, entry, name.stem_len);
	struct pcs_change_dir *d = dir_for(c, path, dir_len);
	return d ? (d->whole_cache = true, 0) : -ENOMEM;
}

int pcs_changes_fail(struct pcs_changes *c, const char *path, int error)
{
	if (error == -ENOENT || error == -ENOTDIR || error == -ELOOP)
		return 0;
	int news = is_news(c, path, FAILED);
	if (news <= 0)
		return news;
	struct pcs_change_failure *list =
		pcs_grow(c->failures, &c->cap_failures, c->n_failures + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	c->failures = list;
	char *copy = pcs_arena_dup(&c->strings, path, strlen(path));
	list[c->n_failures] = (struct pcs_change_failure){ .path = copy, .error = error };
	return copy ? (c->n_failures++, 0) : -ENOMEM;
}

/* 1, 0 where it is none, or -ENOMEM. */
static int stat_dir(struct pcs_changes *c, const char *path, struct stat *ret)
{
	int r = pcs_root_stat(c->root, path, ret);
	return r < 0 ? pcs_changes_fail(c, path, r) : S_ISDIR(ret->st_mode);
}

/* The same. A directory that is gone is still one where its caches below the prefix are there. */
static int is_directory(struct pcs_changes *c, const char *path, struct stat *ret)
{
	PCS_BUF struct pcs_buf prefixed = { 0 };
	struct stat st;
	if (!c->prefix || pcs_root_stat(c->root, path, &st) != -ENOENT)
		return stat_dir(c, path, ret);
	int r = pcs_buf_printf(&prefixed, "%s%s", c->prefix, path);
	return r < 0 ? r : stat_dir(c, prefixed.data, ret);
}

/* A path below the prefix speaks for what it caches: the same path without it. */
static int add_prefixed(struct pcs_changes *c, const char *path)
{
	const char *inner = path + strlen(c->prefix);
	const char *base = pcs_path_base(inner);
	struct pcs_pyc_name name;
	struct stat st;
	if (*inner && pcs_pyc_name_parse(base, &name))
		return add_source(c, inner, pcs_path_dir_len(inner), base, name.stem_len);
	inner = *inner ? inner : "/";
	int r = c->flags & PCS_CHANGES_TRIGGER ? 0 : stat_dir(c, path, &st);
	return r > 0 ? add_walk(c, inner, &st) : r;
}

static int add_normalized(struct pcs_changes *c, const char *path)
{
	if (c->prefix && pcs_path_within(path, c->prefix))
		return add_prefixed(c, path);
	const char *base = pcs_path_base(path);
	size_t dir_len = pcs_path_dir_len(path);
	char *dir = strndupa(path, dir_len);
	if (strcmp(pcs_path_base(dir), PCS_CACHE_DIR) == 0)
		return add_cache_path(c, path, dir_len, base);
	if (strcmp(base, PCS_CACHE_DIR) == 0)
		return c->flags & PCS_CHANGES_TRIGGER ? 0 :
							add_cache_path(c, path, strlen(path), NULL);
	size_t stem = pcs_source_stem_len(base);
	struct stat st;
	/* A directory may be called x.py; a source that is there or gone is no directory. */
	int directory =
		c->flags & PCS_CHANGES_TRIGGER || c->marking ? 0 : is_directory(c, path, &st);
	if (directory)
		return directory < 0 ? directory : add_walk(c, path, &st);
	return stem ? add_source(c, path, dir_len, base, stem) : 0;
}

int pcs_changes_add(struct pcs_changes *c, const char *path, size_t len)
{
	/* No file has a NUL in its name or a path this long: garbage concerns nobody. */
	if (len == 0 || len >= PATH_MAX || memchr(path, '\0', len))
		return 0;
	bool trigger = c->flags & PCS_CHANGES_TRIGGER;
	if (trigger && path[len - 1] == '/')
		return 0;
	const char *base = trigger ? "/" : c->cwd;
	if (path[0] != '/' && !base)
		return -EINVAL;
	PCS_BUF struct pcs_buf normal = { 0 };
	int r = pcs_path_normalize(path, len, base, &normal);
	if (r == 0 && c->each && !c->marking)
		r = c->each(c->each_ctx, normal.data);
	return r < 0 ? r : add_normalized(c, normal.data);
}

/* Add the whole items in `b` and leave the rest of the last one. */
static int add_items(struct pcs_changes *c, struct pcs_buf *b, bool *skip)
{
	const char end = c->flags & PCS_CHANGES_NUL ? '\0' : '\n';
	size_t start = 0;
	for (char *e; (e = memchr(b->data + start, end, b->len - start));) {
		size_t len = (size_t)(e - (b->data + start));
		int r = pcs_signal_seen() ? -PCS_ESIGNAL :
			*skip             ? 0 :
					    pcs_changes_add(c, b->data + start, len);
		if (r < 0)
			return r;
		*skip = false;
		start += len + 1;
	}
	pcs_buf_consume(b, start);
	if (b->len >= LIST_CHUNK) { /* no path is that long: pass over it */
		*skip = true;
		b->len = 0;
	}
	return 0;
}

int pcs_changes_read(struct pcs_changes *c, int fd)
{
	PCS_BUF struct pcs_buf b = { 0 };
	bool skip = false;
	for (;;) {
		int r = pcs_buf_reserve(&b, LIST_CHUNK);
		if (r < 0)
			return r;
		ssize_t n = read(fd, b.data + b.len, LIST_CHUNK);
		if (n < 0 && errno == EINTR && !pcs_signal_seen())
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return skip || b.len == 0 ? 0 : pcs_changes_add(c, b.data, b.len);
		b.len += (size_t)n;
		r = add_items(c, &b, &skip);
		if (r < 0)
			return r;
	}
}

/* Replace "{version}" everywhere. */
static int expand(const char *template, const char *version, size_t len, struct pcs_buf *ret)
{
	static const char mark[] = "{version}";
	for (const char *at; (at = strstr(template, mark)); template = at + strlen(mark)) {
		int r = pcs_buf_add(ret, template, (size_t)(at - template));
		if (r == 0)
			r = pcs_buf_add(ret, version, len);
		if (r < 0)
			return r;
	}
	return pcs_buf_adds(ret, template);
}

static int is_near(struct pcs_changes *c, const char *path)
{
	return c->is_near ? c->is_near(c->near_ctx, path) : 1;
}

static int add_tree_if_there(struct pcs_changes *c, const char *path)
{
	struct stat st;
	int r = is_near(c, path);
	if (r > 0)
		r = is_directory(c, path, &st);
	return r > 0 ? add_walk(c, path, &st) : r;
}

/* Add the trees for each version that the directory `dir`, the one above "{version}", has. */
static int add_versions(struct pcs_changes *c, const char *template, const char *dir)
{
	const char *mark = strstr(template, "{version}");
	const char *slash = memrchr(template, '/', (size_t)(mark - template));
	const size_t before = (size_t)(mark - slash - 1); /* "python" of "python{version}" */
	PCS_CLOSE int fd = -1;
	struct pcs_listing l = { 0 };
	int r = is_near(c, dir);
	if (r <= 0)
		return r;
	struct stat st;
	r = pcs_root_open_dir(c->root, dir, strlen(dir), &fd);
	if (r == 0)
		r = pcs_fs_stat(fd, &st);
	if (r == 0 && c->is_near && pcs_others_write(&st))
		return 0; /* however many there are, they hold up no transaction */
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	if (r < 0)
		return pcs_changes_fail(c, dir, r);
	for (size_t i = 0; i < l.n && r == 0; i++) {
		const char *name = l.entries[i].name;
		bool alike = strncmp(name, slash + 1, before) == 0;
		size_t v = alike ? pcs_version_len(name + before) : 0;
		PCS_BUF struct pcs_buf path = { 0 };
		if (v == 0)
			continue;
		r = expand(template, name + before, v, &path);
		if (r == 0)
			r = add_tree_if_there(c, path.data);
	}
	pcs_listing_done(&l);
	return r;
}

int pcs_changes_add_tree(struct pcs_changes *c, const char *template)
{
	const char *mark = strstr(template, "{version}");
	PCS_BUF struct pcs_buf prefixed = { 0 };
	if (!mark)
		return add_tree_if_there(c, template);
	const char *slash = memrchr(template, '/', (size_t)(mark - template));
	size_t dir_len = slash > template ? (size_t)(slash - template) : 1;
	char *dir = strndupa(template, dir_len);
	int r = add_versions(c, template, dir);
	if (r < 0 || !c->prefix)
		return r;
	r = pcs_buf_printf(&prefixed, "%s%s", c->prefix, dir);
	return r < 0 ? r : add_versions(c, template, prefixed.data);
}

void pcs_changes_keep_walks(struct pcs_changes *c, bool (*keep)(void *ctx, const char *path),
			    void *ctx)
{
	size_t kept = 0;
	for (size_t i = 0; i < c->n_walks; i++)
		if (keep(ctx, c->walks[i].path))
			c->walks[kept++] = c->walks[i];
		else
			*pcs_map_get(&c->others, c->walks[i].path) &= ~(uint32_t)WALKED;
	c->n_walks = kept;
}

static bool is_named(const struct pcs_change_dir *d)
{
	return d->n || d->whole_cache;
}

int pcs_changes_places(const struct pcs_changes *c, const char ***ret, size_t *ret_n)
{
	const char **list = calloc(c->n_walks + c->n_dirs + 1, sizeof(*list));
	size_t n = 0;
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < c->n_walks; i++)
		list[n++] = c->walks[i].real;
	for (size_t i = 0; i < c->n_dirs; i++)
		if (is_named(&c->dirs[i]))
			list[n++] = c->dirs[i].real;
	*ret = list;
	*ret_n = n;
	return 0;
}

void pcs_changes_drop_marked(struct pcs_changes *c)
{
	size_t kept = 0;
	for (size_t i = 0; i < c->n_dirs; i++) {
		if (c->dirs[i].listed || !c->dirs[i].marked)
			c->dirs[kept++] = c->dirs[i];
		else
			pcs_change_dir_done(&c->dirs[i]);
	}
	c->n_dirs = kept;
	c->n_marked = 0;
}
