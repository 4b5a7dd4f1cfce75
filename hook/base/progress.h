/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * A line at the bottom of a terminal that tells, while something takes longer than half a second,
 * how far it is. It is written to stderr by a thread of its own, so that it is right however long
 * one step takes. As long as it was not started, all of this does nothing. From any thread.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/terminal.h"

/* Begin. With PCS_WHEN_AUTO only where stderr is a terminal; a run in the background is silent. */
void pcs_progress_start(enum pcs_when when);

/* Take the line away, for good: before what is printed in the end. */
void pcs_progress_stop(void);

/* Something else begins: `verb` must live on. `total` is how many steps there will be, and `weight`
 * what they weigh, which the time that is left is guessed by; 0 where that is not known. */
void pcs_progress_phase(const char *verb, size_t total, uint64_t weight);

/* Whether it was started: else its numbers need not be made. */
bool pcs_progress_is_on(void);

/* So many steps more are done, which weigh so much. */
void pcs_progress_add(size_t n, uint64_t weight);

/* What is worked on now: a path of two parts, the second of which may be NULL. */
void pcs_progress_name(const char *dir, const char *name);

/* Take the line away while something else is written to the terminal, and let it come again. */
void pcs_progress_hide(void);
void pcs_progress_show(void);
