/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The marks of unfinished runs: what a run is about to do, noted before and taken away when it is
 * done. The mark of a run that was killed stays, and the next run, whatever it was told to look at,
 * looks at what was marked as well. A lock on the mark tells that its run is alive.
 */

#include <stdbool.h>
#include <stddef.h>

struct pcs_buf;
struct pcs_state;

struct pcs_marks {
	struct pcs_mark *list; /* those held: those taken over, and then our own */
	size_t n, cap, n_taken;
};

/*
 * Take over the marks of runs that are no more, and tell of each path in them; one that is damaged,
 * as its checksum tells, is passed over. 0, or the first
 * negative code of `each` or of reading; the marks of which that is so stay for the next run.
 */
int pcs_marks_take(const struct pcs_state *s, int (*each)(void *ctx, const char *path), void *ctx,
		   struct pcs_marks *ret);

/* Mark `paths`, each ended by a NUL, as our own, on the disk. Without a state directory nothing is
 * marked. 0 or -errno. */
int pcs_marks_set(const struct pcs_state *s, struct pcs_marks *m, const struct pcs_buf *paths);

/* The run has come to its end: its own mark goes, and with `all` those that it took over. 0, or
 * -errno where one stays. */
int pcs_marks_clear(const struct pcs_state *s, struct pcs_marks *m, bool all);

/* Free what is held; marks that were not cleared stay. */
void pcs_marks_done(struct pcs_marks *m);
