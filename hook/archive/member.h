/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A member of a package file, and who is told of each. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum pcs_archive_format {
	PCS_ARCHIVE_TAR,
	PCS_ARCHIVE_DEB,
	PCS_ARCHIVE_RPM,
	PCS_ARCHIVE_ZIP,
};

struct pcs_member {
	const char *path; /* absolute, normalised: where it would be installed */
	const char *link; /* as written: what a symbolic or hard link leads to, else NULL */
	bool hardlink;
	bool escapes;  /* the name has a "..", so that the path may be anything */
	bool absolute; /* the name begins with a slash */
	mode_t mode;   /* type and permissions */
	uid_t uid;
	gid_t gid;
	struct timespec mtime;
	uint64_t size; /* as claimed */
	enum pcs_archive_format format;
};

struct pcs_archive_ops {
	/* How many bytes of the content are wanted at most; 0 for none. */
	size_t (*want)(void *ctx, const struct pcs_member *m);

	/* A member, with the content if it was wanted and is not longer. A negative code ends the
	 * reading. */
	int (*member)(void *ctx, const struct pcs_member *m, const char *data, size_t len);
};
