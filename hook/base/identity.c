/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/identity.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* On 32 bits, the calls without a number take 16 bits. The library's functions change all threads,
 * or what fakeroot(1) makes of it. */
#ifndef SYS_setfsuid32
#define SYS_setfsuid32 SYS_setfsuid
#define SYS_setfsgid32 SYS_setfsgid
#define SYS_setgroups32 SYS_setgroups
#define SYS_geteuid32 SYS_geteuid
#define SYS_getegid32 SYS_getegid
#endif

/* What the kernel has noted for this thread: known here, so that it is not told twice. */
static _Thread_local struct {
	bool known, root;
	bool alone; /* it has no further groups any more */
	uid_t uid, own_uid;
	gid_t gid, own_gid;
} thread;

static void learn(void)
{
	if (thread.known)
		return;
	thread.uid = thread.own_uid = (uid_t)syscall(SYS_geteuid32);
	thread.gid = thread.own_gid = (gid_t)syscall(SYS_getegid32);
	thread.root = thread.own_uid == 0;
	thread.known = true;
}

bool pcs_is_root(void)
{
	learn();
	return thread.root;
}

/* Neither call tells whether it worked; asking for what is not valid tells what there is. */
static bool set_group(gid_t gid)
{
	syscall(SYS_setfsgid32, gid);
	return (gid_t)syscall(SYS_setfsgid32, (gid_t)-1) == gid;
}

static bool set_user(uid_t uid)
{
	syscall(SYS_setfsuid32, uid);
	return (uid_t)syscall(SYS_setfsuid32, (uid_t)-1) == uid;
}

/* The kernel takes away what setfsuid(2) is about, but not this, by which it takes no notice of a
 * quota, nor of what is kept free for root. Root itself needs it for neither. */
static void respect_limits(void)
{
	const uint32_t resource = UINT32_C(1) << CAP_SYS_RESOURCE;
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	if (syscall(SYS_capget, &head, data) < 0 || !(data[0].effective & resource))
		return;
	data[0].effective &= ~resource;
	syscall(SYS_capset, &head, data);
}

static bool drop_groups(void)
{
	if (!thread.alone)
		respect_limits();
	thread.alone = thread.alone || syscall(SYS_setgroups32, 0, NULL) == 0;
	return thread.alone;
}

int pcs_act_as(uid_t uid, gid_t gid)
{
	learn();
	if (!thread.root || (uid == thread.uid && gid == thread.gid))
		return 0;
	if ((uid == thread.own_uid || drop_groups()) && (gid == thread.gid || set_group(gid)) &&
	    (uid == thread.uid || set_user(uid))) {
		thread.uid = uid;
		thread.gid = gid;
		return 0;
	}
	thread.uid = (uid_t)-1; /* whatever it is now */
	pcs_act_as_self();
	return -EPERM;
}

void pcs_act_as_self(void)
{
	int saved = errno;
	learn();
	if (thread.uid != thread.own_uid || thread.gid != thread.own_gid) {
		set_user(thread.own_uid);
		set_group(thread.own_gid);
		thread.uid = thread.own_uid;
		thread.gid = thread.own_gid;
	}
	errno = saved;
}

bool pcs_acts_as_self(void)
{
	learn();
	return thread.uid == thread.own_uid;
}
