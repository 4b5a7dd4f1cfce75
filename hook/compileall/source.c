/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compileall/source.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/identity.h"
#include "base/path.h"
#include "base/trust.h"
#include "compileall/pywords.h"
#include "pyc/name.h"

enum {
	OPEN_SOURCE = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
	OPEN_DIR = O_PATH | O_DIRECTORY | O_CLOEXEC,
	TRIES = 5,
};

/* A symbolic link, and what was opened by it. */
struct link {
	uid_t owner, target_owner;
	char text[PATH_MAX];
};

/* Word the refusal of `path` as compileall words errors. `link` may be NULL. */
static int refuse(struct pcs_buf *why, const char *path, const struct link *link,
		  const char *reason)
{
	int r = pcs_buf_adds(why, "PermissionError: ");
	if (r == 0)
		r = pcs_py_repr(why, path, strlen(path));
	if (r == 0 && link)
		r = pcs_buf_printf(why, " is a symbolic link of user %ju to ",
				   (uintmax_t)link->owner);
	if (r == 0 && link)
		r = pcs_py_repr(why, link->text, strlen(link->text));
	if (r == 0 && link)
		r = pcs_buf_printf(why, " of user %ju", (uintmax_t)link->target_owner);
	if (r == 0)
		r = pcs_buf_adds(why, reason);
	return r < 0 ? r : -EPERM;
}

/* Open the first `len` bytes of `path`, a directory. Whoever may write there need not be allowed to
 * list it. */
static int open_dir(const char *path, size_t len)
{
	PCS_FREE char *dir = strndup(len ? path : ".", len ? len : 1);
	if (!dir)
		return -ENOMEM;
	int fd = open(dir, OPEN_DIR);
	return fd < 0 ? -errno : fd;
}

/* Open what a link leads to, with the rights that the thread has. A descriptor or -errno. */
static int open_target(int dir, const char *text, int flags)
{
	struct stat st;
	if (flags == OPEN_SOURCE && fstatat(dir, text, &st, 0) == 0 && !S_ISREG(st.st_mode))
		return -EINVAL; /* opening a device can have effects */
	int fd = openat(dir, text, flags);
	return fd < 0 ? -errno : fd;
}

/* Open what a link leads to. The link is held by a descriptor, so that it cannot be exchanged
 * between the look at its owner and its use: a source is read with the rights of whoever made the
 * link, as what it becomes may be open to all. A descriptor or -errno; -ENOTDIR for no link. */
static int open_by_link(int dir, const char *name, int flags, struct link *ret)
{
	struct stat st;
	PCS_CLOSE int link = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (link < 0 || fstat(link, &st) < 0)
		return -errno;
	if (!S_ISLNK(st.st_mode))
		return -ENOTDIR;
	ssize_t n = readlinkat(link, "", ret->text, sizeof(ret->text) - 1);
	if (n < 0)
		return -errno;
	ret->text[n] = '\0';
	ret->owner = st.st_uid;
	bool is_users = flags == OPEN_SOURCE && st.st_uid;
	bool acts = !is_users || pcs_act_as(st.st_uid, PCS_NO_GROUP) == 0;
	PCS_CLOSE int fd = acts ? open_target(dir, ret->text, flags) : -EACCES;
	pcs_act_as_self();
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	ret->target_owner = st.st_uid;
	return PCS_TAKE_FD(fd);
}

/* A descriptor or -errno; -EPERM with words in `why` when root does not read it. */
static int open_guarded(const char *path, struct pcs_ca_dir *ret_dir, struct pcs_buf *why)
{
	const char *base = pcs_path_base(path);
	struct link link;
	struct stat st;
	PCS_CLOSE int dir = open_dir(path, (size_t)(base - path));
	if (dir < 0)
		return dir;
	if (fstat(dir, &st) < 0)
		return -errno;
	ret_dir->dev = st.st_dev;
	ret_dir->ino = st.st_ino;
	ret_dir->owner = st.st_uid;
	if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return -EINVAL;
	bool linked = S_ISLNK(st.st_mode);
	PCS_CLOSE int fd = linked ? open_by_link(dir, base, OPEN_SOURCE, &link) :
				    openat(dir, base, OPEN_SOURCE | O_NOFOLLOW);
	if (fd < 0)
		return linked ? fd : -errno;
	int r = pcs_refuse_pseudo_fs(fd);
	if (r < 0 && r != -PCS_EPSEUDO)
		return r;
	if (r < 0)
		return refuse(why, path, linked ? &link : NULL,
			      ", on procfs or its like: root reads no source there");
	if (linked && !pcs_may_read_by_link(link.owner, link.target_owner))
		return refuse(why, path, &link, ": root does not follow it");
	return PCS_TAKE_FD(fd);
}

