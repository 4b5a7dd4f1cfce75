/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/dl.h"
#include "base/pyregex.h"

struct api {
	typeof(pcre2_compile) *compile;
	typeof(pcre2_match) *match;
	typeof(pcre2_match_data_create_from_pattern) *new_data;
	typeof(pcre2_match_data_free) *free_data;
	typeof(pcre2_code_free) *free_code;
	typeof(pcre2_get_error_message) *message;
};

#define SYMBOL(field, name) PCS_DL_SYMBOL(struct api, field, name)
PCS_DL_LIBRARY(sonames, "regex", "Regular expressions of policies and of 'compile -x'",
	       "recommended", "libpcre2-8.so.0");
static const struct pcs_dl_symbol symbols[] = {
	SYMBOL(compile, "pcre2_compile_8"),
	SYMBOL(match, "pcre2_match_8"),
	SYMBOL(new_data, "pcre2_match_data_create_from_pattern_8"),
	SYMBOL(free_data, "pcre2_match_data_free_8"),
	SYMBOL(free_code, "pcre2_code_free_8"),
	SYMBOL(message, "pcre2_get_error_message_8"),
};

struct pcs_regex {
	struct api api;
	pcre2_code *code;
};

static int compile(struct pcs_regex *r, const char *pattern, struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf text = { 0 };
	bool ascii = false;
	PCRE2_UCHAR words[256] = "";
	PCRE2_SIZE at = 0;
	int error = 0;
	int e = pcs_pyregex_translate(pattern, &text, &ascii, ret_why);
	if (e < 0)
		return e;
	const uint32_t options = PCRE2_UTF | (ascii ? 0 : PCRE2_UCP);
	r->code = r->api.compile((PCRE2_SPTR)text.data, text.len, options, &error, &at, NULL);
	if (!r->code) {
		r->api.message(error, words, sizeof(words));
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
	int e = pcs_dl_load(sonames, symbols, PCS_ARRAY_SIZE(symbols), &r->api);
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
		r->api.free_code(r->code);
	free(r);
}

static int find(const struct pcs_regex *r, const char *text, size_t len, uint32_t options)
{
	PCS_BUF struct pcs_buf subject = { 0 };
	size_t n;
	int e = pcs_buf_adds(&subject, "");
	for (size_t i = 0; i < len && e == 0; i += n)
		e = pcs_pyregex_add_character(&subject, text + i, len - i, &n);
	if (e < 0)
		return e;
	pcre2_match_data *data = r->api.new_data(r->code, NULL); /* several threads may search */
	if (!data)
		return -ENOMEM;
	e = r->api.match(r->code, (PCRE2_SPTR)subject.data, subject.len, 0, options, data, NULL);
	r->api.free_data(data);
	return e >= 0 ? 1 : e == PCRE2_ERROR_NOMATCH ? 0 : -EIO;
}

int pcs_regex_search(const struct pcs_regex *r, const char *text, size_t len)
{
	return find(r, text, len, 0);
}

int pcs_regex_match(const struct pcs_regex *r, const char *text, size_t len)
{
	return find(r, text, len, PCRE2_ANCHORED);
}
