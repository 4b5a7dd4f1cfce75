/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Python's ways with words, for output that scripts compare: repr() of a str and str() of an
 * OSError. */

#include "base/buf.h"

/*
 * Append repr() of the file name as os.fsdecode() gives it: what is not UTF-8 as \udcXX. Whether a
 * character beyond ASCII is printable is told for all that has been assigned in Unicode's planes of
 * text; unassigned code points are shown as they are. 0 or -ENOMEM.
 */
int pcs_py_repr(struct pcs_buf *ret, const char *bytes, size_t len);

/* Append "PermissionError: [Errno 13] Permission denied: 'path'" for a negative errno. `path` may
 * be NULL. 0 or -ENOMEM. */
int pcs_py_oserror(struct pcs_buf *ret, int error, const char *path);

/* Compare file names as Python sorts them: by code point, a byte that is no UTF-8 being U+DC00 and
 * its value. As strcmp(). */
int pcs_py_compare(const char *a, const char *b);
