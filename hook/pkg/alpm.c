/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/alpm.h"

#include <stdio.h>
#include <string.h>

#include "base/chase.h"
#include "base/fs.h"
#include "base/root.h"
#include "base/listing.h"
#include "base/dl.h"
#include "base/err.h"
#include "base/path.h"
#include "pkg/conf.h"
#include "pkg/lists.h"

/*
 * What we use of libalpm, as alpm.h and alpm_list.h have had it since pacman 5.2: no header is
 * needed to build, and one build works with libalpm.so.13 to .16.
 */
struct alpm_list {
	void *data;
	struct alpm_list *prev, *next;
};
struct alpm_file {
	char *name; /* relative to the root, a slash at the end of directories */
	off_t size;
	mode_t mode;
};
struct alpm_filelist {
	size_t count;
	struct alpm_file *files;
};

struct api {
	void *(*initialize)(const char *root, const char *dbpath, int *err);
	int (*release)(void *handle);
	void *(*localdb)(void *handle);
	struct alpm_list *(*pkgcache)(void *db);
	const char *(*name)(void *pkg);
	struct alpm_filelist *(*files)(void *pkg);
	const char *(*strerror)(int err);
	int (*last_error)(void *handle);
	int (*set_logger)(void *handle,
			  void (*log)(void *ctx, int level, const char *fmt, va_list ap),
			  void *ctx);
};

#define SYMBOL(field, name) PCS_DL_SYMBOL(struct api, field, name)
PCS_DL_LIBRARY(sonames, "alpm", "Read a database of pacman whose format is not known", "suggested",
	       "libalpm.so.16", "libalpm.so.15", "libalpm.so.14", "libalpm.so.13");
static const struct pcs_dl_symbol symbols[] = {
	SYMBOL(initialize, "alpm_initialize"),       SYMBOL(release, "alpm_release"),
	SYMBOL(localdb, "alpm_get_localdb"),         SYMBOL(pkgcache, "alpm_db_get_pkgcache"),
	SYMBOL(name, "alpm_pkg_get_name"),           SYMBOL(files, "alpm_pkg_get_files"),
	SYMBOL(strerror, "alpm_strerror"),           SYMBOL(last_error, "alpm_errno"),
	SYMBOL(set_logger, "alpm_option_set_logcb"),
};

enum { ALPM_LEVEL_ERROR = 1 };

/* The version of the local database's format that is read here, and since 2015 the only one. */
static const char known_version[] = "9";

/* A database without a package owns nothing. */
static bool present(const struct pcs_root *root, const char *place)
{
	PCS_CLOSE int fd = -1;
	PCS_BUF struct pcs_buf local = { 0 };
	struct pcs_listing l;
	int r = pcs_path_join(&local, place, "local");
	if (r == 0)
		r = pcs_root_open_dir(root, local.data, local.len, &fd);
	if (r == -ENOENT || r == -ENOTDIR)
		return false;
	if (r < 0 || pcs_fs_list(fd, &l) < 0)
		return true;
	bool any = false;
	for (size_t i = 0; i < l.n && !any; i++)
		any = strcmp(l.entries[i].name, "ALPM_DB_VERSION") != 0;
	pcs_listing_done(&l);
	return any;
}

/* Where the library's answers go. */
struct taking {
	struct pcs_claims *claims;
	struct pcs_buf path, *why;
};

static int take_file(struct taking *t, const char *name, size_t package)
{
	size_t len = strlen(name);
	bool dir = len && name[len - 1] == '/';
	t->path.len = 0;
	int r = pcs_buf_adds(&t->path, "/");
	if (r == 0)
		r = pcs_buf_add(&t->path, name, len - dir);
	return r < 0 ? r :
		       pcs_claims_add(t->claims, t->path.data, t->path.len,
				      dir ? PCS_CLAIM_DIR : PCS_CLAIM_FILE, package);
}

static int take_package(const struct api *api, void *pkg, struct taking *t)
{
	const struct alpm_filelist *files = api->files(pkg);
	const char *name = api->name(pkg);
	ssize_t package = pcs_claims_package(t->claims, name, strlen(name));
	int r = package < 0 ? (int)package : 0;
	for (size_t i = 0; files && i < files->count && r == 0; i++)
		r = take_file(t, files->files[i].name, (size_t)package);
	return r;
}

