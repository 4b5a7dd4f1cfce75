#include "pkg/rpm.h"

#include <stdio.h>
#include <string.h>

#include "base/chase.h"
#include "base/root.h"
#include "base/listing.h"
#include "base/fs.h"
#include "base/err.h"
#include "base/path.h"
#include "pkg/librpm.h"
#include "pyc/name.h"

/*
 * Where databases are. librpm would tell, once it has read its configuration; but that runs shell
 * commands, and reads files of the caller. So the places that distributions use are looked at, and
 * those that the root's /etc/rpm names. Debian's rpm uses the home of root.
 */
#define HOME_PLACE "/root/.rpmdb"
static const char *const places[] = { "/usr/lib/sysimage/rpm", "/var/lib/rpm", HOME_PLACE };

static const struct {
	const char *file, *backend;
} backends[] = {
	{ "rpmdb.sqlite", "sqlite" },
	{ "Packages.db", "ndb" },
	{ "Packages", "bdb_ro" },
};

struct database {
	char *path; /* of the host */
	const char *backend;
	bool at_home; /* one look with Debian's rpm leaves it behind, whether rpm is used or not */
	struct pcs_rpmdb *open; /* NULL: it cannot be asked, and need not be */
	struct pcs_map known;   /* directories, and how many packages that were read have something
				   in each */
	struct pcs_map taken;   /* the packages that were read, by their number */
};

enum { DATABASES_MAX = 8 };

struct state {
	struct database list[DATABASES_MAX];
	size_t n;
	struct pcs_map asked; /* directories: bits of enum pcs_ask_kind that were asked of each */
	bool files;
};

int pcs_rpm_dbpath(const char *text, struct pcs_buf *ret)
{
	static const char name[] = "%_dbpath";
	const char *found = "";
	size_t len = 0;
	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		const char *value = strncmp(at, name, strlen(name)) == 0 ? at + strlen(name) : "";
		if (*value != ' ' && *value != '\t')
			continue;
		found = value + strspn(value, " \t"); /* the last one counts */
		len = strcspn(found, "\n");
	}
	while (len && strchr(" \t/", found[len - 1]))
		len--;
	if (!len || found[0] != '/' || memchr(found, '%', len))
		return 0;
	int r = pcs_buf_add(ret, found, len);
	return r < 0 ? r : 1;
}

/* The database in a directory of the root, if one is there. 1, 0, or a negative code. */
static int find_database(const struct pcs_root *root, const char *dir, struct database *ret)
{
	PCS_CLOSE int fd = -1;
	PCS_FREE char *real = NULL;
	struct stat st;
	const char *backend = NULL;
	int r = pcs_root_open_dir(root, dir, strlen(dir), &fd);
	bool at_home = strcmp(dir, HOME_PLACE) == 0; /* an ordinary user need not see it */
	if (r == -ENOENT || r == -ENOTDIR || (r == -EACCES && at_home))
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
	*ret = (struct database){ .backend = backend, .at_home = at_home };
	return asprintf(&ret->path, "%s%s", root->path, real) < 0 ? -ENOMEM : 1;
}

/* The same database may be found by several ways. */
static void keep_database(struct state *s, struct database *db)
{
	bool again = s->n == DATABASES_MAX;
	for (size_t i = 0; i < s->n && !again; i++)
		again = strcmp(s->list[i].path, db->path) == 0;
	if (again)
		free(db->path);
	else
		s->list[s->n++] = *db;
}

static int try_place(struct state *s, const struct pcs_root *root, const char *dir,
		     struct pcs_buf *ret_why)
{
	struct database db;
	int r = find_database(root, dir, &db);
	if (r > 0)
		keep_database(s, &db);
	if (r < 0)
		pcs_buf_printf(ret_why, "rpm's database cannot be read: %s: %s", dir,
			       pcs_strerror(r));
	return r < 0 ? r : 0;
}

static int try_macros(struct state *s, const struct pcs_root *root, const char *path,
		      struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_BUF struct pcs_buf dir = { 0 };
	struct stat st;
	if (pcs_root_read(root, path, &text, &st) < 0 || !text.len)
		return 0;
	int r = pcs_rpm_dbpath(text.data, &dir);
	return r > 0 ? try_place(s, root, dir.data, ret_why) : r;
}

/* /etc/rpm/macros and /etc/rpm/macros.* */
static int find_by_macros(struct state *s, const struct pcs_root *root, struct pcs_buf *ret_why)
{
	static const char dir[] = "/etc/rpm";
	PCS_CLOSE int fd = -1;
	struct pcs_listing l = { 0 };
	if (pcs_root_open_dir(root, dir, strlen(dir), &fd) < 0 || pcs_fs_list(fd, &l) < 0)
		return 0;
	int r = 0;
	for (size_t i = 0; i < l.n && r == 0; i++) {
		PCS_BUF struct pcs_buf path = { 0 };
		if (strncmp(l.entries[i].name, "macros", strlen("macros")) != 0)
			continue;
		r = pcs_path_join(&path, dir, l.entries[i].name);
		if (r == 0)
			r = try_macros(s, root, path.data, ret_why);
	}
	pcs_listing_done(&l);
	return r;
}

