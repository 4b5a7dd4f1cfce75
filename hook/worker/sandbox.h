#pragma once
/* What a worker gives up before it looks at a source: see docs/SECURITY.md. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* End with the parent, no core file, no new privileges. `parent` is who started us. 0 or -errno. */
int pcs_sandbox_early(pid_t parent);

/*
 * Once the interpreter runs: root becomes nobody (or, where nobody cannot read `library`, a file of
 * the interpreter's own library, stays root without any capability but reading), and no system call
 * is left that changes files, signals others, talks to the network or starts programs. Where the
 * kernel has no seccomp the rest still holds. `program`, if not NULL, is the one string that may
 * still be given to execve(2). 0 or -errno: then nothing must be compiled.
 */
int pcs_sandbox_late(pid_t parent, const char *library, const char *program);

/* Limit the address space to `mib` MiB; 0 lifts the limit as far as we may. */
void pcs_sandbox_memory(uint32_t mib);

/* Whether any file can be opened from now on. */
void pcs_sandbox_files(bool allowed);