/* libalpm goes on after a package that it cannot read: it only says so here. */
static void note_error(void *ctx, int level, const char *fmt, va_list ap)
{
	struct pcs_buf *why = ctx;
	if (level != ALPM_LEVEL_ERROR || why->len)
		return;
	pcs_buf_adds(why, "pacman's database cannot be read: ");
	pcs_buf_vprintf(why, fmt, ap);
	while (why->len && why->data[why->len - 1] == '\n')
		why->data[--why->len] = '\0';
}

static int take_packages(const struct api *api, void *handle, struct taking *t)
{
	int r = 0;
	struct alpm_list *pkg = api->pkgcache(api->localdb(handle));
	if (!pkg && api->last_error(handle)) {
		if (!t->why->len)
			pcs_buf_printf(t->why, "pacman's database cannot be read: %s",
				       api->strerror(api->last_error(handle)));
		return -EIO;
	}
	for (; pkg && r == 0; pkg = pkg->next)
		r = take_package(api, pkg->data, t);
	return r == 0 && t->why->len ? -EIO : r;
}

static int ask_library(const struct pcs_root *root, const char *place, struct taking *t)
{
	struct api api;
	PCS_BUF struct pcs_buf db = { 0 };
	int err = 0;
	if (pcs_dl_load(sonames, symbols, PCS_ARRAY_SIZE(symbols), &api) < 0) {
		pcs_buf_adds(t->why, "pacman's database is there but libalpm cannot be loaded");
		return -ENOENT;
	}
	if (pcs_buf_printf(&db, "%s%s", root->path, place) < 0)
		return -ENOMEM;
	void *handle = api.initialize(root->path[0] ? root->path : "/", db.data, &err);
	if (!handle) {
		pcs_buf_printf(t->why, "pacman's database cannot be read: %s", api.strerror(err));
		return -EIO;
	}
	api.set_logger(handle, note_error, t->why);
	int r = take_packages(&api, handle, t);
	api.release(handle);
	return r;
}

/* "name-version-release" */
static size_t name_len(const char *entry)
{
	size_t len = strlen(entry);
	for (int parts = 0; parts < 2; parts++) {
		const char *dash = memrchr(entry, '-', len);
		if (!dash)
			return strlen(entry);
		len = (size_t)(dash - entry);
	}
	return len;
}

/* pacman ends each part of a list with an empty line. */
static bool is_whole(const char *text, size_t len)
{
	return len >= 2 && text[len - 1] == '\n' && text[len - 2] == '\n';
}

/* What is between "%FILES%" and the next empty line. */
static void narrow_to_files(const char **text, size_t *len)
{
	static const char head[] = "%FILES%\n";
	const char *stop = *text + *len, *at = memmem(*text, *len, head, strlen(head));
	*len = 0;
	if (!at)
		return;
	*text = at += strlen(head);
	const char *end = memmem(at - 1, (size_t)(stop - at) + 1, "\n\n", 2);
	if (!end || end >= at)
		*len = (size_t)((end ? end : stop) - at);
}

static const struct pcs_lists_format format = {
	.manager = "pacman",
	.relative = true,
	.suffix = "",
	.inside = "files",
	.package_len = name_len,
	.whole = is_whole,
	.narrow = narrow_to_files,
};

struct state {
	struct pcs_lists lists;
	struct pcs_buf local; /* where they are */
	bool by_library, library_asked, with_files;
};

static bool version_is_known(const struct pcs_root *root, const char *local)
{
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf version = { 0 };
	struct stat st;
	int r = pcs_path_join(&path, local, "ALPM_DB_VERSION");
	if (r == 0)
		r = pcs_root_read(root, path.data, &version, &st);
	return r == 0 && version.len && strcspn(version.data, "\n") == strlen(known_version) &&
	       strncmp(version.data, known_version, strlen(known_version)) == 0;
}

