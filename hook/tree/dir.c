/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/dir.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <unistd.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/path.h"
#include "base/root.h"
#include "base/time.h"
#include "base/trust.h"
#include "pyc/name.h"
#include "tree/prefix.h"

enum { OPEN_SOURCE = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, TRIES = 5 };

void pcs_dir_init_gone(const struct pcs_root *root, const char *path, struct pcs_dir *ret)
{
	*ret = (struct pcs_dir){ .root = root, .path = path, .fd = -1, .cache_fd = -1 };
}

/* As pcs_refuse_pseudo_fs(), asked once for the directories of a file system that follow each
 * other. */
static int refuse_pseudo(const struct pcs_dir *d)
{
	static _Atomic dev_t sound; /* 0 is no file system's */
	if (d->st.st_dev == d->root->dev || d->st.st_dev == sound)
		return 0;
	int r = pcs_refuse_pseudo_fs(d->fd);
	if (r == 0)
		sound = d->st.st_dev;
	return r;
}

int pcs_dir_open(const struct pcs_root *root, const char *path, size_t follow_len,
		 struct pcs_dir *ret)
{
	struct pcs_dir d;
	pcs_dir_init_gone(root, path, &d);
	int r = pcs_root_open_dir(root, path, follow_len, &d.fd);
	if (r == 0)
		r = pcs_fs_stat(d.fd, &d.st);
	if (r == 0)
		r = refuse_pseudo(&d);
	if (r == 0)
		*ret = d;
	else
		pcs_close(d.fd);
	return r;
}

void pcs_dir_done(struct pcs_dir *d)
{
	pcs_act_as_self();
	d->fd = pcs_close(d->fd);
	d->cache_fd = pcs_close(d->cache_fd);
}

/* As the owner; root's own directories are the process's, whatever their group. */
static int act_as_owner(const struct stat *st, gid_t gid)
{
	if (st->st_uid)
		return pcs_act_as(st->st_uid, gid);
	pcs_act_as_self();
	return 0;
}

int pcs_dir_act(const struct pcs_dir *d)
{
	return act_as_owner(&d->st, PCS_NO_GROUP);
}

/* Whose rights count where its caches are. 0 or -errno. */
static int cache_owner(struct pcs_dir *d, const struct stat **ret)
{
	bool own = d->cache_fd < 0 || (!d->prefixed && d->st.st_uid);
	int r = own || d->cache_known ? 0 : pcs_fs_stat(d->cache_fd, &d->cache_st);
	if (r < 0)
		return r;
	d->cache_known = d->cache_known || !own;
	*ret = own ? &d->st : &d->cache_st;
	return 0;
}

int pcs_dir_act_in_cache(struct pcs_dir *d)
{
	const struct stat *st;
	if (!pcs_is_root())
		return 0;
	int r = cache_owner(d, &st);
	return r < 0 ? r : act_as_owner(st, PCS_NO_GROUP);
}

int pcs_dir_act_to_make(struct pcs_dir *d)
{
	const struct stat *st;
	if (!pcs_is_root())
		return 0;
	int r = cache_owner(d, &st);
	return r < 0 ? r : act_as_owner(st, st->st_gid);
}

/* ---- caches ---- */

unsigned pcs_cache_open_to(const struct stat *dir, const struct stat *cache)
{
	mode_t others = S_IWOTH | S_IWGRP;
	unsigned flags = 0;
	if (dir->st_mode & S_IWGRP && !(dir->st_mode & S_ISVTX) && dir->st_gid == cache->st_gid)
		others = S_IWOTH;
	if (cache->st_uid && cache->st_uid != dir->st_uid)
		flags |= PCS_OPEN_TO_OWNER;
	if (cache->st_mode & others)
		flags |= PCS_OPEN_TO_OTHERS;
	return flags;
}

static int make_pycache(struct pcs_dir *d)
{
	uid_t owner = pcs_is_root() ? d->st.st_uid : geteuid();
	int r = pcs_dir_act_to_make(d);
	if (r == 0)
		r = pcs_fs_make_dir(d->fd, PCS_CACHE_DIR, pcs_cache_mode(d->st.st_mode), owner,
				    &d->cache_fd);
	if (r == -EEXIST) /* another run was quicker */
		return pcs_fs_open_subdir(d->fd, PCS_CACHE_DIR, &d->cache_fd);
	/* A user's has the user's group already. */
	if (r == 0 && pcs_is_root() && d->st.st_uid == 0 && d->st.st_gid != getegid())
		r = pcs_fs_give(d->cache_fd, (uid_t)-1, d->st.st_gid);
	return r;
}

static int open_prefixed(struct pcs_dir *d, const char *prefix, bool create)
{
	PCS_BUF struct pcs_buf full = { 0 };
	d->prefixed = true;
	int r = pcs_buf_printf(&full, "%s%s", prefix, strcmp(d->path, "/") == 0 ? "" : d->path);
	if (r == 0)
		r = pcs_root_open_dir(d->root, full.data, strlen(prefix), &d->cache_fd);
	return r == -ENOENT && create ? pcs_prefix_make(d->root, prefix, d->path, &d->cache_fd) : r;
}

