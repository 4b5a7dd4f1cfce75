/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a run of root does not follow, read or believe where other users have a hand in it. */

#include <stdbool.h>
#include <sys/types.h>

struct pcs_buf;

/*
 * -PCS_EPSEUDO if the open file (O_PATH is enough) is on a file system whose content the kernel
 * makes up: procfs, sysfs, debugfs, tracefs, cgroup, devpts and their like. Reading there can have
 * effects, and what is read is the state of the system. 0 on others, -errno where the kernel does
 * not tell.
 */
int pcs_refuse_pseudo_fs(int fd);

/*
 * Whether a symbolic link may lead root to a source: the source must belong to the owner of the
 * link, who could have put it in the place of the link, or to root.
 */
bool pcs_may_read_by_link(uid_t link_owner, uid_t source_owner);

/*
 * Whether a symbolic link in a directory may lead root to another directory that it writes to: the
 * other directory must belong to the owner of the first one, and the link to that owner or to root.
 * In a directory such as /tmp anybody can make links.
 */
bool pcs_may_write_by_link(uid_t dir_owner, uid_t link_owner, uid_t target_owner);

/*
 * Whether a symbolic link on the way of a path may lead root into another directory: the link is
 * root's, or nothing changes hands.
 */
bool pcs_may_enter_by_link(uid_t dir_owner, uid_t link_owner, uid_t target_owner);

struct stat;

/* Whether others than root and the caller may have written what is in a file. To root, a group is
 * others. */
bool pcs_others_write(const struct stat *st);

/*
 * Whether everybody may read the file `name` of an open directory: by its own mode and by those of
 * all directories above it. A link does not count, nor a file that is not the one that was read.
 * Works as the process itself afterwards.
 */
bool pcs_all_may_read(int dirfd, const char *name, const struct stat *read);

/*
 * Whether nobody but root decides what is at `path`, absolute and resolved inside the directory
 * `root`: it, each directory on the way and each one that a link leads through belong to root, and
 * no one else may write there, by mode or access control list. A directory such as /tmp, in which
 * only owners rename, may be on the way; its entry is root's then. 1; 0 with the path that others
 * decide of appended to `ret`; or -errno. Always 1 where an ordinary user runs.
 */
int pcs_is_roots_alone(int root, const char *path, struct pcs_buf *ret);

/*
 * Why root does not run or load the file `path` of the host: words, malloc'ed; or NULL, where it
 * may. Who can exchange a library or a program decides what root runs. 0, or -errno where it cannot
 * be looked at.
 */
int pcs_refuse_to_run(const char *path, char **ret_why);
