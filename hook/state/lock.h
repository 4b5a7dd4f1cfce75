/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Locks on places: whoever works in a directory keeps off all who want to work in it, below it or
 * above it, and nobody else. All of them are in one file, which stays empty: a place is known by a
 * hash of its path, and that is the number of a byte, locked by fcntl(2). A run locks the bytes of
 * its places for itself, and those of all directories above them together with others. So the byte
 * of a place is contested by all whose places overlap. Two places with one hash wait for each
 * other, which does no harm. A second such range of bytes is for those who wait. The locks end with
 * the process, however it ends, no child inherits them, and the kernel tells who has one, by the
 * number that the process has here.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* How long to wait, in seconds: as long as it takes. */
enum { PCS_WAIT_FOREVER = -1 };

struct pcs_locks {
	struct pcs_lock_key {
		uint64_t at;
		const char *path; /* of `len` bytes; not copied */
		size_t len;
		bool alone; /* a place of ours, not just above one */
	} * keys;           /* sorted by `at`, once each */
	size_t n, cap;
	/* Of the last attempt that failed: where the other run works, too, and its number, 0 where
	 * it has none here. */
	const struct pcs_lock_key *busy;
	int holder;
};

/*
 * The locks for `n` places, which are real paths. They must live as long as the locks. More than a
 * few dozen are covered by directories above them. The order of `places` is changed. 0 or -ENOMEM.
 * Freed by pcs_locks_done().
 */
int pcs_locks_plan(const char **places, size_t n, struct pcs_locks *ret);
void pcs_locks_done(struct pcs_locks *l);

/*
 * Take all of the locks at once, or none: nothing is held while others are waited for, so nobody
 * waits for a run that waits. `fd` is the only one that the process has of the file, as closing any
 * ends all locks. 0; -EBUSY when another run has one; or another -errno of fcntl(2).
 */
int pcs_locks_try(int fd, struct pcs_locks *l);

/*
 * The same, for so many seconds; says for what it waits after the first one. -EBUSY in the end, or
 * -PCS_ESIGNAL. Who comes while others wait for the same gives way to them, for a second of every
 * four; with 0 seconds, it gives way to nobody.
 */
int pcs_locks_wait(int fd, struct pcs_locks *l, int seconds);

/* Append who was in the way at the last attempt: "another run, process 7,". 0 or -ENOMEM. */
int pcs_locks_add_holder(const struct pcs_locks *l, struct pcs_buf *ret);

/*
 * For what all runs share, and for no longer than it takes to change a file. Waits ten seconds at
 * most, also after a signal. 0, -ETIMEDOUT, or another -errno of fcntl(2). Ended by
 * pcs_lock_leave().
 */
int pcs_lock_enter(int fd);
void pcs_lock_leave(int fd);

/* Whether no other run has any lock of the file; then none can have one until the descriptor is
 * closed. */
bool pcs_lock_all(int fd);
