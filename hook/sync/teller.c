/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/teller.h"

#include <string.h>

#include "base/progress.h"

/* What an action takes of the time, in bytes of a source that is compiled. */
static uint64_t weight(const struct pcs_action *a)
{
	enum { FILE_WEIGHT = 1000 };
	return FILE_WEIGHT + (a->act == PCS_COMPILE ? a->size : 0);
}

/* The oldest of what was begun and has not ended is most likely what takes long. */
static void name_oldest(const struct pcs_teller *t)
{
	if (t->n_flying)
		pcs_progress_name(t->flying[0]->place->path, t->flying[0]->source);
}

/* Returns whether it was one of them. */
static bool land(struct pcs_teller *t, const struct pcs_action *a)
{
	size_t i = 0;
	while (i < t->n_flying && t->flying[i] != a)
		i++;
	if (i == t->n_flying)
		return false;
	t->n_flying--;
	memmove(t->flying + i, t->flying + i + 1, (t->n_flying - i) * sizeof(*t->flying));
	return true;
}

static void begins(void *ctx, const struct pcs_action *a)
{
	struct pcs_teller *t = ctx;
	if (!pcs_progress_is_on())
		return;
	land(t, a); /* its source has changed, and it begins anew */
	if (t->n_flying == PCS_FLYING)
		land(t, t->flying[0]);
	t->flying[t->n_flying++] = a;
	name_oldest(t);
}

static void count(struct pcs_teller *t, const struct pcs_action *a)
{
	if (land(t, a))
		name_oldest(t);
	if (a->act <= PCS_REMOVE)
		pcs_progress_add(1, weight(a));
}

static void ended(void *ctx, struct pcs_action *a)
{
	struct pcs_teller *t = ctx;
	count(t, a);
	if (!t->streams)
		return;
	pcs_progress_hide();
	pcs_report_action(&t->report, a);
	pcs_report_flush(&t->report);
	pcs_progress_show();
	pcs_failures_of(&t->failures, a);
}

void pcs_teller_init(struct pcs_teller *t, const struct pcs_site *site, struct pcs_actions *l,
		     unsigned flags)
{
	*t = (struct pcs_teller){
		.report = { .site = site, .l = l, .flags = flags, .json.out = stdout },
		.failures = { .site = site, .l = l },
		.watch = { .begins = begins, .ended = ended, .ctx = t },
		.streams = flags & PCS_REPORT_ACTIONS && !(flags & PCS_REPORT_DRY),
	};
}

static void begin_progress(const struct pcs_actions *l)
{
	size_t n = 0, compiled = 0;
	uint64_t all = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct pcs_action *a = &l->list[i];
		if (a->act > PCS_REMOVE || pcs_action_has_ended(a))
			continue;
		n++;
		compiled += a->act != PCS_REMOVE;
		all += weight(a);
	}
	pcs_progress_phase(compiled ? "compiling" : "removing", n, all);
}

void pcs_teller_planned(struct pcs_teller *t)
{
	struct pcs_actions *l = t->report.l;
	pcs_progress_hide();
	for (size_t i = 0; t->streams && i < l->n; i++) {
		if (!pcs_action_has_ended(&l->list[i]))
			continue;
		l->list[i].told = true;
		pcs_report_action(&t->report, &l->list[i]);
	}
	if (t->streams)
		pcs_report_flush(&t->report);
	pcs_progress_show();
	for (size_t i = 0; t->streams && i < l->n; i++)
		if (l->list[i].state == PCS_FAILED)
			pcs_failures_of(&t->failures, &l->list[i]);
	if (pcs_progress_is_on())
		begin_progress(l);
}

int pcs_teller_end(struct pcs_teller *t)
{
	const struct pcs_actions *l = t->report.l;
	pcs_progress_stop();
	pcs_report_warnings(l);
	pcs_report_formless(t->report.site, l);
	pcs_failures_rest(&t->failures);
	pcs_map_done(&t->failures.links);
	for (size_t i = 0; i < l->n; i++)
		if (!t->streams || !l->list[i].told)
			pcs_report_action(&t->report, &l->list[i]);
	return pcs_report_end(&t->report);
}
