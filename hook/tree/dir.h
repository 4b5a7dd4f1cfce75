/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * One directory, one handle. It is opened once, and all work in it is relative to its descriptors:
 * a directory that is exchanged meanwhile is another one, and nothing goes from the one into the
 * other. A run of root works in it as its owner, so that nobody's rights are lent to anybody.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct pcs_buf;
struct pcs_root;

struct pcs_dir {
	const struct pcs_root *root;
	const char *path;     /* inside the root; the caller's */
	int fd;               /* -1: it is gone, and only its caches below a prefix are there */
	int cache_fd;         /* where its caches are; -1: not opened, or not there */
	struct stat st;       /* of fd */
	struct stat cache_st; /* of cache_fd, once pcs_dir_act_in_cache() needed it */
	bool prefixed;        /* its caches are in a directory of a prefix */
	bool cache_known;     /* cache_st is filled in */
	bool locked;          /* our temporaries in cache_fd are safe from other runs */
};

/* Open a directory; see pcs_root_open_dir(). 0 or -errno; -PCS_EPSEUDO on procfs and its like.
 * Closed by pcs_dir_done(). */
int pcs_dir_open(const struct pcs_root *root, const char *path, size_t follow_len,
		 struct pcs_dir *ret);

/* The same of a directory that is gone, for the sake of its caches below a prefix. */
void pcs_dir_init_gone(const struct pcs_root *root, const char *path, struct pcs_dir *ret);

/* Close it, and work as the process again. */
void pcs_dir_done(struct pcs_dir *d);

/*
 * Open where its caches are: its __pycache__, or with `prefix` the directory prefix + path. With
 * `create` it is made where it is not there, as open as `d`, but never writable by others if `d`
 * is. 0 or -errno: -ENOENT; -PCS_ENOTDIR_CACHE for a __pycache__ that is no directory or a link;
 * -PCS_EREPLACED when what was made is not what is there.
 */
int pcs_dir_open_cache(struct pcs_dir *d, const char *prefix, bool create);

/* How others than the owner of a directory, and root, may write to its caches. */
enum pcs_dir_open_to {
	PCS_OPEN_TO_OWNER = 1 << 0,  /* they are another user's */
	PCS_OPEN_TO_OTHERS = 1 << 1, /* by their mode */
};

/*
 * Whether they may, of a directory and that of its caches: then Python runs what they put there.
 * Whoever may write to the directory by its group may do so anyway. Flags. Pure.
 */
unsigned pcs_cache_open_to(const struct stat *dir, const struct stat *cache);

/* Work as the directory's owner from now on, with no group's rights; for paths relative to d->fd. 0
 * or -errno. */
int pcs_dir_act(const struct pcs_dir *d);

/* The same for what is done in d->cache_fd: as the owner of the directory, and in root's own as
 * that of the caches. */
int pcs_dir_act_in_cache(struct pcs_dir *d);

/* The same before something is made there, or, where d->cache_fd is not open, in d->fd: it gets the
 * directory's group. Whose it is need not be in that group, so nothing is read like this. */
int pcs_dir_act_to_make(struct pcs_dir *d);

/*
 * What the source `name` is. A symbolic link counts as what it leads to, but a later change of a
 * link on that way is a change too. 0 or -errno; -PCS_EUNSAFE for a link by which root does not
 * read, -PCS_EPSEUDO.
 */
int pcs_dir_stat_source(const struct pcs_dir *d, const char *name, struct stat *ret);

/* Append the source `name` to `ret`; *ret_st belongs to the very bytes. As above; -EINVAL: no
 * regular file; -EFBIG; -PCS_ECHANGED when it changes again and again. */
int pcs_dir_read_source(const struct pcs_dir *d, const char *name, struct pcs_buf *ret,
			struct stat *ret_st);

/*
 * Whether who owns the place of the caches may read the source `name` too, which was read as
 * *source: what is compiled of it becomes theirs. 0 or -errno; -PCS_EPRIVATE: no; -PCS_ECHANGED.
 */
int pcs_dir_check_reader(struct pcs_dir *d, const char *name, const struct stat *source);

/* Append the file of at most `max` bytes that the symbolic link `name` leads to, by the rules for
 * sources; *ret_st is that file's. As above; -ENOENT also where it leads nowhere; *ret_st is filled
 * in for -EFBIG as well. */
int pcs_dir_read_linked(const struct pcs_dir *d, const char *name, size_t max, struct pcs_buf *ret,
			struct stat *ret_st);

/* Set the mtime of a source. 0 or -errno. */
int pcs_dir_set_mtime(const struct pcs_dir *d, const char *name, time_t mtime);

/* Append the message for an error that one of the above gave for `name`. 0 or -ENOMEM. */
int pcs_dir_add_error(const struct pcs_dir *d, const char *name, int error, struct pcs_buf *ret);

/* Read a source by its path, whose directory is opened for it. As pcs_dir_read_source(). */
int pcs_read_source(const struct pcs_root *root, const char *path, struct pcs_buf *ret,
		    struct stat *ret_st);

/* Whether both stats are of one file or directory. */
static inline bool pcs_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}
