#include "base/proc.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/util.h"

static volatile sig_atomic_t seen_signal;

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
	umask(0);
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
static void become(const char *path, const char *const argv[], const char *const envp[], int socket)
{
	struct rlimit stack;
	const rlim_t usual = 8 << 20; /* what CPython's recursion limits are made for */
	int null = open("/dev/null", O_RDWR);
	sigset_t none;
	if (dup2(socket, 0) < 0 || (null >= 0 && (dup2(null, 1) < 0 || dup2(null, 2) < 0)) ||
	    chdir("/") < 0)
		_exit(127);
	close_range(3, ~0U, 0);
	if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur < usual) {
		stack.rlim_cur = stack.rlim_max < usual ? stack.rlim_max : usual;
		setrlimit(RLIMIT_STACK, &stack);
	}
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	setpgid(0, 0); /* a ^C is for pycsync, which then ends its workers */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(path, (char *const *)argv, (char *const *)envp);
	_exit(127);
}

int pcs_spawn(const char *path, const char *const argv[], const char *const envp[],
	      struct pcs_child *ret)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	PCS_CLOSE int ours = pair[0];
	PCS_CLOSE int theirs = pair[1];
	if (fcntl(ours, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become(path, argv, envp, theirs);
	*ret = (struct pcs_child){ .pid = pid, .fd = PCS_TAKE_FD(ours) };
	return 0;
}

int pcs_child_stop(struct pcs_child *c)
{
	int status = 0;
	if (c->pid > 0) {
		kill(c->pid, SIGKILL);
		while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	c->pid = 0;
	c->fd = pcs_close(c->fd);
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
