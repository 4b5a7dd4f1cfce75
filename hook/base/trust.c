/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/trust.h"

#include <endian.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/identity.h"

/* Those that <linux/magic.h> does not have; each is named after its file in Linux. */
enum {
	CONFIGFS_MAGIC = 0x62656570,   /* fs/configfs/mount.c */
	FUSECTL_MAGIC = 0x65735543,    /* fs/fuse/control.c */
	MQUEUE_MAGIC = 0x19800202,     /* ipc/mqueue.c */
	NFSD_MAGIC = 0x6e667364,       /* fs/nfsd/nfsctl.c */
	RPC_PIPEFS_MAGIC = 0x67596969, /* net/sunrpc/rpc_pipe.c */
};

static const uint32_t pseudo[] = {
	PROC_SUPER_MAGIC,     SYSFS_MAGIC,         DEBUGFS_MAGIC,        TRACEFS_MAGIC,
	CGROUP_SUPER_MAGIC,   CGROUP2_SUPER_MAGIC, DEVPTS_SUPER_MAGIC,   SECURITYFS_MAGIC,
	SELINUX_MAGIC,        SMACK_MAGIC,         AAFS_MAGIC,           PSTOREFS_MAGIC,
	EFIVARFS_MAGIC,       XENFS_SUPER_MAGIC,   OPENPROM_SUPER_MAGIC, BPF_FS_MAGIC,
	BINFMTFS_MAGIC,       NSFS_MAGIC,          RDTGROUP_SUPER_MAGIC, USBDEVICE_SUPER_MAGIC,
	BINDERFS_SUPER_MAGIC, PIPEFS_MAGIC,        SOCKFS_MAGIC,         ANON_INODE_FS_MAGIC,
	CONFIGFS_MAGIC,       FUSECTL_MAGIC,       MQUEUE_MAGIC,         NFSD_MAGIC,
	RPC_PIPEFS_MAGIC,
};

int pcs_refuse_pseudo_fs(int fd)
{
	struct statfs fs;
	if (fstatfs(fd, &fs) < 0)
		return -errno;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(pseudo); i++)
		if ((uint32_t)fs.f_type == pseudo[i])
			return -PCS_EPSEUDO;
	return 0;
}

bool pcs_may_read_by_link(uid_t link_owner, uid_t source_owner)
{
	return source_owner == link_owner || source_owner == 0;
}

bool pcs_may_write_by_link(uid_t dir_owner, uid_t link_owner, uid_t target_owner)
{
	return target_owner == dir_owner && (link_owner == dir_owner || link_owner == 0);
}

bool pcs_may_enter_by_link(uid_t dir_owner, uid_t link_owner, uid_t target_owner)
{
	return link_owner == 0 ||
	       (link_owner == target_owner && (dir_owner == link_owner || dir_owner == 0));
}

/* Whether an entry that may write is somebody else's than root's. */
static bool is_others(const struct posix_acl_xattr_entry *e, gid_t group)
{
	switch (le16toh(e->e_tag)) {
	case ACL_USER:
	case ACL_GROUP:
		return e->e_id != 0;
	case ACL_GROUP_OBJ:
		return group != 0;
	default:
		return false;
	}
}

/* The group's bits of the mode, when there is a list, are the most that any of its entries gives.
 */
static bool others_may_write(int fd, const struct stat *st)
{
	struct {
		struct posix_acl_xattr_header head;
		struct posix_acl_xattr_entry entries[128];
	} acl;
	if (!(st->st_mode & S_IWGRP) || st->st_mode & S_IWOTH)
		return st->st_mode & S_IWOTH;
	ssize_t n = fgetxattr(fd, "system.posix_acl_access", &acl, sizeof(acl));
	if (n < 0) /* one that cannot be read may say anything */
		return st->st_gid != 0 || (errno != ENODATA && errno != EOPNOTSUPP);
	if (n < (ssize_t)sizeof(acl.head) || le32toh(acl.head.a_version) != POSIX_ACL_XATTR_VERSION)
		return true;
	size_t entries = ((size_t)n - sizeof(acl.head)) / sizeof(acl.entries[0]);
	for (size_t i = 0; i < entries; i++)
		if (le16toh(acl.entries[i].e_perm) & ACL_WRITE &&
		    is_others(&acl.entries[i], st->st_gid))
			return true;
	return false;
}

bool pcs_others_write(const struct stat *st)
{
	return st->st_mode & S_IWOTH || (st->st_uid != 0 && st->st_uid != geteuid()) ||
	       (st->st_mode & S_IWGRP && geteuid() == 0);
}

