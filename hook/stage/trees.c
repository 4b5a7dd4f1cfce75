#include "stage/trees.h"

#include <dirent.h>
#include <string.h>

#include "base/chase.h"
#include "base/listing.h"
#include "base/fs.h"
#include "base/path.h"
#include "base/proc.h"
#include "tree/changes.h"
#include "tree/staged.h"

/* Directories still to be looked into. */
struct search {
	struct pcs_changes *changes;
	char **paths;
	size_t n, cap;
};

static int push(struct search *s, const char *dir, const char *name)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, dir, name);
	char **paths = r < 0 ? NULL : pcs_grow(s->paths, &s->cap, s->n + 1, sizeof(char *));
	if (!paths)
		return -ENOMEM;
	s->paths = paths;
	paths[s->n++] = PCS_TAKE(path.data);
	return 0;
}

static bool is_modules_dir(const char *dir, const char *name)
{
	const char *version, *base = pcs_path_base(dir);
	char *above = strndupa(dir, pcs_path_dir_len(dir));
	return (strcmp(name, "site-packages") == 0 || strcmp(name, "dist-packages") == 0) &&
	       strncmp(pcs_path_base(above), "lib", 3) == 0 &&
	       pcs_staged_version_in(base, strlen(base), &version);
}

static int look_into(struct search *s, const char *path)
{
	PCS_CLOSE int fd = -1;
	struct pcs_listing l;
	int r = pcs_root_open_dir(s->changes->root, path, 0, &fd);
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	if (r < 0)
		return r == -ENOENT || r == -ENOTDIR || r == -ELOOP ? 0 : r;
	for (size_t i = 0; i < l.n && r == 0; i++) {
		const struct pcs_dirent *e = &l.entries[i];
		struct stat st;
		if (e->type != DT_DIR &&
		    (e->type != DT_UNKNOWN || pcs_fs_lstat(fd, e->name, &st) < 0 ||
		     !S_ISDIR(st.st_mode)))
			continue;
		PCS_BUF struct pcs_buf tree = { 0 };
		if (!is_modules_dir(path, e->name))
			r = push(s, path, e->name);
		else if ((r = pcs_path_join(&tree, path, e->name)) == 0)
			r = pcs_changes_add(s->changes, tree.data, tree.len);
	}
	pcs_listing_done(&l);
	return r;
}

int pcs_stage_find_trees(struct pcs_changes *changes)
{
	struct search s = { .changes = changes };
	int r = push(&s, "/", "");
	while (s.n && r == 0 && !pcs_signal_seen()) {
		PCS_FREE char *path = s.paths[--s.n];
		r = look_into(&s, path);
	}
	while (s.n)
		free(s.paths[--s.n]);
	free(s.paths);
	return r;
}