int pcs_dir_open_cache(struct pcs_dir *d, const char *prefix, bool create)
{
	if (prefix)
		return open_prefixed(d, prefix, create);
	int r = pcs_dir_act(d);
	if (r == 0)
		r = pcs_fs_open_subdir(d->fd, PCS_CACHE_DIR, &d->cache_fd);
	return r == -ENOENT && create ? make_pycache(d) : r;
}

/* ---- sources ---- */

/* A symbolic link, what it leads to now, and the last change of a link on that way. */
struct link {
	struct stat st, target;
	struct timespec changed;
};

/* A path that links may be on, from the directory; in another root, links stay inside it. */
static int open_path(const struct pcs_dir *d, const char *name, int flags)
{
	PCS_BUF struct pcs_buf path = { 0 };
	if (!d->root->path[0])
		return pcs_open_how(d->fd, name, flags, 0);
	int r = pcs_path_join(&path, d->path, name);
	return r < 0 ? r : pcs_open_how(d->root->fd, path.data, flags, RESOLVE_IN_ROOT);
}

/* Whether root may read what a link leads to: it is the link's owner's, or root's, or that of the
 * very directory. All of them could have put it in the place of the link. */
static bool may_read(const struct pcs_dir *d, const struct link *l)
{
	return !pcs_is_root() || l->target.st_uid == d->st.st_uid ||
	       pcs_may_read_by_link(l->st.st_uid, l->target.st_uid);
}

static int look_behind(const struct pcs_dir *d, const char *name, struct link *l)
{
	PCS_CLOSE int fd = open_path(d, name, O_PATH);
	if (fd < 0)
		return fd;
	int r = pcs_fs_stat(fd, &l->target);
	if (r < 0 || !S_ISREG(l->target.st_mode)) /* no source, whosever it is */
		return r;
	r = pcs_refuse_pseudo_fs(fd);
	if (r < 0)
		return r;
	return may_read(d, l) ? pcs_last_change_of_links(d->root, d->fd, name, &l->changed) :
				-PCS_EUNSAFE;
}

/* What a link leads to is looked at and read with the rights of whoever made it, as the pyc may be
 * open to all: else root, or the directory's owner, would show them what is theirs. 0 or -errno. */
static int act_as_linker(const struct pcs_dir *d, const struct link *l)
{
	const uid_t uid = l->st.st_uid;
	return uid && uid != d->st.st_uid ? pcs_act_as(uid, PCS_NO_GROUP) : 0;
}

/* A link on the way that was changed is as good as a source that was. */
static void add_changes(const struct link *l, struct stat *st)
{
	if (pcs_time_earlier(&st->st_ctim, &l->changed))
		st->st_ctim = l->changed;
}

int pcs_dir_stat_source(const struct pcs_dir *d, const char *name, struct stat *ret)
{
	struct link l;
	int r = pcs_dir_act(d);
	if (r == 0)
		r = pcs_fs_lstat(d->fd, name, &l.st);
	if (r)
		return r;
	if (!S_ISLNK(l.st.st_mode)) {
		*ret = l.st;
		return 0;
	}
	r = act_as_linker(d, &l);
	if (r == 0)
		r = look_behind(d, name, &l);
	int back = pcs_dir_act(d);
	if (r < 0 || back < 0)
		return r < 0 ? r : back;
	*ret = l.target;
	if (S_ISREG(ret->st_mode))
		add_changes(&l, ret);
	return 0;
}

/* A descriptor or -errno. */
static int open_behind(const struct pcs_dir *d, const char *name, struct link *l)
{
	struct stat st;
	int r = look_behind(d, name, l);
	if (r == 0 && !S_ISREG(l->target.st_mode)) /* opening a device can have effects */
		r = -EINVAL;
	if (r < 0)
		return r;
	PCS_CLOSE int fd = open_path(d, name, OPEN_SOURCE);
	if (fd < 0)
		return fd;
	r = pcs_fs_stat(fd, &st);
	if (r == 0 && !pcs_same_file(&st, &l->target))
		r = -PCS_EREPLACED;
	return r < 0 ? r : PCS_TAKE_FD(fd);
}

/* A descriptor or -errno. The link must be the same before and after: whose it is decides. To
 * exchange one for a while moves its ctime. */
static int open_by_link(const struct pcs_dir *d, const char *name, struct link *l)
{
	struct stat after;
	int r = pcs_fs_lstat(d->fd, name, &l->st);
	if (r == 0)
		r = act_as_linker(d, l);
	PCS_CLOSE int fd = r < 0 ? r : open_behind(d, name, l);
	r = pcs_dir_act(d);
	if (fd < 0 || r < 0)
		return fd < 0 ? fd : r;
	r = pcs_fs_lstat(d->fd, name, &after);
	if (r == 0 &&
	    (!pcs_same_file(&after, &l->st) || !pcs_time_same(&after.st_ctim, &l->st.st_ctim)))
		r = -PCS_EREPLACED;
	return r < 0 ? r : PCS_TAKE_FD(fd);
}