/* For the group as well: it may have less than all others. */
static bool all_have(mode_t mode, mode_t right)
{
	const mode_t all = right | right << 3 | right << 6;
	return (mode & all) == all;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool pcs_all_may_read(int dirfd, const char *name, const struct stat *read)
{
	struct stat st, above;
	pcs_act_as_self();
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
	    !is_same(&st, read) || !all_have(st.st_mode & read->st_mode, S_IROTH))
		return false;
	PCS_CLOSE int fd = openat(dirfd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	while (fd >= 0 && fstat(fd, &st) == 0 && all_have(st.st_mode, S_IXOTH)) {
		PCS_CLOSE int up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (up < 0 || fstat(up, &above) < 0)
			return false;
		if (is_same(&st, &above))
			return true;
		pcs_close(fd);
		fd = PCS_TAKE_FD(up);
	}
	return false;
}

enum { LINKS_MAX = 40 }; /* as the kernel has it */

/* On the way to a path. */
struct way {
	int root, fd;
	struct pcs_buf at;   /* where `fd` is: no link in it; "" is the root */
	struct pcs_buf rest; /* what is still to go */
	unsigned links;
	bool sticky; /* anybody may make an entry in `fd`, and only its owner may rename it */
};

/* Go on from what is open, which lies at `at`, unless others decide of it. 1, 0 or -errno. */
static int enter(struct way *w, int fd)
{
	struct stat st;
	pcs_close(w->fd);
	w->fd = fd;
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	bool open = others_may_write(fd, &st);
	w->sticky = open && S_ISDIR(st.st_mode) && st.st_mode & S_ISVTX && w->rest.len;
	return st.st_uid == 0 && (!open || w->sticky);
}

/* What is at `at` was let pass before; nobody but root can have exchanged it. */
static int enter_again(struct way *w)
{
	const char *path = w->at.len ? w->at.data + 1 : ".";
	int fd = openat(w->root, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return enter(w, fd < 0 ? -errno : fd);
}

static int follow(struct way *w, const char *name)
{
	char target[PATH_MAX];
	PCS_BUF struct pcs_buf behind = w->rest;
	ssize_t n = readlinkat(w->fd, name, target, sizeof(target) - 1);
	w->rest = (struct pcs_buf){ 0 };
	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (++w->links > LINKS_MAX)
		return -ELOOP;
	if (pcs_buf_printf(&w->rest, "%s/%s", target, behind.data) < 0)
		return -ENOMEM;
	if (target[0] != '/')
		return 1;
	w->at.len = 0;
	return enter_again(w);
}

static int step(struct way *w, const char *name)
{
	struct stat st;
	if (strcmp(name, "..") == 0) {
		const char *slash = w->at.len ? memrchr(w->at.data, '/', w->at.len) : NULL;
		w->at.len = slash ? (size_t)(slash - w->at.data) : 0;
		if (w->at.data)
			w->at.data[w->at.len] = '\0';
		return enter_again(w);
	}
	if (fstatat(w->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode) && (!w->sticky || st.st_uid == 0))
		return follow(w, name);
	if (pcs_buf_printf(&w->at, "/%s", name) < 0)
		return -ENOMEM;
	if (S_ISLNK(st.st_mode))
		return 0;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) /* opening a device can have effects */
		return -EINVAL;
	int fd = openat(w->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return enter(w, fd < 0 ? -errno : fd);
}

int pcs_is_roots_alone(int root, const char *path, struct pcs_buf *ret)
{
	struct way w = { .root = root, .fd = -1 };
	if (geteuid() != 0)
		return 1;
	int r = pcs_buf_adds(&w.rest, path + strspn(path, "/"));
	if (r == 0)
		r = enter_again(&w);
	while (r > 0 && w.rest.len) {
		size_t n = strcspn(w.rest.data, "/");
		char name[NAME_MAX + 1] = "";
		if (n > NAME_MAX)
			r = -ENAMETOOLONG;
		else
			memcpy(name, w.rest.data, n);
		pcs_buf_consume(&w.rest, n + strspn(w.rest.data + n, "/"));
		if (r > 0 && n && strcmp(name, ".") != 0)
			r = step(&w, name);
	}
	if (r == 0 && pcs_buf_adds(ret, w.at.len ? w.at.data : "/") < 0)
		r = -ENOMEM;
	pcs_close(w.fd);
	pcs_buf_done(&w.at);
	pcs_buf_done(&w.rest);
	return r;
}

int pcs_refuse_to_run(const char *path, char **ret_why)
{
	PCS_BUF struct pcs_buf whose = { 0 };
	PCS_CLOSE int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r = root < 0 ? -errno : pcs_is_roots_alone(root, path, &whose);
	*ret_why = NULL;
	if (r == 0 &&
	    asprintf(ret_why, "root does not run it: others may write %s", whose.data) < 0)
		r = -ENOMEM;
	return r < 0 ? r : 0;
}
