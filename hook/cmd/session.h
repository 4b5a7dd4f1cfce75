/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What every command that works on a tree needs first: root, policy, interpreters, owners. */

#include "base/root.h"
#include "state/state.h"
#include "state/turnover.h"
#include "sync/pipeline.h"
#include "tree/site.h"
#include "workers/early.h"
#include "workers/interp.h"

struct pcs_actions;
struct pcs_changes;
struct pcs_counts;
struct pcs_debian;
struct pcs_options;
struct pcs_policy;
struct pcs_storage;

struct pcs_session {
	const struct pcs_options *options;
	const char *by; /* who asked for the run, or NULL: the command */
	struct pcs_root root;
	struct pcs_policy *policy;
	struct pcs_interps interps;
	uint32_t *served;
	struct pcs_state state;
	struct pcs_turnover turnover;
	struct pcs_buf told;         /* see pcs_told_fill() */
	struct pcs_early early;      /* the worker of an interpreter that was asked */
	struct pcs_storage *storage; /* or NULL */
	struct pcs_debian *debian;   /* what its packages exclude; or NULL */
	struct pcs_site site;        /* what is above, as the rest of the program takes it */
	struct pcs_goal goal;
	uint32_t inside;  /* so many layers of the policy are the root's own */
	bool passed_over; /* a policy that cannot be read was done without, and was reported */
	bool flawed;      /* something could not be looked at or is not there, and was reported */
	bool knows_turnover; /* else it is not asked, as with --python or --root */
	bool whole;          /* every tree of the policy is looked at */
	bool soft;           /* a broken policy is reported, and the last good layer serves */
	bool staging;        /* a staging root: the policy is the host's; no lock, no record, and
				nobody owns anything */
	int (*follow)(void *ctx, struct pcs_actions *l); /* see struct pcs_pipeline; or NULL */
	void *follow_ctx;
	void (*counted)(void *ctx, const struct pcs_counts *c); /* the same */
	void *counted_ctx;
};

enum pcs_session_flags {
	PCS_SESSION_SOFT = 1 << 0,
	PCS_SESSION_STAGING = 1 << 1,
};

/*
 * Open the root, read the policy, and find the interpreters unless `goal`, of which kind and flags
 * are taken, compiles nothing. `flags` is of enum pcs_session_flags. Returns 0 or an exit status,
 * after reporting why.
 */
int pcs_session_open(const struct pcs_options *o, const struct pcs_goal *goal, unsigned flags,
		     struct pcs_session *ret);
void pcs_session_done(struct pcs_session *s);

/* Whether the interpreter number `i`, one behind those that serve, is one that cannot be used and
 * that no other one of its version serves for. */
bool pcs_session_lacks_interp(const struct pcs_session *s, size_t i);

/* Open the root and read the policy, nothing else. As pcs_session_open(). */
int pcs_session_policy(const struct pcs_options *o, unsigned flags, struct pcs_session *ret);

/* Add the interpreter that the command line or the policy calls `name`. One that cannot be had is
 * an error where it is `required`, else a warning. 0 or an exit status. */
int pcs_session_add_interp(struct pcs_session *s, const char *name, bool required);

/* Add all interpreters that the policy calls by name, for itself or for a tree, as above.
 * `*ret_auto`: it wants those that are found as well. */
int pcs_session_add_choices(struct pcs_session *s, bool required, bool *ret_auto);

/* Find the interpreters that the options or the policy ask for. 0 or an exit status. */
int pcs_session_interps(struct pcs_session *s);

/*
 * Plan, carry out unless it is a dry run, and report. Returns the exit status: of a trigger
 * (`soft`) it is a failure only when policy says so. The changes are done with.
 */
int pcs_session_run(struct pcs_session *s, struct pcs_changes *changes);

/* The exit status of a code: 0 where it is no error. An error is reported; of a signal it is said
 * which one ended the run. */
int pcs_session_status(int code);

/* The versions of interpreters that never count as gone; NULL where a file of the policy was passed
 * over, which may have named any. */
const char *const *pcs_session_keep(const struct pcs_session *s);
