/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Sources of a staging root whose interpreter is not there. */

struct pcs_actions;
struct pcs_site;

/* After planning: they become one failure for each tree. 0 or -ENOMEM. */
int pcs_merge_lacking(struct pcs_actions *l);

/* Add an action for each interpreter whose bytes are to be canonical and of which no canonical form
 * is known: a failure where that was said. Elsewhere than in a staging root, only then. 0 or
 * -ENOMEM. */
int pcs_note_formless(const struct pcs_site *site, struct pcs_actions *l);
