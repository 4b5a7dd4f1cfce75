/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a worker gives up before it looks at a source: see docs/SECURITY.md. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "worker/landlock.h"

/*
 * Before anything of the interpreter is loaded: end with the parent, `parent`, who started us; no
 * core file, no new privileges, another user than root (worker/user.h), no files but the
 * interpreter's (worker/landlock.h), not to be traced, and no system call left that changes files,
 * signals others, talks to the network or starts programs. Where the kernel has no seccomp the rest
 * still holds. Where there is no libpython, the string `files->executable` may still be given to
 * execve(2). 0 or -errno: then nothing must be loaded.
 */
int pcs_sandbox_enter(pid_t parent, const struct pcs_interp_files *files);

/* Limit the address space to `mib` MiB; 0 lifts the limit as far as we may. Whether that was done.
 */
bool pcs_sandbox_memory(uint32_t mib);

/* Numbers of descriptors that we can have, at most. 0 or -errno. */
int pcs_sandbox_max_files(unsigned n);

/* Whether any file can be opened from now on. */
void pcs_sandbox_files(bool allowed);
