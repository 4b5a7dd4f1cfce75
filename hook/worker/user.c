/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "worker/user.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/util.h"
#include "worker/landlock.h"

static const char user_name[] = "pycsync";

/*
 * What to look for a free uid in: no system gives these to users, services or containers
 * (systemd's UIDS-GIDS.md, Debian Policy 9.2.2), and a namespace of 65536 uids has some of them.
 */
enum { FREE_FIRST = 65520, FREE_LAST = 65599, NOBODY = 65534, NO_UID = 65535 };

struct users {
	uid_t uid; /* of the user pycsync; 0: there is none */
	gid_t gid;
	bool taken[FREE_LAST - FREE_FIRST + 1];
};

/* From the file itself: no module of the system's name service is loaded while we are root. */
static void read_users(struct users *ret)
{
	FILE *f = fopen("/etc/passwd", "re");
	for (struct passwd *p; f && (p = fgetpwent(f));) {
		if (p->pw_uid >= FREE_FIRST && p->pw_uid <= FREE_LAST)
			ret->taken[p->pw_uid - FREE_FIRST] = true;
		if (strcmp(p->pw_name, user_name) == 0) {
			ret->uid = p->pw_uid;
			ret->gid = p->pw_gid;
		}
	}
	if (f)
		fclose(f);
}

static bool has_processes(uid_t uid)
{
	errno = 0;
	return getpriority(PRIO_USER, uid) != -1 || errno != ESRCH;
}

/* False where the namespace does not have it. */
static bool become(uid_t uid, gid_t gid)
{
	return setresgid(gid, gid, gid) == 0 && setresuid(uid, uid, uid) == 0;
}

static int become_somebody(void)
{
	struct users users = { 0 };
	users.taken[NOBODY - FREE_FIRST] = users.taken[NO_UID - FREE_FIRST] = true;
	read_users(&users);
	if (users.uid && users.gid && become(users.uid, users.gid))
		return 0;
	for (uid_t uid = FREE_LAST; uid >= FREE_FIRST; uid--)
		if (!users.taken[uid - FREE_FIRST] && !has_processes(uid) && become(uid, uid))
			return 0;
	if (become(NOBODY, NOBODY))
		return 0;
	return setresgid(0, 0, 0) < 0 ? -errno : 0;
}

/* capset(2) has no wrapper in libc. */
static int set_capabilities(uint64_t effective, uint64_t permitted)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	for (int i = 0; i < 2; i++)
		data[i] = (struct __user_cap_data_struct){
			.effective = (uint32_t)(effective >> (32 * i)),
			.permitted = (uint32_t)(permitted >> (32 * i)),
			.inheritable = (uint32_t)(permitted >> (32 * i)),
		};
	return syscall(SYS_capset, &head, data) < 0 ? -errno : 0;
}

/* Those of `wanted` that we have. */
static uint64_t permitted_of(uint64_t wanted)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	if (syscall(SYS_capget, &head, data) < 0)
		return 0;
	return wanted & (data[0].permitted | (uint64_t)data[1].permitted << 32);
}

/* The one that is kept as a shield: no system call that a worker may do asks for it. */
static uint64_t shield(void)
{
	const uint64_t wake = UINT64_C(1) << CAP_WAKE_ALARM, bind = 1 << CAP_NET_BIND_SERVICE;
	return permitted_of(wake) ? wake : permitted_of(bind);
}

static int keep_over_exec(uint64_t permitted)
{
	for (unsigned long cap = 0; cap < 64; cap++)
		if (permitted & UINT64_C(1) << cap &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return -errno;
	return 0;
}

int pcs_user_drop_root(const struct pcs_interp_files *files, bool shielded)
{
	if (geteuid() != 0)
		return 0;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return -errno;
	/* A namespace that refuses setgroups has one uid as well. */
	int r = setgroups(0, NULL) == 0 ? become_somebody() : 0;
	uint64_t kept = shielded ? shield() : 0;
	uint64_t reading = permitted_of(1 << CAP_DAC_READ_SEARCH);
	if (r == 0)
		r = set_capabilities(0, kept | reading);
	if (r < 0)
		return r;
	if (pcs_landlock_readable(files))
		reading = 0;
	r = set_capabilities(reading, kept | reading);
	return r < 0 || !shielded ? r : keep_over_exec(kept | reading);
}
