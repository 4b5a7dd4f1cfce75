#include "pkg/alpm.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

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
	struct alpm_filelist *(*files)(void *pkg);
	const char *(*name)(void *pkg);
	const char *(*strerror)(int err);
	int (*last_error)(void *handle);
	int (*set_logger)(void *handle,
			  void (*log)(void *ctx, int level, const char *fmt, va_list ap),
			  void *ctx);
};
enum { ALPM_LEVEL_ERROR = 1 };

#define DATABASE "/var/lib/pacman"

#define LOCAL DATABASE "/local"

/* The version of the local database's format that is read here, and since 2015 the only one. */
static const char known_version[] = "9";

/* What cannot be looked at may well be there; a database without a package owns nothing. */
static bool present(const struct pcs_root *root)
{
	PCS_CLOSE int fd = -1;
	struct pcs_listing l;
	int r = pcs_root_open_dir(root, LOCAL, strlen(LOCAL), &fd);
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

static void *open_library(void)
{
	static const char *const names[] = { "libalpm.so.16", "libalpm.so.15", "libalpm.so.14",
					     "libalpm.so.13" };
	for (size_t i = 0; i < PCS_ARRAY_SIZE(names); i++) {
		void *lib = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
		if (lib)
			return lib;
	}
	return NULL;
}

static bool load_api(struct api *api)
{
	void *lib = open_library();
	const struct {
		void *to;
		const char *name;
	} symbols[] = {
		{ &api->initialize, "alpm_initialize" },
		{ &api->release, "alpm_release" },
		{ &api->localdb, "alpm_get_localdb" },
		{ &api->pkgcache, "alpm_db_get_pkgcache" },
		{ &api->files, "alpm_pkg_get_files" },
		{ &api->name, "alpm_pkg_get_name" },
		{ &api->strerror, "alpm_strerror" },
		{ &api->last_error, "alpm_errno" },
		{ &api->set_logger, "alpm_option_set_logcb" },
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(symbols); i++) {
		void *address = lib ? dlsym(lib, symbols[i].name) : NULL;
		if (!address)
			return false;
		memcpy(symbols[i].to, &address, sizeof(address));
	}
	return true;
}

typedef int each_path(void *ctx, const char *package, const char *path);

static int each_file(const struct alpm_filelist *files, const char *package, each_path *each,
		     void *ctx, struct pcs_buf *path)
{
	for (size_t i = 0; files && i < files->count; i++) {
		path->len = 0;
		int r = pcs_buf_adds(path, "/");
		if (r == 0)
			r = pcs_buf_adds(path, files->files[i].name);
		if (r == 0)
			r = each(ctx, package, path->data);
		if (r < 0)
			return r;
	}
	return 0;
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

static int each_package(const struct api *api, void *handle, each_path *each, void *ctx,
			struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = 0;
	struct alpm_list *pkg = api->pkgcache(api->localdb(handle));
	if (!pkg && api->last_error(handle)) {
		if (!ret_why->len)
			pcs_buf_printf(ret_why, "pacman's database cannot be read: %s",
				       api->strerror(api->last_error(handle)));
		return -EIO;
	}
	for (; pkg && r == 0; pkg = pkg->next)
		r = each_file(api->files(pkg->data), api->name(pkg->data), each, ctx, &path);
	return r == 0 && ret_why->len ? -EIO : r;
}

static int by_library(const struct pcs_root *root, each_path *each, void *ctx,
		      struct pcs_buf *ret_why)
{
	struct api api;
	PCS_BUF struct pcs_buf db = { 0 };
	int err = 0;
	if (!load_api(&api)) {
		pcs_buf_adds(ret_why, "pacman's database is there but libalpm cannot be loaded");
		return -ENOENT;
	}
	if (pcs_buf_printf(&db, "%s" DATABASE, root->path) < 0)
		return -ENOMEM;
	void *handle = api.initialize(root->path[0] ? root->path : "/", db.data, &err);
	if (!handle) {
		pcs_buf_printf(ret_why, "pacman's database cannot be read: %s", api.strerror(err));
		return -EIO;
	}
	api.set_logger(handle, note_error, ret_why);
	int r = each_package(&api, handle, each, ctx, ret_why);
	api.release(handle);
	return r;
}

/* The lines of one package's list, from "%FILES%" to the next empty one. */
static int each_line(char *text, const char *package, each_path *each, void *ctx,
		     struct pcs_buf *path)
{
	char *save = NULL;
	bool listed = false;
	int r = 0;
	for (char *line = strtok_r(text, "\n", &save); line && r == 0;
	     line = strtok_r(NULL, "\n", &save)) {
		if (line[0] == '%') { /* no path begins so: the next part of the list */
			listed = strcmp(line, "%FILES%") == 0;
			continue;
		}
		path->len = 0;
		if (listed)
			r = pcs_buf_adds(path, "/");
		if (listed && r == 0)
			r = pcs_buf_adds(path, line);
		if (listed && r == 0)
			r = each(ctx, package, path->data);
	}
	return r;
}

/* "python-foo-1.2-3" is python-foo: neither version nor release have a hyphen. */
static char *package_of(const char *entry)
{
	char *name = strdup(entry);
	for (int i = 0; name && i < 2; i++) {
		char *hyphen = strrchr(name, '-');
		if (hyphen)
			*hyphen = '\0';
	}
	return name;
}

static int each_package_file(const struct pcs_root *root, const char *name, each_path *each,
			     void *ctx, struct pcs_buf *text, struct pcs_buf *path)
{
	PCS_FREE char *package = package_of(name);
	struct stat st;
	if (!package)
		return -ENOMEM;
	path->len = text->len = 0;
	int r = pcs_buf_printf(path, LOCAL "/%s/files", name);
	if (r == 0)
		r = pcs_root_read(root, path->data, text, &st);
	if (r == -ENOENT || r == -ENOTDIR) /* no package, or gone meanwhile */
		return 0;
	if (r < 0 || text->len == 0)
		return r;
	return each_line(text->data, package, each, ctx, path);
}

/*
 * Reading the lists ourselves takes a fraction of the time that libalpm takes to be loaded and to
 * read them, and works in the transaction that replaces libalpm.
 */
static int by_hand(const struct pcs_root *root, each_path *each, void *ctx, struct pcs_buf *ret_why)
{
	PCS_CLOSE int fd = -1;
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_BUF struct pcs_buf path = { 0 };
	struct pcs_listing l = { 0 };
	int r = pcs_root_open_dir(root, LOCAL, strlen(LOCAL), &fd);
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	for (size_t i = 0; i < l.n && r == 0; i++) {
		r = each_package_file(root, l.entries[i].name, each, ctx, &text, &path);
		if (r < 0)
			pcs_buf_printf(ret_why, "pacman's database cannot be read: %s/%s: %s",
				       LOCAL, l.entries[i].name, pcs_strerror(r));
	}
	pcs_listing_done(&l);
	return r;
}

static int packages(const struct pcs_root *root, each_path *each, void *ctx,
		    struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf version = { 0 };
	struct stat st;
	int r = pcs_root_read(root, LOCAL "/ALPM_DB_VERSION", &version, &st);
	if (r == 0 && version.len && strcspn(version.data, "\n") == strlen(known_version) &&
	    strncmp(version.data, known_version, strlen(known_version)) == 0)
		return by_hand(root, each, ctx, ret_why);
	return by_library(root, each, ctx, ret_why);
}

/* For those who do not ask for the package. */
struct path_caller {
	int (*each)(void *ctx, const char *path);
	void *ctx;
};

static int pass_path(void *ctx, const char *package, const char *path)
{
	const struct path_caller *caller = ctx;
	(void)package;
	return caller->each(caller->ctx, path);
}

static int paths(const struct pcs_root *root, int (*each)(void *ctx, const char *path), void *ctx,
		 struct pcs_buf *ret_why)
{
	struct path_caller caller = { .each = each, .ctx = ctx };
	return packages(root, pass_path, &caller, ret_why);
}

const struct pcs_owner_source pcs_alpm_source = {
	.name = "pacman",
	.present = present,
	.paths = paths,
	.packages = packages,
};
