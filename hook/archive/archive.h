#pragma once
/*
 * The members of a package file, in one pass and in memory: tar and cpio with their compressions,
 * zip, .deb (the tar within an ar), .rpm. reader.h has what is used of libarchive, which is loaded
 * when the first archive is opened. Nothing is ever unpacked, and no link is followed.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/buf.h"

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

/* What bounds an archive, whatever it says of itself. */
enum {
	PCS_MEMBERS_MAX = 4000000,
	PCS_UNPACKED_FREE = 1 << 30, /* bytes that no ratio is asked of */
	PCS_UNPACKED_RATIO = 500,
};

/*
 * Read an archive. 0; -PCS_EARCHIVE when it is damaged, cut short or none at all; -PCS_ELIMIT; both
 * with words in `ret_why` (appended), and after the members that could be read. -ELIBACC without
 * libarchive; -PCS_ESIGNAL; -errno when it cannot be opened; a code of `ops`.
 */
int pcs_archive_read(const char *file, const struct pcs_archive_ops *ops, void *ctx,
		     struct pcs_buf *ret_why);
