/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What went wrong, and what CPython warned of, for people: lines on stderr. */

struct pcs_actions;
struct pcs_site;

/* Each source that failed in one line on stderr, CPython's own lines below it; but one line for all
 * sources of an interpreter that could not be started, and for all that a run had no time for. */
void pcs_report_failures(const struct pcs_site *site, const struct pcs_actions *l);

/* Each interpreter whose code has no canonical form, where that is no failure, in one line on
 * stderr. */
void pcs_report_formless(const struct pcs_site *site, const struct pcs_actions *l);

/* What CPython warned of, where the policy wants to see it, on stderr. */
void pcs_report_warnings(const struct pcs_actions *l);
