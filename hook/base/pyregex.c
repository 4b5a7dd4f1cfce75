/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/pyregex.h"

#include <string.h>

#include "base/utf8.h"

#define DIGITS "0123456789"
#define HEX_DIGITS "0123456789abcdefABCDEF"
#define FLAGS "aiLmsux"
#define BLANKS " \t\n\r\v\f"

/* The characters that stand for bytes which are no UTF-8 begin here. */
enum { BYTES = 0x10ff00 };

struct translator {
	const char *pattern, *p; /* all, and what is left */
	struct pcs_buf *out, *why;
	unsigned groups; /* that were opened so far */
	bool ascii, ignore_case, verbose;
};

int pcs_pyregex_add_character(struct pcs_buf *ret, const char *s, size_t left, size_t *ret_len)
{
	uint32_t c;
	*ret_len = pcs_utf8_decode(s, left, &c);
	if (*ret_len)
		return pcs_buf_add(ret, s, *ret_len);
	*ret_len = 1;
	unsigned char b = (unsigned char)*s; /* BYTES and the byte */
	const unsigned char out[] = { 0xf4, 0x8f, 0xbc | b >> 6, 0x80 | (b & 0x3f) };
	return pcs_buf_add(ret, out, sizeof(out));
}

static int refuse(struct translator *t, const char *what)
{
	pcs_buf_printf(t->why, "%s at position %zu", what, (size_t)(t->p - t->pattern));
	return -EINVAL;
}

/* Take `n` bytes as they are. */
static int keep(struct translator *t, size_t n)
{
	t->p += n;
	return pcs_buf_add(t->out, t->p - n, n);
}

static int keep_character(struct translator *t)
{
	size_t n;
	int r = pcs_pyregex_add_character(t->out, t->p, strlen(t->p), &n);
	t->p += n;
	return r;
}

/* \xHH, \uHHHH and \UHHHHHHHH, each with all its digits. Returns their number, or 0. */
static size_t hex_digits(const char *p)
{
	size_t want = p[1] == 'x' ? 2 : p[1] == 'u' ? 4 : p[1] == 'U' ? 8 : 0;
	return want && strspn(p + 2, HEX_DIGITS) >= want ? want : 0;
}

/* The octal digits behind a backslash that make a character; at most three. */
static size_t octal_digits(const char *p, bool in_class)
{
	size_t n = strspn(p + 1, "01234567");
	if (n > 3)
		n = 3;
	return p[1] == '0' || n == 3 || in_class ? n : 0;
}

static int translate_octal(struct translator *t, size_t n)
{
	unsigned c = 0;
	for (size_t i = 1; i <= n; i++)
		c = c * 8 + (unsigned)(t->p[i] - '0');
	if (c > 0377)
		return refuse(t, "octal escape value outside of range 0-0o377");
	t->p += 1 + n;
	return pcs_buf_printf(t->out, "\\x{%x}", c);
}

/* \1 to \99: only of a group that was opened before. */
static int translate_reference(struct translator *t)
{
	size_t n = strspn(t->p + 1, DIGITS) > 1 ? 2 : 1;
	unsigned group = (unsigned)(t->p[1] - '0');
	if (n == 2)
		group = group * 10 + (unsigned)(t->p[2] - '0');
	if (group > t->groups)
		return refuse(t, "invalid group reference");
	t->p += 1 + n;
	return pcs_buf_printf(t->out, "\\g{%u}", group);
}

/*
 * Half of a surrogate pair stands for a byte that is no UTF-8 where it is U+DC80 to U+DCFF; no path
 * has others.
 */
static int translate_hex(struct translator *t, size_t digits)
{
	char number[9] = "";
	memcpy(number, t->p + 2, digits);
	unsigned long c = strtoul(number, NULL, 16);
	if (c > 0xdcff && c <= 0xdfff)
		return refuse(t, "a surrogate that stands for no byte");
	if (c >= 0xd800 && c <= 0xdcff)
		c += BYTES - 0xdc00;
	t->p += 2 + digits;
	return pcs_buf_printf(t->out, "\\x{%lx}", c);
}

/* \s and \S: Python counts four more control characters to white space than PCRE2. In a class the
 * second one is left to PCRE2. */
