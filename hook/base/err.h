/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Functions return 0 (or a count) or a negative code: a negated errno, or one of ours below, which
 * start at 1024 so that the two never meet.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

enum pcs_errno {
	PCS_EPOLICY = 1024, /* the policy is not valid; the diagnostics tell why */
	PCS_EPROTO,         /* a worker sent what the protocol does not know */
	PCS_EWORKER,        /* a worker could not be started or died */
	PCS_ENOTDIR_CACHE,  /* __pycache__ is there and is no directory */
	PCS_ECHANGED,       /* the source changed while it was read, again and again */
	PCS_EUSAGE,         /* the command line is not valid; already reported */
	PCS_ESIGNAL,        /* a signal asked the run to end */
	PCS_ESTRIP,         /* the path does not begin with what is to be taken off it */
	PCS_ECANON,         /* bytecode that has no canonical form; a text tells why */
	PCS_EARCHIVE,       /* an archive is damaged, or none that is known */
	PCS_ELIMIT,         /* an archive goes beyond what is examined */
	PCS_EUNSAFE,        /* a symbolic link of one user leads root to what is another's */
	PCS_EPSEUDO,        /* on procfs or its like, where reading has effects */
	PCS_EREPLACED,      /* a directory was replaced while it was worked on */
	PCS_EPRIVATE,       /* who would own the pyc may not read the source */
	PCS_EOWNER,         /* root cannot act as the owner of what it works on */
};

/* Whether an errno, or its negative, says that nothing is there. All others prove nothing. */
static inline bool pcs_is_absence(int code)
{
	return abs(code) == ENOENT || abs(code) == ENOTDIR;
}

/* Words for a negative (or positive) code, ours or errno's. Never NULL; not to be freed. */
const char *pcs_strerror(int code);
