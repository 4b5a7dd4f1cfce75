/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Facts of one source and its caches, as they are on disk or in a package. Nothing is decided here.
 */

#include <sys/stat.h>

#include "pyc/header.h"
#include "pyc/name.h"
#include "workers/interp.h"

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
	int error;    /* why it could not be looked at, else 0; then all below is 0 */
	bool regular; /* a regular file, and no link */
	bool linked;  /* a symbolic link to one, of which the header is */
	bool pyc;     /* they start as a pyc does */
	bool whole;   /* all 16 bytes are there and make sense */
	uint8_t hash; /* enum pcs_hash_state, for the hash modes */
	bool gone;    /* its interpreter is gone */
	bool renamed; /* in a staging root: it records another name than it should */
	bool raw;     /* in a staging root: it is not in canonical form */
	bool access;  /* permissions or owner are not those of the source, where somebody looked */
	bool made;    /* memory proves that pycsync made it; false where nobody looked */
	bool given;   /* for a package's script: it is the package's */
	bool proven;  /* and that its source has the bytes it was made of, whatever their times */
	bool restamp; /* its code is what compiling would give, and only its header is not */
	bool changed; /* and that its source has other bytes */
};

enum pcs_source_state {
	PCS_SOURCE_GONE,
	PCS_SOURCE_GOING, /* as good as gone: its manager is about to remove it */
	PCS_SOURCE_REGULAR,
	PCS_SOURCE_OTHER, /* a FIFO, a device, a directory: not ours to judge */
};

struct pcs_source_facts {
	enum pcs_source_state state;
	struct timespec mtime;
	struct timespec ctime; /* the later one of link and target */
	struct timespec now;   /* no honest time is later; 0 where that is not known */
	bool unclamped; /* mtime is the epoch already, the file's own is later and shall be */
	off_t size;
	mode_t mode;
	uint64_t quick; /* see pcs_row_quick() */
	uid_t uid;
	gid_t gid;
	uid_t dir_uid; /* of a user's directory, who owns what is made there; else the above again
			*/
	gid_t dir_gid;
	const struct pcs_cache_facts *caches;
	size_t n_caches;
	uint8_t failing[PCS_INTERPS_MAX]; /* of each want, the levels that are known not to compile
					   */
	uint8_t owned_files[PCS_INTERPS_MAX]; /* of each want, the levels whose very pyc a package
						 owns; where `owned` */
	bool owned;                           /* a package owns a bytecode file of this source */
	bool unknown_owner;                   /* a package may own one */
	bool no_interp; /* it lies in the tree of an interpreter that is not served */
	bool tidied;    /* in a staging root: what nobody asks for is not just left */
	uint8_t extra;  /* then: what becomes of it, of enum pcs_extra but PCS_EXTRA_KEEP */
	bool only_made; /* a cache goes only where it is proven to be pycsync's */
};