static int translate_space(struct translator *t, bool in_class)
{
	bool negated = t->p[1] == 'S';
	if (t->ascii || (in_class && negated))
		return keep(t, 2);
	t->p += 2;
	return pcs_buf_adds(t->out, in_class ? "\\s\\x1c-\\x1f" :
				    negated  ? "[^\\s\\x1c-\\x1f]" :
					       "[\\s\\x1c-\\x1f]");
}

static int translate_escape(struct translator *t, bool in_class)
{
	const char c = t->p[1];
	const size_t hex = hex_digits(t->p), octal = octal_digits(t->p, in_class);
	const char *letters = in_class ? "bdDsSwWafnrtv" : "AbBdDsSwWafnrtv";
	if (octal)
		return translate_octal(t, octal);
	if (c >= '1' && c <= '9' && !in_class)
		return translate_reference(t);
	if (hex)
		return translate_hex(t, hex);
	if (c == 's' || c == 'S')
		return translate_space(t, in_class);
	if (c == 'v') { /* PCRE2 has more of its kind */
		t->p += 2;
		return pcs_buf_adds(t->out, "\\x{b}");
	}
	if (c == 'Z' && !in_class) {
		t->p += 2;
		return pcs_buf_adds(t->out, "\\z"); /* the very end, as Python has it */
	}
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '1' && c <= '9');
	if (letter && !strchr(letters, c))
		return refuse(t, "bad escape");
	if ((unsigned char)c < 0x80 && c)
		return keep(t, 2);
	return c ? (t->p++, keep_character(t)) : keep(t, 1);
}

/* [...]: there are no [:classes:] within, and "[" is a character like others. */
static int translate_class(struct translator *t)
{
	int r = keep(t, t->p[1] == '^' ? 2 : 1);
	for (bool first = true; *t->p && r == 0; first = false) {
		if (*t->p == ']' && !first)
			return keep(t, 1);
		if (*t->p == '\\')
			r = translate_escape(t, true);
		else if (*t->p == '[' || (first && strchr("]:.=", *t->p)))
			r = pcs_buf_printf(t->out, "\\%c", *t->p++);
		else
			r = keep_character(t);
	}
	return r < 0 ? r : refuse(t, "unterminated character set");
}

/* {2}, {2,}, {,2}, {,} and {2,3} repeat; any other brace is a character. */
static int translate_brace(struct translator *t)
{
	const char *p = t->p + 1;
	size_t low = strspn(p, DIGITS), comma = p[low] == ',';
	size_t high = comma ? strspn(p + low + 1, DIGITS) : 0;
	if ((low == 0 && !comma) || p[low + comma + high] != '}') {
		t->p++;
		return pcs_buf_adds(t->out, "\\{");
	}
	int r = pcs_buf_adds(t->out, low ? "{" : "{0");
	t->p++;
	return r < 0 ? r : keep(t, low + comma + high + 1);
}

/* (?#...): to the next parenthesis. */
static int skip_comment(struct translator *t)
{
	const char *end = strchr(t->p, ')');
	if (!end)
		return refuse(t, "missing ), unterminated comment");
	t->p = end + 1;
	return 0;
}

/* (?(1)...) and (?(name)...), which PCRE2 could take for a question of recursion. */
static int translate_condition(struct translator *t)
{
	size_t n = strcspn(t->p + 3, ")");
	bool number = n && strspn(t->p + 3, DIGITS) == n;
	if (!number && strcspn(t->p + 3, "<>'?*!=+-&,:. " DIGITS) == 0)
		return refuse(t, "bad character in group name");
	const char *format = number ? "(?(%.*s)" : "(?(<%.*s>)";
	int r = pcs_buf_printf(t->out, format, (int)n, t->p + 3);
	t->p += 3 + n + (t->p[3 + n] == ')');
	return r;
}

