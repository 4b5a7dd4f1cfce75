/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What went wrong, and what CPython warned of, for people: lines on stderr. */

#include "base/map.h"

struct pcs_action;
struct pcs_actions;
struct pcs_site;

/* What of it was said. Zero-initialise the rest; freed by pcs_map_done(). */
struct pcs_failures {
	const struct pcs_site *site;
	struct pcs_actions *l;
	struct pcs_map links; /* that are not followed: each is one cause of many failures */
};

/* Report the failures of the source of `a`, once all that was planned for it has ended, and not
 * before. What all sources of an interpreter or of the run share is left to the end. */
void pcs_failures_of(struct pcs_failures *f, const struct pcs_action *a);

/* Each source that failed, and was not reported, in one line on stderr, CPython's own lines below
 * it; but one line for all sources of an interpreter that could not be started, and for all that a
 * run had no time for. */
void pcs_failures_rest(struct pcs_failures *f);

/* Each interpreter whose code has no canonical form, where that is no failure, in one line on
 * stderr. */
void pcs_report_formless(const struct pcs_site *site, const struct pcs_actions *l);

/* What CPython warned of, where the policy wants to see it, on stderr. */
void pcs_report_warnings(const struct pcs_actions *l);
