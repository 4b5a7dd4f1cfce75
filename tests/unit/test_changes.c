/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/err.h"
#include "base/root.h"
#include "base/proc.h"
#include "tree/changes.h"
#include "tree/distinct.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is in the root: directories, and links as "NAME -> TARGET". Sources need not be there. */
static const char *const tree[] = {
	"lib",
	"lib/pkg",
	"lib/pkg/sub",
	"lib/dir.py",
	"lib/python",
	"lib/dist",
	"lib/python3.11",
	"lib/python3.12",
	"lib/pythonx",
	"px",
	"px/lib",
	"px/lib/python3.9",
	"lib/pkg-2",
	"px/gone",
	"lib64 -> lib",
	"away -> /lib/pkg",
	"up -> ../../..",
};

/* "walk PATH" for each tree to walk, with what it passes over, then "PATH: NAME..." for each
 * directory that has something to be looked at; a "*" where its whole __pycache__ was named. */
static void describe(const struct pcs_changes *c, struct pcs_buf *ret)
{
	int r = pcs_buf_adds(ret, "");
	for (size_t i = 0; i < c->n_walks; i++) {
		const char *top = c->walks[i].path;
		r |= pcs_buf_printf(ret, "%swalk %s", ret->len ? "; " : "", top);
		for (size_t k = 0; k < c->elsewhere.cap; k++) {
			const char *path = c->elsewhere.slots[k].key;
			if (path && strncmp(path, top, strlen(top)) == 0)
				r |= pcs_buf_printf(ret, ", but for %s", path);
		}
	}
	for (size_t i = 0; i < c->n_dirs; i++) {
		const struct pcs_change_dir *d = &c->dirs[i];
		if (d->n == 0 && !d->whole_cache)
			continue;
		r |= pcs_buf_printf(ret, "%s%s:%s", ret->len ? "; " : "", d->path,
				    d->whole_cache ? " *" : "");
		for (size_t k = 0; k < d->n; k++)
			r |= pcs_buf_printf(ret, " %s", d->names[k]);
	}
	assert_int_equal(r, 0);
}

struct row {
	const char *what;
	const char *paths[4]; /* arguments */
	const char *list;     /* or a list that is read; "|" stands for a NUL */
	unsigned flags;
	const char *cwd, *prefix;
	const char *trees[4]; /* the policy's */
	const char *expected;
	int error;
};

enum { TRIGGER = PCS_CHANGES_TRIGGER, NUL = PCS_CHANGES_NUL };
#define LONG_NAME "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LONG_512                                                                        \
	LONG_NAME "/" LONG_NAME "/" LONG_NAME "/" LONG_NAME "/" LONG_NAME "/" LONG_NAME \
		  "/" LONG_NAME "/" LONG_NAME "/"
#define LONG_PATH LONG_512 LONG_512 LONG_512 LONG_512 LONG_512 LONG_512 LONG_512 LONG_512

