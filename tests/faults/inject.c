/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded: call number $FAULT_WHEN of system call $FAULT_CALL fails with $FAULT_ERROR, or is the end with 0.
 *
 * A seccomp filter turns that call into a signal, wherever in libc or the loader it is made from, and all others
 * are as fast as ever. Processes that are started have the filter, but their libc is elsewhere. A file named
 * $FAULT_HIT tells that it came to pass. The first of all calls that are counted comes after fcntl(MARK).
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { MARK = -77, RANGES = 2 };

static long call = -1, when, fault, count;
static const char *hit;
static pid_t self;

/* Not by libc, whose calls are caught. */
static long raw(long n, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long r;
	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return r;
}

static void tell(void)
{
	long fd = raw(SYS_open, (long)hit, O_WRONLY | O_CREAT | O_CLOEXEC, 0600, 0, 0, 0);
	raw(SYS_write, fd, (long)"y", 1, 0, 0, 0);
	raw(SYS_close, fd, 0, 0, 0, 0, 0);
}

static void caught(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
	int ours = raw(SYS_getpid, 0, 0, 0, 0, 0, 0) == self &&
		   __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED) == when;
	if (ours) {
		tell();
		if (!fault)
			raw(SYS_kill, self, SIGKILL, 0, 0, 0, 0);
	}
	/* Linux closes a descriptor even where it returns an error. */
	if (!ours || call == SYS_close)
		r[REG_RAX] = raw(call, r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10], r[REG_R8], r[REG_R9]);
	if (ours)
		r[REG_RAX] = -fault;
}

/* A child has the filter until it begins its program, and must not lose the handler before. */
sighandler_t signal(int number, sighandler_t handler)
{
	const struct sigaction action = { .sa_handler = handler };
	struct sigaction old = { .sa_handler = SIG_DFL };
	if (number != SIGSYS && sigaction(number, &action, &old) < 0)
		return SIG_ERR;
	return old.sa_handler;
}

/* Threads that leave all signals to others still need this one: where it is blocked it is the end. */
int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t mine;
	if (set && how != SIG_UNBLOCK) {
		mine = *set;
		sigdelset(&mine, SIGSYS);
		set = &mine;
	}
	return sigprocmask(how, set, old) < 0 ? errno : 0;
}

/* Where the code of libc and of the loader is. */
static void find_code(unsigned long from[RANGES], unsigned long to[RANGES])
{
	char line[512], flags[8];
	FILE *maps = fopen("/proc/self/maps", "re");
	int n = 0;
	while (maps && n < RANGES && fgets(line, sizeof(line), maps))
		if ((strstr(line, "/libc.so") || strstr(line, "/ld-linux")) &&
		    sscanf(line, "%lx-%lx %7s", &from[n], &to[n], flags) == 3 && strcmp(flags, "r-xp") == 0)
			n++;
	if (maps)
		fclose(maps);
	if (n < RANGES)
		abort();
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IP_HIGH BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4)
#define IP_LOW BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define IF(op, value, yes, no) BPF_JUMP(BPF_JMP | BPF_##op | BPF_K, (unsigned)(value), yes, no)
/* Trap what comes from such a range. */
#define TRAP(from, to) IP_HIGH, IF(JEQ, (from) >> 32, 0, 4), IP_LOW, IF(JGE, from, 0, 2), IF(JGE, to, 1, 0), \
	RETURN(SECCOMP_RET_TRAP)

__attribute__((constructor)) static void start(void)
{
	unsigned long from[RANGES], to[RANGES];
	const char *name = getenv("FAULT_CALL");
	const struct sigaction action = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_NODEFER };
	if (!name) {
		fcntl(MARK, F_GETFD);
		return;
	}
	call = atol(name);
	when = atol(getenv("FAULT_WHEN"));
	fault = atol(getenv("FAULT_ERROR"));
	hit = getenv("FAULT_HIT");
	self = getpid();
	find_code(from, to);
	struct sock_filter steps[] = {
		LOAD(nr), IF(JEQ, call, 1, 0), RETURN(SECCOMP_RET_ALLOW),
		TRAP(from[0], to[0]), TRAP(from[1], to[1]), RETURN(SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof(steps) / sizeof(*steps), steps };
	sigaction(SIGSYS, &action, NULL);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		abort();
	count = 0;
}
