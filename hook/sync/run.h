#pragma once
/* One run: what it works on, and the actions that it planned and then carried out. */

#include <stdatomic.h>
#include <stdbool.h>

#include "workers/interp.h"
#include "sync/plan.h"
#include "workers/pool.h"

struct pcs_changes;
struct pcs_jobserver;
struct pcs_owner;
struct pcs_policy;
struct pcs_record;
struct pcs_root;
struct pcs_settings;
struct pcs_staged;
struct pcs_subject;
struct pcs_tree_hit;

enum pcs_run_flags {
	PCS_RUN_TRIGGER = 1 << 0,      /* paths outside the policy's trees are left alone */
	PCS_RUN_GOING = 1 << 1,        /* the sources named are about to be removed */
	PCS_RUN_TELL_ALL = 1 << 2,     /* keep what is fresh or left alone in the list of actions */
	PCS_RUN_CLEAN = 1 << 3,        /* remove orphans, compile nothing */
	PCS_RUN_DRY = 1 << 5,          /* nothing will be carried out */
	PCS_RUN_PURGE = 1 << 4,        /* remove every cache, as if all sources were going */
	PCS_RUN_SOME_INTERPS = 1 << 9, /* verify: others than those served are no strangers */
	PCS_RUN_MADE = 1 << 7, /* with PCS_RUN_PURGE: but only what the record proves to be ours */
	PCS_RUN_ERASED = 1 << 8, /* the paths named are no package's any more; directories among
				    them go, others stay */
	PCS_RUN_ROOTS = 1 << 11, /* the root of a tree below /usr goes as well when it is empty */
	PCS_RUN_STAGE = 1 << 10, /* a staging root: no lock, no record, nobody owns anything */
	PCS_RUN_WARN = 1 << 6,   /* what CPython warns of is wanted for some sources */
};

/* A directory that some action is in. */
struct pcs_place {
	size_t follow_len; /* of `path`: see pcs_root_open_dir() */
	size_t root_len;   /* length of the tree's root in `path`, or 0 outside of all trees */
	bool losing;       /* a source or its caches went from here: it may be empty now */
	char path[];
};

enum pcs_action_state {
	PCS_PENDING,
	PCS_WAITING, /* its pyc is written but has not got its name yet */
	PCS_DONE,
	PCS_FAILED,
	PCS_SKIPPED, /* no longer needed when its turn came */
};

struct pcs_action {
	struct pcs_place *place;
	const char *source; /* "mod.py", or NULL */
	const char *entry;  /* in __pycache__: "mod.cpython-311.pyc"; or NULL. PCS_RMDIR:
			       "__pycache__",  or NULL for the place itself */
	char *words;   /* PCS_FAILED: why; lines after the first are CPython's. Else what CPython
			  warned of, or NULL. malloc'ed */
	uint32_t size; /* of the source, up to 4 GiB */
	uint32_t line; /* PCS_FAILED: line number in the source, or 0 */
	uint8_t act, reason, interp, level;
	uint8_t state;     /* enum pcs_action_state */
	uint8_t flags;     /* PCS_COMPILE: enum pcs_pyc_flags */
	uint16_t settings; /* PCS_COMPILE: see pcs_action_settings() */
};

struct pcs_counts {
	size_t sources, fresh, compiled, removed, rmdirs, left, failed;
};

/* The settings that are in use: few, however many actions there are. Shared by the threads that
 * plan. */
struct pcs_settings_table;

struct pcs_run {
	const struct pcs_root *root;
	const struct pcs_policy *policy;
	struct pcs_interps *interps;
	/* For each tree of the policy, and last for all that is in none: the interpreters that
	 * serve it, bit N for number N. NULL: all serve everything. */
	const uint32_t *served;
	const char *prefix; /* the policy's pycache-prefix, or NULL */
	struct pcs_owner *owner;
	struct pcs_record *record; /* of what is made; may be NULL */
	const char *gone_tags;     /* see struct pcs_scan; or NULL */
	unsigned flags;
	struct pcs_jobserver *jobserver; /* who limits them further; or NULL */
	unsigned jobs;                   /* workers at a time */
	const struct pcs_staged *stage;  /* NULL: the root is no staging root */

