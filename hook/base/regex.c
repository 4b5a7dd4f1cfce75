#include "base/regex.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/utf8.h"

/* libpcre2-8, loaded when it is needed: no other command waits for it. */
struct pcs_regex {
	void *lib;
	pcre2_code *code;
	typeof(pcre2_compile) *compile;
	typeof(pcre2_match) *match;
	typeof(pcre2_match_data_create_from_pattern) *new_data;
	typeof(pcre2_match_data_free) *free_data;
	typeof(pcre2_code_free) *free_code;
	typeof(pcre2_get_error_message) *message;
};

static int load(struct pcs_regex *r)
{
	r->lib = dlopen("libpcre2-8.so.0", RTLD_NOW | RTLD_LOCAL);
	const struct {
		void *to;
		const char *name;
	} symbols[] = {
		{ &r->compile, "pcre2_compile_8" },
		{ &r->match, "pcre2_match_8" },
		{ &r->new_data, "pcre2_match_data_create_from_pattern_8" },
		{ &r->free_data, "pcre2_match_data_free_8" },
		{ &r->free_code, "pcre2_code_free_8" },
		{ &r->message, "pcre2_get_error_message_8" },
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(symbols); i++) {
		void *address = r->lib ? dlsym(r->lib, symbols[i].name) : NULL;
		if (!address)
			return -ELIBACC;
		memcpy(symbols[i].to, &address, sizeof(address));
	}
	return 0;
}

/*
 * A file name may hold bytes that are no UTF-8; to Python each of them is a character (PEP 383).
 * Here it becomes one of the last private characters, in the pattern as in the text.
 */
static int add_character(struct pcs_buf *ret, const char *s, size_t left, size_t *ret_len)
{
	uint32_t c;
	*ret_len = pcs_utf8_decode(s, left, &c);
	if (*ret_len)
		return pcs_buf_add(ret, s, *ret_len);
	*ret_len = 1;
	unsigned char b = (unsigned char)*s; /* U+10FF00 and the byte */
	const unsigned char out[] = { 0xf4, 0x8f, 0xbc | b >> 6, 0x80 | (b & 0x3f) };
	return pcs_buf_add(ret, out, sizeof(out));
}

static int refuse(struct pcs_buf *ret_why, const char *what, size_t at)
{
	pcs_buf_printf(ret_why, "%s at position %zu", what, at);
	return -EINVAL;
}

/* What PCRE2 has and Python has not would otherwise pass for something else. */
static int check_group(const char *p, size_t at, struct pcs_buf *ret_why)
{
	if (p[1] == '*')
		return refuse(ret_why, "nothing to repeat", at + 1);
	if (p[1] != '?')
		return 0;
	if (!p[2] || !strchr(":P=!<#(>aiLmsux-", p[2]) ||
	    (p[2] == 'P' && p[3] != '<' && p[3] != '=') ||
	    (p[2] == '<' && p[3] != '=' && p[3] != '!'))
		return refuse(ret_why, "unknown extension", at + 1);
	size_t flags = strspn(p + 2, "aiLmsux");
	if (flags && p[2 + flags] == ')' && at > 0)
		return refuse(ret_why, "global flags not at the start of the expression", at);
	return 0;
}

/* \xHH, \uHHHH and \UHHHHHHHH, each with all its digits. Returns their number, or 0. */
static size_t hex_digits(const char *p)
{
	size_t want = p[1] == 'x' ? 2 : p[1] == 'u' ? 4 : p[1] == 'U' ? 8 : 0;
	return strspn(p + 2, "0123456789abcdefABCDEF") >= want ? want : 0;
}

static int translate_escape(const char *p, size_t at, struct pcs_buf *ret, size_t *ret_len,
			    struct pcs_buf *ret_why)
{
	bool letter = (p[1] >= 'a' && p[1] <= 'z') || (p[1] >= 'A' && p[1] <= 'Z');
	size_t digits = hex_digits(p);
	*ret_len = 2 + digits;
	if (p[1] == 'Z')
		return pcs_buf_adds(ret, "\\z"); /* the very end, as Python has it */
	if (digits)
		return pcs_buf_printf(ret, "\\x{%.*s}", (int)digits, p + 2);
	if (letter && !strchr("AbBdDsSwWafnrtv", p[1]))
		return refuse(ret_why, "bad escape", at);
	return pcs_buf_add(ret, p, 2);
}

