/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/root.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/identity.h"

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
	struct stat st;
	if (!real || fstat(fd, &st) < 0)
		return -errno;
	if (strcmp(real, "/") == 0)
		real[0] = '\0';
	*ret = (struct pcs_root){ .fd = PCS_TAKE_FD(fd), .dev = st.st_dev, .path = PCS_TAKE(real) };
	return 0;
}

void pcs_root_done(struct pcs_root *root)
{
	root->fd = pcs_close(root->fd);
	free(root->path);
	root->path = NULL;
}

int pcs_root_stat(const struct pcs_root *root, const char *path, struct stat *ret)
{
	pcs_act_as_self();
	PCS_CLOSE int fd = pcs_open_how(root->fd, path, O_PATH, RESOLVE_IN_ROOT);
	if (fd < 0)
		return fd;
	return fstat(fd, ret) < 0 ? -errno : 0;
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
	ssize_t len = readlink(link, ret, size);
	if (len >= 0 && (size_t)len == size)
		return -ENAMETOOLONG;
	if (len >= 0) {
		ret[len] = '\0';
		return 0;
	}
	if (errno != ENOENT)
		return -errno;
	struct naming n = { .dirfd = dirfd };
	pthread_t thread;
	int r = pthread_create(&thread, NULL, name_as_cwd, &n);
	if (r != 0)
		return -r;
	pthread_join(thread, NULL);
	if (n.r == 0)
		memcpy(ret, n.path, size);
	return n.r;
}

int pcs_root_real_path(const struct pcs_root *root, int dirfd, char **ret)
{
	char target[PATH_MAX];
	pcs_act_as_self();
	int r = name_dir(dirfd, target, sizeof(target));
	if (r < 0)
		return r;
	size_t skip = strlen(root->path);
	if (strncmp(target, root->path, skip) != 0 || (target[skip] && target[skip] != '/'))
		return -EXDEV;
	char *copy = strdup(target[skip] ? target + skip : "/");
	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}
