/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/teller.h"

static void begins(void *ctx, const struct pcs_action *a)
{
	(void)ctx;
	(void)a;
}

static void ended(void *ctx, struct pcs_action *a)
{
	struct pcs_teller *t = ctx;
	if (!t->streams)
		return;
	pcs_report_action(&t->report, a);
	pcs_report_flush(&t->report);
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

void pcs_teller_planned(struct pcs_teller *t)
{
	struct pcs_actions *l = t->report.l;
	for (size_t i = 0; t->streams && i < l->n; i++) {
		if (!pcs_action_has_ended(&l->list[i]))
			continue;
		l->list[i].told = true;
		pcs_report_action(&t->report, &l->list[i]);
	}
	if (t->streams)
		pcs_report_flush(&t->report);
	for (size_t i = 0; t->streams && i < l->n; i++)
		if (l->list[i].state == PCS_FAILED)
			pcs_failures_of(&t->failures, &l->list[i]);
}

int pcs_teller_end(struct pcs_teller *t)
{
	const struct pcs_actions *l = t->report.l;
	pcs_report_warnings(l);
	pcs_report_formless(t->report.site, l);
	pcs_failures_rest(&t->failures);
	pcs_map_done(&t->failures.links);
	for (size_t i = 0; i < l->n; i++)
		if (!t->streams || !l->list[i].told)
			pcs_report_action(&t->report, &l->list[i]);
	return pcs_report_end(&t->report);
}
