/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/beside_tree.h"

#include <dirent.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/root.h"
#include "pyc/name.h"
#include "tree/dir.h"
#include "verify/beside.h"

enum { DEEPEST = 8 }; /* so far sources are looked for below a directory */

static bool is_nowhere(int r)
{
	return pcs_is_absence(r) || r == -ELOOP;
}

static int is_file(void *ctx, const char *path)
{
	struct pcs_beside_tree *t = ctx;
	struct stat st;
	int r = pcs_root_stat(t->root, path, &st);
	return r == 0 ? S_ISREG(st.st_mode) : is_nowhere(r) ? 0 : r;
}

static int list(const struct pcs_root *root, const char *path, struct pcs_listing *ret)
{
	struct pcs_dir d;
	int r = pcs_dir_open(root, path, strlen(path), &d);
	if (r < 0)
		return is_nowhere(r) ? 0 : r;
	r = pcs_dir_act(&d);
	if (r == 0)
		r = pcs_fs_list(d.fd, ret);
	pcs_dir_done(&d);
	return r;
}

static bool has_extension_of(const struct pcs_listing *l, const char *stem, unsigned minor)
{
	for (size_t i = pcs_listing_lower_bound(l, stem); i < l->n; i++) {
		if (strncmp(l->entries[i].name, stem, strlen(stem)) != 0)
			break;
		if (pcs_is_extension_of(l->entries[i].name, stem, minor))
			return true;
	}
	return false;
}

static int has_extension(void *ctx, const char *dir, const char *stem, unsigned minor)
{
	struct pcs_beside_tree *t = ctx;
	bool own = strcmp(dir, t->dir) == 0;
	struct pcs_listing other = { 0 };
	struct pcs_listing *l = own ? &t->names : &other;
	int r = own && t->listed ? 0 : list(t->root, dir, l);
	t->listed |= own && r == 0;
	if (r == 0)
		r = has_extension_of(l, stem, minor);
	pcs_listing_done(&other);
	return r;
}

static int has_source_below(const struct pcs_root *root, const char *dir, unsigned depth)
{
	struct pcs_listing l = { 0 };
	int r = depth > DEEPEST ? 0 : list(root, dir, &l);
	for (size_t i = 0; i < l.n && r == 0; i++)
		r = pcs_source_stem_len(l.entries[i].name) > 0;
	for (size_t i = 0; i < l.n && r == 0; i++) {
		PCS_BUF struct pcs_buf sub = { 0 };
		if (l.entries[i].type != DT_DIR)
			continue;
		r = pcs_path_join(&sub, dir, l.entries[i].name);
		if (r == 0)
			r = has_source_below(root, sub.data, depth + 1);
	}
	pcs_listing_done(&l);
	return r;
}

static int has_source(void *ctx, const char *dir)
{
	const struct pcs_beside_tree *t = ctx;
	return has_source_below(t->root, dir, 0);
}

int pcs_beside_in_tree(struct pcs_beside_tree *t, const char *dir, const char *name, unsigned minor)
{
	static const struct pcs_beside_ops ops = { .is_file = is_file,
						   .has_extension = has_extension,
						   .has_source = has_source };
	return pcs_beside(&ops, t, dir, name, minor);
}

void pcs_beside_tree_done(struct pcs_beside_tree *t)
{
	pcs_listing_done(&t->names);
	t->listed = false;
}