	struct pcs_action *actions;
	size_t n_actions, cap_actions;
	struct pcs_place **places; /* malloc'ed each */
	size_t n_places, cap_places;
	struct pcs_arena strings;
	struct pcs_settings_table *settings;
	struct pcs_counts counts;
	struct pcs_early early; /* a worker that starts while the planning goes on */
	atomic_uint *wanted;    /* the interpreter that it is for, or PCS_NO_INTERP; may be NULL */
};
void pcs_run_done(struct pcs_run *run);

/* Add a place; the run owns it. NULL when memory is out. */
struct pcs_place *pcs_run_place(struct pcs_run *run, const char *path, size_t follow_len,
				size_t root_len);

/* Append an action; strings are copied into the run. NULL when memory is out. */
struct pcs_action *pcs_run_add(struct pcs_run *run, struct pcs_place *place, enum pcs_act act,
			       enum pcs_reason why, const char *source, const char *entry);

/* Start the table of settings; freed by pcs_run_done(). 0 or -ENOMEM. */
int pcs_run_new_settings(struct pcs_run *run);

/* Let the action know what applies to it. 0 or -ENOMEM. */
int pcs_action_set_settings(struct pcs_run *run, struct pcs_action *a,
			    const struct pcs_settings *settings);

/* What the plan decided to apply to a PCS_COMPILE; of others all is 0. Valid until the next call of
 * the above. */
const struct pcs_settings *pcs_action_settings(const struct pcs_run *run,
					       const struct pcs_action *a);

/* Mark an action as failed with printf-like words. A failure to note the words is harmless. */
void pcs_action_fail(struct pcs_action *a, const char *fmt, ...) PCS_PRINTF(2, 3);

/*
 * Where the caches of the sources in `dir` are: its __pycache__, or the directory of the same name
 * below the policy's pycache-prefix. Appends. 0 or -ENOMEM.
 */
int pcs_run_cache_dir(const struct pcs_run *run, const char *dir, struct pcs_buf *ret);

/* Open that of an action's place; with `create` it is made where it is not there. 0 or -errno. */
int pcs_run_open_cache(const struct pcs_run *run, const struct pcs_place *place, bool create,
		       int *ret_fd);

/* The absolute path, inside the root, of what an action is about, which is a source or a directory,
 * and of its pyc, "" where it has none. Appends. 0 or -ENOMEM. */
int pcs_action_path(const struct pcs_action *a, struct pcs_buf *ret);
int pcs_action_pyc(const struct pcs_run *run, const struct pcs_action *a, struct pcs_buf *ret);

/* The name that its pycs record: the path, but in a staging root. Appends. 0, -ENOMEM, or
 * -PCS_ESTRIP. */
int pcs_action_recorded(const struct pcs_run *run, const struct pcs_action *a, struct pcs_buf *ret);

/* The tree that a directory is in, and the version that its place binds. */
void pcs_run_tree(const struct pcs_run *run, const char *path, struct pcs_tree_hit *ret);

/* Whether interpreter number `i` compiles what lies in `hit`'s tree. */
bool pcs_run_serves(const struct pcs_run *run, size_t i, const struct pcs_tree_hit *hit);

/* The header's flags for the policy's mode. */
uint32_t pcs_flags_of(unsigned invalidation);

/*
 * What policy wants for a source, whose directory lies in `hit`'s tree; `subject` has its path,
 * size and package, the rest is filled in. Fills `wants` (room for PCS_INTERPS_MAX) and returns
 * their number; *ret_no_interp tells that no interpreter serves the tree. In a staging root, what
 * policy says of such a source is in the settings of wants[0] all the same, and it is no such
 * source where that is not to compile it.
 */
size_t pcs_run_wants(const struct pcs_run *run, struct pcs_subject *subject,
		     const struct pcs_tree_hit *hit, struct pcs_want *wants, bool *ret_no_interp);

/* Look at all changes and plan. 0 or -ENOMEM; what goes wrong with one path becomes an action. */
int pcs_run_plan(struct pcs_run *run, struct pcs_changes *changes);

/* Part of pcs_run_plan(): directories that will be empty, up to and without the root of their tree.
 */
int pcs_run_plan_empty_dirs(struct pcs_run *run);

/* Carry the planned actions out. 0, -PCS_ESIGNAL, or -ENOMEM. */
int pcs_run_apply(struct pcs_run *run);

/* Count the actions by their states into run->counts. */
void pcs_run_count(struct pcs_run *run);
