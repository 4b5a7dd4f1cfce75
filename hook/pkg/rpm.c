/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/rpm.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/chase.h"
#include "base/root.h"
#include "base/fs.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "pkg/conf.h"
#include "pkg/librpm.h"
#include "pyc/name.h"

/* Debian's rpm has it in the home of root. One look with it leaves an empty one behind, whether rpm
 * is used or not. */
#define HOME_PLACE "/root/.rpmdb"

static const struct {
	const char *file, *backend;
} backends[] = {
	{ "rpmdb.sqlite", "sqlite" },
	{ "Packages.db", "ndb" },
	{ "Packages", "bdb_ro" },
};

struct state {
	struct pcs_rpmdb *db; /* NULL: nothing is owned */
	struct pcs_map asked; /* directories: bits of enum pcs_ask_kind that were asked of each */
	struct pcs_map known; /* directories, and how many packages that were read have something
				 in each */
	struct pcs_map taken; /* the packages that were read, by their number */
	bool files;
};

/* The kind of the database in a directory of the root, and where that is on the host. 1, 0 when
 * none is there, or a negative code. */
static int find_database(const struct pcs_root *root, const char *dir, const char **ret_backend,
			 char **ret_path)
{
	PCS_CLOSE int fd = -1;
	PCS_FREE char *real = NULL;
	struct stat st;
	const char *backend = NULL;
	int r = pcs_root_open_dir(root, dir, strlen(dir), &fd);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	if (r == -EACCES && strcmp(dir, HOME_PLACE) == 0) /* an ordinary user need not see it */
		return 0;
	if (r < 0)
		return r;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(backends) && !backend; i++)
		if (pcs_fs_lstat(fd, backends[i].file, &st) == 0)
			backend = backends[i].backend;
	if (!backend)
		return 0;
	r = pcs_root_real_path(root, fd, &real);
	if (r < 0)
		return r;
	*ret_backend = backend;
	return asprintf(ret_path, "%s%s", root->path, real) < 0 ? -ENOMEM : 1;
}

static bool present(const struct pcs_root *root, const char *place)
{
	PCS_FREE char *path = NULL;
	const char *backend;
	return find_database(root, place, &backend, &path) != 0;
}

static bool is_macros(const char *name)
{
	return strncmp(name, "macros.", strlen("macros.")) == 0;
}

/* librpm would tell, once it has read its configuration; but that runs shell commands, and reads
 * files of the caller. These are the files that it reads, in its order. */
static int configured(const struct pcs_root *root, struct pcs_buf *ret, struct pcs_buf *ret_why)
{
	static const struct {
		const char *file;
		struct pcs_conf_dir dir; /* after it */
	} sources[] = {
		{ "/usr/lib/rpm/macros", { "/usr/lib/rpm/macros.d", is_macros } },
		{ NULL, { "/etc/rpm", is_macros } },
		{ "/etc/rpm/macros", { NULL, NULL } },
	};
	int r = 0;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(sources) && r == 0; i++) {
		if (sources[i].file)
			r = pcs_conf_file(root, sources[i].file, "%_dbpath", ret, ret_why);
		if (r == 0 && sources[i].dir.path)
			r = pcs_conf_files(root, &sources[i].dir, "%_dbpath", ret, ret_why);
	}
	return r;
}

static void done(void *state)
{
	struct state *s = state;
	if (!s)
		return;
	pcs_rpmdb_close(s->db);
	pcs_map_done(&s->asked);
	pcs_map_done(&s->known);
	pcs_map_done(&s->taken);
	free(s);
}

/* What a visit of packages needs. */
struct taking {
	struct pcs_map *known, *taken;
	struct pcs_claims *claims;
	size_t package;
	struct pcs_buf path;
};

static int take_package(void *ctx, uint32_t number, const char *name)
{
	struct taking *t = ctx;
	char key[16];
	snprintf(key, sizeof(key), "%u", number);
	if (pcs_map_get(t->taken, key))
		return 0;
	ssize_t package = pcs_claims_package(t->claims, name, strlen(name));
	if (package < 0 || !pcs_map_put(t->taken, key, 1))
		return -ENOMEM;
	t->package = (size_t)package;
	return 1;
}

static int take_dir(void *ctx, const char *dir)
{
	struct taking *t = ctx;
	uint32_t *n = pcs_map_put(t->known, dir, 0);
	return n ? (++*n, 0) : -ENOMEM;
}

/* Bytecode that is only announced is for others to write: the source has no other. */
static bool matters(const struct taking *t, const struct pcs_rpm_file *f)
{
	if (pcs_ends_with(f->name, ".pyc"))
		return !f->ghost;
	return f->is_dir || t->claims->sources;
}

static int path_of(const struct pcs_rpm_file *f, struct pcs_buf *ret)
{
	ret->len = 0;
	int r = pcs_buf_adds(ret, f->dir);
	return r < 0 ? r : pcs_buf_adds(ret, f->name);
}

static int take_file(void *ctx, const struct pcs_rpm_file *f)
{
	struct taking *t = ctx;
	if (!matters(t, f))
		return 0;
	int r = path_of(f, &t->path);
	return r < 0 ? r :
		       pcs_claims_add(t->claims, t->path.data, t->path.len,
				      f->is_dir ? PCS_CLAIM_DIR : PCS_CLAIM_FILE, t->package);
}

/*
 * The index of directories is what answers fast: it knows the packages of one without reading any.
 * A package that was read is taken whole, so that no other of its directories needs it again; when
 * all packages of a directory have been, their number agrees.
 */
