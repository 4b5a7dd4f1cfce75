/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A command-line option is one row: how it is read and what --help says of it follow from there. */

#include <stdbool.h>
#include <stddef.h>

#include "base/terminal.h"

enum pcs_option_kind {
	PCS_OPTION_HELP,  /* ends the reading; the caller prints the help */
	PCS_OPTION_FLAG,  /* a bool becomes true */
	PCS_OPTION_COUNT, /* an unsigned becomes one more */
	PCS_OPTION_YES,   /* an enum pcs_choice_made */
	PCS_OPTION_NO,
	PCS_OPTION_WORD, /* a const char * becomes the argument */
	PCS_OPTION_LIST, /* the argument is added to a list */
	PCS_OPTION_CALL, /* a function reads the argument */
};

/* An option with a --no- form. */
enum pcs_choice_made { PCS_UNSAID, PCS_NO, PCS_YES };

struct pcs_option {
	const char *name;  /* long form without the dashes, or NULL */
	char letter;       /* short form, or 0 */
	const char *arg;   /* name of its argument, or NULL where it takes none */
	const char *help;  /* NULL: the form says it all */
	unsigned commands; /* bits of those that have it; 0: all that use the table */

	/* How it is read, by one of the macros below. */
	enum pcs_option_kind kind;
	size_t offset; /* of the field */
	size_t count;  /* PCS_OPTION_LIST: of the number of its words */
	int (*set)(void *into, const char *arg);
};

/* The place of a field in a struct; a field of another type does not compile. */
#define PCS_FIELD(type, field, want) _Generic(((type *)0)->field, want : offsetof(type, field))

#define PCS_FLAG(type, field) .kind = PCS_OPTION_FLAG, .offset = PCS_FIELD(type, field, bool)
#define PCS_COUNT(type, field) .kind = PCS_OPTION_COUNT, .offset = PCS_FIELD(type, field, unsigned)
#define PCS_CHOICE(type, field, yes)                    \
	.kind = (yes) ? PCS_OPTION_YES : PCS_OPTION_NO, \
	.offset = PCS_FIELD(type, field, enum pcs_choice_made)
#define PCS_WORD(type, field) \
	.kind = PCS_OPTION_WORD, .offset = PCS_FIELD(type, field, const char *)
#define PCS_LIST(type, field, n)                                                  \
	.kind = PCS_OPTION_LIST, .offset = PCS_FIELD(type, field, const char **), \
	.count = PCS_FIELD(type, n, size_t)
#define PCS_CALL(function) .kind = PCS_OPTION_CALL, .set = (function)

/* Whether the command, one bit, has the option. */
bool pcs_option_is_of(const struct pcs_option *o, unsigned command);

/* Do in the struct `into` what the option says. 0; 1 for PCS_OPTION_HELP; -ENOMEM, or what the
 * function of the row returns. The argument is not copied. */
int pcs_option_set(const struct pcs_option *o, void *into, const char *arg);

/* Print the rows that the command has, a line each, as --help does. */
void pcs_option_print(const struct pcs_option *rows, size_t n, unsigned command);

/* The place of a word in a list that ends in NULL. -PCS_EUSAGE when it is none of them, which is
 * reported as a fault of the command's option. */
int pcs_option_word(const char *command, const char *option, const char *word,
		    const char *const *words);

/* When to write for a terminal, as such an option has it. 0 or -PCS_EUSAGE, as above. */
int pcs_option_when(const char *command, const char *option, const char *word, enum pcs_when *ret);

/* Add a word, which is not copied, to a list that the caller frees. 0 or -ENOMEM. */
int pcs_words_add(const char ***list, size_t *n, const char *word);
