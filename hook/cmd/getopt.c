/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/getopt.h"

#include <getopt.h>

#include "base/err.h"
#include "base/util.h"

/* What getopt_long() returns: OPERAND, or ROW + the place in the table. */
enum { OPERAND = 1, ROW = 256, ROWS_MAX = 32 };

static void build_tables(const struct pcs_getopt *g, struct option *longs, char *letters)
{
	*letters++ = '-'; /* operands come as OPERAND, whatever POSIXLY_CORRECT says */
	for (size_t i = 0; i < g->n; i++) {
		const struct pcs_option *o = &g->table[i];
		if (o->name)
			*longs++ = (struct option){ .name = o->name,
						    .has_arg = o->arg ? required_argument :
									no_argument,
						    .val = ROW + (int)i };
		if (!o->letter)
			continue;
		*letters++ = o->letter;
		if (o->arg)
			*letters++ = ':';
	}
	*longs = (struct option){ 0 };
	*letters = '\0';
}

static int set(const struct pcs_getopt *g, int key, const char *arg)
{
	if (key == OPERAND)
		return pcs_words_add(g->operands, g->n_operands, arg);
	for (size_t i = 0; i < g->n; i++)
		if (key == ROW + (int)i || key == g->table[i].letter)
			return pcs_option_set(&g->table[i], g->into, arg);
	return -PCS_EUSAGE; /* getopt_long() said what is wrong */
}

int pcs_getopt(const struct pcs_getopt *g, int argc, char **argv)
{
	struct option longs[ROWS_MAX + 1];
	char letters[2 * ROWS_MAX + 2];
	int r = 0;
	if (g->n > ROWS_MAX)
		return -E2BIG;
	build_tables(g, longs, letters);
	optind = 1;
	for (int key; r == 0 && (key = getopt_long(argc, argv, letters, longs, NULL)) != -1;)
		r = set(g, key, optarg);
	for (int i = optind; i < argc && r == 0; i++)
		r = pcs_words_add(g->operands, g->n_operands, argv[i]);
	return r;
}
