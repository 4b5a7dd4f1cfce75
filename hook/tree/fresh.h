/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Whether a source is still the one that a pyc was made of. There is one rule: what sync makes anew
 * is what verify finds fault with. Pure.
 */

#include "tree/facts.h"

enum pcs_stale {
	PCS_STALE_NO,
	PCS_STALE_MTIME, /* the source has another one */
	PCS_STALE_SIZE,
	PCS_STALE_HASH,
	PCS_STALE_CTIME,   /* the source changed after the pyc was written: a doubt, no proof */
	PCS_STALE_UNKNOWN, /* its hash is not known */
};

/* What is known of a pyc whose header is whole. */
struct pcs_made {
	const struct pcs_pyc_header *header;
	struct timespec written;
	uint8_t hash;   /* enum pcs_hash_state */
	unsigned slack; /* seconds that an mtime may differ: what an archive's format cannot tell */
	bool no_times;  /* mtime and size of the source are not known */
	bool no_ctime;  /* ctimes tell nothing */
};

/* Whether a time is in the future, as it is where a clock was set back; false where the time of
 * looking is not known. */
bool pcs_is_ahead(const struct pcs_source_facts *f, const struct timespec *time);

/*
 * When a pyc was written. Its ctime tells, as packages and backups set mtimes; but where levels are
 * one file, that is moved on by each change of its names. Nobody sets the mtime of what pycsync
 * made.
 */
struct timespec pcs_written(const struct stat *st, bool made);

/*
 * Whether a pyc is to be taken for older than the last change of its source. Times in the future
 * prove nothing: such a pyc may be older than any source, and such a source may be older than any
 * pyc.
 */
bool pcs_written_before(const struct pcs_source_facts *f, const struct timespec *written);

/*
 * The importer's rule (cpython:Lib/importlib/_bootstrap_external.py, _validate_timestamp_pyc and
 * _validate_hash_pyc), and beyond it: a source that was written after the pyc is another one even
 * when time and size are equal, which package managers bring about by fixed mtimes. A hash proves
 * more than any time, so the hash modes do without.
 */
enum pcs_stale pcs_stale(const struct pcs_source_facts *f, const struct pcs_made *pyc);

/*
 * Whether a pyc has the permissions of its source. A umask may have taken write permission from
 * group and others. All else is to be as the source has it: who may read the one may read the
 * other, and nobody else.
 */
bool pcs_right_permissions(mode_t source, mode_t pyc);

/* Whether it has the owner and the group of its source, or those that it gets in a directory of
 * somebody else. */
bool pcs_right_owner(const struct pcs_source_facts *f, uid_t uid, gid_t gid);
