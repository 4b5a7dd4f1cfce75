/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/pipeline.h"

#include <string.h>

#include "base/err.h"
#include "base/exit.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/progress.h"
#include "pkg/owner.h"
#include "state/lock.h"
#include "state/mark.h"
#include "state/memory.h"
#include "state/state.h"
#include "sync/actions.h"
#include "sync/apply.h"
#include "sync/lacking.h"
#include "sync/note.h"
#include "sync/reconcile.h"
#include "sync/teller.h"
#include "tree/changes.h"
#include "tree/distinct.h"
#include "tree/site.h"
#include "workers/interp.h"
#include "workers/early.h"

/* Whether a failed action fails the run. In a staging root only what the policy speaks of can be
 * excused by it. */
static bool counts(const struct pcs_pipeline *p, const struct pcs_actions *l,
		   const struct pcs_action *a)
{
	bool excused = pcs_action_settings(l, a)->on_error == PCS_ON_ERROR_WARN;
	if (p->site->staged)
		return !a->settings || !excused;
	return !p->soft || !excused;
}

static int status_of(const struct pcs_pipeline *p, const struct pcs_actions *l)
{
	bool failed = !p->soft && pcs_owner_problem(p->site->owner);
	if (!p->soft && !pcs_goal_is_removal(&p->goal) && !p->site->interps->n &&
	    l->counts.sources) {
		pcs_error("no interpreter was found: nothing can be compiled");
		failed = true;
	}
	if (p->goal.flags & PCS_GOAL_CHECK)
		failed |= l->counts.planned > 0;
	for (size_t i = 0; i < l->n && !failed; i++)
		failed = l->list[i].state == PCS_FAILED && counts(p, l, &l->list[i]);
	return failed ? PCS_EXIT_FAILED : PCS_EXIT_OK;
}

/* Whether anything failed that the next run may succeed with. */
static bool has_failed(const struct pcs_actions *l, unsigned passed_over)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].state == PCS_FAILED && !(l->list[i].flags & passed_over))
			return true;
	return false;
}

/* Whether all was made and went that was to, as far as the tree allows. */
static bool is_settled(const struct pcs_pipeline *p, const struct pcs_actions *l, unsigned flags)
{
	return !pcs_owner_problem(p->site->owner) && !has_failed(l, PCS_FAILED_FOR_GOOD | flags);
}

static int add_marked(void *changes, const char *path)
{
	return pcs_changes_add(changes, path, strlen(path));
}

/* What runs before did not finish is looked at as well, but by one that removes. Returns 1 where
 * not all of it is known, which has been reported. */
static int take_marks(const struct pcs_pipeline *p, struct pcs_changes *changes,
		      struct pcs_marks *marks)
{
	if (!p->state || pcs_goal_is_removal(&p->goal) || p->goal.flags & PCS_GOAL_DRY)
		return 0;
	changes->marking = true;
	int r = pcs_marks_take(p->state, add_marked, changes, marks);
	changes->marking = false;
	if (r == 0 || r == -ENOMEM || pcs_state_is_not_ours(p->state->dir, r))
		return r == -ENOMEM ? r : 0;
	pcs_error(
		"what a killed run has left to do cannot be read, and is left to the next run: %s",
		pcs_strerror(r));
	return 1;
}

/* Mark the sources that are about to be worked on. Where that cannot be done, a kill costs more. */
static int set_mark(const struct pcs_pipeline *p, const struct pcs_actions *l,
		    struct pcs_marks *marks)
{
	PCS_BUF struct pcs_buf paths = { 0 };
	const struct pcs_action *last = NULL;
	int r = 0;
	for (size_t i = 0; i < l->n && r == 0 && !pcs_signal_seen(); i++) {
		const struct pcs_action *a = &l->list[i];
		if (!a->source || a->act > PCS_REMOVE || a->state != PCS_PENDING ||
		    (last && pcs_action_same_source(last, a)))
			continue;
		last = a;
		r = pcs_action_path(a, &paths);
		if (r == 0)
			r = pcs_buf_add(&paths, "", 1);
	}
	if (pcs_signal_seen())
		return -PCS_ESIGNAL;
	if (r == 0 && paths.len)
		r = pcs_marks_set(p->state, marks, &paths);
	if (r < 0 && !pcs_state_is_not_ours(p->state->dir, r))
		pcs_warning("the mark of this run cannot be set, and if it is killed, no other run "
			    "will "
			    "finish it: %s",
			    pcs_strerror(r));
	return r == -ENOMEM ? r : 0;
}

