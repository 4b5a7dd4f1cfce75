/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fs.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/uio.h>

#include "base/err.h"
#include "base/identity.h"
#include "base/listing.h"
#include "base/root.h"
#include "base/time.h"

/* A read that had room for more than the expected bytes and brought no more was the last. */
static int read_to_end(int fd, struct pcs_buf *ret, size_t expected)
{
	size_t start = ret->len;
	for (;;) {
		size_t got = ret->len - start;
		size_t want = got <= expected ? expected - got + 1 : 4096;
		int r = pcs_buf_reserve(ret, want);
		if (r < 0)
			return r;
		ssize_t n = read(fd, ret->data + ret->len, want);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			ret->len += (size_t)n;
		if (ret->len - start > PCS_SOURCE_MAX)
			return -EFBIG;
		if (n == 0 || (n > 0 && ret->len - start == expected)) {
			ret->data[ret->len] = '\0';
			return 0;
		}
	}
}

int pcs_fs_read_once(int fd, struct pcs_buf *ret, struct stat *ret_st)
{
	struct stat before;
	if (fstat(fd, &before) < 0)
		return -errno;
	if (!S_ISREG(before.st_mode))
		return -EINVAL;
	if (before.st_size > PCS_SOURCE_MAX)
		return -EFBIG;
	size_t start = ret->len;
	int r = read_to_end(fd, ret, (size_t)before.st_size);
	if (r < 0)
		return r;
	if (fstat(fd, ret_st) < 0)
		return -errno;
	return ret->len - start != (size_t)before.st_size || ret_st->st_size != before.st_size ||
	       !pcs_time_same(&ret_st->st_mtim, &before.st_mtim) ||
	       !pcs_time_same(&ret_st->st_ctim, &before.st_ctim);
}

int pcs_root_read(const struct pcs_root *root, const char *path, struct pcs_buf *ret,
		  struct stat *ret_st)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
	struct stat st;
	int r = pcs_root_stat(root, path, &st); /* as the process itself, from here on */
	if (r < 0)
		return r;
	if (!S_ISREG(st.st_mode)) /* opening a device can have effects */
		return -EINVAL;
	size_t start = ret->len;
	for (int tries = 0; tries < 5; tries++) {
		PCS_CLOSE int fd = pcs_open_how(root->fd, path, flags, RESOLVE_IN_ROOT);
		if (fd < 0)
			return fd;
		r = pcs_fs_read_once(fd, ret, ret_st);
		if (r <= 0)
			return r;
		ret->len = start;
	}
	return -PCS_ECHANGED;
}

int pcs_fs_lstat(int dirfd, const char *name, struct stat *ret)
{
	return fstatat(dirfd, name, ret, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

int pcs_fs_stat(int fd, struct stat *ret)
{
	return fstat(fd, ret) < 0 ? -errno : 0;
}

bool pcs_fs_links_to(int dirfd, const char *name, const char *text)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dirfd, name, target, sizeof(target));
	return n >= 0 && (size_t)n == strlen(text) && memcmp(target, text, (size_t)n) == 0;
}

ssize_t pcs_fs_read_at(int fd, uint64_t at, void *to, size_t len)
{
	size_t got = 0;
	while (got < len) {
		ssize_t n = pread(fd, (char *)to + got, len - got, (off_t)(at + got));
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return -errno;
		got += n > 0 ? (size_t)n : 0;
	}
	return (ssize_t)got;
}

ssize_t pcs_fs_peek(int dirfd, const char *name, void *buf, size_t len, struct stat *ret_st)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	PCS_CLOSE int fd = openat(dirfd, name, flags);
	if (fd < 0 || fstat(fd, ret_st) < 0)
		return -errno;
	if (!S_ISREG(ret_st->st_mode))
		return -EINVAL;
	return pcs_fs_read_at(fd, 0, buf, len);
}

