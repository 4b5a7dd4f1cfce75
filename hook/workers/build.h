/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Which build of an interpreter it is: two with the same magic number may compile differently. */

#include <stdbool.h>
#include <stdint.h>

struct pcs_interp;

/*
 * A number that another build has not: of the GNU build ID of the file that does the work (of a
 * PyPy also of its library) or, where that has none, of the very file (inode, size, times). 0 where
 * it cannot be read, which is reported. It is found once, and kept in `i`; from any thread.
 */
uint64_t pcs_interp_build(struct pcs_interp *i);

/*
 * Whether the build tells of all that the interpreter is made of. A small executable that is not
 * PyPy's gets the most of it from a library that is not known here, and stays the same when that is
 * exchanged.
 */
bool pcs_interp_is_whole(const struct pcs_interp *i);
