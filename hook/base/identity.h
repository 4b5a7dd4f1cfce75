/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * As whom a thread works on the file system. Root works in a user's directory as that user
 * (setfsuid(2), setfsgid(2), no further groups), so that the kernel decides what may be done there.
 * Each thread has an identity of its own, at first that of the process. Without root's rights all
 * of this does nothing: the kernel decides anyway.
 */

#include <stdbool.h>
#include <sys/types.h>

/* Whether the kernel takes the process for root; fakeroot(1) does not count. */
bool pcs_is_root(void);

/* A group to work with that gives no rights. */
enum { PCS_NO_GROUP = 65534 };

/* Work as this user and group from now on. 0; or -EPERM, and then the identity is the process's. */
int pcs_act_as(uid_t uid, gid_t gid);

/* Work as the process itself again. */
void pcs_act_as_self(void);

/* Whether the thread works as the process itself. */
bool pcs_acts_as_self(void);
