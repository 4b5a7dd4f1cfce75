/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/apply.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/proc.h"
#include "state/memory.h"
#include "sync/actions.h"
#include "sync/compile.h"
#include "sync/dirs.h"
#include "sync/goal.h"
#include "sync/handles.h"
#include "sync/sweep.h"
#include "sync/watch.h"
#include "tree/site.h"

struct apply {
	const struct pcs_site *site;
	const struct pcs_goal *goal;
	struct pcs_actions *actions;
	struct pcs_handles *handles;
};

/* What went is known no more. */
static void sweep(struct apply *ap, struct pcs_action *a)
{
	const struct pcs_row gone = { .name = a->entry, .kind = PCS_ROW_GONE };
	pcs_sweep(ap->site, ap->handles, a);
	if (a->state == PCS_DONE && a->act == PCS_REMOVE && a->source && ap->site->memory &&
	    pcs_memory_is_kept(ap->site->memory))
		pcs_memory_note(ap->site->memory, a->place->path, &gone);
	if (a->act != PCS_RMDIR || a->state == PCS_DONE) /* else it may be dropped */
		pcs_watch_ended(ap->goal->watch, a);
}

static int sweep_all(struct apply *ap, enum pcs_act act)
{
	struct pcs_actions *l = ap->actions;
	for (size_t i = 0; i < l->n; i++) {
		if (pcs_signal_seen())
			return -PCS_ESIGNAL;
		if (l->list[i].act == act && l->list[i].state == PCS_PENDING)
			sweep(ap, &l->list[i]);
	}
	return 0;
}

/* Of the directories that might have been left empty, those that did not go are no news. */
static void forget_filled(struct pcs_actions *l, size_t from)
{
	size_t kept = from;
	for (size_t i = from; i < l->n; i++) {
		if (l->list[i].state == PCS_DONE)
			l->list[kept++] = l->list[i];
		else
			free(l->list[i].words);
	}
	l->n = kept;
}

int pcs_apply(const struct pcs_site *site, const struct pcs_goal *goal, struct pcs_actions *l,
	      struct pcs_early *early)
{
	struct apply ap = { .site = site, .goal = goal, .actions = l };
	const size_t planned = l->n;
	int r = pcs_handles_new(site, &ap.handles);
	if (r == 0)
		r = sweep_all(&ap, PCS_REMOVE);
	if (r == 0)
		r = pcs_compile(site, goal, ap.handles, l, early);
	if (r == 0)
		r = pcs_plan_unfilled_dirs(site, l);
	if (r == 0)
		r = sweep_all(&ap, PCS_RMDIR);
	forget_filled(l, planned);
	pcs_handles_free(ap.handles);
	return r;
}
