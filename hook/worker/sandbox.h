#pragma once
/* What a worker gives up before it looks at a source: see docs/SECURITY.md. */

#include <stdint.h>
#include <sys/types.h>

/* End with the parent, no core file, no new privileges. `parent` is who started us. 0 or -errno. */
int pcs_sandbox_early(pid_t parent);

/*
 * Once the interpreter runs: no capability but reading (a library may be readable by root only) and
 * no system call that changes files, talks to the network or starts programs. Where the kernel has
 * no seccomp the rest still holds; the return value is then negative and the worker goes on.
 */
int pcs_sandbox_late(void);

/* Limit the address space to `mib` MiB; 0 lifts the limit as far as we may. */
void pcs_sandbox_memory(uint32_t mib);
