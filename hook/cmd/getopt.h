/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Command lines as getopt_long(3) reads them, with a table of options of the command's own. */

#include "cmd/option.h"

struct pcs_getopt {
	const char *command; /* for messages */
	const struct pcs_option *table;
	size_t n;
	unsigned of; /* the command's bit; 0: the table has no others */
	void *into;  /* the struct whose fields the table names */
	/* Called for each option that was set; 0 or a negative code. May be NULL. */
	int (*took)(void *into, const struct pcs_option *row, const char *arg);
	/* Where operands go; see pcs_words_add(). */
	const char ***operands;
	size_t *n_operands;
};

/* Read; options and operands may be mixed. 0; 1 where help is
 * asked for; or a negative code, -PCS_EUSAGE after the fault was reported. */
int pcs_getopt(const struct pcs_getopt *g, int argc, char **argv);
