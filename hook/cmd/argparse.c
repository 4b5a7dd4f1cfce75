/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/argparse.h"

#include <ctype.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"

/*
 * cpython:Lib/argparse.py, _negative_number_matcher, of 3.14: what begins like a negative number is
 * a value, no option.
 */
static bool is_negative_number(const char *s)
{
	return isdigit((unsigned char)s[s[1] == '.' ? 2 : 1]);
}

static const struct pcs_option *find_short(const struct pcs_argparse *p, char letter)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->table[i].letter == letter)
			return &p->table[i];
	return NULL;
}

/* Long options may be abbreviated as long as one fits. *ret_n tells how many do. */
static const struct pcs_option *find_long(const struct pcs_argparse *p, const char *name,
					  size_t len, size_t *ret_n)
{
	const struct pcs_option *found = NULL;
	*ret_n = 0;
	for (size_t i = 0; i < p->n; i++) {
		const char *full = p->table[i].name;
		if (!full || strncmp(full, name, len) != 0)
			continue;
		if (full[len] == '\0') {
			*ret_n = 1;
			return &p->table[i];
		}
		found = &p->table[i];
		++*ret_n;
	}
	return found;
}

/* Whether argparse takes the argument for an option; an unknown one with a space in it is a value.
 */
static bool is_option(const struct pcs_argparse *p, const char *s)
{
	size_t n;
	if (s[0] != '-' || s[1] == '\0')
		return false;
	if (s[1] == '-') {
		find_long(p, s + 2, strcspn(s + 2, "="), &n);
		return s[2] == '\0' || n > 0 || !strchr(s, ' ');
	}
	if (find_short(p, s[1]))
		return true;
	return !is_negative_number(s) && !strchr(s, ' ');
}

static int usage(const char *what, const char *arg)
{
	return pcs_fail(-PCS_EUSAGE, "compile: %s: %s", what, arg);
}

/* The value of an option: what is behind it in the same argument, or the next argument. */
static int take_value(const struct pcs_argparse *p, const struct pcs_option *a,
		      const char *attached, char **argv, int argc, int *i)
{
	if (attached)
		return pcs_option_set(a, p->into, attached);
	if (*i + 1 >= argc || is_option(p, argv[*i + 1]))
		return usage("expected one argument", argv[*i]);
	++*i;
	return pcs_option_set(a, p->into, argv[*i]);
}

static int parse_long(const struct pcs_argparse *p, int argc, char **argv, int *i)
{
	const char *name = argv[*i] + 2;
	size_t len = strcspn(name, "="), n;
	const char *attached = name[len] ? name + len + 1 : NULL;
	const struct pcs_option *a = find_long(p, name, len, &n);
	if (n != 1)
		return usage(n ? "ambiguous option" : "unrecognized argument", argv[*i]);
	if (a->arg)
		return take_value(p, a, attached, argv, argc, i);
	return attached ? usage("takes no value", argv[*i]) : pcs_option_set(a, p->into, NULL);
}

/* "-fqj2": flags in a bundle, the last one with its value; "-fo=1" is taken as well. */
static int parse_short(const struct pcs_argparse *p, int argc, char **argv, int *i)
{
	for (const char *s = argv[*i] + 1; *s; s++) {
		const struct pcs_option *a = find_short(p, *s);
		if (!a)
			return usage("unrecognized argument", argv[*i]);
		if (a->arg) {
			const char *attached = s[1] == '=' ? s + 2 : s + 1;
			return take_value(p, a, s[1] ? attached : NULL, argv, argc, i);
		}
		int r = pcs_option_set(a, p->into, NULL);
		if (r)
			return r;
	}
	return 0;
}

/* argparse fills FILE|DIR from the first run of positional arguments; any later one is too many. */
enum positional_run { NOT_YET, IN_RUN, AFTER_RUN };

int pcs_argparse(const struct pcs_argparse *p, int argc, char **argv)
{
	enum positional_run run = NOT_YET;
	bool only_positional = false;
	for (int i = 1; i < argc; i++) {
		int r;
		if (!only_positional && strcmp(argv[i], "--") == 0) {
			if (run == AFTER_RUN)
				return usage("unrecognized argument", argv[i]);
			only_positional = true;
			continue;
		}
		if (only_positional || !is_option(p, argv[i])) {
			if (run == AFTER_RUN)
				return usage("unrecognized argument", argv[i]);
			run = IN_RUN;
			r = p->positional(p->into, argv[i]);
		} else {
			run = run == IN_RUN ? AFTER_RUN : run;
			r = argv[i][1] == '-' ? parse_long(p, argc, argv, &i) :
						parse_short(p, argc, argv, &i);
		}
		if (r)
			return r;
	}
	return 0;
}

int pcs_py_int(const char *text, long *ret)
{
	char digits[32];
	size_t n = 0;
	text += strspn(text, " \t\n\r\v\f");
	if (*text == '+' || *text == '-')
		digits[n++] = *text++;
	bool digit = *text == '0';
	text += strspn(text, "0");
	for (; (*text >= '0' && *text <= '9') || (*text == '_' && digit); text++) {
		digit = *text != '_';
		if (digit && n < sizeof(digits) - 1)
			digits[n++] = *text;
	}
	digits[n] = '\0';
	text += strspn(text, " \t\n\r\v\f");
	if (*text || !digit)
		return -EINVAL;
	*ret = strtol(digits, NULL, 10);
	return 0;
}
