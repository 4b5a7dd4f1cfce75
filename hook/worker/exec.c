/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "worker/exec.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/util.h"
#include "worker/python.h"
#include "worker/sandbox.h"
#include "worker/scripts.h"

enum {
	SCRIPT = 3,
	FILES = 16, /* it can have open at a time, in order to start: see no_files() of worker.py */
};

/*
 * worker.py and, as the end of what it reads on demand, words.py, in a socket at descriptor SCRIPT:
 * no file of ours has to be found or trusted, and no limit on the size of files is met. They are
 * small enough for the buffer of any socket.
 */
static int open_script(void)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return -errno;
	const struct iovec texts[] = {
		{ (void *)(uintptr_t)pcs_worker_script, pcs_worker_script_len },
		{ (void *)(uintptr_t)pcs_words_script, pcs_words_script_len }
	};
	ssize_t n = writev(pair[1], texts, 2);
	if (n != (ssize_t)(pcs_worker_script_len + pcs_words_script_len) || close(pair[1]) < 0)
		return n < 0 ? -errno : -EIO;
	if (pair[0] != SCRIPT && (dup2(pair[0], SCRIPT) < 0 || close(pair[0]) < 0))
		return -errno;
	return 0;
}

/* The limit that nearly every source is compiled under, in MiB: set here, the script need not load
 * a module for it. 0 where it is not set. */
static unsigned usual_memory(void)
{
#ifdef PCS_SANITIZE
	return 0;
#else
	enum { BUILT_IN_POLICY = 1024 };
	return pcs_sandbox_memory(BUILT_IN_POLICY) ? BUILT_IN_POLICY : 0;
#endif
}

int pcs_exec_script(const char *executable, unsigned mode, pid_t parent)
{
	char program[160];
	int r = open_script();
	if (r < 0)
		return r;
	snprintf(program, sizeof(program),
		 "MODE, MEMORY = %u, %u\n"
		 "with open(%d) as f:\n"
		 "    program, WORDS = f.read().split('\\n# On demand\\n')\n"
		 "exec(compile(program, 'worker.py', 'exec'))",
		 mode, usual_memory(), SCRIPT);
	bool distrust = mode & PCS_PYTHON_DISTRUST;
	const char *const argv[] = { executable, "-s",
				     "-S",       "-B",
				     "-X",       distrust ? "pycache_prefix=/dev/null" : "utf8",
				     "-X",       "utf8",
				     "-c",       program,
				     NULL };
	r = pcs_sandbox_max_files(FILES);
	if (r == 0)
		r = pcs_sandbox_enter(parent,
				      &(struct pcs_interp_files){ .executable = executable });
	if (r < 0)
		return r;
	execve(executable, (char *const *)argv, environ);
	return -errno;
}
