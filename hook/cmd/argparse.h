/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Command lines as Python's argparse reads them, habits included: see pycsync-compile(1). */

#include "cmd/option.h"

struct pcs_argparse {
	const struct pcs_option *table;
	size_t n;
	void *into; /* the struct whose fields the table names */

	/* A positional argument was read. 0, or what ends the parsing and is returned. */
	int (*positional)(void *into, const char *value);
};

/* Parse. 0, what pcs_option_set() or positional() returned, or -PCS_EUSAGE after the fault was
 * reported. */
int pcs_argparse(const struct pcs_argparse *p, int argc, char **argv);

/* Python's int(): spaces around, a sign, single underscores between digits. 0 or -EINVAL. */
int pcs_py_int(const char *text, long *ret);
