#pragma once
/* To compile is the proof: of a pyc's code, and of a source that has no pyc. */

enum { PCS_TRIED_MAX = 500 }; /* see pcs_verify_compile() */

#include "verify/note.h"

/* Note down for it the pycs in p->seen of which the verdicts say nothing worse than a note. 0 or
 * -ENOMEM. */
int pcs_verify_try(struct pcs_verify_part *p, const struct pcs_about *s,
		   const struct pcs_verdict *v, size_t n);

/*
 * Compile what was noted down for it: with PCS_VERIFY_DEEP the sources of fresh pycs, and sources
 * that have no pyc, which is no fault where they do not compile. The latter are left out when there
 * are more than PCS_TRIED_MAX of them: then nobody compiled there at all. 0, -PCS_ESIGNAL or
 * -ENOMEM.
 */
int pcs_verify_compile(struct pcs_verify *v);
