#include "pkg/alpm.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

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
	const char *(*strerror)(int err);
	int (*last_error)(void *handle);
	int (*set_logger)(void *handle,
			  void (*log)(void *ctx, int level, const char *fmt, va_list ap),
			  void *ctx);
};
enum { ALPM_LEVEL_ERROR = 1 };

#define DATABASE "/var/lib/pacman"

/* What cannot be looked at may well be there. */
static bool present(const struct pcs_root *root)
{
	struct stat st;
	int r = pcs_root_stat(root, DATABASE "/local/ALPM_DB_VERSION", &st);
	return r != -ENOENT && r != -ENOTDIR;
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

static int each_file(const struct alpm_filelist *files, int (*each)(void *ctx, const char *path),
		     void *ctx, struct pcs_buf *path)
{
	for (size_t i = 0; files && i < files->count; i++) {
		path->len = 0;
		int r = pcs_buf_adds(path, "/");
		if (r == 0)
			r = pcs_buf_adds(path, files->files[i].name);
		if (r == 0)
			r = each(ctx, path->data);
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

static int each_package(const struct api *api, void *handle,
			int (*each)(void *ctx, const char *path), void *ctx,
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
		r = each_file(api->files(pkg->data), each, ctx, &path);
	return r == 0 && ret_why->len ? -EIO : r;
}

static int paths(const struct pcs_root *root, int (*each)(void *ctx, const char *path), void *ctx,
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

const struct pcs_owner_source pcs_alpm_source = {
	.name = "pacman",
	.present = present,
	.paths = paths,
};
