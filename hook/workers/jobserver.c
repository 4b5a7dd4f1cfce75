/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers/jobserver.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/util.h"

enum { TOKENS_MAX = 1024 };

/* What has to be given back, byte for byte as it came. In memory that the keeper sees. */
struct tokens {
	volatile size_t n;
	char list[TOKENS_MAX];
};

struct pcs_jobserver {
	int in, out; /* ours: nobody else sees that they do not block; -1: no server to talk to */
	struct tokens *held;
	pid_t keeper; /* 0: there is none */
	int life;     /* the keeper sees it close when we end, however that is */
};

/* ---- MAKEFLAGS ---- */

/* "3,4"; what is negative or no number is not for us. */
static void parse_pipe(const char *value, size_t len, struct pcs_jobserver_auth *ret)
{
	char text[32] = "", *end;
	ret->kind = PCS_JOBSERVER_GONE;
	if (len >= sizeof(text))
		return;
	memcpy(text, value, len);
	long long in = strtoll(text, &end, 10);
	if (end == text || *end != ',' || in < 0 || in > INT_MAX)
		return;
	const char *second = end + 1;
	long long out = strtoll(second, &end, 10);
	if (end == second || *end || out < 0 || out > INT_MAX)
		return;
	*ret = (struct pcs_jobserver_auth){ .kind = PCS_JOBSERVER_PIPE,
					    .in = (int)in,
					    .out = (int)out };
}

/* One that is there already is replaced: of several, the last one counts. */
static int parse_auth(const char *value, size_t len, struct pcs_jobserver_auth *ret)
{
	static const char fifo[] = "fifo:";
	const size_t n = strlen(fifo);
	free(PCS_TAKE(ret->path));
	if (len < n || memcmp(value, fifo, n) != 0) {
		parse_pipe(value, len, ret);
		return 0;
	}
	*ret = (struct pcs_jobserver_auth){ .kind = PCS_JOBSERVER_FIFO };
	ret->path = strndup(value + n, len - n);
	return ret->path ? 0 : -ENOMEM;
}

int pcs_jobserver_parse(const char *makeflags, struct pcs_jobserver_auth *ret)
{
	static const char *const keys[] = { "--jobserver-auth=", "--jobserver-fds=" };
	struct pcs_jobserver_auth auth = { 0 };
	int r = 0;
	for (const char *p = makeflags ? makeflags : ""; *p && r == 0;) {
		p += strspn(p, " \t");
		size_t len = strcspn(p, " \t");
		if (len == 2 && memcmp(p, "--", 2) == 0)
			break; /* variables follow */
		for (size_t i = 0; i < PCS_ARRAY_SIZE(keys) && r == 0; i++) {
			size_t n = strlen(keys[i]);
			if (len >= n && memcmp(p, keys[i], n) == 0)
				r = parse_auth(p + n, len - n, &auth);
		}
		p += len;
	}
	if (r == 0)
		*ret = auth;
	return r;
}

/* ---- the server ---- */

static bool is_pipe(int fd, int mode, struct stat *ret)
{
	int flags = fcntl(fd, F_GETFL);
	return flags >= 0 && ((flags & O_ACCMODE) == mode || (flags & O_ACCMODE) == O_RDWR) &&
	       fstat(fd, ret) == 0 && S_ISFIFO(ret->st_mode);
}

/*
 * A descriptor that make did not mean to leave open may have become anything: two ends of one pipe
 * are no accident. Reading must not block, and a flag set here would be everybody's, so it is
 * opened anew.
 */
static void join_pipe(struct pcs_jobserver *js, const struct pcs_jobserver_auth *auth)
{
	struct stat in, out;
	char path[32];
	if (!is_pipe(auth->in, O_RDONLY, &in) || !is_pipe(auth->out, O_WRONLY, &out) ||
	    in.st_dev != out.st_dev || in.st_ino != out.st_ino)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", auth->in);
	js->in = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (js->in >= 0)
		js->out = fcntl(auth->out, F_DUPFD_CLOEXEC, 3);
}