/* (?im-s:...). Global flags are dealt with before; here they are not in front. */
static int translate_local_flags(struct translator *t)
{
	const char *p = t->p + 2;
	size_t on = strspn(p, FLAGS), off = p[on] == '-' ? 1 + strspn(p + on + 1, "imsx") : 0;
	if (on && p[on] == ')')
		return refuse(t, "global flags not at the start of the expression");
	if (p[on + off] != ':' || on + off == 0 || off == 1)
		return refuse(t, "unknown extension");
	if (memchr(p, 'L', on) || memchr(p, 'a', on) || (t->ascii && memchr(p, 'u', on)))
		return refuse(t, "flags of a group that are not supported");
	int r = pcs_buf_adds(t->out, "(?");
	for (size_t i = 0; i < on + off && r == 0; i++)
		if (p[i] != 'u')
			r = pcs_buf_add(t->out, &p[i], 1);
	t->p = p + on + off + 1;
	return r < 0 ? r : pcs_buf_adds(t->out, ":");
}

/* What PCRE2 has and Python has not would otherwise pass for something else. */
static int translate_group(struct translator *t)
{
	const char *p = t->p;
	if (p[1] == '*')
		return refuse(t, "nothing to repeat");
	if (p[1] != '?') {
		t->groups++;
		return keep(t, 1);
	}
	if (p[2] == '#')
		return skip_comment(t);
	if (p[2] == '(')
		return translate_condition(t);
	if (p[2] == 'P' && p[3] == '<')
		t->groups++;
	if ((p[2] == 'P' && (p[3] == '<' || p[3] == '=')) ||
	    (p[2] == '<' && (p[3] == '=' || p[3] == '!')))
		return keep(t, 4);
	if (p[2] && strchr(":=!>", p[2]))
		return keep(t, 3);
	return translate_local_flags(t);
}

/* With (?x): blanks, and comments to the end of the line. Returns whether there was something. */
static bool skip_verbose(struct translator *t)
{
	const char *p = t->p;
	if (!t->verbose)
		return false;
	t->p += strspn(t->p, BLANKS);
	if (*t->p == '#')
		t->p += strcspn(t->p, "\n");
	return t->p != p;
}

/* What may stand before global flags. */
static int skip_nothing(struct translator *t)
{
	int r = 0;
	while (r == 0 && (skip_verbose(t) || strncmp(t->p, "(?#", 3) == 0))
		if (strncmp(t->p, "(?#", 3) == 0)
			r = skip_comment(t);
	return r;
}

static int add_flags(struct translator *t, size_t n)
{
	int r = 0;
	t->ascii |= memchr(t->p, 'a', n) != NULL;
	t->ignore_case |= memchr(t->p, 'i', n) != NULL;
	t->verbose |= memchr(t->p, 'x', n) != NULL;
	for (size_t i = 0; i < n && r == 0; i++)
		if (strchr("ims", t->p[i]))
			r = pcs_buf_printf(t->out, "(?%c)", t->p[i]);
	return r;
}

/* Global flags in front, as often as one likes; PCRE2 gets them as its own. */
static int translate_flags(struct translator *t)
{
	int r = skip_nothing(t);
	while (r == 0 && strncmp(t->p, "(?", 2) == 0) {
		size_t n = strspn(t->p + 2, FLAGS);
		if (n == 0 || t->p[2 + n] != ')')
			return 0;
		t->p += 2;
		if (memchr(t->p, 'L', n))
			return refuse(t, "cannot use LOCALE flag with a str pattern");
		r = add_flags(t, n);
		t->p += n + 1;
		if (r == 0)
			r = skip_nothing(t);
	}
	return r;
}

static int translate_next(struct translator *t)
{
	if (skip_verbose(t))
		return 0;
	switch (*t->p) {
	case '\\':
		return translate_escape(t, false);
	case '[':
		return translate_class(t);
	case '{':
		return translate_brace(t);
	case '(':
		return translate_group(t);
	default:
		return keep_character(t);
	}
}

int pcs_pyregex_translate(const char *pattern, struct pcs_buf *ret, bool *ret_ascii,
			  struct pcs_buf *ret_why)
{
	struct translator t = { .pattern = pattern, .p = pattern, .out = ret, .why = ret_why };
	int r = pcs_buf_adds(ret, "");
	if (r == 0)
		r = translate_flags(&t);
	/* Without regard to case PCRE2 always looks beyond ASCII: better none than other matches.
	 */
	if (r == 0 && t.ascii && t.ignore_case)
		r = refuse(&t, "(?a) together with (?i) is not supported");
	while (*t.p && r == 0)
		r = translate_next(&t);
	*ret_ascii = t.ascii;
	return r;
}