static int look(struct state *s, const char *dir, const char *below, struct pcs_claims *claims,
		struct pcs_buf *ret_why)
{
	struct taking t = { .known = &s->known, .taken = &s->taken, .claims = claims };
	struct pcs_rpm_visitor v = {
		.ctx = &t, .package = take_package, .dir = take_dir, .file = take_file
	};
	PCS_BUF struct pcs_buf key = { 0 };
	int r = pcs_path_join(&key, dir, below);
	if (r == 0 && key.data[key.len - 1] != '/')
		r = pcs_buf_adds(&key, "/");
	if (r < 0)
		return r;
	const uint32_t *n = pcs_map_get(&s->known, key.data);
	v.known = n ? *n : 0;
	r = pcs_rpmdb_visit(s->db, PCS_RPM_DIRS, key.data, &v, ret_why);
	pcs_buf_done(&t.path);
	return r;
}

static int learn_dir(struct state *s, const struct pcs_question *ask, const char *dir,
		     struct pcs_claims *claims, struct pcs_buf *ret_why)
{
	int r = look(s, dir, "", claims, ret_why);
	if (r == 0 && ask->kind == PCS_ASK_BYTECODE)
		r = look(s, dir, PCS_CACHE_DIR, claims, ret_why);
	return r;
}

static int begin(struct state *s, const struct pcs_root *root, const char *place,
		 struct pcs_buf *ret_why)
{
	PCS_FREE char *path = NULL;
	const char *backend;
	size_t said = ret_why->len;
	int r = find_database(root, place, &backend, &path);
	if (r < 0)
		pcs_buf_printf(ret_why, "rpm's database cannot be read: %s: %s", place,
			       pcs_strerror(r));
	if (r <= 0)
		return r;
	r = pcs_rpmdb_open(path, backend, &s->db, ret_why);
	if (r == -ELIBACC && strcmp(place, HOME_PLACE) == 0) { /* rpm is gone: nothing is its own */
		ret_why->len = said;
		r = 0;
	}
	return r;
}

/* What was read without the files is read again. */
static void forget(struct state *s)
{
	pcs_map_done(&s->asked);
	pcs_map_done(&s->known);
	pcs_map_done(&s->taken);
	s->files = true;
}

static int learn_names(struct state *s, const struct pcs_question *ask, struct pcs_claims *claims,
		       struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf names = { 0 };
	/* A directory is an entry of the one it lies in. */
	bool parent = ask->kind == PCS_ASK_DIR;
	size_t len = parent ? pcs_path_dir_len(ask->dir) : strlen(ask->dir);
	PCS_FREE char *dir = strndup(ask->dir, len);
	int r = 0, n = dir ? pcs_claims_names(claims, dir, &names) : -ENOMEM;
	const char *name = names.data;
	for (int i = 0; i < n && r == 0; i++, name += strlen(name) + 1)
		r = learn_dir(s, ask, name, claims, ret_why);
	return n < 0 ? n : r;
}

static int learn(void **state, const struct pcs_question *ask, struct pcs_claims *claims,
		 struct pcs_buf *ret_why)
{
	struct state *s = *state;
	int r = 0;
	if (!s) {
		*state = s = calloc(1, sizeof(*s));
		r = s ? begin(s, ask->root, ask->place, ret_why) : -ENOMEM;
	}
	if (r < 0 || !s->db)
		return r;
	if (claims->sources && !s->files)
		forget(s);
	uint32_t *asked = pcs_map_put(&s->asked, ask->dir, 0);
	if (!asked)
		return -ENOMEM;
	if (*asked & 1u << ask->kind)
		return 0;
	*asked |= 1u << ask->kind;
	return learn_names(s, ask, claims, ret_why);
}

/* What a visit of one package needs. */
struct telling {
	const struct pcs_path_sink *to;
	struct pcs_buf path;
	int known; /* 1: there is such a package */
};

static int tell_package(void *ctx, uint32_t number, const char *name)
{
	struct telling *t = ctx;
	(void)number;
	(void)name;
	return t->known = 1;
}

static int tell_file(void *ctx, const struct pcs_rpm_file *f)
{
	struct telling *t = ctx;
	int r = path_of(f, &t->path);
	return r < 0 ? r : t->to->each(t->to->ctx, t->path.data);
}

static int files(const struct pcs_root *root, const char *place, const char *package,
		 const struct pcs_path_sink *to, struct pcs_buf *ret_why)
{
	struct telling t = { .to = to };
	const struct pcs_rpm_visitor v = { .ctx = &t, .package = tell_package, .file = tell_file };
	struct state *s = calloc(1, sizeof(*s));
	int r = s ? begin(s, root, place, ret_why) : -ENOMEM;
	if (r == 0 && s->db)
		r = pcs_rpmdb_visit(s->db, PCS_RPM_LABELS, package, &v, ret_why);
	done(s);
	pcs_buf_done(&t.path);
	return r < 0 ? r : t.known;
}

const struct pcs_manager pcs_rpm = {
	.name = "rpm",
	.triggers = { { "rpm-in", 0 }, { "rpm-postun", PCS_TRIGGER_ERASED } },
	.archives = { ".rpm" },
	.temporaries = { ";#" },
	.places = { "/usr/lib/sysimage/rpm", "/var/lib/rpm", HOME_PLACE },
	.configured = configured,
	.present = present,
	.learn = learn,
	.done = done,
	.files = files,
};
