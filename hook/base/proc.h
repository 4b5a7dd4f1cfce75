/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* This process and its children: start-up, signals, spawning. */

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Make what we inherited harmless: descriptors 0 to 2 are open (a closed one becomes one that
 * cannot be read or written), no signal is blocked, children can be waited for, a broken pipe or a
 * file size limit is an error and no death, the umask is 0 (modes are always given in full).
 */
void pcs_proc_setup(void);

/* The umask that we were started with. */
mode_t pcs_proc_umask(void);

/* Note SIGINT, SIGTERM and SIGHUP from now on instead of dying. */
void pcs_signals_catch(void);

/* The signal that was noted, or 0. */
int pcs_signal_seen(void);

/* Mask to sleep with, in ppoll(2), so that no signal is lost between a look and the sleep. */
void pcs_signals_block(sigset_t *ret_sleep_mask);

struct pcs_child {
	pid_t pid; /* 0: none */
	int fd;    /* our end of a stream socket, non-blocking; the child has the other as 0 */
	int said;  /* the end of a pipe that holds what it wrote to 2, as far as there was room */
};

/*
 * Start `path` with exactly `argv` and `envp`, working directory "/", the socket as descriptor 0,
 * /dev/null as 1, a pipe that nothing waits for as 2, nothing else open, default signals, a session
 * of its own. A path that cannot be executed is named on 2. 0 or -errno.
 */
int pcs_spawn(const char *path, const char *const argv[], const char *const envp[],
	      struct pcs_child *ret);

/* Kill it, without waiting for its end. */
void pcs_child_kill(const struct pcs_child *c);

/* Kill it if it still runs, reap it, close the socket. Returns wait(2)'s status. */
int pcs_child_stop(struct pcs_child *c);

/* Processors that we may use, at least 1. */
unsigned pcs_cpu_count(void);

/* Milliseconds of a clock that never goes back. */
long long pcs_now_ms(void);

/*
 * Run a program with our environment and working directory, and read all that it writes to its
 * standard output. `max` bounds it. 0, -ENOEXEC when it fails, or -errno.
 */
struct pcs_buf;
int pcs_proc_capture(const char *const argv[], size_t max, struct pcs_buf *ret);
