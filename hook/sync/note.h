/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A run, as the log of runs has it. */

#include <stdbool.h>

struct pcs_actions;
struct pcs_state;

/* Note a run that ended with `status`, whose actions were counted; `by` is who asked for it. One
 * that did nothing is noted where it is `whole`, which is of all trees, and was ended, or the one
 * before it failed. What cannot be written is reported. */
void pcs_note_run(const struct pcs_state *s, const char *by, bool whole,
		  const struct pcs_actions *l, int status);
