/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The pool of workers: jobs in, results out. A worker that crashes is replaced, its job is tried
 * once more and then given back as failed; one that takes too long fails at once. The others go on.
 *
 * An interpreter that cannot be started is replaced by a spare of the same bytecode, with a
 * warning. Where there is none, it gets a reason, and all jobs for it fail with just these words.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workers/link.h"

struct pcs_early;
struct pcs_interps;
struct pcs_jobserver;

struct pcs_request {
	const char *name; /* the file name to record; valid until load() is called again */
	const char *source;
	size_t len;
	uint8_t levels;   /* bits */
	uint32_t seconds; /* wall-clock limit */
	uint32_t total;   /* the same of the run: the job is not begun after it. 0: none */
	uint64_t memory;  /* limit of the worker's address space, bytes */
	uint32_t ask;     /* enum pcs_ask */
	bool foreign;     /* others than root and the caller may have written the source */
};

struct pcs_result {
	unsigned level;
	const char *code; /* marshalled, or NULL when it failed */
	size_t code_len;
	const char *message; /* failure: one line, not terminated */
	size_t message_len;
	const char *detail; /* failure: lines of CPython's own, perhaps empty */
	size_t detail_len;
	uint32_t line;      /* failure: in the source, or 0 */
	bool not_compiling; /* failure: CPython refused the source (or could not finish it) */
	bool unfinished;    /* failure: whether the source compiles, or why not, was not found out,
			       and may be another time */
	bool died;          /* unfinished: its workers died, of this source or of something else */
	bool tainted;       /* its worker had a foreign source before it, or this one is foreign: a
			       source that takes a worker over may have it answer anything */
};

/* The message of a job that was not begun because of the run's limit. */
extern const char pcs_pool_late[];

struct pcs_pool_ops {
	/* Which interpreter job number `job` is for. */
	unsigned (*interp)(void *ctx, size_t job);

	/* Make the job's request. 1, or 0 when nothing is to be sent (it was dealt with). */
	int (*load)(void *ctx, size_t job, struct pcs_request *ret);

	/* One level of a job is done or failed. */
	void (*done)(void *ctx, size_t job, const struct pcs_result *result);

	/* All jobs have had their results: what is left to do while the workers end. May be NULL.
	 */
	void (*settle)(void *ctx);

	/* Called before each sleep: do what is due at `now` of pcs_now_ms(), and return when there
	 * may be more to do. May be NULL. */
	long long (*tend)(void *ctx, long long now);

	/* CPython warned while it compiled a job. NULL: workers are told not to warn. */
	void (*warn)(void *ctx, size_t job, const char *text, size_t len);

	/* More of enum pcs_link_mode for every worker. */
	unsigned mode;

	/* Who is asked how many workers may work at once; NULL: nobody. At the end, none of its
	 * tokens is held. */
	struct pcs_jobserver *jobserver;
};

/*
 * Run `n_jobs` jobs, in rising order, with at most `workers` processes. 0 when each job has had its
 * results, -PCS_ESIGNAL when a signal ended the run, -ENOMEM. `early` may be NULL; it is
 * taken over where there is a job for it.
 */
int pcs_pool_run(struct pcs_interps *interps, size_t n_jobs, unsigned workers,
		 struct pcs_early *early, const struct pcs_pool_ops *ops, void *ctx);
