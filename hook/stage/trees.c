#include "stage/trees.h"

#include <string.h>

#include "base/chase.h"
#include "base/listing.h"
#include "base/path.h"
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

static int look_into(void *member, const char *path, size_t follow_len, pcs_walk_found *found,
		     void *walk)
{
	struct pcs_changes *changes = member;
	PCS_CLOSE int fd = -1;
	struct pcs_listing l;
	int r = pcs_root_open_dir(changes->root, path, follow_len, &fd);
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	if (r < 0)
		return r == -ENOENT || r == -ENOTDIR || r == -ELOOP ? 0 : r;
	for (size_t i = 0; i < l.n && r == 0; i++) {
		const char *name = l.entries[i].name;
		PCS_BUF struct pcs_buf tree = { 0 };
		if (!pcs_dirent_is_dir(fd, &l.entries[i]))
			continue;
		if (!is_modules_dir(path, name))
			r = found(walk, path, name);
		else if ((r = pcs_path_join(&tree, path, name)) == 0)
			r = pcs_changes_add(changes, tree.data, tree.len);
	}
	pcs_listing_done(&l);
	return r;
}

int pcs_stage_find_trees(struct pcs_changes *changes)
{
	static const struct pcs_walk_ops ops = { .visit = look_into };
	return pcs_walk_tree("/", 1, &ops, (void *[PCS_WALK_THREADS]){ changes });
}