static int find_databases(struct state *s, const struct pcs_root *root, struct pcs_buf *ret_why)
{
	int r = 0;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(places) && r == 0; i++)
		r = try_place(s, root, places[i], ret_why);
	return r < 0 ? r : find_by_macros(s, root, ret_why);
}

static void done(void *state)
{
	struct state *s = state;
	for (size_t i = 0; s && i < s->n; i++) {
		pcs_rpmdb_close(s->list[i].open);
		pcs_map_done(&s->list[i].known);
		pcs_map_done(&s->list[i].taken);
		free(s->list[i].path);
	}
	if (s)
		pcs_map_done(&s->asked);
	free(s);
}

static bool present(const struct pcs_root *root)
{
	PCS_BUF struct pcs_buf why = { 0 };
	struct state *s = calloc(1, sizeof(*s));
	bool any = !s || find_databases(s, root, &why) < 0 || s->n;
	done(s);
	return any;
}

/* What a visit of packages needs. */
struct taking {
	struct database *db;
	struct pcs_claims *claims;
	size_t package;
	struct pcs_buf path;
};

static int take_package(void *ctx, uint32_t number, const char *name)
{
	struct taking *t = ctx;
	char key[16];
	snprintf(key, sizeof(key), "%u", number);
	if (pcs_map_get(&t->db->taken, key))
		return 0;
	ssize_t package = pcs_claims_package(t->claims, name, strlen(name));
	if (package < 0 || !pcs_map_put(&t->db->taken, key, 1))
		return -ENOMEM;
	t->package = (size_t)package;
	return 1;
}

static int take_dir(void *ctx, const char *dir)
{
	struct taking *t = ctx;
	uint32_t *n = pcs_map_put(&t->db->known, dir, 0);
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
static int look(struct database *db, const char *dir, const char *below, struct pcs_claims *claims,
		struct pcs_buf *ret_why)
{
	struct taking t = { .db = db, .claims = claims };
	struct pcs_rpm_visitor v = {
		.ctx = &t, .package = take_package, .dir = take_dir, .file = take_file
	};
	PCS_BUF struct pcs_buf key = { 0 };
	int r = pcs_path_join(&key, dir, below);
	if (r == 0 && key.data[key.len - 1] != '/')
		r = pcs_buf_adds(&key, "/");
	if (r < 0)
		return r;
	const uint32_t *n = pcs_map_get(&db->known, key.data);
	v.known = n ? *n : 0;
	r = pcs_rpmdb_visit(db->open, PCS_RPM_DIRS, key.data, &v, ret_why);
	pcs_buf_done(&t.path);
	return r;
}

static int learn_dir(struct state *s, const struct pcs_question *ask, const char *dir,
		     struct pcs_claims *claims, struct pcs_buf *ret_why)
{
	int r = 0;
	for (size_t i = 0; i < s->n && r == 0; i++) {
		if (!s->list[i].open)
			continue;
		r = look(&s->list[i], dir, "", claims, ret_why);
		if (r == 0 && ask->kind == PCS_ASK_BYTECODE)
			r = look(&s->list[i], dir, PCS_CACHE_DIR, claims, ret_why);
	}
	return r;
}

static int begin(struct state *s, const struct pcs_root *root, struct pcs_buf *ret_why)
{
	int r = find_databases(s, root, ret_why);
	for (size_t i = 0; i < s->n && r == 0; i++) {
		size_t said = ret_why->len;
		struct database *db = &s->list[i];
		r = pcs_rpmdb_open(db->path, db->backend, &db->open, ret_why);
		if (r == -ELIBACC && db->at_home) { /* rpm is gone, so nothing is its own */
			ret_why->len = said;
			r = 0;
		}
	}
	return r;
}

/* What was read without the files is read again. */
static void forget(struct state *s)
{
	pcs_map_done(&s->asked);
	for (size_t i = 0; i < s->n; i++) {
		pcs_map_done(&s->list[i].known);
		pcs_map_done(&s->list[i].taken);
	}
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
		r = s ? begin(s, ask->root, ret_why) : -ENOMEM;
	}
	if (r < 0)
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

static int files(const struct pcs_root *root, const char *package, const struct pcs_path_sink *to,
		 struct pcs_buf *ret_why)
{
	struct telling t = { .to = to };
	const struct pcs_rpm_visitor v = { .ctx = &t, .package = tell_package, .file = tell_file };
	struct state *s = calloc(1, sizeof(*s));
	int r = s ? begin(s, root, ret_why) : -ENOMEM;
	for (size_t i = 0; s && i < s->n && r == 0; i++)
		if (s->list[i].open)
			r = pcs_rpmdb_visit(s->list[i].open, PCS_RPM_LABELS, package, &v, ret_why);
	done(s);
	pcs_buf_done(&t.path);
	return r < 0 ? r : t.known;
}

const struct pcs_manager pcs_rpm = {
	.name = "rpm",
	.triggers = { { "rpm-in", 0 }, { "rpm-postun", PCS_TRIGGER_ERASED } },
	.archives = { ".rpm" },
	.temporaries = { ";#" },
	.present = present,
	.learn = learn,
	.done = done,
	.files = files,
};