static const struct row rows[] = {
	/* arguments */
	{ "nothing", { NULL }, .expected = "" },
	{ "an empty path", { "" }, .expected = "" },
	{ "a source", { "/lib/a.py" }, .expected = "/lib: a.py" },
	{ "sources are sorted, and directories",
	  { "/srv/z.py", "/lib/b.py", "/lib/a.py" },
	  .expected = "/lib: a.py b.py; /srv: z.py" },
	{ "twice", { "/lib/a.py", "/lib/a.py" }, .expected = "/lib: a.py" },
	{ "a source in the root", { "/a.py" }, .expected = "/: a.py" },
	{ "a directory that is gone is no source", { "/gone/sub" }, .expected = "" },
	{ "no source", { "/lib/a.txt", "/lib/py", "/lib/.py" }, .expected = "" },
	{ "a directory", { "/lib/pkg" }, .expected = "walk /lib/pkg" },
	{ "directories in others, and others in between",
	  { "/lib/pkg/sub", "/lib/pkg-2", "/lib/pkg", "/lib64/pkg-2" },
	  .expected = "walk /lib/pkg; walk /lib/pkg-2" },
	{ "all is below the root", { "/lib/pkg", "/", "/px" }, .expected = "walk /" },
	{ "a slash at the end", { "/lib/pkg/" }, .expected = "walk /lib/pkg" },
	{ "a directory that is called as a source",
	  { "/lib/dir.py" },
	  .expected = "walk /lib/dir.py" },
	{ "the root", { "/" }, .expected = "walk /" },
	{ "a walk in a walk", { "/lib/pkg/sub", "/lib" }, .expected = "walk /lib" },
	{ "a source in a walk", { "/lib/pkg/a.py", "/lib" }, .expected = "walk /lib" },
	{ "a name that another one begins with",
	  { "/lib/python3.11/a.py", "/lib/python" },
	  .expected = "walk /lib/python; /lib/python3.11: a.py" },
	/* forms of a path */
	{ "dots and slashes", { "//lib/./pkg/..//a.py" }, .expected = "/lib: a.py" },
	{ "dots above the root", { "/../../lib/a.py" }, .expected = "/lib: a.py" },
	{ "forms of one path",
	  { "/lib/./a.py", "/lib//a.py", "/lib/pkg/../a.py" },
	  .expected = "/lib: a.py" },
	{ "a relative path", { "pkg/a.py" }, .cwd = "/lib", .expected = "/lib/pkg: a.py" },
	{ "a relative path upwards", { "../a.py" }, .cwd = "/lib/pkg", .expected = "/lib: a.py" },
	{ "here", { "." }, .cwd = "/lib/pkg", .expected = "walk /lib/pkg" },
	{ "a relative path and no working directory", { "a.py" }, .error = -EINVAL },
	{ "a path that is too long", { "/" LONG_PATH "a.py" }, .expected = "" },
	/* caches */
	{ "a cache stands for its source",
	  { "/lib/__pycache__/a.cpython-311.pyc" },
	  .expected = "/lib: a.py" },
	{ "its other levels are the same source",
	  { "/lib/__pycache__/a.cpython-311.pyc", "/lib/__pycache__/a.cpython-312.opt-2.pyc",
	    "/lib/a.py" },
	  .expected = "/lib: a.py" },
	{ "no cache", { "/lib/__pycache__/a.txt", "/lib/__pycache__/a.pyc" }, .expected = "" },
	{ "a source in a cache", { "/lib/__pycache__/a.py" }, .expected = "" },
	{ "a whole cache", { "/lib/__pycache__" }, .expected = "/lib: *" },
	{ "a whole cache, and a source",
	  { "/lib/__pycache__/", "/lib/a.py" },
	  .expected = "/lib: * a.py" },
	{ "a cache in a cache",
	  { "/lib/__pycache__/__pycache__/a.cpython-311.pyc" },
	  .expected = "/lib/__pycache__: a.py" },
	/* links */
	{ "one directory under two names",
	  { "/lib64/a.py", "/lib/b.py" },
	  .expected = "/lib: a.py b.py" },
	{ "and the same source", { "/lib64/a.py", "/lib/a.py" }, .expected = "/lib: a.py" },
	{ "only under the other name", { "/lib64/a.py" }, .expected = "/lib64: a.py" },
	{ "one whole cache under two names",
	  { "/lib64/__pycache__", "/lib/a.py" },
	  .expected = "/lib: * a.py" },
	{ "one walk under two names", { "/lib64", "/lib" }, .expected = "walk /lib" },
	{ "a link with an absolute text stays in the root",
	  { "/away/a.py", "/lib/pkg/b.py" },
	  .expected = "/away: a.py b.py" },
	{ "a link that leads out stays in the root",
	  { "/up/lib/a.py", "/lib/b.py" },
	  .expected = "/lib: a.py b.py" },
	{ "a walk comes by what a link leads to", { "/", "/lib64/a.py" }, .expected = "walk /" },
	{ "a link to what is walked",
	  { "/lib", "/lib64/a.py", "/away/b.py", "/srv/c.py" },
	  .expected = "walk /lib; /srv: c.py" },
	{ "a source of a link that is walked",
	  { "/lib64", "/lib/a.py", "/lib/pkg/b.py", "/px/c.py" },
	  .expected = "walk /lib64; /px: c.py" },
	{ "a walk in a link that is walked",
	  { "/lib64", "/lib/pkg", "/lib/pkg/sub" },
	  .expected = "walk /lib/pkg; walk /lib64, but for /lib64/pkg" },
	{ "a link into a walk",
	  { "/lib", "/away" },
	  .expected = "walk /away; walk /lib, but for /lib/pkg" },
	{ "two names below a prefix are two directories",
	  { "/lib", "/lib64/a.py", "/away" },
	  .prefix = "/px",
	  .expected = "walk /away; walk /lib; /lib64: a.py" },
	/* the names that trees give */
	{ "a source in a tree that is a link",
	  { "/lib/a.py", "/lib/pkg/b.py", "/px/c.py" },
	  .trees = { "/lib64" },
	  .expected = "/lib64: a.py; /lib64/pkg: b.py; /px: c.py" },
	{ "and by a third name",
	  { "/up/lib/a.py", "/lib/b.py" },
	  .trees = { "/lib64" },
	  .expected = "/lib64: a.py b.py" },
	{ "a directory in it",
	  { "/lib/pkg/sub" },
	  .trees = { "/lib64" },
	  .expected = "walk /lib64/pkg/sub" },
	{ "the tree by another name",
	  { "/lib" },
	  .trees = { "/lib64" },
	  .expected = "walk /lib64" },
	{ "the first of two trees that are the same",
	  { "/lib64/a.py", "/lib64/pkg" },
	  .trees = { "/lib64", "/lib" },
	  .expected = "walk /lib/pkg; /lib: a.py" },
	{ "the innermost tree",
	  { "/lib/pkg/a.py", "/lib/pkg/sub/b.py", "/lib64/python/c.py" },
	  .trees = { "/lib", "/away" },
	  .expected = "/away: a.py; /away/sub: b.py; /lib/python: c.py" },
	{ "a tree that a walk comes by",
	  { "/lib64", "/px/a.py" },
	  .trees = { "/away", "/not-there", "/px" },
	  .expected = "walk /away; walk /lib64, but for /lib64/pkg; /px: a.py" },
	{ "and by its very name", { "/lib" }, .trees = { "/lib/pkg" }, .expected = "walk /lib" },
	{ "trees for each version",
	  { "/lib64/python3.11", "/lib64/python3.12/a.py" },
	  .trees = { "/lib/python{version}" },
	  .expected = "walk /lib/python3.11; /lib/python3.12: a.py" },
	{ "a tree that is the root",
	  { "/away/a.py" },
	  .trees = { "/" },
	  .expected = "/lib/pkg: a.py" },
	{ "below a prefix each keeps its name",
	  { "/lib64/a.py", "/lib" },
	  .prefix = "/px",
	  .trees = { "/lib64" },
	  .expected = "walk /lib; /lib64: a.py" },
	/* lists */
	{ "an empty list", .list = "", .expected = "" },
	{ "a list", .list = "/lib/a.py\n/lib/b.py\n", .expected = "/lib: a.py b.py" },
	{ "no newline at the end", .list = "/lib/a.py\n/lib/b.py", .expected = "/lib: a.py b.py" },
	{ "empty lines", .list = "\n\n/lib/a.py\n\n", .expected = "/lib: a.py" },
	{ "a list with directories", .list = "/lib/pkg\n/lib/a.py\n",
	  .expected = "walk /lib/pkg; /lib: a.py" },
	{ "NULs", .list = "/lib/a.py|/lib/b.py|", .flags = NUL, .expected = "/lib: a.py b.py" },
	{ "NULs, and a newline in a name", .list = "/lib/a\n.py|", .flags = NUL,
	  .expected = "/lib: a\n.py" },
	{ "a NUL in a line", .list = "/lib/a|.py\n/lib/b.py\n", .expected = "/lib: b.py" },
	{ "a relative path in a list", .list = "a.py\n", .cwd = "/lib", .expected = "/lib: a.py" },
	{ "a relative path in a list, and no working directory", .list = "a.py\n",
	  .error = -EINVAL },
	{ "a line that is too long", .list = "/" LONG_PATH "a.py\n/lib/b.py\n",
	  .expected = "/lib: b.py" },
	{ "a carriage return is part of a name", .list = "/lib/a.py\r\n", .expected = "" },
	/* lists of managers */
	{ "a trigger's list", .list = "/lib/a.py\n", .flags = TRIGGER, .expected = "/lib: a.py" },
	{ "its relative paths are the root's", .list = "lib/a.py\n", .flags = TRIGGER,
	  .cwd = "/lib/pkg", .expected = "/lib: a.py" },
	{ "its directories are not walked", .list = "lib/pkg\nlib/pkg/\nlib/dir.py/\n",
	  .flags = TRIGGER, .expected = "" },
	{ "its caches",
	  .list = "lib/__pycache__\nlib/__pycache__/\nlib/pkg/__pycache__/a.cpython-311.pyc\n",
	  .flags = TRIGGER, .expected = "/lib/pkg: a.py" },
	{ "a trigger's list with NULs", .list = "lib/a.py|lib/a.py|", .flags = TRIGGER | NUL,
	  .expected = "/lib: a.py" },
	/* below the prefix of caches */
	{ "a prefixed cache",
	  { "/px/lib/a.cpython-311.pyc" },
	  .prefix = "/px",
	  .expected = "/lib: a.py" },
	{ "a prefixed cache and its source",
	  { "/px/lib/a.cpython-311.pyc", "/lib/a.py" },
	  .prefix = "/px",
	  .expected = "/lib: a.py" },
	{ "a prefixed directory", { "/px/lib" }, .prefix = "/px", .expected = "walk /lib" },
	{ "the prefix", { "/px" }, .prefix = "/px", .expected = "walk /" },
	{ "a directory that is gone, with caches below the prefix",
	  { "/gone" },
	  .prefix = "/px",
	  .expected = "walk /gone" },
	{ "a source below the prefix", { "/px/lib/a.py" }, .prefix = "/px", .expected = "" },
	{ "a name that begins as the prefix",
	  { "/pxx/a.py" },
	  .prefix = "/px",
	  .expected = "/pxx: a.py" },
	{ "a trigger's prefixed directory", .list = "px/lib\npx/lib/a.cpython-311.pyc\n",
	  .flags = TRIGGER, .prefix = "/px", .expected = "/lib: a.py" },
};

