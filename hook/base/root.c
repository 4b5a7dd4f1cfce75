#include "base/root.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/err.h"
#include "base/fs.h"

/* openat2(2) has no wrapper in glibc. It says EAGAIN when a rename elsewhere made it unsure. */
int pcs_open_how(int dirfd, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = { .flags = (unsigned)(flags | O_CLOEXEC),
				.resolve = resolve | RESOLVE_NO_MAGICLINKS };
	for (int tries = 0;; tries++) {
		int fd = (int)syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
		if (fd >= 0)
			return fd;
		if ((errno != EAGAIN && errno != EINTR) || tries == 64)
			return -errno;
	}
}

int pcs_root_open(const char *path, struct pcs_root *ret)
{
	PCS_CLOSE int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	PCS_FREE char *real = realpath(path, NULL);
	if (!real)
		return -errno;
	if (strcmp(real, "/") == 0)
		real[0] = '\0';
	*ret = (struct pcs_root){ .fd = PCS_TAKE_FD(fd), .path = PCS_TAKE(real) };
	return 0;
}

void pcs_root_done(struct pcs_root *root)
{
	root->fd = pcs_close(root->fd);
	free(root->path);
	root->path = NULL;
}

int pcs_root_open_dir(const struct pcs_root *root, const char *path, size_t follow_len, int *ret_fd)
{
	const int flags = O_RDONLY | O_DIRECTORY;
	const char *rest = path + follow_len;
	while (*rest == '/')
		rest++;
	if (!*rest) {
		int whole = pcs_open_how(root->fd, path, flags, RESOLVE_IN_ROOT);
		return whole < 0 ? whole : (*ret_fd = whole, 0);
	}
	/* Mostly there is no link at all, and one call does. */
	int fd = pcs_open_how(root->fd, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
	if (fd != -ELOOP)
		return fd < 0 ? fd : (*ret_fd = fd, 0);
	PCS_FREE char *first = strndup(path, follow_len);
	if (!first)
		return -ENOMEM;
	PCS_CLOSE int anchor = pcs_open_how(root->fd, first, O_PATH | O_DIRECTORY, RESOLVE_IN_ROOT);
	if (anchor < 0)
		return anchor;
	fd = pcs_open_how(anchor, rest, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	return fd < 0 ? fd : (*ret_fd = fd, 0);
}

int pcs_root_stat(const struct pcs_root *root, const char *path, struct stat *ret)
{
	PCS_CLOSE int fd = pcs_open_how(root->fd, path, O_PATH, RESOLVE_IN_ROOT);
	if (fd < 0)
		return fd;
	return fstat(fd, ret) < 0 ? -errno : 0;
}

int pcs_root_read(const struct pcs_root *root, const char *path, struct pcs_buf *ret,
		  struct stat *ret_st)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
	struct stat st;
	int r = pcs_root_stat(root, path, &st);
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

struct naming {
	int dirfd;
	char path[PATH_MAX];
	int r;
};

/* The kernel names a working directory without /proc, and a thread can have one of its own. */
static void *name_as_cwd(void *arg)
{
	struct naming *n = arg;
	bool named =
		unshare(CLONE_FS) == 0 && fchdir(n->dirfd) == 0 && getcwd(n->path, sizeof(n->path));
	n->r = named ? 0 : -errno;
	return NULL;
}

/* /proc is missing in a chroot that a manager has only begun to fill. */
static int name_dir(int dirfd, char *ret, size_t size)
{
	char link[64];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", dirfd);
	ssize_t len = readlink(link, ret, size - 1);
	if (len >= 0) {
		ret[len] = '\0';
		return 0;
	}
	struct naming n = { .dirfd = dirfd };
	pthread_t thread;
	if (errno != ENOENT || pthread_create(&thread, NULL, name_as_cwd, &n) != 0)
		return -ENOENT;
	pthread_join(thread, NULL);
	if (n.r == 0)
		memcpy(ret, n.path, size);
	return n.r;
}

int pcs_root_real_path(const struct pcs_root *root, int dirfd, char **ret)
{
	char target[PATH_MAX];
	int r = name_dir(dirfd, target, sizeof(target));
	if (r < 0)
		return r;
	size_t skip = strlen(root->path);
	if (strncmp(target, root->path, skip) != 0 || target[skip] != '/')
		return -EXDEV;
	char *copy = strdup(target + skip);
	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}
