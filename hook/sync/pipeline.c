#include "sync/pipeline.h"

#include "base/err.h"
#include "base/exit.h"
#include "base/log.h"
#include "pkg/owner.h"
#include "state/record.h"
#include "sync/actions.h"
#include "sync/apply.h"
#include "sync/lacking.h"
#include "sync/reconcile.h"
#include "sync/report.h"
#include "tree/changes.h"
#include "tree/site.h"
#include "workers/interp.h"
#include "workers/pool.h"

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
	for (size_t i = 0; i < l->n && !failed; i++)
		failed = l->list[i].state == PCS_FAILED && counts(p, l, &l->list[i]);
	return failed ? PCS_EXIT_FAILED : PCS_EXIT_OK;
}

static int plan(const struct pcs_pipeline *p, struct pcs_changes *changes, struct pcs_actions *l,
		struct pcs_early *early)
{
	int r = pcs_changes_finish(changes);
	if (r == 0)
		r = pcs_reconcile(p->site, &p->goal, changes, l, early);
	pcs_changes_done(changes); /* a long list is much of the memory */
	if (r == 0 && p->site->staged)
		r = pcs_merge_lacking(l);
	if (r == 0 && pcs_owner_problem(p->site->owner))
		pcs_error("%s; what a package may own is left alone",
			  pcs_owner_problem(p->site->owner));
	return r == 0 && pcs_signal_seen() ? -PCS_ESIGNAL : r;
}

/* What the next runs are to know of this one. Where it cannot be kept, more stays than has to. */
static void keep_record(struct pcs_record *record)
{
	int r = record ? pcs_record_save(record) : 0;
	if (r < 0)
		pcs_debug("the record of what was made: %s", pcs_strerror(r));
}

int pcs_pipeline_run(const struct pcs_pipeline *p, struct pcs_changes *changes)
{
	struct pcs_actions l = { 0 };
	struct pcs_early early = { 0 };
	bool dry = p->goal.flags & PCS_GOAL_DRY;
	int r = plan(p, changes, &l, &early);
	if (r == 0 && !dry)
		r = pcs_apply(p->site, &p->goal, &l, &early);
	pcs_early_stop(&early);
	if (!dry)
		keep_record(p->site->record);
	pcs_actions_count(&l);
	pcs_report_warnings(&l);
	pcs_report_failures(p->site, &l);
	int w = pcs_report(p->site, &l, p->report, stdout);
	if (w < 0)
		pcs_error("standard output: %s", pcs_strerror(w));
	if (r == 0)
		r = w < 0 && !p->soft ? PCS_EXIT_FAILED : status_of(p, &l);
	pcs_actions_done(&l);
	return r;
}
