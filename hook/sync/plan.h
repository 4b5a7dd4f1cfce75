/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The decision: facts and wishes in, steps with a reason out. Pure: no system call, no memory, no
 * order in time. What is called fresh here, the importer accepts, and it matches the source.
 */

#include "tree/facts.h"
#include "tree/wants.h"

enum { PCS_STEPS_MAX = 256 };

enum pcs_act {
	PCS_COMPILE, /* make this pyc */
	PCS_RESTAMP, /* give this pyc another header: its code is right */
	PCS_REMOVE,  /* remove this entry of __pycache__ */
	PCS_RMDIR,   /* remove this directory, which is empty by then */
	PCS_LEAVE,   /* leave it alone, although one might ask why */
	PCS_FRESH,   /* nothing to do */
	PCS_REWRITE, /* a file that lists pycs, of a staging root, is as they are now */
};

enum pcs_reason {
	PCS_WHY_NO_PYC,
	PCS_WHY_DAMAGED, /* too short, or flags that no importer knows */
	PCS_WHY_MAGIC,
	PCS_WHY_MODE,
	PCS_WHY_MTIME,
	PCS_WHY_SIZE,
	PCS_WHY_HASH,
	PCS_WHY_CTIME,
	PCS_WHY_SOURCE_GONE,
	PCS_WHY_GOING, /* the package manager is about to remove the source */
	PCS_WHY_ALL,   /* all caches were asked to go */
	PCS_WHY_MADE,  /* those that pycsync made were */
	PCS_WHY_STALE, /* not asked for, but the importer would take it in place of a newer source
			*/
	PCS_WHY_NOT_COMPILING,
	PCS_WHY_TEMPORARY,
	PCS_WHY_EMPTY,
	PCS_WHY_OWNED,
	PCS_WHY_UNKNOWN_OWNER, /* a package database is there and cannot be read */
	PCS_WHY_FOREIGN,
	PCS_WHY_EXCLUDED,
	PCS_WHY_NO_INTERP,  /* the tree is that of an interpreter that is not served now */
	PCS_WHY_NO_FILE,    /* something that is no regular file has the name of the pyc */
	PCS_WHY_NOT_SOURCE, /* something that is no regular file has the name of a source */
	PCS_WHY_FAILED,     /* the facts could not be had; the error says why */
	PCS_WHY_LINK,       /* the same, for a link on the way that root does not follow */
	PCS_WHY_FRESH,
	PCS_WHY_INTERP_GONE, /* the interpreter that it was made for is gone */
	PCS_WHY_NAME,        /* staging: it records another name */
	PCS_WHY_CANON,       /* staging: it is not in the form that was asked for */
	PCS_WHY_NOT_MADE,    /* it is not proven to be of pycsync's making */
	PCS_WHY_EXTRA,       /* staging: nobody asked for it */
	PCS_WHY_BESIDE,      /* staging: a pyc that is not in a __pycache__ and has a source */
	PCS_WHY_LEGACY,      /* staging: the same, where something else is wrong with it */
	PCS_WHY_NO_FORM,     /* an interpreter whose code has no canonical form that is known */
	PCS_WHY_LISTED,      /* staging: a RECORD lists pycs that are gone, or others now */
	PCS_WHY_ACCESS,      /* staging: who may read or write it may not do so with the source, or
				the other way round */
	PCS_WHY_NO_PYC_FILE, /* staging: something else has the name of a pyc */
	PCS_WHY_FORCED,      /* it is right, and is to be made all the same */
};

/* Words for people, "the source is newer than the pyc" and so on. */
const char *pcs_reason_text(enum pcs_reason why);
const char *pcs_act_name(enum pcs_act act);

struct pcs_step {
	uint8_t act;    /* enum pcs_act */
	uint8_t reason; /* enum pcs_reason */
	uint8_t interp; /* index, or PCS_NO_INTERP */
	uint8_t level;
	bool extra; /* it is about a pyc in a staging root that nobody asked for */
	const struct pcs_cache_facts *cache; /* the entry spoken of, or NULL where there is none */
	const struct pcs_want *want;         /* that of `interp`, or NULL */
};

/* Decide. Writes at most `max` steps, which point into `f` and `wants`, and returns how many there
 * are. What is compiled or restamped, or does not compile, has its want. */
size_t pcs_plan_source(const struct pcs_source_facts *f, const struct pcs_want *wants, size_t n,
		       struct pcs_step *ret, size_t max);