static int read_list(struct pcs_changes *c, const char *list)
{
	PCS_CLOSE int fd = memfd_create("list", MFD_CLOEXEC);
	assert_true(fd >= 0);
	for (; *list; list++)
		assert_int_equal(write(fd, *list == '|' ? "" : list, 1), 1);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return pcs_changes_read(c, fd);
}

static int add_all(struct pcs_changes *c, const struct row *row)
{
	int r = row->cwd ? pcs_changes_set_cwd(c, row->cwd) : 0;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(row->paths) && row->paths[i] && r == 0; i++)
		r = pcs_changes_add(c, row->paths[i], strlen(row->paths[i]));
	return r == 0 && row->list ? read_list(c, row->list) : r;
}

static void check(const struct pcs_root *root, const struct row *row)
{
	PCS_BUF struct pcs_buf got = { 0 };
	struct pcs_changes c;
	pcs_changes_init(&c, root, row->flags);
	c.prefix = row->prefix;
	c.trees = row->trees;
	int r = add_all(&c, row);
	if (r != row->error)
		fail_msg("%s: got error %d, expected %d", row->what, r, row->error);
	if (r == 0) {
		assert_int_equal(pcs_changes_finish(&c), 0);
		describe(&c, &got);
		if (strcmp(got.data, row->expected) != 0)
			fail_msg("%s: got \"%s\", expected \"%s\"", row->what, got.data,
				 row->expected);
	}
	pcs_changes_done(&c);
}

