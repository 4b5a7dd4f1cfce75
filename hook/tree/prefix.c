/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/prefix.h"

#include <string.h>

#include "base/chase.h"
#include "base/fs.h"
#include "base/identity.h"
#include "base/path.h"
#include "base/root.h"

/* Make a directory in one that root or a user owns. In the user's it is the user's; in root's it is
 * given to whom it is for. */
static int make(int dirfd, const struct stat *above, const char *name, const struct stat *like,
		int *ret_fd)
{
	PCS_CLOSE int fd = -1;
	int r = above->st_uid == 0 ? (pcs_act_as_self(), 0) :
				     pcs_act_as(above->st_uid, above->st_gid);
	if (r == 0)
		r = pcs_fs_make_dir(dirfd, name, pcs_cache_mode(like->st_mode),
				    pcs_is_root() ? above->st_uid : geteuid(), &fd);
	if (r == 0 && pcs_is_root() && above->st_uid == 0)
		r = pcs_fs_give(fd, like->st_uid, like->st_gid);
	if (r == 0)
		*ret_fd = PCS_TAKE_FD(fd);
	return r;
}

/* Open the next component of a path, or make it, below *fd, which is replaced. */
static int step_into(int *fd, const char *name, size_t len, const struct stat *like)
{
	PCS_FREE char *component = strndup(name, len);
	struct stat above;
	int next = -1;
	int r = component ? pcs_fs_stat(*fd, &above) : -ENOMEM;
	if (r == 0)
		r = pcs_fs_open_subdir(*fd, component, &next);
	if (r == -ENOENT)
		r = make(*fd, &above, component, like, &next);
	if (r == -EEXIST) /* another run was quicker */
		r = pcs_fs_open_subdir(*fd, component, &next);
	if (r < 0)
		return r;
	pcs_close(*fd);
	*fd = next;
	return 0;
}

/* Open `top`, which may pass through links; what is missing of it is made, as ours. */
static int make_top(const struct pcs_root *root, const char *top, int *ret_fd)
{
	PCS_FREE char *parent = strdup(top);
	const struct stat ours = { .st_mode = 0755, .st_uid = geteuid(), .st_gid = getegid() };
	PCS_CLOSE int fd = -1;
	int r = parent ? -ENOENT : -ENOMEM;
	for (size_t len = strlen(top); r == -ENOENT; len = pcs_path_dir_len(parent)) {
		parent[len] = '\0';
		r = pcs_root_open_dir(root, parent, len, &fd);
		if (len == 1)
			break;
	}
	for (const char *p = r == 0 ? top + strlen(parent) : ""; *p && r == 0;) {
		p += strspn(p, "/");
		size_t len = strcspn(p, "/");
		r = step_into(&fd, p, len, &ours);
		p += len;
	}
	if (r == 0)
		*ret_fd = PCS_TAKE_FD(fd);
	return r;
}

int pcs_prefix_make(const struct pcs_root *root, const char *top, const char *path, int *ret_fd)
{
	PCS_CLOSE int fd = -1;
	int r = make_top(root, top, &fd);
	for (const char *p = path; r == 0;) {
		p += strspn(p, "/");
		size_t len = strcspn(p, "/");
		if (len == 0)
			break;
		PCS_FREE char *so_far = strndup(path, (size_t)(p - path) + len);
		struct stat st;
		r = so_far ? pcs_root_stat(root, so_far, &st) : -ENOMEM;
		if (r == 0)
			r = step_into(&fd, p, len, &st);
		p += len;
	}
	if (r == 0)
		*ret_fd = PCS_TAKE_FD(fd);
	return r;
}
