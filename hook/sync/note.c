/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/note.h"

#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/log.h"
#include "state/runs.h"
#include "state/state.h"
#include "sync/actions.h"

/* "PATH:LINE: MESSAGE", without the lines that quote the source; NULL: out of memory. */
static char *describe(const struct pcs_action *a)
{
	PCS_BUF struct pcs_buf text = { 0 };
	const char *words = a->words ? a->words : "out of memory";
	int r = a->reason == PCS_WHY_LINK ? 0 : pcs_action_path(a, &text); /* else in the words */
	if (r == 0 && a->line)
		r = pcs_buf_printf(&text, ":%u", a->line);
	if (r == 0)
		r = pcs_buf_printf(&text, "%s%.*s", text.len ? ": " : "", (int)strcspn(words, "\n"),
				   words);
	return r < 0 ? NULL : strdup(text.data);
}

/* The first failures, one of a source. 0 or -ENOMEM. */
static int describe_failures(const struct pcs_actions *l, char *texts[PCS_RUN_FAILURES],
			     struct pcs_run *run)
{
	const struct pcs_action *last = NULL;
	for (size_t i = 0; i < l->n && run->n_failures < PCS_RUN_FAILURES; i++) {
		const struct pcs_action *a = &l->list[i];
		if (a->state != PCS_FAILED || (last && pcs_action_same_source(last, a)))
			continue;
		last = a;
		texts[run->n_failures] = describe(a);
		if (!texts[run->n_failures])
			return -ENOMEM;
		run->failures[run->n_failures] = texts[run->n_failures];
		run->n_failures++;
	}
	return 0;
}

/* Whether a run needs somebody, until another one that looks at all trees finds nothing to do. */
static bool is_amiss(const struct pcs_run *run)
{
	return run->failed || run->status > 128;
}

static int judge_run(void *ctx, const struct pcs_run *run)
{
	*(bool *)ctx = is_amiss(run);
	return 0;
}

/* Of a run that did nothing: daily ones would push out those that did something. */
static bool is_news(const struct pcs_state *s, bool whole, const struct pcs_run *run)
{
	bool amiss = false; /* the last one that is noted */
	if (!whole || is_amiss(run))
		return whole;
	return pcs_runs_read(s, judge_run, &amiss) == 0 && amiss;
}

void pcs_note_run(const struct pcs_state *s, const char *by, bool whole,
		  const struct pcs_actions *l, int status)
{
	const struct pcs_counts *c = &l->counts;
	char *texts[PCS_RUN_FAILURES] = { NULL };
	struct pcs_run run = { .when = time(NULL),
			       .by = by,
			       .status = status,
			       .compiled = c->compiled,
			       .stored = c->stored,
			       .restamped = c->restamped,
			       .removed = c->removed,
			       .failed = c->failed };
	bool idle = !c->compiled && !c->stored && !c->restamped && !c->removed && !c->failed;
	if (idle && !is_news(s, whole, &run))
		return;
	int r = describe_failures(l, texts, &run);
	if (r == 0)
		r = pcs_runs_add(s, &run);
	if (r < 0 && !pcs_state_is_not_ours(s->dir, r))
		pcs_warning("this run is missing in the log of runs: %s", pcs_strerror(r));
	for (size_t i = 0; i < PCS_RUN_FAILURES; i++)
		free(texts[i]);
}