static void finds_directories_and_walks(void **state)
{
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++)
		check(*state, &rows[i]);
}

/* Whether it is one of those in a list of two. */
static bool is_kept(void *ctx, const char *path)
{
	const char *const *list = ctx;
	return strcmp(path, list[0]) == 0 || (list[1] && strcmp(path, list[1]) == 0);
}

/* Trees of the policy, which are walked even for a trigger. */
static void expands_trees(void **state)
{
	static const struct {
		const char *template, *prefix, *keep[2], *expected;
	} table[] = {
		{ "/lib/pkg", .expected = "walk /lib/pkg" },
		{ "/not-there", .expected = "" },
		{ "/lib/python{version}",
		  .expected = "walk /lib/python3.11; walk /lib/python3.12" },
		{ "/lib/python{version}/site-packages", .expected = "" },
		{ "/not-there/python{version}", .expected = "" },
		{ "/lib/python{version}", "/px",
		  .expected = "walk /lib/python3.11; walk /lib/python3.12; walk /lib/python3.9" },
		{ "/lib/python{version}", .keep = { "/lib/python3.12" },
		  .expected = "walk /lib/python3.12" },
		{ "/lib/python{version}", .keep = { "/srv" }, .expected = "" },
		{ "/lib/python{version}", .keep = { "/lib/python3.11", "/lib/python3.12" },
		  .expected = "walk /lib/python3.11; walk /lib/python3.12" },
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf got = { 0 };
		struct pcs_changes c;
		pcs_changes_init(&c, *state, PCS_CHANGES_TRIGGER);
		c.prefix = table[i].prefix;
		assert_int_equal(pcs_changes_add_tree(&c, table[i].template), 0);
		if (table[i].keep[0])
			pcs_changes_keep_walks(&c, is_kept, (void *)table[i].keep);
		assert_int_equal(pcs_changes_finish(&c), 0);
		describe(&c, &got);
		if (strcmp(got.data, table[i].expected) != 0)
			fail_msg("%s: got \"%s\", expected \"%s\"", table[i].template, got.data,
				 table[i].expected);
		pcs_changes_done(&c);
	}
}

