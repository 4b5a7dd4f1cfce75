/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/chase.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>

#include "base/err.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/path.h"
#include "base/root.h"
#include "base/time.h"
#include "base/trust.h"

enum { LINKS_MAX = 40 }; /* as the kernel has it */

struct chase {
	const struct pcs_root *root;
	unsigned links;
	struct pcs_buf *why;
	struct timespec *changed; /* not NULL: links are looked at, wherever they lead */
	pcs_may_enter *enter;     /* or NULL: all mount points are entered */
	void *enter_ctx;
};

/* Where a link leads, as written and as found. */
struct link_end {
	char text[PATH_MAX];
	struct stat st;
};

static int walk(struct chase *c, int from, const char *path);

/* In an order that a reader can act on: the link, whose it is, where it leads, and whose that is.
 */
static int refuse(struct chase *c, int dir, const char *name, const struct stat *link,
		  const struct link_end *end)
{
	PCS_FREE char *above = NULL;
	PCS_BUF struct pcs_buf path = { 0 };
	if (!c->why)
		return -PCS_EUNSAFE;
	if (pcs_root_real_path(c->root, dir, &above) < 0)
		above = NULL;
	if (pcs_path_join(&path, above ? above : "", name) == 0 &&
	    pcs_buf_add_shown(c->why, path.data, path.len) == 0 &&
	    pcs_buf_printf(c->why, " is a symbolic link of uid %ju to ", (uintmax_t)link->st_uid) ==
		    0 &&
	    pcs_buf_add_shown(c->why, end->text, strlen(end->text)) == 0)
		pcs_buf_printf(c->why, " of uid %ju: root does not follow it",
			       (uintmax_t)end->st.st_uid);
	return -PCS_EUNSAFE;
}

/* Follow a link that is held by a descriptor, so that it cannot be exchanged meanwhile. */
static int follow(struct chase *c, int dir, const char *name, int link, const struct stat *st)
{
	struct link_end end;
	struct stat above;
	if (++c->links > LINKS_MAX)
		return -ELOOP;
	ssize_t n = readlinkat(link, "", end.text, sizeof(end.text) - 1);
	if (n < 0)
		return -errno;
	end.text[n] = '\0';
	PCS_CLOSE int fd = walk(c, dir, end.text);
	if (fd < 0)
		return fd;
	if (c->changed) {
		if (pcs_time_earlier(c->changed, &st->st_ctim))
			*c->changed = st->st_ctim;
		return PCS_TAKE_FD(fd);
	}
	if (fstat(dir, &above) < 0 || fstat(fd, &end.st) < 0)
		return -errno;
	if (!pcs_may_enter_by_link(above.st_uid, st->st_uid, end.st.st_uid))
		return refuse(c, dir, name, st, &end);
	return PCS_TAKE_FD(fd);
}

static bool is_same(int a, int b)
{
	struct stat x, y;
	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/* -EXDEV for a mount point that is not entered. */
static int open_component(struct chase *c, int dir, const char *name)
{
	const int flags = O_PATH | O_NOFOLLOW;
	if (c->enter) {
		int fd = pcs_open_how(dir, name, flags, RESOLVE_NO_XDEV);
		int r = fd != -EXDEV || strcmp(name, "..") == 0 ? 1 :
								  c->enter(c->enter_ctx, dir, name);
		if (fd != -EXDEV || r <= 0)
			return r == 0 ? -EXDEV : r < 0 ? r : fd;
	}
	int fd = openat(dir, name, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* One component. */
static int step(struct chase *c, int dir, const char *name)
{
	struct stat st;
	bool stay =
		strcmp(name, ".") == 0 || (strcmp(name, "..") == 0 && is_same(dir, c->root->fd));
	PCS_CLOSE int fd = open_component(c, dir, stay ? "." : name);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISLNK(st.st_mode) ? follow(c, dir, name, fd, &st) : PCS_TAKE_FD(fd);
}

static int walk(struct chase *c, int from, const char *path)
{
	PCS_CLOSE int fd = openat(path[0] == '/' ? c->root->fd : from, ".", O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (const char *p = path + strspn(path, "/"); *p; p += strspn(p, "/")) {
		char name[NAME_MAX + 1];
		size_t len = strcspn(p, "/");
		if (len > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, p, len);
		name[len] = '\0';
		int next = step(c, fd, name);
		if (next < 0)
			return next;
		pcs_close(fd);
		fd = next;
		p += len;
	}
	return PCS_TAKE_FD(fd);
}

/* Open the directory `path` with O_PATH, by whatever safe links there are. */
static int chase(const struct pcs_root *root, const char *path, struct pcs_buf *why)
{
	struct chase c = { .root = root, .why = why };
	struct stat st;
	if (!pcs_is_root()) /* the kernel decides */
		return pcs_open_how(root->fd, path, O_PATH | O_DIRECTORY, RESOLVE_IN_ROOT);
	PCS_CLOSE int fd = walk(&c, root->fd, path);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISDIR(st.st_mode) ? PCS_TAKE_FD(fd) : -ENOTDIR;
}

int pcs_root_is_near(const struct pcs_root *root, const char *path, pcs_may_enter *enter, void *ctx)
{
	struct chase c = { .root = root, .enter = enter, .enter_ctx = ctx };
	pcs_act_as_self();
	/* Mostly all is on one. */
	int fd = pcs_open_how(root->fd, path, O_PATH, RESOLVE_IN_ROOT | RESOLVE_NO_XDEV);
	if (fd == -EXDEV)
		fd = walk(&c, root->fd, path);
	pcs_close(fd);
	return fd == -ENOMEM ? fd : fd != -EXDEV;
}

int pcs_last_change_of_links(const struct pcs_root *root, int dir, const char *name,
			     struct timespec *ret)
{
	struct chase c = { .root = root, .changed = ret };
	*ret = (struct timespec){ 0 };
	int fd = walk(&c, dir, name);
	pcs_close(fd);
	return fd < 0 ? fd : 0;
}

int pcs_root_open_dir(const struct pcs_root *root, const char *path, size_t follow_len, int *ret_fd)
{
	const int flags = O_RDONLY | O_DIRECTORY;
	const char *rest = path + follow_len + strspn(path + follow_len, "/");
	pcs_act_as_self();
	/* Mostly there is no link at all, and one call does. */
	int fd = pcs_open_how(root->fd, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
	if (fd != -ELOOP)
		return fd < 0 ? fd : (*ret_fd = fd, 0);
	PCS_FREE char *first = strndup(path, follow_len);
	PCS_CLOSE int anchor = first ? chase(root, first, NULL) : -ENOMEM;
	if (anchor < 0)
		return anchor;
	fd = pcs_open_how(anchor, *rest ? rest : ".", flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	return fd < 0 ? fd : (*ret_fd = fd, 0);
}

int pcs_root_find_dir(const struct pcs_root *root, const char *path, int *ret_fd)
{
	pcs_act_as_self();
	int fd = chase(root, path, NULL);
	return fd < 0 ? fd : (*ret_fd = fd, 0);
}

int pcs_root_add_error(const struct pcs_root *root, const char *path, int error,
		       struct pcs_buf *ret)
{
	if (error == -PCS_EUNSAFE) {
		size_t before = ret->len;
		pcs_act_as_self();
		pcs_close(chase(root, path, ret));
		if (ret->len > before)
			return 0;
	}
	return pcs_buf_adds(ret, pcs_strerror(error));
}