static int lock(const struct pcs_pipeline *p, const struct pcs_changes *changes, int seconds,
		struct pcs_locks *l)
{
	PCS_FREE const char **places = NULL;
	size_t n = 0;
	int r = pcs_changes_places(changes, &places, &n);
	if (r == 0)
		r = pcs_locks_plan(places, n, l);
	return r < 0 ? r : pcs_state_lock(p->state, l, seconds);
}

/* A run that was not told to wait any longer says so, and one that goes on says that. */
static int report_busy(const struct pcs_pipeline *p, const struct pcs_locks *l)
{
	PCS_BUF struct pcs_buf who = { 0 };
	int r = pcs_locks_add_holder(l, &who);
	if (r < 0)
		return r;
	const int len = (int)l->busy->len;
	if (!p->soft)
		pcs_error("%s works in %.*s: nothing was done", who.data, len, l->busy->path);
	else
		pcs_warning("%s works in %.*s and does not end; going on beside it", who.data, len,
			    l->busy->path);
	return p->soft ? 0 : -EBUSY;
}

/* Keep other runs off what this one works on. What others left unfinished is not waited for: it is
 * left to the next run. */
static int lock_all(const struct pcs_pipeline *p, struct pcs_changes *changes,
		    struct pcs_marks *marks)
{
	struct pcs_locks l = { 0 };
	int r = marks->n ? lock(p, changes, 0, &l) : -EBUSY;
	if (r == -EBUSY) {
		pcs_locks_done(&l);
		pcs_changes_drop_marked(changes);
		pcs_marks_done(marks);
		r = lock(p, changes, p->wait, &l);
	}
	if (l.busy) { /* what it did may concern what was found out before */
		pcs_early_stop(p->early);
		pcs_owner_renew(p->site->owner);
	}
	if (r == -EBUSY && l.busy)
		r = report_busy(p, &l);
	pcs_locks_done(&l);
	return r;
}

static int apply(const struct pcs_pipeline *p, struct pcs_actions *l, struct pcs_marks *marks,
		 const struct pcs_watch *watch)
{
	struct pcs_goal goal = p->goal;
	goal.watch = watch;
	int r = p->state ? set_mark(p, l, marks) : 0;
	if (r == 0)
		r = pcs_apply(p->site, &goal, l, p->early);
	if (r < 0 || !p->state)
		return r;
	/* Nobody else will be told of what a killed run left. */
	bool all = !p->flawed && is_settled(p, l, 0);
	int k = pcs_marks_clear(p->state, marks, all);
	if (k < 0)
		pcs_warning("the mark of this run stays, and the next run will look at its paths "
			    "again: %s",
			    pcs_strerror(k));
	return 0;
}

static bool tell_owner_problem(const struct pcs_pipeline *p)
{
	const char *problem = pcs_owner_problem(p->site->owner);
	if (problem)
		pcs_error("%s; what a package may own is left alone", problem);
	return problem;
}

/* Gather what is to be looked at, and lock it. *ret_unread: see take_marks(). */
static int settle(const struct pcs_pipeline *p, struct pcs_changes *changes,
		  struct pcs_marks *marks, bool *ret_unread)
{
	int r = take_marks(p, changes, marks);
	*ret_unread = r > 0;
	if (r >= 0)
		r = pcs_changes_finish(changes);
	pcs_progress_phase("waiting for another run", 0, 0);
	if (r == 0 && p->state && !(p->goal.flags & PCS_GOAL_DRY))
		r = lock_all(p, changes, marks);
	if (r == 0)
		pcs_site_set_now(p->site); /* others may have worked until now */
	return r;
}

