/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What is asked of compileall. */

#include <stdio.h>
#include <sys/types.h>

#include "workers/interp.h"

struct pcs_map;
struct pcs_regex;
struct pcs_store;

enum { PCS_CA_LEVELS_MAX = 64 };

/* The function of the module compileall that takes the paths. */
enum pcs_ca_call {
	PCS_CA_MAIN, /* none: files and directories, as its command line takes them */
	PCS_CA_FILE,
	PCS_CA_DIR,
	PCS_CA_PATH, /* a sys.path, in which the current directory is skipped */
};

struct pcs_compileall {
	struct pcs_interps *interps; /* exactly one */
	const char *const *dests;    /* files and directories */
	size_t n_dests;
	long max_levels; /* of directories below each named one */
	bool force, legacy, hardlink, strict;
	unsigned quiet;
	const char *ddir, *strip_dir, *prepend_dir, *limit; /* each may be NULL */
	const struct pcs_regex *skip;                       /* may be NULL */
	const struct pcs_map *skipped;                      /* paths; may be NULL */
	uint8_t call;                                       /* enum pcs_ca_call */
	long levels[PCS_CA_LEVELS_MAX]; /* sorted, unique; what -1 stands for is resolved */
	size_t n_levels;
	long own_level; /* what -1 stands for; above 2 it compiles as 2 does and is named as it is
			 */
	uint32_t flags; /* enum pcs_pyc_flags */
	unsigned jobs;
	const char *cache_prefix; /* PYTHONPYCACHEPREFIX, or NULL */
	const char *cwd;          /* for the prefix; may be NULL */
	mode_t umask;
	struct pcs_store *store; /* NULL: none. With one, bytes are canonical */
	bool stop_early;         /* end at the first directory that fails, as for sys.path */
	FILE *out;
};
