/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Who is told of a run's actions as they begin and end. */

#include "sync/actions.h"

struct pcs_watch {
	/* Its source is sent to a worker. */
	void (*begins)(void *ctx, const struct pcs_action *a);
	/* It has ended, and its state will not change any more. Called once for each. */
	void (*ended)(void *ctx, struct pcs_action *a);
	void *ctx;
};

/* Tell, unless that was done before, that an action has ended, if it has. `w` may be NULL. */
static inline void pcs_watch_ended(const struct pcs_watch *w, struct pcs_action *a)
{
	if (!w || a->told || !pcs_action_has_ended(a))
		return;
	a->told = true;
	w->ended(w->ctx, a);
}
