/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "worker/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/util.h"
#include "worker/user.h"

static int end_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

enum { CHANGING = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND };

/* All that a running interpreter needs to compile, import a codec and report; the rest is EPERM. */
static const int allowed_calls[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(recvfrom),
	SCMP_SYS(sendto),
	SCMP_SYS(pread64),
	SCMP_SYS(lseek),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mprotect),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(futex),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(getcwd),
	SCMP_SYS(getdents),
	SCMP_SYS(getdents64),
	SCMP_SYS(dup),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getppid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(getrusage),
	SCMP_SYS(getrlimit),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(rseq),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(membarrier),
	SCMP_SYS(arch_prctl), /* a program that starts */
	SCMP_SYS(set_tid_address),
	/* The same where a machine of 32 bits has calls of its own for it. */
	SCMP_SYS(fstat64),
	SCMP_SYS(stat64),
	SCMP_SYS(lstat64),
	SCMP_SYS(fstatat64),
	SCMP_SYS(_llseek),
	SCMP_SYS(mmap2),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(clock_getres_time64),
	SCMP_SYS(clock_nanosleep_time64),
	SCMP_SYS(futex_time64),
	SCMP_SYS(ppoll_time64),
	SCMP_SYS(sigreturn),
	SCMP_SYS(getuid32),
	SCMP_SYS(geteuid32),
	SCMP_SYS(getgid32),
	SCMP_SYS(getegid32),
	SCMP_SYS(ugetrlimit),
	SCMP_SYS(set_thread_area),
};

/* Calls that are harmless with some arguments only: nobody else is signalled or limited. */
static int allow_narrowly(scmp_filter_ctx filter)
{
	const struct {
		int call;
		struct scmp_arg_cmp arg;
	} rules[] = {
		{ SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()) },
		{ SCMP_SYS(prlimit64), SCMP_A0(SCMP_CMP_EQ, 0) },
		{ SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, F_GETFD) },
		{ SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, F_SETFD) },
		{ SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, F_GETFL) },
		{ SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, F_DUPFD_CLOEXEC) },
		{ SCMP_SYS(fcntl64), SCMP_A1(SCMP_CMP_EQ, F_GETFD) },
		{ SCMP_SYS(fcntl64), SCMP_A1(SCMP_CMP_EQ, F_SETFD) },
		{ SCMP_SYS(fcntl64), SCMP_A1(SCMP_CMP_EQ, F_GETFL) },
		{ SCMP_SYS(fcntl64), SCMP_A1(SCMP_CMP_EQ, F_DUPFD_CLOEXEC) },
		/* Opening is for reading: neither writing nor creating. */
		{ SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ, CHANGING, O_RDONLY) },
		{ SCMP_SYS(open), SCMP_A1(SCMP_CMP_MASKED_EQ, CHANGING, O_RDONLY) },
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rules); i++) {
		int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, rules[i].call, 1, rules[i].arg);
		if (r < 0 && r != -EDOM)
			return r;
	}
	return 0;
}

/* Starting a program: only by the very string that we hold. */
static int allow_program(scmp_filter_ctx filter, const char *program)
{
	if (!program)
		return 0;
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(execve), 1,
				SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)(uintptr_t)program));
}

static int allow_calls(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < PCS_ARRAY_SIZE(allowed_calls); i++) {
		int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0);
		if (r < 0 && r != -EDOM) /* a call that this machine does not have */
			return r;
	}
	return allow_narrowly(filter);
}

static int filter_calls(const char *program)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!filter)
		return -ENOMEM;
	int r = allow_calls(filter);
	if (r == 0)
		r = allow_program(filter, program);
	if (r == 0)
		seccomp_load(filter); /* a kernel without seccomp: the rest still holds */
	seccomp_release(filter);
	return r;
}

int pcs_sandbox_enter(pid_t parent, const struct pcs_interp_files *files)
{
	const char *program = files->libpython ? NULL : files->executable;
	const struct rlimit none = { 0, 0 };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || setrlimit(RLIMIT_CORE, &none) < 0)
		return -errno;
	int r = pcs_user_drop_root(files, program != NULL);
	if (r == 0)
		r = end_with(parent); /* a change of user would undo it */
	if (r == 0)
		r = pcs_landlock(files);
	if (r < 0)
		return r;
	/* execve(2) undoes it, hence the shield. */
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : filter_calls(program);
}

bool pcs_sandbox_memory(uint32_t mib)
{
#ifndef PCS_SANITIZE /* a sanitizer's shadow alone is larger than any limit */
	static uint32_t current;
	struct rlimit limit;
	if (mib == current)
		return true;
	if (getrlimit(RLIMIT_AS, &limit) < 0)
		return false;
	rlim_t want = (rlim_t)mib << 20;
	limit.rlim_cur = mib && (limit.rlim_max == RLIM_INFINITY || want < limit.rlim_max) ?
				 want :
				 limit.rlim_max;
	if (setrlimit(RLIMIT_AS, &limit) < 0)
		return false;
	current = mib;
#else
	(void)mib;
#endif
	return true;
}

int pcs_sandbox_max_files(unsigned n)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -errno;
	if (limit.rlim_cur <= n)
		return 0;
	limit.rlim_cur = n;
	return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? -errno : 0;
}

void pcs_sandbox_files(bool allowed)
{
	static rlim_t before;
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	if (!allowed)
		before = limit.rlim_cur;
	limit.rlim_cur = allowed ? before : 0;
	setrlimit(RLIMIT_NOFILE, &limit);
}
