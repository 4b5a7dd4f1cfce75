/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/proc.h"

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#include "base/buf.h"
#include "base/identity.h"

static atomic_int seen_signal; /* walks look at it from threads of their own */
static mode_t first_umask;

void pcs_proc_setup(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/* The lowest free number is this one. A path descriptor refuses reads and writes.
		 */
		if (open("/", O_PATH) != fd)
			_exit(2);
	}
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	first_umask = umask(0);
}

mode_t pcs_proc_umask(void)
{
	return first_umask;
}

static void note_signal(int sig)
{
	seen_signal = sig;
}

void pcs_signals_catch(void)
{
	struct sigaction sa = { .sa_handler = note_signal };
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

int pcs_signal_seen(void)
{
	return seen_signal;
}

void pcs_signals_block(sigset_t *ret_sleep_mask)
{
	sigset_t caught;
	sigemptyset(&caught);
	sigaddset(&caught, SIGINT);
	sigaddset(&caught, SIGTERM);
	sigaddset(&caught, SIGHUP);
	sigprocmask(SIG_BLOCK, &caught, ret_sleep_mask);
	sigdelset(ret_sleep_mask, SIGINT);
	sigdelset(ret_sleep_mask, SIGTERM);
	sigdelset(ret_sleep_mask, SIGHUP);
}

/* Between fork and exec: async-signal-safe calls only. */
static void become(const char *path, const char *const argv[], const char *const envp[], int socket,
		   int said)
{
	struct rlimit stack;
	const rlim_t usual = 8 << 20; /* what CPython's recursion limits are made for */
	int null = open("/dev/null", O_RDWR);
	sigset_t none;
	if (dup2(socket, 0) < 0 || dup2(said, 2) < 0 || (null >= 0 && dup2(null, 1) < 0) ||
	    chdir("/") < 0)
		_exit(127);
	close_range(3, ~0U, 0);
	if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur < usual) {
		stack.rlim_cur = stack.rlim_max < usual ? stack.rlim_max : usual;
		setrlimit(RLIMIT_STACK, &stack);
	}
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	setsid(); /* no terminal: a ^C is for pycsync, which then ends its workers */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(path, (char *const *)argv, (char *const *)envp);
	const char *why = strerrordesc_np(errno);
	const struct iovec words[] = { { (void *)(uintptr_t)path, strlen(path) },
				       { (void *)(uintptr_t) ": ", 2 },
				       { (void *)(uintptr_t)why, strlen(why) } };
	if (writev(2, words, PCS_ARRAY_SIZE(words)) < 0)
		_exit(126);
	_exit(127);
}

int pcs_spawn(const char *path, const char *const argv[], const char *const envp[],
	      struct pcs_child *ret)
{
	int pair[2], ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	PCS_CLOSE int ours = pair[0];
	PCS_CLOSE int theirs = pair[1];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	PCS_CLOSE int said = ends[0];
	PCS_CLOSE int says = ends[1];
	if (fcntl(ours, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	pcs_act_as_self();
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become(path, argv, envp, theirs, says);
	*ret = (struct pcs_child){ .pid = pid, .fd = PCS_TAKE_FD(ours), .said = PCS_TAKE_FD(said) };
	return 0;
}

void pcs_child_kill(const struct pcs_child *c)
{
	if (c->pid > 0)
		kill(c->pid, SIGKILL);
}

int pcs_child_stop(struct pcs_child *c)
{
	int status = 0;
	pcs_child_kill(c);
	if (c->pid > 0) {
		while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	c->pid = 0;
	c->fd = pcs_close(c->fd);
	c->said = pcs_close(c->said);
	return status;
}

unsigned pcs_cpu_count(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		return (unsigned)CPU_COUNT(&set);
	return 1;
}

long long pcs_now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int read_pipe(int fd, size_t max, struct pcs_buf *ret)
{
	for (;;) {
		int r = pcs_buf_reserve(ret, 4096);
		if (r < 0)
			return r;
		ssize_t n = read(fd, ret->data + ret->len, 4096);
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			ret->len += (size_t)n;
		if (ret->len > max)
			return -EFBIG;
	}
}

int pcs_proc_capture(const char *const argv[], size_t max, struct pcs_buf *ret)
{
	int ends[2], status = 0;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	PCS_CLOSE int in = ends[0];
	PCS_CLOSE int out = ends[1];
	pcs_act_as_self();
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		umask(first_umask);
		signal(SIGPIPE, SIG_DFL);
		signal(SIGXFSZ, SIG_DFL);
		if (dup2(out, 1) >= 0)
			execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	out = pcs_close(out);
	int r = read_pipe(in, max, ret);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return r < 0 ? r : status == 0 ? 0 : -ENOEXEC;
}
