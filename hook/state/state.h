/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What pycsync keeps from run to run, in /var/lib/pycsync of the root: a lock, the cache tags that
 * it served, and the memory and the marks (memory.h, mark.h). All of it is safe to lose, and where
 * the directory is not there, pycsync does without. An ordinary user, whose directory that is not,
 * has memory and marks in one of their own (home.h).
 */

#include <stdbool.h>

#include "base/buf.h"

#define PCS_STATE_DIR "/var/lib/pycsync"

struct pcs_home;
struct pcs_locks;
struct pcs_root;

struct pcs_state {
	const struct pcs_root *root;
	int dir;               /* -1: there is none */
	int lock;              /* -1: not open */
	bool unlocked;         /* its lock file cannot be used, which was said */
	struct pcs_home *home; /* where memory and marks are; NULL: in `dir` */
};

/* Where the directory is not there, and where it cannot be opened, which is -errno, it is done
 * without. Closed by pcs_state_done(), which ends all locks. The root must outlive it. */
int pcs_state_open(const struct pcs_root *root, struct pcs_state *ret);
void pcs_state_done(struct pcs_state *s);

/* Whether memory and marks will be kept; and where they are: a descriptor, or -1 where there are
 * none so far. */
bool pcs_state_is_kept(const struct pcs_state *s);
int pcs_state_kept(const struct pcs_state *s);

/* The same for writing: a user's directory is made. The descriptor or -errno; -ENOENT where nothing
 * is kept. */
int pcs_state_keep(const struct pcs_state *s);

/* What stands before the paths inside the root where memory and marks are of several roots: the
 * path of this one; or "". */
const char *pcs_state_prefix(const struct pcs_state *s);

/* Remove temporaries that killed runs left in the state directory, as far as no run is writing
 * there. What cannot be removed is reported. The directory is locked, shared, from then on. */
void pcs_state_sweep(int dir);

/* Whether an error is one that nobody need be told of: the state of the system is not a user's to
 * look at or change, and a system may be read-only. `dir` is where it happened, or -1. */
bool pcs_state_is_not_ours(int dir, int error);

/*
 * Take the locks, see pcs_locks_wait(): 0, -EBUSY or -PCS_ESIGNAL. Without a state directory, root
 * has its locks in /run/pycsync; others go unlocked, as does a run that cannot use the file, which
 * says so. Without a lock nothing can be damaged either, as each file is replaced as a whole.
 */
int pcs_state_lock(struct pcs_state *s, struct pcs_locks *l, int seconds);

/* For what all runs share: see pcs_lock_enter(). 0 where there are no locks. */
int pcs_state_enter(const struct pcs_state *s);
void pcs_state_leave(const struct pcs_state *s);

/*
 * The lines of a list, "tags" (turnover.h) or "told" (told.h); appended. 0; -ENOENT where none were
 * noted; -EBADMSG where what is there is damaged or of an earlier version; or -errno. In all these
 * cases nothing is known.
 */
int pcs_state_list(const struct pcs_state *s, const char *name, struct pcs_buf *ret);

/* Note such a list for the runs to come, and remove temporaries that a killed
 * run left. 0 or -errno. */
int pcs_state_set_list(const struct pcs_state *s, const char *name, const struct pcs_buf *list);

/* Forget all: the files go, but not the directory. 0, or the first -errno; then the others are gone
 * all the same. What a user keeps stays, as it is of other roots as well. */
int pcs_state_clear(const struct pcs_state *s);
