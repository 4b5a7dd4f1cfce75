/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The members of a package file, in one pass and in memory: tar and cpio with their compressions,
 * zip, .deb (the tar within an ar), .rpm. Nothing is ever unpacked, and no link is followed.
 */

#include "archive/member.h"

struct pcs_buf;

/* So many bytes those who are told of members may keep: while an archive is read, memory is
 * bounded, as a hostile one may make libarchive ask for any. */
enum { PCS_ARCHIVE_KEPT = 256 << 20 };

/*
 * Read an archive. 0; -PCS_EARCHIVE when it is damaged, cut short or none at all; -PCS_ELIMIT; both
 * with words in `ret_why` (appended), and after the members that could be read. -ELIBACC without
 * libarchive; -PCS_ESIGNAL; -errno when it cannot be opened; a code of `ops`.
 */
int pcs_archive_read(const char *file, const struct pcs_archive_ops *ops, void *ctx,
		     struct pcs_buf *ret_why);
