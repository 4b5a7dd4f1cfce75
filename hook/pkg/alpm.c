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
};

#define DATABASE "/var/lib/pacman"

static bool present(const struct pcs_root *root)
{
	struct stat st;
	return pcs_root_stat(root, DATABASE "/local/ALPM_DB_VERSION", &st) == 0;
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
		{ &api->initialize, "alpm_initialize" }, { &api->release, "alpm_release" },
		{ &api->localdb, "alpm_get_localdb" },   { &api->pkgcache, "alpm_db_get_pkgcache" },
		{ &api->files, "alpm_pkg_get_files" },   { &api->strerror, "alpm_strerror" },
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

static int paths(const struct pcs_root *root, int (*each)(void *ctx, const char *path), void *ctx,
		 struct pcs_buf *ret_why)
{
	struct api api;
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf db = { 0 };
	int err = 0, r = 0;
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
	struct alpm_list *pkg = api.pkgcache(api.localdb(handle));
	for (; pkg && r == 0; pkg = pkg->next)
		r = each_file(api.files(pkg->data), each, ctx, &path);
	api.release(handle);
	return r;
}

const struct pcs_owner_source pcs_alpm_source = {
	.name = "pacman",
	.present = present,
	.paths = paths,
};
