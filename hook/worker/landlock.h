/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Which files a worker can open: those of its interpreter and of the loader. */

#include <stdbool.h>

/* The files of one interpreter. */
struct pcs_interp_files {
	const char *libpython;  /* NULL: the executable does the work */
	const char *executable; /* which the standard library is found from */
};

/*
 * From now on, nothing can be opened but for reading, and only the libraries of the interpreter and
 * of the system, and what the loader needs; where no libpython is given, the executable can be
 * started. Where the kernel can, TCP and signals to others are out of reach as well. 0, also where
 * the kernel has no Landlock; or -errno.
 */
int pcs_landlock(const struct pcs_interp_files *files);

/* Whether we can read the interpreter with the rights that we have. */
bool pcs_landlock_readable(const struct pcs_interp_files *files);
