/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/progress.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>

#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/thread.h"

enum {
	FIRST_MS = 500, /* what takes no longer has no line */
	EACH_MS = 100,
	GUESS_MS = 1000,   /* of a phase, before its rate is known */
	COLUMNS = 80,      /* where the terminal does not tell */
	PATH_COLUMNS = 12, /* less of a path is not worth it */
};
#define CLEAR "\r\033[K"

/* One line a terminal, and so one a process, as with messages. */
static struct {
	atomic_bool on;
	bool ending, drawn;
	pthread_t thread;
	pthread_mutex_t lock; /* for all but the numbers */
	pthread_cond_t end;
	const char *verb;
	size_t total;
	uint64_t weight;
	atomic_size_t done;
	_Atomic uint64_t weight_done;
	long long began; /* the phase */
	struct pcs_buf path;
} line = {
	/* A message may come while something else is written. */
	.lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP,
	.end = PTHREAD_COND_INITIALIZER,
};

static void put(const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(STDERR_FILENO, text, len);
		if (n < 0 && errno != EINTR)
			return;
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

static void clear(void)
{
	if (line.drawn)
		put(CLEAR, strlen(CLEAR));
	line.drawn = false;
}

static size_t columns(void)
{
	struct winsize size;
	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : COLUMNS;
}

/* Whether another process has the terminal: writing would mix with it, or stop us. */
static bool in_background(void)
{
	pid_t group = tcgetpgrp(STDERR_FILENO);
	return group > 0 && group != getpgrp();
}

/* ", 85/s, 0:52 left", as far as that can be told. 0 or -ENOMEM. */
static int add_rate(struct pcs_buf *text, size_t done)
{
	const long long ms = pcs_now_ms() - line.began;
	const uint64_t weight = line.weight_done;
	if (ms < GUESS_MS || !done)
		return 0;
	int r = pcs_buf_printf(text, ", %.*f/s", done * 1000 < (size_t)ms * 10,
			       (double)done * 1000 / (double)ms);
	if (r < 0 || !weight || weight > line.weight)
		return r;
	const double left = (double)(line.weight - weight) / (double)weight * (double)ms / 1000;
	const unsigned long seconds = (unsigned long)left;
	return pcs_buf_printf(text, ", %lu:%02lu left", seconds / 60, seconds % 60);
}

/* The end of the path, in so many columns. A character takes no more columns than bytes. */
static int add_path(struct pcs_buf *text, size_t room)
{
	PCS_BUF struct pcs_buf shown = { 0 };
	if (!line.path.len || room < PATH_COLUMNS)
		return 0;
	int r = pcs_buf_add_shown(&shown, line.path.data, line.path.len);
	const char *from = r == 0 ? shown.data : "";
	const bool cut = shown.len > room - 2;
	if (cut)
		from += shown.len - (room - 5);
	while (cut && (*from & 0xc0) == 0x80)
		from++;
	return r < 0 ? r : pcs_buf_printf(text, ": %s%s", cut ? "..." : "", from);
}

static void draw(void)
{
	PCS_BUF struct pcs_buf text = { 0 };
	const size_t done = line.done, width = columns() - 1; /* the last column may wrap */
	int r = pcs_buf_printf(&text, CLEAR "%s", line.verb);
	if (r == 0 && (done || line.total))
		r = pcs_buf_printf(&text, ": %zu", done);
	if (r == 0 && line.total)
		r = pcs_buf_printf(&text, " of %zu", line.total);
	if (r == 0)
		r = add_rate(&text, done);
	const size_t used = text.len - strlen(CLEAR);
	if (r == 0 && used < width)
		r = add_path(&text, width - used);
	if (r < 0 || !line.verb || in_background())
		return;
	put(text.data, used > width ? strlen(CLEAR) + width : text.len);
	line.drawn = true;
}

static void *work(void *arg)
{
	struct timespec due;
	(void)arg;
	clock_gettime(CLOCK_REALTIME, &due);
	pthread_mutex_lock(&line.lock);
	for (long ms = FIRST_MS; !line.ending; ms = EACH_MS) {
		clock_gettime(CLOCK_REALTIME, &due);
		due.tv_nsec += ms * 1000000;
		due.tv_sec += due.tv_nsec / 1000000000;
		due.tv_nsec %= 1000000000;
		while (!line.ending &&
		       pthread_cond_timedwait(&line.end, &line.lock, &due) != ETIMEDOUT)
			continue;
		if (!line.ending)
			draw();
	}
	clear();
	pthread_mutex_unlock(&line.lock);
	return NULL;
}

static void guard(bool writing)
{
	if (writing)
		pcs_progress_hide();
	else
		pcs_progress_show();
}

void pcs_progress_start(enum pcs_when when)
{
	if (when == PCS_WHEN_NEVER || (when == PCS_WHEN_AUTO && !pcs_is_terminal(STDERR_FILENO)))
		return;
	line.on = pcs_thread_start(&line.thread, work, NULL);
	if (line.on)
		pcs_log_set_guard(guard);
}

void pcs_progress_stop(void)
{
	if (!line.on)
		return;
	pthread_mutex_lock(&line.lock);
	line.ending = true;
	pthread_cond_signal(&line.end);
	pthread_mutex_unlock(&line.lock);
	pthread_join(line.thread, NULL);
	pcs_log_set_guard(NULL);
	line.on = false;
	pcs_buf_done(&line.path);
}

bool pcs_progress_is_on(void)
{
	return line.on;
}

void pcs_progress_phase(const char *verb, size_t total, uint64_t weight)
{
	if (!line.on)
		return;
	pthread_mutex_lock(&line.lock);
	line.verb = verb;
	line.total = total;
	line.weight = weight;
	line.done = 0;
	line.weight_done = 0;
	line.path.len = 0;
	line.began = pcs_now_ms();
	pthread_mutex_unlock(&line.lock);
}

void pcs_progress_add(size_t n, uint64_t weight)
{
	if (!line.on)
		return;
	line.done += n;
	line.weight_done += weight;
}

void pcs_progress_name(const char *dir, const char *name)
{
	if (!line.on)
		return;
	pthread_mutex_lock(&line.lock);
	line.path.len = 0;
	if (pcs_path_join(&line.path, dir, name ? name : "") < 0)
		line.path.len = 0;
	pthread_mutex_unlock(&line.lock);
}

void pcs_progress_hide(void)
{
	if (!line.on)
		return;
	pthread_mutex_lock(&line.lock);
	clear();
}

void pcs_progress_show(void)
{
	if (line.on)
		pthread_mutex_unlock(&line.lock);
}
