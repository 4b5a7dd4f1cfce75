/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/getopt.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/nearest.h"
#include "base/util.h"

/* What getopt_long() returns: a letter, OPERAND, or ROW + the place in the table. */
enum { OPERAND = 1, ROW = 256, ROWS_MAX = 64, SAID = 64 };

/* getopt_long()'s own tables, of the options that the command has. */
static void build_tables(const struct pcs_getopt *g, struct option *longs, char *letters)
{
	*letters++ = '-'; /* operands come as OPERAND, whatever POSIXLY_CORRECT says */
	*letters++ = ':'; /* and what is wrong is told by us */
	for (size_t i = 0; i < g->n; i++) {
		const struct pcs_option *o = &g->table[i];
		if (!pcs_option_is_of(o, g->of))
			continue;
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
	for (size_t i = 0; i < g->n; i++) {
		const struct pcs_option *o = &g->table[i];
		if (key != ROW + (int)i && !(key == o->letter && pcs_option_is_of(o, g->of)))
			continue;
		int r = pcs_option_set(o, g->into, arg);
		return r == 0 && g->took ? g->took(g->into, o, arg) : r;
	}
	return -PCS_EUSAGE;
}

/* An option as it was written, without its argument. */
static void print_said(const char *said, char ret[SAID])
{
	if (optopt && optopt < ROW)
		snprintf(ret, SAID, "-%c", optopt);
	else
		snprintf(ret, SAID, "%.*s", (int)strcspn(said, "="), said);
}

/* What getopt(3) could make nothing of: `key` says why. */
static int report_option(const struct pcs_getopt *g, int key, const char *word)
{
	struct pcs_nearest nearest = { 0 };
	const struct pcs_option *row = NULL;
	char said[SAID];
	size_t n_begin = 0;
	print_said(word, said);
	const bool is_long = strncmp(said, "--", 2) == 0;
	for (size_t i = 0; i < g->n; i++) {
		if (!pcs_option_is_of(&g->table[i], g->of))
			continue;
		if (is_long && g->table[i].name) {
			pcs_nearest_try(&nearest, said + 2, g->table[i].name);
			n_begin += strncmp(g->table[i].name, said + 2, strlen(said + 2)) == 0;
		}
		if (optopt == ROW + (int)i || (optopt && optopt == g->table[i].letter))
			row = &g->table[i];
	}
	if (row && key == ':')
		return pcs_fail(-PCS_EUSAGE, "%s: %s: expected %s", g->command, said, row->arg);
	if (row)
		return pcs_fail(-PCS_EUSAGE, "%s: %s takes no argument", g->command, said);
	if (n_begin > 1)
		return pcs_fail(-PCS_EUSAGE, "%s: ambiguous option '%s'", g->command, said);
	if (nearest.word)
		return pcs_fail(-PCS_EUSAGE, "%s: unknown option '%s': did you mean '--%s'?",
				g->command, said, nearest.word);
	return pcs_fail(-PCS_EUSAGE, "%s: unknown option '%s'; see 'pycsync help %s'", g->command,
			said, g->command);
}

int pcs_getopt(const struct pcs_getopt *g, int argc, char **argv)
{
	struct option longs[ROWS_MAX + 1];
	char letters[2 * ROWS_MAX + 3];
	int r = 0;
	if (g->n > ROWS_MAX)
		return -E2BIG;
	build_tables(g, longs, letters);
	optind = 1;
	for (int key; r == 0 && (key = getopt_long(argc, argv, letters, longs, NULL)) != -1;)
		r = key == '?' || key == ':' ? report_option(g, key, argv[optind - 1]) :
					       set(g, key, optarg);
	for (int i = optind; i < argc && r == 0; i++)
		r = pcs_words_add(g->operands, g->n_operands, argv[i]);
	return r;
}
