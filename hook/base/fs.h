/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Files, one by one: every change of the disk is made here, relative to the descriptor of a
 * directory. All descriptors are close-on-exec. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/buf.h"

struct pcs_root;

/* lstat below a directory, and stat of what is open. 0 or -errno. */
int pcs_fs_lstat(int dirfd, const char *name, struct stat *ret);
int pcs_fs_stat(int fd, struct stat *ret);

/* Whether the entry is a symbolic link with just this text. */
bool pcs_fs_links_to(int dirfd, const char *name, const char *text);

/* The largest source that is read, in bytes. */
enum { PCS_SOURCE_MAX = 256 << 20 };

/*
 * Append a regular file inside the root to `ret`, links followed, and nothing else: no FIFO or
 * device is waited on. For files of the system and of root. 0 or -errno as pcs_fs_read_once();
 * -PCS_ECHANGED when it changes again and again.
 */
int pcs_root_read(const struct pcs_root *root, const char *path, struct pcs_buf *ret,
		  struct stat *ret_st);

/*
 * Append what is in an open regular file to `ret`; *ret_st belongs to the very bytes. 0; 1 when the
 * file changed meanwhile; or -errno: -EINVAL for no regular file, -EFBIG for one over
 * PCS_SOURCE_MAX.
 */
int pcs_fs_read_once(int fd, struct pcs_buf *ret, struct stat *ret_st);

/* pread(2) of `len` bytes of a file, though the file system may give less at a time. Returns their
 * number, which is smaller at the end only, or -errno. */
ssize_t pcs_fs_read_at(int fd, uint64_t at, void *to, size_t len);

/* Up to `len` first bytes of a regular file that is no link, and what fstat says. Returns the
 * number read or -errno. */
ssize_t pcs_fs_peek(int dirfd, const char *name, void *buf, size_t len, struct stat *ret_st);

/* Read a regular file that is no link, of at most `max` bytes, once: whoever changes it in place
 * has it read half. Appends to `ret`, with a NUL behind it. 0 or -errno: -EINVAL for no regular
 * file, -EFBIG; *ret_st is filled in for these two as well. */
int pcs_fs_read(int dirfd, const char *name, size_t max, struct pcs_buf *ret, struct stat *ret_st);

/* Open a file that is no link, for reading and writing in place. 0 or -errno. */
int pcs_fs_open_to_change(int dirfd, const char *name, int *ret_fd);

/*
 * Replace 8 bytes of a file at a multiple of 8. No disk has half of them after a power cut, and
 * hardly a reader sees half of them. 0 or -errno.
 */
enum { PCS_FS_WORD = 8 };
int pcs_fs_put_word(int fd, off_t at, const void *word);

/*
 * Make a directory and open it. What is opened is what was made: a directory without a link,
 * `owner`'s, and empty. 0 or -errno: -EEXIST, or -PCS_EREPLACED when somebody put another in its
 * place.
 */
int pcs_fs_make_dir(int dirfd, const char *name, mode_t mode, uid_t owner, int *ret_fd);

/* Make a directory, and no more. 0 or -errno. */
int pcs_fs_mkdir(int dirfd, const char *name, mode_t mode);

/* Open a directory that is no link. 0 or -errno; -PCS_ENOTDIR_CACHE when it is something else. */
int pcs_fs_open_subdir(int dirfd, const char *name, int *ret_fd);

/* Give what we have just made, and hold open, to a user and group; what we may not give stays
 * ours. 0 or -errno. */
int pcs_fs_give(int fd, uid_t uid, gid_t gid);

/* Set the mtime of an open file. 0 or -errno. */
int pcs_fs_set_mtime(int fd, time_t mtime);

/* Give an entry, which is no link, the time of now. 0 or -errno. */
int pcs_fs_touch(int dirfd, const char *name);

/* Room for the name of a temporary file, which is short whatever the final name is. */
enum { PCS_TMP_NAME = 32 };

