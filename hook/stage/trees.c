/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage/trees.h"

#include <string.h>

#include "base/chase.h"
#include "base/listing.h"
#include "base/path.h"
#include "pyc/name.h"
#include "tree/changes.h"
#include "tree/staged.h"
#include "tree/walk.h"

static bool is_modules_dir(const char *dir, const char *name)
{
	const char *version, *base = pcs_path_base(dir);
	char *above = strndupa(dir, pcs_path_dir_len(dir));
	return (strcmp(name, "site-packages") == 0 || strcmp(name, "dist-packages") == 0) &&
	       strncmp(pcs_path_base(above), "lib", 3) == 0 &&
	       pcs_staged_version_in(base, strlen(base), &version);
}

struct finder {
	struct pcs_changes *changes;
	bool pycs;
};

/* A __pycache__ speaks for all that it caches, and a pyc outside of one for its source. */
static int add_pyc(struct finder *f, const char *dir, const char *name)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, dir, name);
	if (r == 0 && strcmp(name, PCS_CACHE_DIR) != 0)
		path.data[--path.len] = '\0'; /* ".pyc", ".py" */
	return r < 0 ? r : pcs_changes_add(f->changes, path.data, path.len);
}

static int look_at_dir(struct finder *f, const char *path, const char *name, pcs_walk_found *found,
		       void *walk)
{
	PCS_BUF struct pcs_buf tree = { 0 };
	if (strcmp(name, PCS_CACHE_DIR) == 0)
		return f->pycs ? add_pyc(f, path, name) : 0;
	if (!is_modules_dir(path, name))
		return found(walk, path, name);
	int r = pcs_path_join(&tree, path, name);
	return r < 0 ? r : pcs_changes_add(f->changes, tree.data, tree.len);
}

static int look_into(void *member, const char *path, size_t follow_len, pcs_walk_found *found,
		     void *walk)
{
	struct finder *f = member;
	PCS_CLOSE int fd = -1;
	struct pcs_listing l = { 0 };
	int r = pcs_root_open_dir(f->changes->root, path, follow_len, &fd);
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	if (r < 0)
		return r == -ENOENT || r == -ENOTDIR || r == -ELOOP ? 0 : r;
	for (size_t i = 0; i < l.n && r == 0; i++) {
		const char *name = l.entries[i].name;
		if (pcs_dirent_is_dir(fd, &l.entries[i]))
			r = look_at_dir(f, path, name, found, walk);
		else if (f->pycs && pcs_ends_with(name, ".pyc") && name[4])
			r = add_pyc(f, path, name);
	}
	pcs_listing_done(&l);
	return r;
}

int pcs_stage_find(struct pcs_changes *changes, bool pycs)
{
	static const struct pcs_walk_ops ops = { .visit = look_into };
	struct finder f = { .changes = changes, .pycs = pycs };
	return pcs_walk_tree("/", 1, &ops, (void *[PCS_WALK_THREADS]){ &f });
}
