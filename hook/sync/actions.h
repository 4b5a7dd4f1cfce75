/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a run will do and has done: the result of planning, which is then carried out and reported.
 */

#include "sync/plan.h"
#include "base/buf.h"

struct pcs_handle;
struct pcs_site;

/* Which directory it was when it was looked at; all 0 where it was not. */
struct pcs_place_id {
	dev_t dev;
	ino_t ino;
};

/* A directory that some action is in. */
struct pcs_place {
	struct pcs_place_id id;
	struct pcs_handle *handle; /* while it is open: see handles.h */
	size_t follow_len;         /* of `path`: see pcs_root_open_dir() */
	size_t root_len; /* length of the tree's root in `path`, or 0 outside of all trees */
	bool losing; /* the caches of a source that is gone go from here: it may be empty then */
	bool killed; /* losing: a run was killed that may have emptied or removed it */
	char path[];
};

enum pcs_action_state {
	PCS_PENDING,
	PCS_WAITING, /* its pyc is written but has not got its name yet */
	PCS_DONE,
	PCS_FAILED,
	PCS_SKIPPED, /* no longer needed when its turn came */
};

/* Why an action failed. Without a flag, another run may succeed. */
enum {
	/* Because of the tree itself, as with a source that does not compile: the next run will
	 * find the same. */
	PCS_FAILED_FOR_GOOD = 1,
	/* A worker died of it, or none could be had: most likely it will be so again, and all trees
	 * need not be looked at for it. */
	PCS_FAILED_IN_WORKER = 2,
};

struct pcs_action {
	struct pcs_place *place;
	const char *source; /* "mod.py", or NULL */
	const char *entry;  /* in __pycache__: "mod.cpython-311.pyc"; or NULL. PCS_RMDIR:
			       "__pycache__",  or NULL for the place itself. Of a pyc that is not
			       in a __pycache__, see pcs_action_is_beside(): its name */
	char *words;   /* PCS_FAILED: why; lines after the first are CPython's. Else what CPython
			  warned of, or NULL. malloc'ed */
	uint32_t size; /* of the source, up to 4 GiB */
	uint32_t line; /* PCS_FAILED: line number in the source, or 0 */
	uint8_t act, reason, interp, level;
	uint8_t state : 4;  /* enum pcs_action_state */
	uint8_t stored : 1; /* PCS_COMPILE: its code came from the store */
	uint8_t extra : 1;  /* a staging root has this pyc though nobody asked for it */
	uint8_t told : 1;   /* its end was told: see pcs_watch_ended() */
	uint8_t blamed : 1; /* the failures of its source were reported */
	uint8_t flags;      /* PCS_FAILED: PCS_FAILED_* or 0. Else, of PCS_COMPILE: enum
			       pcs_pyc_flags */
	uint16_t settings;  /* see pcs_action_settings() */
};

struct pcs_counts {
	size_t sources, fresh, compiled, stored, restamped, removed, rmdirs, left, failed;
	size_t planned; /* to be done, and not done: in a dry run, all that is to be done */
	size_t ahead;   /* sources that have, or whose pycs have, times in the future */
	size_t open;    /* directories of caches that others may write to */
};

/*
 * The list. All actions of one source stand next to each other, and of these, those that compile
 * for one interpreter: the compilation of all levels is one request to a worker, and a failure is
 * reported once. pcs_actions_check() holds whoever adds actions to it.
 */
struct pcs_actions {
	struct pcs_action *list;
	size_t n, cap;
	struct pcs_place **places; /* malloc'ed each */
	size_t n_places, cap_places;
	struct pcs_arena strings;
	struct pcs_settings *settings; /* those in use: few. The first is of actions with none */
	size_t n_settings, cap_settings;
	struct pcs_counts counts;
	const char *first_open; /* of counts.open; NULL: there is none */
	/* Bits of interpreters whose code has no canonical form that is known, where it is to be
	 * canonical; and where that was said. */
	uint32_t formless, formless_said;
};
void pcs_actions_done(struct pcs_actions *l);

/* Add a place; the list owns it. NULL when memory is out. */
struct pcs_place *pcs_actions_place(struct pcs_actions *l, const char *path, size_t follow_len,
				    size_t root_len);

/* Append an action with the reason of `step`, whose interpreter and level it gets as well; strings
 * are copied. `entry` as in struct pcs_action. NULL when memory is out. */
struct pcs_action *pcs_actions_add(struct pcs_actions *l, struct pcs_place *place,
				   const struct pcs_step *step, const char *source,
				   const char *entry);

/* Let the action know what applies to it. 0 or -ENOMEM. */
int pcs_actions_set(struct pcs_actions *l, struct pcs_action *a,
		    const struct pcs_settings *settings);

/* What was set, else all is 0. Valid until the next call of the above. */
const struct pcs_settings *pcs_action_settings(const struct pcs_actions *l,
					       const struct pcs_action *a);

/* Take over what `from` owns but its actions, and add its counts. Its actions may be copied to
 * `to` from then on, with `remap` (room for from->n_settings) telling their new settings. 0 or
 * -ENOMEM. */
int pcs_actions_adopt(struct pcs_actions *to, struct pcs_actions *from, uint16_t *remap);

/* Mark an action as failed with printf-like words. A failure to note the words is harmless. */
void pcs_action_fail(struct pcs_action *a, const char *fmt, ...) PCS_PRINTF(2, 3);

/* Whether both are about the same source. */
bool pcs_action_same_source(const struct pcs_action *a, const struct pcs_action *b);

/* Whether it is about a pyc in the place itself, and not in its __pycache__. */
static inline bool pcs_action_is_beside(const struct pcs_action *a)
{
	return a->reason == PCS_WHY_BESIDE || a->reason == PCS_WHY_LEGACY;
}

/* Whether nothing more will become of it in this run. */
static inline bool pcs_action_has_ended(const struct pcs_action *a)
{
	return a->act == PCS_LEAVE || a->act == PCS_FRESH || a->state > PCS_WAITING;
}

/* The absolute path, inside the root, of what an action is about, which is a source, a directory or
 * a pyc without a source, and of its pyc, "" where it has none. Appends. 0 or -ENOMEM. */
int pcs_action_path(const struct pcs_action *a, struct pcs_buf *ret);
int pcs_action_pyc(const struct pcs_site *site, const struct pcs_action *a, struct pcs_buf *ret);

/* Count the actions by their states. */
void pcs_actions_count(struct pcs_actions *l);

/* In debug builds: abort where the actions of a source are not neighbours. */
void pcs_actions_check(const struct pcs_actions *l);
