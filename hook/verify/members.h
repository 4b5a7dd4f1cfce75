/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a package holds: facts of its members, gathered in one pass. */

#include "verify/verify.h"
#include "archive/archive.h"

enum { PCS_MAGICS_MAX = 16, PCS_FACTS_MAX = 500000, PCS_LINKS_MAX = 8 };

enum pcs_fact_kind {
	PCS_FACT_SOURCE,
	PCS_FACT_CACHE,     /* a pyc in a __pycache__ */
	PCS_FACT_LEGACY,    /* a pyc anywhere else */
	PCS_FACT_EXTENSION, /* a module that is no bytecode */
	PCS_FACT_DIR,       /* a __pycache__ */
	PCS_FACT_STRAY,     /* what lies in one, ends in .pyc, and is of no tag that is known */
};

/* One member that concerns us. */
struct pcs_fact {
	const char *path;     /* the first: see pcs_lower_bound() */
	const char *link;     /* as written, or NULL */
	struct pcs_seen seen; /* CACHE, LEGACY: but for what the source decides; else only size,
				 mode and owner */
	struct timespec mtime;
	uint64_t *hashes; /* SOURCE: one for each magic that was known when it came by */
	uint32_t order;   /* of the members: the last of one path counts */
	uint8_t n_hashes;
	uint8_t kind; /* enum pcs_fact_kind */
	bool hardlink, has_content, judged;
};

/* The magic numbers that hashes are asked of. */
struct pcs_magic {
	uint32_t magic;
	unsigned minor;
};

/* Set part.verify, file and wheel, the rest is zero at first. */
struct pcs_package {
	struct pcs_verify_part part;
	const char *file;
	bool wheel;
	enum pcs_archive_format format;
	struct pcs_fact *facts; /* sorted by path once all are there */
	size_t n, cap;
	struct pcs_magic magics[PCS_MAGICS_MAX];
	size_t n_magics;
	uint64_t kept;    /* bytes of content that are kept */
	bool again;       /* a hash was asked of a source that had come by before */
	bool only_hashes; /* the second pass, for them */
	bool limit_noted;
	bool hashes_unread; /* the second pass could not read to the end: that was noted */
};

/* Gather the facts of all members. As pcs_archive_read(). */
int pcs_package_gather(struct pcs_package *k, struct pcs_buf *ret_why);

/* Free all of it but `verify` and `file`. */
void pcs_package_done(struct pcs_package *k);

/* The fact with a path, or NULL; the first one not before it. For sorted facts. */
struct pcs_fact *pcs_package_find(const struct pcs_package *k, const char *path);
size_t pcs_package_lower_bound(const struct pcs_package *k, const char *path);

/* Whether a PCS_FACT_STRAY may be bytecode of a source of the package; where it is of none and
 * begins as a pyc does, it is an orphan. */
bool pcs_package_has_source_of(const struct pcs_package *k, const struct pcs_fact *stray);
bool pcs_package_is_orphan(const struct pcs_package *k, const struct pcs_fact *stray);

/* Append "/usr/lib/python3/x.py" for "/usr/lib/python3/__pycache__/x.cpython-311.pyc", a
 * PCS_FACT_CACHE. 0 or -ENOMEM. */
int pcs_package_source_of(const struct pcs_fact *pyc, struct pcs_buf *ret);
