/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pycsync stage: what package builds run on their staging root. */

#include "cmd/stage.h"

#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/progress.h"
#include "base/exit.h"
#include "cmd/operands.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "cmd/staging.h"
#include "tree/changes.h"
#include "workers/jobserver.h"
#include "stage/recanon.h"
#include "stage/record.h"
#include "policy/query.h"

struct work {
	struct pcs_options *options;
	struct pcs_session session;
	struct pcs_staging_site staging;
	struct pcs_jobserver *jobserver;
	struct pcs_record records;
};

/* ---- compiling ---- */

static int compile(struct work *w)
{
	struct pcs_changes changes;
	struct pcs_session *s = &w->session;
	int r = pcs_session_status(pcs_jobserver_join(&w->jobserver));
	if (r)
		return r;
	s->goal.jobserver = w->jobserver;
	w->records.root = &s->root;
	s->follow = w->staging.staged.extra == PCS_EXTRA_KEEP ? NULL : pcs_record_follow;
	s->follow_ctx = &w->records;
	pcs_session_init_changes(s, 0, &changes);
	r = pcs_staging_changes(&w->staging, &changes, &w->records);
	if (r == 0)
		r = pcs_session_run(s, &changes);
	pcs_changes_done(&changes);
	return r;
}

static int open_and_compile(struct work *w)
{
	const struct pcs_goal goal = { .kind = PCS_GOAL_RECONCILE };
	int r = pcs_session_open(w->options, &goal, PCS_SESSION_STAGING, &w->session);
	if (r == 0)
		r = pcs_staging_settle(&w->session, &w->staging);
	return r ? r : compile(w);
}

/* ---- rewriting ---- */

struct telling {
	const struct pcs_options *o;
	struct pcs_json j;
};

static void report_item(void *ctx, const struct pcs_recanon_item *item)
{
	struct telling *t = ctx;
	const struct pcs_options *o = t->o;
	struct pcs_json *j = &t->j;
	PCS_BUF struct pcs_buf shown = { 0 };
	if (pcs_buf_add_shown(&shown, item->path, strlen(item->path)) < 0)
		return;
	if (item->error)
		pcs_error("%s: %s", shown.data, item->error);
	pcs_progress_hide();
	if (o->json) {
		pcs_json_begin(j, NULL, '{');
		pcs_json_string(j, "action", "canonicalize");
		pcs_json_string(j, "pyc", item->path);
		pcs_json_bool(j, "changed", item->changed);
		pcs_json_string(j, "error", item->error);
		pcs_json_end(j);
	} else if (item->changed && !o->quiet && (o->dry_run || o->verbose || o->explain)) {
		printf("canonicalize %s\n", shown.data);
	}
	fflush(stdout);
	pcs_progress_show();
}

static int report_recanon(const struct pcs_recanon *rc, struct telling *t)
{
	const struct pcs_options *o = t->o;
	size_t changed = 0, failed = 0;
	for (size_t i = 0; i < rc->n; i++) {
		changed += rc->items[i].changed;
		failed += rc->items[i].error != NULL;
	}
	if (o->json) {
		pcs_json_begin(&t->j, NULL, '{');
		pcs_json_begin(&t->j, "summary", '{');
		pcs_json_number(&t->j, "pycs", rc->n);
		pcs_json_number(&t->j, "changed", changed);
		pcs_json_number(&t->j, "failed", failed);
		pcs_json_bool(&t->j, "dry_run", o->dry_run);
		pcs_json_end(&t->j);
		pcs_json_end(&t->j);
	} else if (!o->quiet) {
		printf("pycsync: %zu %s, %zu in canonical form already, %zu failed\n", changed,
		       o->dry_run ? "to rewrite" : "rewritten", rc->n - changed - failed, failed);
	}
	return pcs_json_done(&t->j) < 0 || failed ? PCS_EXIT_FAILED : PCS_EXIT_OK;
}

static int add_pycs(struct work *w, struct pcs_recanon *rc)
{
	const struct pcs_options *o = w->options;
	int r = o->n_operands ? 0 : pcs_recanon_add(rc, "/");
	if (r < 0)
		pcs_error("stage: %s: %s", o->root, pcs_strerror(r));
	for (size_t i = 0; i < o->n_operands && r == 0; i++) {
		PCS_BUF struct pcs_buf inner = { 0 };
		r = pcs_staging_path(&w->staging, o->operands[i], &inner);
		if (r)
			return r;
		r = pcs_recanon_add(rc, inner.data);
		if (r == -EINVAL)
			pcs_error("stage: %s: neither a directory nor a pyc", o->operands[i]);
		else if (r < 0)
			pcs_error("stage: %s: %s", o->operands[i], pcs_strerror(r));
	}
	return r == -EINVAL ? PCS_EXIT_USAGE : r < 0 ? PCS_EXIT_FAILED : 0;
}

static int canonicalize(struct work *w)
{
	struct pcs_session *s = &w->session;
	struct telling t = { .o = w->options, .j.out = stdout };
	struct pcs_recanon rc = {
		.root = &s->root, .dry = w->options->dry_run, .ended = report_item, .ctx = &t
	};
	int r = pcs_session_policy(w->options, PCS_SESSION_STAGING, s);
	if (r == 0)
		r = add_pycs(w, &rc);
	if (r == 0) {
		int end = pcs_recanon_run(&rc);
		pcs_progress_stop();
		r = report_recanon(&rc, &t);
		if (end == -PCS_ESIGNAL)
			r = 128 + pcs_signal_seen();
	}
	pcs_recanon_done(&rc);
	return r;
}

/* ---- the command ---- */

static int stage(struct pcs_options *o)
{
	struct work w = { .options = o, .session.root.fd = -1 };
	w.staging.session = &w.session;
	int r = o->n_operands ? pcs_staging_root(o, o->operands[0]) :
				pcs_fail(PCS_EXIT_USAGE, "stage: expected a DESTDIR");
	if (r)
		return r;
	memmove(o->operands, o->operands + 1, --o->n_operands * sizeof(*o->operands));
	r = o->stage.canonicalize_only ? canonicalize(&w) : open_and_compile(&w);
	pcs_record_done(&w.records);
	pcs_jobserver_free(w.jobserver);
	pcs_session_done(&w.session);
	pcs_staging_done(&w.staging);
	return r;
}

int pcs_cmd_stage(int argc, char **argv)
{
	return pcs_options_run(argc, argv, PCS_STAGE, "[options] [--] DESTDIR [PATH...]", stage);
}