int pcs_fs_read(int dirfd, const char *name, size_t max, struct pcs_buf *ret, struct stat *ret_st)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	PCS_CLOSE int fd = openat(dirfd, name, flags);
	if (fd < 0 || fstat(fd, ret_st) < 0)
		return -errno;
	if (!S_ISREG(ret_st->st_mode))
		return -EINVAL;
	if ((uintmax_t)ret_st->st_size > max)
		return -EFBIG;
	size_t left = (size_t)ret_st->st_size;
	int r = pcs_buf_reserve(ret, left + 1);
	while (left && r == 0) {
		ssize_t n = read(fd, ret->data + ret->len, left);
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			r = -errno;
		if (n > 0) {
			ret->len += (size_t)n;
			left -= (size_t)n;
		}
	}
	if (ret->data)
		ret->data[ret->len] = '\0';
	return r;
}

int pcs_fs_open_to_change(int dirfd, const char *name, int *ret_fd)
{
	const int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = openat(dirfd, name, flags);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int pcs_fs_put_word(int fd, off_t at, const void *word)
{
	ssize_t n;
	do
		n = pwrite(fd, word, PCS_FS_WORD, at);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n == PCS_FS_WORD ? 0 : -EIO;
}

int pcs_fs_give(int fd, uid_t uid, gid_t gid)
{
	struct stat st; /* what was made may have the directory's group by birth */
	if ((fstat(fd, &st) == 0 && st.st_uid == uid && st.st_gid == gid) ||
	    fchown(fd, uid, gid) == 0 || fchown(fd, (uid_t)-1, gid) == 0)
		return 0;
	return errno == EPERM || errno == EINVAL ? 0 : -errno;
}

int pcs_fs_set_mtime(int fd, time_t mtime)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = mtime } };
	return futimens(fd, times) < 0 ? -errno : 0;
}

