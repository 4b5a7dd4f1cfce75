/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The log of the last runs, "runs" in the root's state directory: for people, and nothing is
 * decided by it. A line a run, each with a checksum, so that one that is damaged, or was cut off,
 * is not there and the others are. It is bounded, and the oldest runs go first.
 */

#include <stddef.h>

struct pcs_state;

enum { PCS_RUN_FAILURES = 3 }; /* so many are kept of a run */

struct pcs_run {
	long long when; /* seconds since 1970 */
	const char *by; /* the command, or who called the trigger */
	int status;     /* 128 and more: a signal ended it */
	size_t compiled, stored, restamped, removed, failed;
	const char *failures[PCS_RUN_FAILURES]; /* a line each */
	size_t n_failures;
};

/* Add a run. What is not kept is lost, which is safe. 0, also where nothing is kept, or -errno. */
int pcs_runs_add(const struct pcs_state *s, const struct pcs_run *run);

/* Tell of each run, the oldest first; strings are valid until `each` returns, and may
 * hold anything but newlines and tabs. 0; -errno; or what `each` returned, if that is not 0. */
int pcs_runs_read(const struct pcs_state *s, int (*each)(void *ctx, const struct pcs_run *run),
		  void *ctx);
