/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Which build of an interpreter it is: two with the same magic number may compile differently. */

#include <stdint.h>

struct pcs_interp;

/*
 * A number that another build has not: of the GNU build ID of the file that does the work (of a
 * PyPy also of its library) or, where that has none, of the very file (inode, size, times). 0 where
 * it cannot be read, which is reported. It is found once, and kept in `i`; from any thread.
 */
uint64_t pcs_interp_build(struct pcs_interp *i);