int pcs_fs_touch(int dirfd, const char *name)
{
	return utimensat(dirfd, name, NULL, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

int pcs_fs_open_subdir(int dirfd, const char *name, int *ret_fd)
{
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOTDIR || errno == ELOOP ? -PCS_ENOTDIR_CACHE : -errno;
	*ret_fd = fd;
	return 0;
}

int pcs_fs_mkdir(int dirfd, const char *name, mode_t mode)
{
	return mkdirat(dirfd, name, mode) < 0 ? -errno : 0;
}

int pcs_fs_make_dir(int dirfd, const char *name, mode_t mode, uid_t owner, int *ret_fd)
{
	PCS_CLOSE int fd = -1;
	struct stat st;
	struct pcs_listing l = { 0 };
	int r = pcs_fs_mkdir(dirfd, name, mode);
	if (r < 0)
		return r;
	r = pcs_fs_open_subdir(dirfd, name, &fd);
	if (r == 0)
		r = pcs_fs_stat(fd, &st);
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	if (r == 0 && (st.st_uid != owner || l.n))
		r = -PCS_EREPLACED;
	pcs_listing_done(&l);
	if (r == 0)
		*ret_fd = PCS_TAKE_FD(fd);
	return r;
}

static const char TMP_PREFIX[] = ".pycsync-";
static const char TMP_SUFFIX[] = ".tmp";
enum { TMP_DIGITS = 16 };

bool pcs_tmp_is_name(const char *name)
{
	size_t prefix = strlen(TMP_PREFIX);
	if (strncmp(name, TMP_PREFIX, prefix) != 0)
		return false;
	size_t digits = strspn(name + prefix, "0123456789abcdef");
	return digits == TMP_DIGITS && strcmp(name + prefix + digits, TMP_SUFFIX) == 0;
}

/* A name that nobody has yet, most likely: it need not be a secret, as O_EXCL finds out. A start of
 * the process's own, from the kernel's random bytes, and the time since. */
uint64_t pcs_fs_number(void)
{
	struct timespec now;
	uint64_t start;
	memcpy(&start, (const void *)getauxval(AT_RANDOM), sizeof(start));
	clock_gettime(CLOCK_MONOTONIC, &now);
	return start + (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

enum { TMP_TRIES = 100 };

static void name_tmp(struct pcs_tmp *t, int tries)
{
	uint64_t number = pcs_fs_number() + (uint64_t)tries * UINT64_C(0x9e3779b97f4a7c15);
	snprintf(t->name, sizeof(t->name), "%s%016llx%s", TMP_PREFIX, (unsigned long long)number,
		 TMP_SUFFIX);
}

static int create_tmp(int dirfd, struct pcs_tmp *t)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	for (int tries = 0; tries < TMP_TRIES; tries++) {
		name_tmp(t, tries);
		t->fd = openat(dirfd, t->name, flags, 0600);
		if (t->fd >= 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* Another name of a file, as a temporary. */
static int link_tmp(int from, const char *existing, int dirfd, struct pcs_tmp *t)
{
	for (int tries = 0; tries < TMP_TRIES; tries++) {
		name_tmp(t, tries);
		if (linkat(from, existing, dirfd, t->name, 0) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* Take a temporary's name away, if it is there. */
static void unlink_tmp(int dirfd, const char *name, int *ret_left)
{
	int saved = errno;
	if (unlinkat(dirfd, name, 0) < 0 && errno != ENOENT)
		*ret_left = -errno;
	errno = saved;
}

static int write_fully(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int write_both(int fd, const void *head, size_t head_len, const void *body, size_t body_len)
{
	const struct iovec parts[] = { { (void *)(uintptr_t)head, head_len },
				       { (void *)(uintptr_t)body, body_len } };
	ssize_t n = writev(fd, parts, 2);
	if (n < 0 && errno != EINTR)
		return -errno;
	size_t done = n < 0 ? 0 : (size_t)n;
	if (done < head_len) {
		int r = write_fully(fd, (const char *)head + done, head_len - done);
		return r < 0 ? r : write_fully(fd, body, body_len);
	}
	done -= head_len;
	return write_fully(fd, (const char *)body + done, body_len - done);
}

int pcs_tmp_write(int dirfd, const void *head, size_t head_len, const void *body, size_t body_len,
		  mode_t mode, const struct stat *owner, struct pcs_tmp *ret)
{
	struct pcs_tmp t = { .fd = -1 };
	int r = create_tmp(dirfd, &t);
	if (r < 0)
		return r;
	r = write_both(t.fd, head, head_len, body, body_len);
	if (r == 0 && owner)
		r = pcs_fs_give(t.fd, owner->st_uid, owner->st_gid);
	if (r == 0 && fchmod(t.fd, mode) < 0)
		r = -errno;
	if (r < 0)
		pcs_tmp_discard(dirfd, &t);
	else
		*ret = t;
	return r;
}

int pcs_tmp_set_times(const struct pcs_tmp *t, const struct stat *like)
{
	const struct timespec times[2] = { like->st_atim, like->st_mtim };
	return futimens(t->fd, times) < 0 ? -errno : 0;
}

void pcs_fs_start_sync(int fd)
{
	/* Only a hint; where it is not supported, the wait at the end is longer. */
	sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

/* Some file systems cannot and say so; that is no failure of the write. */
int pcs_fs_sync(int fd)
{
	return fsync(fd) < 0 && errno != EINVAL && errno != ENOTSUP ? -errno : 0;
}

/* What a file is under its final name: its st_ino is 0 where another run was quick to replace it,
 * or it cannot be seen. 0 or -errno. */
static int look_at_committed(int dirfd, const char *name, const struct stat *ours, struct stat *ret)
{
	int r = pcs_fs_lstat(dirfd, name, ret);
	if (r < 0 || ret->st_ino != ours->st_ino)
		ret->st_ino = 0;
	return pcs_is_absence(r) ? 0 : r;
}

int pcs_tmp_commit(int dirfd, struct pcs_tmp *t, const char *name, bool wait, struct stat *ret_st)
{
	struct stat ours;
	int r = wait ? pcs_fs_sync(t->fd) : 0;
	if (r == 0 && ret_st)
		r = pcs_fs_stat(t->fd, &ours);
	if (close(PCS_TAKE_FD(t->fd)) < 0 && errno != EINTR && r == 0)
		r = -errno;
	if (r == 0 && renameat(dirfd, t->name, dirfd, name) < 0)
		r = -errno;
	if (r < 0)
		unlink_tmp(dirfd, t->name, &t->left);
	else if (ret_st)
		t->unseen = look_at_committed(dirfd, name, &ours, ret_st);
	return r;
}

static bool same_bytes(int a, int b, size_t len)
{
	char x[16 * 1024], y[sizeof(x)];
	for (size_t at = 0; at < len;) {
		size_t want = len - at < sizeof(x) ? len - at : sizeof(x);
		if (pcs_fs_read_at(a, at, x, want) != (ssize_t)want ||
		    pcs_fs_read_at(b, at, y, want) != (ssize_t)want || memcmp(x, y, want) != 0)
			return false;
		at += want;
	}
	return true;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_copy(int a, int b, const struct stat *x, const struct stat *y)
{
	return S_ISREG(y->st_mode) && x->st_size == y->st_size && x->st_mode == y->st_mode &&
	       x->st_uid == y->st_uid && x->st_gid == y->st_gid &&
	       same_bytes(a, b, (size_t)x->st_size);
}

int pcs_tmp_commit_link(int dirfd, struct pcs_tmp *t, int from, const char *existing,
			const char *name)
{
	struct stat ours, theirs, linked;
	struct pcs_tmp link = { .fd = -1 };
	PCS_CLOSE int fd = openat(from, existing, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &theirs) < 0 || fstat(t->fd, &ours) < 0 ||
	    !is_copy(t->fd, fd, &ours, &theirs) || link_tmp(from, existing, dirfd, &link) < 0)
		return 0;
	/* It may have been replaced in between. */
	bool done = fstatat(dirfd, link.name, &linked, AT_SYMLINK_NOFOLLOW) == 0 &&
		    same_file(&linked, &theirs) && renameat(dirfd, link.name, dirfd, name) == 0;
	/* rename(2) leaves it where both are one file already. */
	unlink_tmp(dirfd, link.name, &t->left);
	if (done)
		pcs_tmp_discard(dirfd, t);
	return done;
}

void pcs_tmp_discard(int dirfd, struct pcs_tmp *t)
{
	t->fd = pcs_close(t->fd);
	unlink_tmp(dirfd, t->name, &t->left);
}

static int lock(int dirfd, int how)
{
	return flock(dirfd, how | LOCK_NB) < 0 ? -errno : 0;
}

int pcs_fs_lock_shared(int dirfd)
{
	return lock(dirfd, LOCK_SH);
}

int pcs_fs_lock_exclusive(int dirfd)
{
	return lock(dirfd, LOCK_EX);
}

void pcs_fs_unlock(int dirfd)
{
	flock(dirfd, LOCK_UN);
}

int pcs_fs_unlink(int dirfd, const char *name)
{
	return unlinkat(dirfd, name, 0) < 0 ? -errno : 0;
}

int pcs_fs_open_state(int dirfd, const char *name, bool write, int *ret_fd)
{
	struct stat st;
	int how = write ? O_RDWR | O_CREAT : O_RDONLY;
	pcs_act_as_self();
	PCS_CLOSE int fd = openat(dirfd, name, how | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || (write && (st.st_nlink > 1 || st.st_uid != geteuid())))
		return -EINVAL;
	*ret_fd = PCS_TAKE_FD(fd);
	return 0;
}

int pcs_fs_write_from(int fd, off_t at, const void *data, size_t len)
{
	return ftruncate(fd, at) < 0 ? -errno : pcs_fs_write_at(fd, at, data, len);
}

int pcs_fs_write_at(int fd, off_t at, const void *data, size_t len)
{
	for (const char *p = data; len;) {
		ssize_t n = pwrite(fd, p, len, at);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			p += n;
			at += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

int pcs_fs_rmdir(int dirfd, const char *name)
{
	return unlinkat(dirfd, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

int pcs_fs_make_parents(const char *path, mode_t mode, size_t *ret_len)
{
	PCS_FREE char *dir = strdup(path);
	if (!dir)
		return -ENOMEM;
	for (char *slash = strchr(dir + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		*ret_len = (size_t)(slash - dir);
		if (mkdir(dir, mode) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}
