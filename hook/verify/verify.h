/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Verification: a system, a root or a package is looked at, and nothing is changed. Facts come from
 * a tree (tree.h) or from a package (members.h), judge.h tells what is wrong, and deep.h compiles.
 * This is what they share.
 */

#include "verify/finding.h"
#include "verify/judge.h"
#include "tree/site.h"

struct pcs_interps;

enum pcs_verify_flags {
	PCS_VERIFY_DEEP = 1 << 0,     /* compile each source anew and compare the code */
	PCS_VERIFY_LINKS = 1 << 1,    /* levels that are the same are to be one file */
	PCS_VERIFY_IN_TREES = 1 << 2, /* what is listed outside the policy's trees is passed over */
	PCS_VERIFY_ANY_VERSION =
		1 << 3,           /* others than the versions that are served are no strangers */
	PCS_VERIFY_ANEW = 1 << 4, /* memory is not asked: each pyc is looked into */
};

enum { PCS_PYC_MAX = 32 << 20 }; /* pycs that are larger are not looked into */

/*
 * A source that is to be compiled, to see whether it does, or whether it is what the pycs hold. The
 * strings are kept in an arena.
 */
struct pcs_trial {
	const char *path;            /* inside the root, or of the package */
	const char *recorded;        /* the name that they record, where it is another; or NULL */
	const char *pyc[PCS_LEVELS]; /* paths of those to compare with, or NULL */
	const char *source; /* its content, where it is not to be read from the root; or NULL */
	const char *code[PCS_LEVELS]; /* the same of the bodies to compare with */
	size_t source_len, code_len[PCS_LEVELS];
	const char *archive; /* the package's file, or "" */
	uint8_t interp;
	uint8_t linked; /* levels whose pyc is a symbolic link, as bits */
	bool strict;    /* policy takes warnings for errors */
	bool fatal;     /* 'stage' fails where it does not compile */
	bool warned;    /* CPython warned of the source */
	bool refused;   /* it does not compile, or not within the limits */
	bool untried;   /* nothing was found out about it, as its interpreter cannot be started */
};

struct pcs_verify {
	const struct pcs_site *site;
	const struct pcs_interps
		*known; /* those of the system, whether policy serves them or not */
	unsigned flags; /* enum pcs_verify_flags */
	unsigned jobs;  /* threads, and workers, at a time */
	struct pcs_findings found;
	struct pcs_trial *trials;
	size_t n_trials, cap_trials;
	struct pcs_arena kept; /* what the trials point to */
};

/* Free what it found, and its trials. */
void pcs_verify_done(struct pcs_verify *v);

/* What one thread finds, and its scratch memory. */
struct pcs_verify_part {
	struct pcs_verify *verify;
	struct pcs_findings found;
	struct pcs_trial *trials;
	size_t n_trials, cap_trials;
	struct pcs_arena kept; /* what the trials point to */
	struct pcs_seen *seen;
	size_t n_seen, cap_seen;
	struct pcs_peek peek;
	struct pcs_buf body, other, path, words;
	struct pcs_arena strings; /* of the facts at hand */
};

/* Free what was not handed over. The part is as new then. */
void pcs_verify_part_done(struct pcs_verify_part *p);

/* Hand over what a part found. 0 or -ENOMEM. */
int pcs_verify_join(struct pcs_verify *v, struct pcs_verify_part *p);

/* Room for one more pyc, zeroed, or NULL. */
struct pcs_seen *pcs_verify_seen(struct pcs_verify_part *p);

/* Append a trial. NULL when memory is out. */
struct pcs_trial *pcs_verify_trial(struct pcs_verify_part *p, const char *path, unsigned interp);
