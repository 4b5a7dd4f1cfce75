/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/option.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"

/* Least widths of a form in --help, and of the letter before it. */
enum { FORM = 18, LETTER = 3 };

bool pcs_option_is_of(const struct pcs_option *o, unsigned command)
{
	return !o->commands || o->commands & command;
}

int pcs_words_add(const char ***list, size_t *n, const char *word)
{
	const char **grown = realloc(*list, (*n + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*list = grown;
	grown[(*n)++] = word;
	return 0;
}

int pcs_option_word(const char *command, const char *option, const char *word,
		    const char *const *words)
{
	PCS_BUF struct pcs_buf list = { 0 };
	for (int i = 0; words[i]; i++) {
		if (strcmp(word, words[i]) == 0)
			return i;
		pcs_buf_printf(&list, "%s%s", i ? ", " : "", words[i]);
	}
	return pcs_fail(-PCS_EUSAGE, "%s: --%s: expected one of %s, got '%s'", command, option,
			list.data ? list.data : "", word);
}

int pcs_option_when(const char *command, const char *option, const char *word, enum pcs_when *ret)
{
	static const char *const words[] = { [PCS_WHEN_AUTO] = "auto",
					     [PCS_WHEN_ALWAYS] = "always",
					     [PCS_WHEN_NEVER] = "never",
					     NULL };
	int when = pcs_option_word(command, option, word, words);
	if (when < 0)
		return when;
	*ret = (enum pcs_when)when;
	return 0;
}

int pcs_option_set(const struct pcs_option *o, void *into, const char *arg)
{
	void *field = (char *)into + o->offset;
	switch (o->kind) {
	case PCS_OPTION_HELP:
		return 1;
	case PCS_OPTION_FLAG:
		*(bool *)field = true;
		break;
	case PCS_OPTION_COUNT:
		++*(unsigned *)field;
		break;
	case PCS_OPTION_YES:
	case PCS_OPTION_NO:
		*(enum pcs_choice_made *)field = o->kind == PCS_OPTION_YES ? PCS_YES : PCS_NO;
		break;
	case PCS_OPTION_WORD:
		*(const char **)field = arg;
		break;
	case PCS_OPTION_LIST:
		return pcs_words_add(field, (size_t *)((char *)into + o->count), arg);
	case PCS_OPTION_CALL:
		return o->set(into, arg);
	}
	return 0;
}

/* "-j --jobs N" with a column for the letters, "-j, --workers N" without. */
static int put_form(const struct pcs_option *o, bool column, char *ret, size_t size)
{
	const char letter[] = { '-', o->letter, '\0' };
	return snprintf(ret, size, "%s%s%s%s%s%s",
			o->letter ? letter :
			column    ? "  " :
				    "",
			column               ? " " :
			o->letter && o->name ? ", " :
					       "",
			o->name ? "--" : "", o->name ? o->name : "", o->arg ? " " : "",
			o->arg ? o->arg : "");
}

/* Words at an indent of `at`, broken before column 80. */
static void print_wrapped(const char *words, int at)
{
	const int width = 79;
	int column = at;
	for (const char *rest = words; *rest;) {
		int len = (int)strcspn(rest, " ");
		if (rest > words && column + 1 + len > width) {
			printf("\n%*s", at, "");
			column = at;
		} else if (rest > words) {
			column += printf(" ");
		}
		column += printf("%.*s", len, rest);
		rest += len;
		rest += *rest == ' ';
	}
	printf("\n");
}

void pcs_option_print(const struct pcs_option *rows, size_t n, unsigned command)
{
	char form[80];
	bool column = true; /* where all have a long form */
	for (size_t i = 0; i < n; i++)
		column = column && rows[i].name;
	int width = column ? LETTER + FORM : FORM;
	for (size_t i = 0; i < n; i++) {
		int len = put_form(&rows[i], column, form, sizeof(form));
		if (pcs_option_is_of(&rows[i], command) && rows[i].help && len > width)
			width = len;
	}
	for (size_t i = 0; i < n; i++) {
		if (!pcs_option_is_of(&rows[i], command))
			continue;
		put_form(&rows[i], column, form, sizeof(form));
		if (rows[i].help) {
			printf("  %-*s ", width, form);
			print_wrapped(rows[i].help, width + 3);
		} else {
			printf("  %s\n", form);
		}
	}
}