/* A descriptor or -errno; of a link, l->st is that of the link, else its mode is 0. */
static int open_source(const struct pcs_dir *d, const char *name, struct link *l)
{
	l->st.st_mode = 0;
	int r = pcs_dir_act(d);
	if (r < 0)
		return r;
	int fd = openat(d->fd, name, OPEN_SOURCE | O_NOFOLLOW);
	if (fd >= 0)
		return fd;
	return errno == ELOOP ? open_by_link(d, name, l) : -errno;
}

int pcs_dir_read_source(const struct pcs_dir *d, const char *name, struct pcs_buf *ret,
			struct stat *ret_st)
{
	size_t start = ret->len;
	for (int tries = 0; tries < TRIES; tries++) {
		struct link l;
		PCS_CLOSE int fd = open_source(d, name, &l);
		int r = fd < 0 ? fd : pcs_fs_read_once(fd, ret, ret_st);
		if (r == 0 && l.st.st_mode)
			add_changes(&l, ret_st);
		if (r <= 0)
			return r;
		ret->len = start;
	}
	return -PCS_ECHANGED;
}

int pcs_dir_check_reader(struct pcs_dir *d, const char *name, const struct stat *source)
{
	const struct stat *reader;
	struct stat st;
	if (!pcs_is_root())
		return 0;
	int r = cache_owner(d, &reader);
	if (r < 0 || reader->st_uid == 0 || reader->st_uid == d->st.st_uid)
		return r;
	r = pcs_dir_act_in_cache(d);
	PCS_CLOSE int fd = r < 0 ? r : open_path(d, name, O_PATH);
	if (fd == -EACCES)
		return -PCS_EPRIVATE;
	r = fd < 0 ? fd : pcs_fs_stat(fd, &st);
	if (r == 0 && !pcs_same_file(&st, source))
		r = -PCS_ECHANGED;
	/* Of the thread's identity on the file system, that is. */
	if (r == 0 && faccessat(fd, "", R_OK, AT_EMPTY_PATH | AT_EACCESS) < 0)
		r = errno == EACCES ? -PCS_EPRIVATE : -errno;
	return r;
}

int pcs_dir_read_linked(const struct pcs_dir *d, const char *name, size_t max, struct pcs_buf *ret,
			struct stat *ret_st)
{
	struct link l;
	int r = pcs_dir_act(d);
	PCS_CLOSE int fd = r < 0 ? r : open_by_link(d, name, &l);
	if (fd < 0)
		return fd;
	*ret_st = l.target;
	if ((uintmax_t)l.target.st_size > max)
		return -EFBIG;
	r = pcs_fs_read_once(fd, ret, ret_st);
	return r > 0 ? -PCS_ECHANGED : r;
}

int pcs_dir_set_mtime(const struct pcs_dir *d, const char *name, time_t mtime)
{
	struct link l;
	PCS_CLOSE int fd = open_source(d, name, &l);
	return fd < 0 ? fd : pcs_fs_set_mtime(fd, mtime);
}

int pcs_dir_add_error(const struct pcs_dir *d, const char *name, int error, struct pcs_buf *ret)
{
	char text[PATH_MAX];
	struct stat st;
	if ((error != -PCS_EUNSAFE && error != -PCS_EPSEUDO) || d->fd < 0)
		return pcs_buf_adds(ret, pcs_strerror(error));
	ssize_t n = readlinkat(d->fd, name, text, sizeof(text));
	if (n < 0 || pcs_fs_lstat(d->fd, name, &st) < 0)
		return pcs_buf_adds(ret, pcs_strerror(error));
	int r = pcs_buf_printf(ret, "a symbolic link of uid %ju to ", (uintmax_t)st.st_uid);
	if (r == 0)
		r = pcs_buf_add_shown(ret, text, (size_t)n);
	if (r == 0)
		r = pcs_buf_adds(ret, error == -PCS_EPSEUDO ?
					      ", on procfs or its like: nothing is read there" :
					      ", another user's file: root does not read it");
	return r;
}

int pcs_read_source(const struct pcs_root *root, const char *path, struct pcs_buf *ret,
		    struct stat *ret_st)
{
	struct pcs_dir d;
	PCS_FREE char *dir = strndup(path, pcs_path_dir_len(path));
	int r = dir ? pcs_dir_open(root, dir, strlen(dir), &d) : -ENOMEM;
	if (r)
		return r;
	r = pcs_dir_read_source(&d, pcs_path_base(path), ret, ret_st);
	pcs_dir_done(&d);
	return r;
}