static int open_source(const char *path)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	int fd = open(path, OPEN_SOURCE);
	return fd < 0 ? -errno : fd;
}

int pcs_ca_read(const char *path, struct pcs_buf *ret, struct stat *ret_st,
		struct pcs_ca_dir *ret_dir, struct pcs_buf *why)
{
	size_t start = ret->len;
	for (int tries = 0; tries < TRIES; tries++) {
		PCS_CLOSE int fd = ret_dir ? open_guarded(path, ret_dir, why) : open_source(path);
		int r = fd < 0 ? fd : pcs_fs_read_once(fd, ret, ret_st);
		if (r <= 0)
			return r;
		ret->len = start;
	}
	return -PCS_ECHANGED;
}

bool pcs_ca_all_may_read(const char *path, const struct stat *read)
{
	const char *base = pcs_path_base(path);
	PCS_CLOSE int dir = open_dir(path, (size_t)(base - path));
	return dir >= 0 && pcs_all_may_read(dir, base, read);
}

/* By the descriptor that was checked: a path could lead to another directory by now. A descriptor
 * or -errno. */
static int open_or_make(int dir, char *pyc, mode_t mode)
{
	int fd = openat(dir, PCS_CACHE_DIR, OPEN_DIR | O_NOFOLLOW);
	if (fd >= 0 || errno != ENOENT)
		return fd < 0 ? -errno : fd;
	int r = pcs_fs_mkdir(dir, PCS_CACHE_DIR, mode);
	if (r < 0 && r != -EEXIST) { /* another run may be quicker */
		pyc[pcs_path_base(pyc) - pyc - 1] = '\0';
		return r;
	}
	fd = openat(dir, PCS_CACHE_DIR, OPEN_DIR | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

/* The pyc must be beside the source that was read, whatever the path leads to by now. */
static int open_guarded_cache(char *pyc, const struct pcs_ca_dir *source, mode_t mode,
			      struct pcs_buf *why)
{
	struct stat st;
	struct link link;
	size_t len = (size_t)(pcs_path_base(pyc) - pyc);
	PCS_CLOSE int dir = open_dir(pyc, source->beside ? len : len - strlen(PCS_CACHE_DIR "/"));
	if (dir < 0)
		return dir;
	if (fstat(dir, &st) < 0)
		return -errno;
	if (st.st_dev != source->dev || st.st_ino != source->ino)
		return refuse(why, pyc, NULL, " is not beside its source any more");
	if (source->beside)
		return PCS_TAKE_FD(dir);
	int fd = open_or_make(dir, pyc, mode);
	if (fd != -ENOTDIR && fd != -ELOOP)
		return fd;
	PCS_CLOSE int target = open_by_link(dir, PCS_CACHE_DIR, OPEN_DIR, &link);
	if (target < 0 || pcs_may_write_by_link(source->owner, link.owner, link.target_owner))
		return target < 0 ? target : PCS_TAKE_FD(target);
	PCS_FREE char *path = strndup(pyc, len - 1);
	return path ? refuse(why, path, &link, ": root does not write there") : -ENOMEM;
}

int pcs_ca_open_beside(char *pyc, const struct pcs_ca_dir *source, mode_t mode, int *ret_fd,
		       struct pcs_buf *why)
{
	int fd = open_guarded_cache(pyc, source, mode, why);
	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}

int pcs_ca_open_cache(char *pyc, mode_t mode, int *ret_fd)
{
	size_t len = (size_t)(pcs_path_base(pyc) - pyc), made;
	int fd = open_dir(pyc, len);
	if (fd < 0) {
		int r = pcs_fs_make_parents(pyc, mode, &made);
		if (r < 0) {
			pyc[made] = '\0';
			return r;
		}
		fd = open_dir(pyc, len);
	}
	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}