/* A temporary file in the directory that its final name is in. */
struct pcs_tmp {
	int fd; /* -1 once closed */
	char name[PCS_TMP_NAME];
	/* -errno of what went wrong beside, or 0: */
	int left;   /* it, or another name of it, could not be taken away */
	int unseen; /* it has its final name, and could not be looked at there */
};

/*
 * Create and fill with the mode, whatever the umask. Owner and group are those of `owner`, as far
 * as we may give them, or ours where it is NULL. On failure it is taken away. 0 or -errno.
 */
int pcs_tmp_write(int dirfd, const void *head, size_t head_len, const void *body, size_t body_len,
		  mode_t mode, const struct stat *owner, struct pcs_tmp *ret);

/* The mode of a pyc for a source of this mode (cpython:Lib/importlib/_bootstrap_external.py,
 * _calc_mode). */
static inline mode_t pcs_pyc_mode(mode_t source)
{
	return (source | 0200) & 0666;
}

/* The mode of a new directory for the caches of one of this mode. Where others may write, they may
 * put there what they like; but not into this one. */
static inline mode_t pcs_cache_mode(mode_t sources)
{
	const mode_t others = 0022;
	mode_t mode = (sources & 0777) | 0700;
	return sources & others ? mode & ~others : mode;
}

/* Give it the times of another file. 0 or -errno. */
int pcs_tmp_set_times(const struct pcs_tmp *t, const struct stat *like);

/*
 * With `wait` wait for the disk, then give it its final name; every step is checked, and on failure
 * it is taken away. *ret_st, which may be NULL, tells what the file is under that name; its st_ino
 * is 0 where that is another one already, or cannot be seen. 0 or -errno.
 */
int pcs_tmp_commit(int dirfd, struct pcs_tmp *t, const char *name, bool wait, struct stat *ret_st);

/* Close it and take it away, or set t->left. */
void pcs_tmp_discard(int dirfd, struct pcs_tmp *t);

/*
 * Instead of the above, where `existing` in the directory `from` has the same content, owner and
 * mode: make `name` a hard link to it, at once and whole, and drop the temporary file. 1; 0 when it
 * is another file or cannot be linked, and then the temporary file is as it was. Either may set
 * t->left.
 */
int pcs_tmp_commit_link(int dirfd, struct pcs_tmp *t, int from, const char *existing,
			const char *name);

/* A number that names no file yet, most likely. */
uint64_t pcs_fs_number(void);

/* Start writing an open file to the disk, without waiting. */
void pcs_fs_start_sync(int fd);

/* Wait until an open file is on the disk, where its file system can do that. 0 or -errno. */
int pcs_fs_sync(int fd);

/* Whether `name` is one that pcs_tmp_write() makes. */
bool pcs_tmp_is_name(const char *name);

/* A shared lock on a directory says "temporaries in here are in use"; an exclusive one is only to
 * be had when nobody does. 0, or -EWOULDBLOCK. Ends when the descriptor is closed. */
int pcs_fs_lock_shared(int dirfd);
int pcs_fs_lock_exclusive(int dirfd);
void pcs_fs_unlock(int dirfd);

int pcs_fs_unlink(int dirfd, const char *name);

/* Open a file of pycsync's own for reading, or for writing as well; then it is made where it is not
 * there, with mode 0600. 0 or -errno; -EINVAL when it is no regular file, or when it is to be
 * written and has further names or is another user's. */
int pcs_fs_open_state(int dirfd, const char *name, bool write, int *ret_fd);

/* Make the file end at `at` and write there. 0 or -errno. */
int pcs_fs_write_from(int fd, off_t at, const void *data, size_t len);

/* The same, and what is behind it stays. */
int pcs_fs_write_at(int fd, off_t at, const void *data, size_t len);

int pcs_fs_rmdir(int dirfd, const char *name);

/* Paths of the caller, relative to the working directory, for commands that have no root. */

/* Make the directories that `path` lies in. 0 or -errno, and then *ret_len is how much of `path` is
 * the directory that could not be made. */
int pcs_fs_make_parents(const char *path, mode_t mode, size_t *ret_len);
