#pragma once
/*
 * What `python3 -m compileall` does, as cpython:Lib/compileall.py of the newest release has it.
 * Unlike the rest of the engine this follows paths as the caller wrote them, has no root and no
 * policy, and its output is compared by scripts.
 */

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "workers/interp.h"

struct pcs_regex;

enum { PCS_CA_LEVELS_MAX = 64 };

struct pcs_compileall {
	struct pcs_interps *interps; /* exactly one */
	const char *const *dests;    /* files and directories */
	size_t n_dests;
	long max_levels; /* of directories below each named one */
	bool force, legacy, hardlink, strict;
	unsigned quiet;
	const char *ddir, *strip_dir, *prepend_dir, *limit; /* each may be NULL */
	const struct pcs_regex *skip;                       /* may be NULL */
	long levels[PCS_CA_LEVELS_MAX]; /* sorted, unique; what -1 stands for is resolved */
	size_t n_levels;
	long own_level; /* what -1 stands for; above 2 it compiles as 2 does and is named as it is
			 */
	uint32_t flags; /* enum pcs_pyc_flags */
	unsigned jobs;
	const char *cache_prefix; /* PYTHONPYCACHEPREFIX, or NULL */
	const char *cwd;          /* for the prefix; may be NULL */
	mode_t umask;
	bool stop_early; /* end at the first directory that fails, as for sys.path */
	FILE *out;
};

/* Compile. 1 when all went well, 0 when something failed, -PCS_ESIGNAL, or another negative code.
 */
int pcs_compileall_run(const struct pcs_compileall *ca);

/*
 * The name to be recorded for `path`. 1 with the name appended to `ret`; 0 when it is `path`
 * itself; *ret_bad_strip tells that the stripdir is no prefix (and was ignored); -EINVAL when
 * stripping leaves nothing; -ENOMEM. Pure.
 */
int pcs_compileall_recorded(const struct pcs_compileall *ca, const char *path, struct pcs_buf *ret,
			    bool *ret_bad_strip);

/* Append the path of the pyc of `path` at `level` (importlib.util.cache_from_source). Pure. */
int pcs_compileall_cache(const struct pcs_compileall *ca, const char *path, long level,
			 struct pcs_buf *ret);