/* The library reads everything at once, so everything is kept. */
static int learn_by_library(struct state *s, const struct pcs_question *ask,
			    struct pcs_claims *claims, struct pcs_buf *ret_why)
{
	struct taking t = { .claims = claims, .why = ret_why };
	if (s->library_asked && s->with_files == claims->sources)
		return 0;
	int r = ask_library(ask->root, ask->place, &t);
	pcs_buf_done(&t.path);
	s->library_asked = true;
	s->with_files = claims->sources;
	return r;
}

static int learn(void **state, const struct pcs_question *ask, struct pcs_claims *claims,
		 struct pcs_buf *ret_why)
{
	struct state *s = *state;
	if (!s) {
		*state = s = calloc(1, sizeof(*s));
		if (!s || pcs_path_join(&s->local, ask->place, "local") < 0)
			return -ENOMEM;
		s->lists.format = &format;
		s->lists.dir = s->local.data;
		s->by_library = !version_is_known(ask->root, s->local.data);
	}
	/* Reading the lists ourselves takes a fraction of the time that libalpm takes, and works in
	 * the transaction that replaces libalpm. */
	return s->by_library ? learn_by_library(s, ask, claims, ret_why) :
			       pcs_lists_learn(&s->lists, ask, claims, ret_why);
}

static int files(const struct pcs_root *root, const char *place, const char *package,
		 const struct pcs_path_sink *to, struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf local = { 0 };
	if (pcs_path_join(&local, place, "local") < 0)
		return -ENOMEM;
	const struct pcs_lists l = { .format = &format, .dir = local.data };
	return pcs_lists_files(&l, root, package, to, ret_why);
}

/* What a file of pacman's configuration says, and those that it includes at the place. */
static int read_conf(const struct pcs_root *root, const char *path, unsigned depth,
		     struct pcs_buf *ret, struct pcs_buf *ret_why)
{
	enum { DEPTH_MAX = 10 }; /* as pacman has it */
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_BUF struct pcs_buf other = { 0 };
	struct stat st;
	size_t len;
	int r = depth < DEPTH_MAX ? pcs_root_read(root, path, &text, &st) : -ELOOP;
	if (r == -ENOENT || r == -ENOTDIR || (r == 0 && !text.len))
		return 0;
	if (r == 0)
		r = pcs_conf_path(text.data, "RootDir", &other);
	if (r == 0 && other.len)
		r = -EXDEV; /* what it owns lies elsewhere */
	if (r < 0) {
		pcs_buf_printf(ret_why, "pacman's database is not known: %s: %s", path,
			       r == -EXDEV ? "it sets RootDir" : pcs_strerror(r));
		return r;
	}
	r = pcs_conf_path(text.data, "DBPath", ret);
	for (const char *v = text.data; r == 0 && (v = pcs_conf_next(v, "Include", &len));
	     v += len) {
		PCS_FREE char *line = NULL;
		PCS_BUF struct pcs_buf file = { 0 };
		if (asprintf(&line, "Include %.*s", (int)len, v) < 0)
			return -ENOMEM;
		r = pcs_conf_path(line, "Include", &file);
		if (r == 0 && file.len)
			r = read_conf(root, file.data, depth + 1, ret, ret_why);
	}
	return r;
}

static int configured(const struct pcs_root *root, struct pcs_buf *ret, struct pcs_buf *ret_why)
{
	return read_conf(root, "/etc/pacman.conf", 0, ret, ret_why);
}

static void done(void *state)
{
	struct state *s = state;
	if (s) {
		pcs_lists_done(&s->lists);
		pcs_buf_done(&s->local);
	}
	free(s);
}

const struct pcs_manager pcs_alpm = {
	.name = "pacman",
	.hooks = { "/etc/pacman.d/hooks/10-pycsync-post.hook",
		   "/usr/share/libalpm/hooks/10-pycsync-post.hook" },
	.triggers = { { "alpm-pre", PCS_TRIGGER_GOING }, { "alpm-post", 0 } },
	.temporaries = { ".pacnew" },
	.places = { "/var/lib/pacman" },
	.configured = configured,
	.present = present,
	.learn = learn,
	.done = done,
	.files = files,
};