/* What concerns many paths is said once. */
static void warn(const struct pcs_actions *l)
{
	PCS_BUF struct pcs_buf first = { 0 };
	if (l->counts.ahead)
		pcs_warning(
			"%zu of the sources looked at, or their pycs, have times in the future, "
			"which prove nothing: is the clock right?",
			l->counts.ahead);
	if (l->counts.open && pcs_buf_add_shown(&first, l->first_open, strlen(l->first_open)) == 0)
		pcs_warning("%s: others may write to it, and what they put there is run%s; "
			    "'pycsync verify' names the fix",
			    first.data, l->counts.open > 1 ? ", as in further ones" : "");
}

static int plan(const struct pcs_pipeline *p, struct pcs_changes *changes, struct pcs_actions *l)
{
	int r = pcs_signal_seen() ? -PCS_ESIGNAL : 0;
	if (r == 0)
		pcs_progress_phase("looking at sources", 0, 0);
	if (r == 0)
		r = pcs_reconcile(p->site, &p->goal, changes, l, p->early);
	pcs_changes_done(changes); /* a long list is much of the memory */
	if (r == 0 && p->site->staged)
		r = pcs_merge_lacking(l);
	if (r == 0)
		r = pcs_note_formless(p->site, l);
	if (r == 0)
		warn(l);
	return r == 0 && pcs_signal_seen() ? -PCS_ESIGNAL : r;
}

/* What the next runs are to know of this one. Where it cannot be kept, more stays than has to.
 * Returns whether all was known of earlier ones; else that has been reported. */
static bool keep_memory(struct pcs_memory *memory, bool save)
{
	int error = memory ? pcs_memory_error(memory) : 0;
	int r = memory && save ? pcs_memory_save(memory) : 0;
	bool unread = error < 0 && !pcs_memory_is_not_ours(memory, error);
	if (unread)
		pcs_error("the memory of what was made cannot be read, and counts as not there: %s",
			  pcs_strerror(error));
	else if (r < 0 && !pcs_memory_is_not_ours(memory, r))
		pcs_warning(
			"the memory of what was made cannot be written: more will be compiled than "
			"has to, and 'pycsync clean --made' will not know all: %s",
			pcs_strerror(r));
	return !unread;
}

int pcs_pipeline_run(const struct pcs_pipeline *p, struct pcs_changes *changes, bool *ret_settled)
{
	struct pcs_actions l = { 0 };
	struct pcs_marks marks = { 0 };
	struct pcs_teller teller;
	bool dry = p->goal.flags & PCS_GOAL_DRY;
	bool unread = false;
	pcs_teller_init(&teller, p->site, &l, p->report);
	int r = settle(p, changes, &marks, &unread);
	if (r == -EBUSY) {
		pcs_marks_done(&marks);
		*ret_settled = false;
		return PCS_EXIT_FAILED;
	}
	if (r == 0)
		r = plan(p, changes, &l);
	bool told = r == 0 && tell_owner_problem(p);
	if (r == 0)
		pcs_teller_planned(&teller);
	if (r == 0 && !dry)
		r = apply(p, &l, &marks, &teller.watch);
	if (r == 0 && !dry && p->follow)
		r = p->follow(p->follow_ctx, &l);
	if (r == 0 && !told)
		tell_owner_problem(p); /* the directories that are empty now are asked for last */
	pcs_marks_done(&marks);
	pcs_early_stop(p->early);
	unread |= !keep_memory(p->site->memory, !dry);
	pcs_actions_count(&l);
	if (p->counted)
		p->counted(p->counted_ctx, &l.counts);
	int w = pcs_teller_end(&teller);
	if (w < 0)
		pcs_error("standard output: %s", pcs_strerror(w));
	*ret_settled = r == 0 && is_settled(p, &l, PCS_FAILED_IN_WORKER);
	if (r == 0)
		r = (w < 0 || unread) && !p->soft ? PCS_EXIT_FAILED : status_of(p, &l);
	if (p->state && p->by && !dry)
		pcs_note_run(p->state, p->by, p->whole, &l,
			     r == -PCS_ESIGNAL ? 128 + pcs_signal_seen() : r != 0);
	pcs_actions_done(&l);
	return r;
}
