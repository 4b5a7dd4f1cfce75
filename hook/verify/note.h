#pragma once
/* Findings, as they are noted by a thread. */

#include "verify/verify.h"

/* What a verdict is about, for pcs_verify_note(). */
struct pcs_about {
	const struct pcs_source_facts *facts;
	const struct pcs_expect *expect;
	const char *source;  /* path, "" where there is none */
	const char *dir;     /* where the pyc lies */
	const char *archive; /* "" */
};

/* Turn a verdict into a finding. 0 or -ENOMEM. */
int pcs_verify_note(struct pcs_verify_part *p, const struct pcs_about *s,
		    const struct pcs_verdict *v);

/* Add a finding that needs no verdict. 0 or -ENOMEM. */
int pcs_verify_add(struct pcs_verify_part *p, enum pcs_finding_code code, const char *archive,
		   const char *path, const char *found);