/* A list that comes in pieces, as from a pipe: items may be cut anywhere. */
static void reads_long_lists(void **state)
{
	PCS_CLOSE int fd = memfd_create("list", MFD_CLOEXEC);
	struct pcs_changes c;
	enum { COUNT = 20000 };
	assert_true(fd >= 0);
	for (int i = 0; i < COUNT; i++)
		assert_true(dprintf(fd, "/lib/d%d/module%d.py\n", i % 7, i) > 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	pcs_changes_init(&c, *state, 0);
	assert_int_equal(pcs_changes_read(&c, fd), 0);
	assert_int_equal(pcs_changes_finish(&c), 0);
	size_t n = 0;
	for (size_t i = 0; i < c.n_dirs; i++)
		n += c.dirs[i].n;
	assert_int_equal(c.n_dirs, 7);
	assert_int_equal(n, COUNT);
	pcs_changes_done(&c);
}

/* A path that comes again and again takes no room, nor does a directory. */
static void forgets_duplicates(void **state)
{
	PCS_CLOSE int fd = memfd_create("list", MFD_CLOEXEC);
	struct pcs_changes c;
	enum { COUNT = 20000 };
	assert_true(fd >= 0);
	for (int i = 0; i < COUNT; i++)
		assert_true(dprintf(fd, "/lib/m%d.py\n/lib/pkg/\n/srv/./a.py\n", i % 5) > 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	pcs_changes_init(&c, *state, 0);
	assert_int_equal(pcs_changes_read(&c, fd), 0);
	assert_int_equal(c.n_walks, 1);
	assert_int_equal(c.n_found, COUNT);
	assert_int_equal(c.n_dirs, 2);
	assert_true(c.dirs[0].cap >= 5 && c.dirs[0].cap <= 16);
	assert_true(c.dirs[1].cap >= 1 && c.dirs[1].cap <= 16);
	assert_int_equal(pcs_changes_finish(&c), 0);
	assert_int_equal(c.dirs[0].n, 5);
	assert_int_equal(c.dirs[1].n, 1);
	pcs_changes_done(&c);
}

/* What a child, which was told to end, does with a list: 0 where it reads and sorts no further. */
static int heed_signal(const struct pcs_root *root, int fd)
{
	static const char path[] = "/lib/a.py";
	struct pcs_changes c;
	pcs_changes_init(&c, root, 0);
	if (pcs_changes_add(&c, path, strlen(path)) < 0)
		return 1;
	pcs_signals_catch();
	raise(SIGTERM);
	if (pcs_changes_read(&c, fd) != -PCS_ESIGNAL || c.n_dirs != 1)
		return 2;
	if (pcs_changes_finish(&c) != -PCS_ESIGNAL)
		return 3;
	pcs_changes_done(&c);
	return 0;
}

static void heeds_signals(void **state)
{
	PCS_CLOSE int fd = memfd_create("list", MFD_CLOEXEC);
	int status;
	assert_true(dprintf(fd, "/srv/a.py\n/srv/b.py\n") > 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	pid_t child = fork();
	if (child == 0)
		_exit(heed_signal(*state, fd));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Where links are resolved, and which directories only marks speak of. */
static void tells_places(void **state)
{
	static const char *const listed[] = { "/lib64/a.py", "/away/b.py", "/gone/c.py",
					      "/lib/python", "/up/px/lib" };
	static const char *const expected[] = { "/lib/python", "/px/lib", "/lib/pkg", "/gone",
						"/lib" };
	PCS_FREE const char **places = NULL;
	size_t n = 0;
	struct pcs_changes c;
	pcs_changes_init(&c, *state, 0);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(listed); i++)
		assert_int_equal(pcs_changes_add(&c, listed[i], strlen(listed[i])), 0);
	c.marking = true;
	assert_int_equal(pcs_changes_add(&c, "/srv/d.py", 9), 0);
	assert_int_equal(pcs_changes_add(&c, "/lib/d.py", 9), 0);
	c.marking = false;
	assert_int_equal(pcs_changes_finish(&c), 0);
	assert_int_equal(pcs_changes_places(&c, &places, &n), 0);
	assert_int_equal(n, PCS_ARRAY_SIZE(expected) + 1);
	assert_string_equal(places[n - 1], "/srv");
	free(PCS_TAKE(places));
	pcs_changes_drop_marked(&c);
	assert_int_equal(pcs_changes_places(&c, &places, &n), 0);
	assert_int_equal(n, PCS_ARRAY_SIZE(expected));
	for (size_t i = 0; i < n; i++)
		assert_string_equal(places[i], expected[i]);
	pcs_changes_done(&c);
}

struct place {
	char path[32];
	struct pcs_root root;
};

static int make_root(void **state)
{
	static struct place place;
	strcpy(place.path, "/tmp/pycsync-units.XXXXXX");
	if (!mkdtemp(place.path) || pcs_root_open(place.path, &place.root) < 0)
		return -1;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(tree); i++) {
		const char *arrow = strstr(tree[i], " -> ");
		char *name = strndupa(tree[i], arrow ? (size_t)(arrow - tree[i]) : strlen(tree[i]));
		int r = arrow ? symlinkat(arrow + 4, place.root.fd, name) :
				mkdirat(place.root.fd, name, 0755);
		if (r < 0)
			return -1;
	}
	*state = &place.root;
	return 0;
}

static int remove_root(void **state)
{
	struct pcs_root *root = *state;
	const char *const remove[] = { "/bin/rm", "-r", root->path, NULL };
	PCS_BUF struct pcs_buf out = { 0 };
	int r = pcs_proc_capture(remove, 100, &out);
	pcs_root_done(root);
	return r;
}

int pcs_test_changes(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_directories_and_walks),
		cmocka_unit_test(expands_trees),
		cmocka_unit_test(reads_long_lists),
		cmocka_unit_test(forgets_duplicates),
		cmocka_unit_test(heeds_signals),
		cmocka_unit_test(tells_places),
	};
	return cmocka_run_group_tests_name("changes", tests, make_root, remove_root);
}
