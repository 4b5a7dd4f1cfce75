#pragma once
/* What every command that works on a tree needs first: root, policy, interpreters, owners. */

#include "base/fs.h"
#include "sync/run.h"
#include "state/state.h"
#include "state/turnover.h"

struct pcs_changes;
struct pcs_options;

struct pcs_session {
	const struct pcs_options *options;
	struct pcs_root root;
	struct pcs_policy *policy;
	struct pcs_interps interps;
	uint32_t *served; /* see struct pcs_run */
	struct pcs_run run;
	struct pcs_state state;
	struct pcs_turnover turnover;
	bool knows_turnover; /* else it is not asked, as with --python or --root */
	bool whole;          /* every tree of the policy is looked at */
	bool soft;           /* a broken policy is reported, and the last good layer serves */
};

/*
 * Open the root, read the policy, and find the interpreters unless the run's flags show that
 * nothing will be compiled. Returns 0 or an exit status, after reporting why.
 */
int pcs_session_open(const struct pcs_options *o, unsigned run_flags, bool soft,
		     struct pcs_session *ret);
void pcs_session_done(struct pcs_session *s);

/* Open the root and read the policy, nothing else. As pcs_session_open(). */
int pcs_session_policy(const struct pcs_options *o, unsigned run_flags, bool soft,
		       struct pcs_session *ret);

/* Find the interpreters that the options or the policy ask for. 0 or an exit status. */
int pcs_session_interps(struct pcs_session *s);

/*
 * Plan, carry out unless it is a dry run, and report. Returns the exit status: of a trigger
 * (`soft`) it is a failure only when policy says so. The changes are done with.
 */
int pcs_session_run(struct pcs_session *s, struct pcs_changes *changes);

/* Start with no changes; `flags` is of enum pcs_change_flags. Freed by pcs_changes_done(). */
void pcs_session_init_changes(struct pcs_session *s, unsigned flags, struct pcs_changes *ret);

/* Add every tree of the policy to `changes`. 0 or an exit status. */
int pcs_session_trees(struct pcs_session *s, struct pcs_changes *changes);

/* Add the list on standard input. 0 or an exit status. */
int pcs_session_list(struct pcs_changes *changes);

/* Add operands and standard input, as the options say, to `changes`. 0 or an exit status. */
int pcs_session_changes(struct pcs_session *s, struct pcs_changes *changes);

/* Say which signal ended the run. Returns the exit status. */
int pcs_session_signal(void);
