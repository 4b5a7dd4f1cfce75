/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What fixes findings: a command that does it and changes nothing else, or a sentence. */

#include "verify/finding.h"

/* What the commands have to know of the run. */
struct pcs_fix_context {
	const char *root;           /* of the host: "" for "/" */
	const char *const *options; /* of pycsync: "--root", "/mnt", and so on; NULL */
	/* Of a staging root, which 'stage' fixes; NULL for any other. It gets the `options` and,
	 * by turns, the names of its own and their arguments or NULL. */
	const char *destdir;
	const char *const *stage_options;
	size_t n_stage_options;
};

/* What fixes the finding where it lies. Never PCS_FIX_OF_CODE. */
enum pcs_fix pcs_fix_of(const struct pcs_finding *f);

/*
 * Append what fixes findings of one code, one owner and one pcs_fix_of(), sorted by path; nothing
 * where nothing does. 1 where that is a command for a shell that knows $'...', 0 where it is a
 * sentence or nothing, or -ENOMEM.
 */
int pcs_add_fix(struct pcs_buf *b, const struct pcs_fix_context *how,
		const struct pcs_finding *list, size_t n);