/* Global flags in front: (?a) and (?u) are settings of PCRE2, the rest it knows. Returns how much
 * of the pattern was dealt with. */
static size_t translate_flags(const char *pattern, struct pcs_buf *ret, bool *ret_ascii)
{
	size_t n = strncmp(pattern, "(?", 2) == 0 ? strspn(pattern + 2, "aimsux") : 0;
	if (n == 0 || pattern[2 + n] != ')')
		return 0;
	pcs_buf_adds(ret, "(?");
	for (size_t i = 2; i < 2 + n; i++) {
		*ret_ascii |= pattern[i] == 'a';
		if (pattern[i] != 'a' && pattern[i] != 'u')
			pcs_buf_add(ret, &pattern[i], 1);
	}
	pcs_buf_adds(ret, ")");
	return n + 3;
}

/* Python's pattern as PCRE2 has to be given it. */
static int translate(const char *pattern, struct pcs_buf *ret, bool *ret_ascii,
		     struct pcs_buf *ret_why)
{
	size_t len = strlen(pattern), n;
	int r = pcs_buf_adds(ret, "");
	for (size_t i = translate_flags(pattern, ret, ret_ascii); i < len && r == 0; i += n) {
		const char *p = pattern + i;
		n = 1;
		if (p[0] == '\\' && p[1] && (unsigned char)p[1] < 0x80) {
			r = translate_escape(p, i, ret, &n, ret_why);
		} else if (p[0] == '{' && p[1] == ',' && p[2] >= '0' && p[2] <= '9') {
			r = pcs_buf_adds(ret, "{0");
		} else {
			if (p[0] == '(')
				r = check_group(p, i, ret_why);
			if (r == 0)
				r = add_character(ret, p, len - i, &n);
		}
	}
	return r;
}

static int compile(struct pcs_regex *r, const char *pattern, struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf text = { 0 };
	bool ascii = false;
	PCRE2_UCHAR words[256] = "";
	PCRE2_SIZE at = 0;
	int error = 0;
	int e = translate(pattern, &text, &ascii, ret_why);
	if (e < 0)
		return e;
	/* Without regard to case PCRE2 always looks beyond ASCII: better none than other matches.
	 */
	if (ascii && strspn(text.data, "(?imsx)") > 2 && strchr(text.data, 'i') &&
	    strchr(text.data, 'i') < strchr(text.data, ')'))
		return refuse(ret_why, "(?a) together with (?i) is not supported", 0);
	const uint32_t options = PCRE2_UTF | (ascii ? 0 : PCRE2_UCP);
	r->code = r->compile((PCRE2_SPTR)text.data, text.len, options, &error, &at, NULL);
	if (!r->code) {
		r->message(error, words, sizeof(words));
		pcs_buf_printf(ret_why, "%s at position %zu", (const char *)words, at);
		return -EINVAL;
	}
	return 0;
}

int pcs_regex_new(const char *pattern, struct pcs_regex **ret, struct pcs_buf *ret_why)
{
	struct pcs_regex *r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	int e = load(r);
	if (e == 0)
		e = compile(r, pattern, ret_why);
	else
		pcs_buf_adds(ret_why, "libpcre2-8 is not installed");
	if (e < 0)
		pcs_regex_free(r);
	else
		*ret = r;
	return e;
}

void pcs_regex_free(struct pcs_regex *r)
{
	if (!r)
		return;
	if (r->code)
		r->free_code(r->code);
	if (r->lib)
		dlclose(r->lib);
	free(r);
}

int pcs_regex_search(const struct pcs_regex *r, const char *text, size_t len)
{
	PCS_BUF struct pcs_buf subject = { 0 };
	size_t n;
	int e = pcs_buf_adds(&subject, "");
	for (size_t i = 0; i < len && e == 0; i += n)
		e = add_character(&subject, text + i, len - i, &n);
	if (e < 0)
		return e;
	pcre2_match_data *data = r->new_data(r->code, NULL); /* several threads may search */
	if (!data)
		return -ENOMEM;
	e = r->match(r->code, (PCRE2_SPTR)subject.data, subject.len, 0, 0, data, NULL);
	r->free_data(data);
	return e >= 0 ? 1 : e == PCRE2_ERROR_NOMATCH ? 0 : -EIO;
}
