/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* To compile is the proof: of a pyc's code, and of a source that has no pyc. */

enum { PCS_TRIED_MAX = 500 }; /* see pcs_verify_compile() */

#include "verify/note.h"

/* Note down for it the pycs in p->seen that the importer takes, whatever else is wrong with them. 0
 * or -ENOMEM. */
int pcs_verify_try(struct pcs_verify_part *p, const struct pcs_about *s);

/*
 * Compile what was noted down for it: with PCS_VERIFY_DEEP the sources of pycs, and sources
 * that have no pyc, which is no fault where they do not compile. The latter are left out when there
 * are more than PCS_TRIED_MAX of them: then nobody compiled there at all. It is all forgotten then,
 * with what was kept for it. 0, -PCS_ESIGNAL or -ENOMEM.
 */
int pcs_verify_compile(struct pcs_verify *v);
