/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Findings, as they are noted by a thread. */

#include "verify/verify.h"

/* What verdicts are about, for pcs_verify_note(). */
struct pcs_about {
	const struct pcs_source_facts *facts;
	const struct pcs_expect *expect;
	const char *source;   /* path, "" where there is none */
	const char *recorded; /* the name that pycs should record, or NULL for that of the source */
	const char *dir;      /* where the pyc lies */
	const char *archive;  /* "" */
	const char *text;     /* of the source, where it is not to be read from the root; or NULL */
	size_t text_len;
};

/* Turn verdicts into findings. 0 or -ENOMEM. */
int pcs_verify_note(struct pcs_verify_part *p, const struct pcs_about *s,
		    const struct pcs_verdict *v, size_t n);

/* Note a source of which a rule of the policy has no answer: nothing is expected of it. 1 where it
 * is so, 0 or -ENOMEM. */
int pcs_verify_undecided(struct pcs_verify_part *p, const struct pcs_about *s);

/* Judge a pyc outside of __pycache__, in the directory `dir`, and note what is found: see
 * pcs_judge_legacy(). 0 or -ENOMEM. */
int pcs_verify_legacy(struct pcs_verify_part *p, const struct pcs_seen *c, unsigned beside,
		      const char *dir, const char *archive);

/* Add a finding that needs no verdict. 0 or -ENOMEM. */
int pcs_verify_add(struct pcs_verify_part *p, enum pcs_finding_code code, const char *archive,
		   const char *path, const char *found);
