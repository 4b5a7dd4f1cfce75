#pragma once
/*
 * The decision: facts and wishes in, steps with a reason out. Pure: no system call, no memory, no
 * order in time. What is called fresh here, the importer accepts, and it matches the source.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "pyc/header.h"
#include "policy/policy.h"
#include "pyc/name.h"

enum { PCS_INTERPS_MAX = 32, PCS_STEPS_MAX = 256 };

enum pcs_act {
	PCS_COMPILE, /* make this pyc */
	PCS_REMOVE,  /* remove this entry of __pycache__ */
	PCS_RMDIR,   /* remove this directory, which is empty by then */
	PCS_LEAVE,   /* leave it alone, although one might ask why */
	PCS_FRESH,   /* nothing to do */
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
	PCS_WHY_FRESH,
	PCS_WHY_INTERP_GONE, /* the interpreter that it was made for is gone */
	PCS_WHY_NAME,        /* staging: it records another name */
	PCS_WHY_CANON,       /* staging: it is not in the form that was asked for */
	PCS_WHY_NOT_MADE,    /* it is not proven to be of pycsync's making */
};

/* Words for people, "the source is newer than the pyc" and so on. */
const char *pcs_reason_text(enum pcs_reason why);
const char *pcs_act_name(enum pcs_act act);

enum pcs_hash_state {
	PCS_HASH_UNKNOWN, /* nothing to compare */
	PCS_HASH_EQUAL,
	PCS_HASH_DIFFERS,
};

/* One entry of __pycache__ that is named as a cache of the source. */
struct pcs_cache_facts {
	const char *name;
	struct pcs_pyc_name parsed;
	struct pcs_pyc_header header; /* where `whole` */
	struct timespec written;      /* the ctime, mostly */
	bool regular;                 /* a regular file, and no link */
	bool peeked;                  /* its first bytes were read */
	bool pyc;                     /* they start as a pyc does */
	bool whole;                   /* all 16 bytes are there and make sense */
	uint8_t hash;                 /* enum pcs_hash_state, for the hash modes */
	bool gone;                    /* its interpreter is gone */
	bool renamed; /* in a staging root: it records another name than it should */
	bool raw;     /* in a staging root: it is not in canonical form */
	bool made;    /* the record proves that pycsync made it; false where nobody looked */
};

enum pcs_source_state {
	PCS_SOURCE_GONE,
	PCS_SOURCE_GOING, /* as good as gone: see PCS_WHY_GOING */
	PCS_SOURCE_REGULAR,
	PCS_SOURCE_OTHER, /* a FIFO, a device, a directory: not ours to judge */
};

struct pcs_source_facts {
	enum pcs_source_state state;
	struct timespec mtime;
	struct timespec ctime; /* the later one of link and target */
	bool unclamped; /* mtime is the epoch already, the file's own is later and shall be */
	off_t size;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	const struct pcs_cache_facts *caches;
	size_t n_caches;
	bool owned;         /* a package owns a bytecode file of this source */
	bool unknown_owner; /* a package may own one */
	bool no_interp;     /* it lies in the tree of an interpreter that is not served */
	bool only_made;     /* a cache goes only where it is proven to be pycsync's */
};

/* What policy asks of one interpreter for this source. */
struct pcs_want {
	const char *tag;
	uint32_t magic;
	uint8_t interp; /* index of the interpreter */
	uint8_t levels; /* bits */
	uint32_t flags; /* enum pcs_pyc_flags: the mode to be in */
	bool compile;
	struct pcs_settings settings; /* of which the above are the part that the plan needs */
};

struct pcs_step {
	uint8_t act;    /* enum pcs_act */
	uint8_t reason; /* enum pcs_reason */
	uint8_t interp; /* index, or PCS_NO_INTERP */
	uint8_t level;
	const struct pcs_cache_facts *cache; /* the entry spoken of, or NULL where there is none */
};
enum { PCS_NO_INTERP = 255 };

/* The want that asks for a cache with this name, or NULL. */
const struct pcs_want *pcs_plan_wanted(const struct pcs_pyc_name *name,
				       const struct pcs_want *wants, size_t n);

/* Decide. Writes at most `max` steps and returns how many there are. */
size_t pcs_plan_source(const struct pcs_source_facts *f, const struct pcs_want *wants, size_t n,
		       struct pcs_step *ret, size_t max);