static void join_fifo(struct pcs_jobserver *js, const char *path)
{
	struct stat st;
	PCS_CLOSE int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISFIFO(st.st_mode))
		return;
	js->out = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	js->in = PCS_TAKE_FD(fd);
}

/* What was taken from a pipe fits into it again, so this does not wait. */
static void give_back(int out, struct tokens *held, size_t keep)
{
	while (held->n > keep) {
		ssize_t n = write(out, held->list + held->n - 1, 1);
		if (n < 0 && errno != EINTR)
			return; /* nobody reads any more */
		held->n -= n > 0;
	}
}

/* ---- the keeper ---- */

/* The child: wait for the other's end, in a session of its own, with nothing open that somebody may
 * wait for. */
static void keep(int out, int life, struct tokens *held)
{
	char c;
	setsid();
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_IGN);
	if (dup2(life, 0) < 0 || dup2(out, 1) < 0)
		_exit(1);
	close_range(2, ~0U, 0);
	while (read(0, &c, 1) < 0 && errno == EINTR)
		;
	give_back(1, held, 0);
	_exit(0);
}

/* A token that is lost slows the whole build down, and SIGKILL cannot be caught: so another process
 * gives back what we hold when we end. Without it, only that case is lost. */
static void start_keeper(struct pcs_jobserver *js)
{
	int ends[2];
	if (js->keeper || pipe2(ends, O_CLOEXEC) < 0)
		return;
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[1]);
		keep(js->out, ends[0], js->held);
	}
	close(ends[0]);
	js->keeper = pid < 0 ? 0 : pid;
	js->life = pid < 0 ? pcs_close(ends[1]) : ends[1];
}

static void stop_keeper(struct pcs_jobserver *js)
{
	js->life = pcs_close(js->life);
	while (js->keeper && waitpid(js->keeper, NULL, 0) < 0 && errno == EINTR)
		;
	js->keeper = 0;
}

/* ---- tokens ---- */

int pcs_jobserver_join(struct pcs_jobserver **ret)
{
	struct pcs_jobserver_auth auth;
	int r = pcs_jobserver_parse(getenv("MAKEFLAGS"), &auth);
	*ret = NULL;
	if (r < 0 || auth.kind == PCS_JOBSERVER_NONE)
		return r;
	struct pcs_jobserver *js = calloc(1, sizeof(*js));
	void *held = mmap(NULL, sizeof(*js->held), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!js || held == MAP_FAILED) {
		free(auth.path);
		free(js);
		return -ENOMEM;
	}
	*js = (struct pcs_jobserver){ .in = -1, .out = -1, .life = -1, .held = held };
	if (auth.kind == PCS_JOBSERVER_PIPE)
		join_pipe(js, &auth);
	else if (auth.kind == PCS_JOBSERVER_FIFO)
		join_fifo(js, auth.path);
	if (js->out < 0)
		js->in = pcs_close(js->in);
	free(auth.path);
	*ret = js;
	return 0;
}

unsigned pcs_jobserver_want(struct pcs_jobserver *js, unsigned jobs)
{
	struct tokens *held = js->held;
	size_t want = jobs > 1 ? jobs - 1 : 0;
	give_back(js->out, held, want);
	if (js->in >= 0 && held->n < want)
		start_keeper(js);
	while (js->in >= 0 && held->n < want && held->n < TOKENS_MAX) {
		ssize_t n = read(js->in, held->list + held->n, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		held->n++;
	}
	return (unsigned)held->n + 1;
}

int pcs_jobserver_fd(const struct pcs_jobserver *js)
{
	return js->in;
}

void pcs_jobserver_free(struct pcs_jobserver *js)
{
	if (!js)
		return;
	give_back(js->out, js->held, 0);
	stop_keeper(js);
	pcs_close(js->in);
	pcs_close(js->out);
	munmap(js->held, sizeof(*js->held));
	free(js);
}
