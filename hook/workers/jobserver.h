/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * A client of GNU make's jobserver (make's manual, "POSIX Jobserver Interaction"): one job may
 * always run, each further one needs a token, a byte that is read from the server and written back
 * when the job has ended.
 */

#include <stdbool.h>
#include <stddef.h>

enum pcs_jobserver_kind {
	PCS_JOBSERVER_NONE, /* there is none: nobody limits us */
	PCS_JOBSERVER_PIPE, /* two descriptors that make left open */
	PCS_JOBSERVER_FIFO, /* a named pipe */
	PCS_JOBSERVER_GONE, /* there is one and it is not for us: one job alone */
};

/* What MAKEFLAGS says. */
struct pcs_jobserver_auth {
	enum pcs_jobserver_kind kind;
	int in, out; /* PCS_JOBSERVER_PIPE */
	char *path;  /* PCS_JOBSERVER_FIFO; malloc'ed */
};

/* Read MAKEFLAGS, or NULL; the last word that speaks of a jobserver counts. 0 or -ENOMEM. Pure. */
int pcs_jobserver_parse(const char *makeflags, struct pcs_jobserver_auth *ret);

struct pcs_jobserver;

/*
 * Join the server that the environment names; NULL where there is none. A server that cannot be
 * joined gives no tokens, so that one job runs at a time. 0 or -ENOMEM. Freed by
 * pcs_jobserver_free(), which returns all tokens.
 */
int pcs_jobserver_join(struct pcs_jobserver **ret);
void pcs_jobserver_free(struct pcs_jobserver *js);

/*
 * Have tokens for `jobs` jobs at once: get those that are missing, as far as they are to be had
 * without waiting, and return those that are too many. Returns how many jobs may run, at least 1.
 */
unsigned pcs_jobserver_want(struct pcs_jobserver *js, unsigned jobs);

/* A descriptor to poll for reading: there may be a token. -1 where there never will be. */
int pcs_jobserver_fd(const struct pcs_jobserver *js);
