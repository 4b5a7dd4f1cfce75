/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Pycs in a staging root that are no caches by their names: nobody asks for them, and a package
 * would have them in it. */

#include <stdbool.h>

#include "sync/plan.h"

struct pcs_buf;
struct pcs_visit;

/* Whether a name in a __pycache__ is that of a pyc, or of one that the importer was about to write.
 */
bool pcs_extra_is_pyc(const char *name);

/*
 * Look at the entry `name` of the __pycache__ of the directory at hand. 0 where it need not be
 * spoken of, or why it may not stay: PCS_WHY_EXTRA for a pyc, else what keeps it from being removed
 * all the same, with the reason in words. -ENOMEM.
 */
int pcs_extra_look(struct pcs_visit *v, const char *name, struct pcs_buf *words);

/*
 * The same of a pyc in the directory itself: PCS_WHY_BESIDE for one that has a source beside it;
 * PCS_WHY_LEGACY with words where something is wrong with one that has none, or that is no pyc.
 * `settings` becomes what the policy says of its source, there or not.
 */
int pcs_extra_look_beside(struct pcs_visit *v, const char *name, struct pcs_settings *settings,
			  struct pcs_buf *words);
