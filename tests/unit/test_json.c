/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/json.h"

#include <string.h>

static void escapes_what_is_not_utf8(void **state)
{
	static const struct {
		const char *bytes, *expected;
	} table[] = {
		{ "", "\"\"" },
		{ "/a b/x.py", "\"/a b/x.py\"" },
		{ "\"\\\n\t\x01\x7f", "\"\\\"\\\\\\n\\u0009\\u0001\\u007f\"" },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x8d",
		  "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x8d\"" },
		{ "\xe9", "\"\\udce9\"" },
		{ "\xc3", "\"\\udcc3\"" },                                  /* cut short */
		{ "\xc0\xaf", "\"\\udcc0\\udcaf\"" },                       /* overlong */
		{ "\xed\xa0\x80", "\"\\udced\\udca0\\udc80\"" },            /* a surrogate */
		{ "\xf4\x90\x80\x80", "\"\\udcf4\\udc90\\udc80\\udc80\"" }, /* above U+10FFFF */
		{ "\xe2\x82x", "\"\\udce2\\udc82x\"" },
		{ "\xc2\x9b\xe2\x80\x8f\xe2\x80\xae\xe2\x81\xa6", /* drive a terminal */
		  "\"\\u009b\\u200f\\u202e\\u2066\"" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		struct pcs_json j = { 0 };
		pcs_json_string(&j, NULL, table[i].bytes);
		assert_string_equal(j.text.data, table[i].expected);
		assert_int_equal(pcs_json_done(&j), 0);
	}
}

static void separates_what_is_in_objects_and_arrays(void **state)
{
	struct pcs_json j = { 0 };
	(void)state;
	pcs_json_begin(&j, NULL, '{');
	pcs_json_begin(&j, "empty", '{');
	pcs_json_end(&j);
	pcs_json_begin(&j, "list", '[');
	pcs_json_number(&j, NULL, UINT64_MAX);
	pcs_json_begin(&j, NULL, '[');
	pcs_json_end(&j);
	pcs_json_raw(&j, NULL, "[1, 2]");
	pcs_json_end(&j);
	pcs_json_bool(&j, "yes", true);
	pcs_json_string(&j, "none", NULL);
	pcs_json_string(&j, "text", "");
	pcs_json_filled(&j, "nothing", "");
	pcs_json_number_if(&j, "unknown", false, 7);
	pcs_json_bytes(&j, "a \"key\"", "a\0b", 3);
	pcs_json_end(&j);
	assert_string_equal(j.text.data,
			    "{\"empty\": {}, \"list\": [18446744073709551615, [], [1, 2]], "
			    "\"yes\": true, \"none\": null, \"text\": \"\", "
			    "\"nothing\": null, \"unknown\": null, "
			    "\"a \\\"key\\\"\": \"a\\u0000b\"}");
	assert_int_equal(pcs_json_done(&j), 0);
}

static void writes_whole_lines(void **state)
{
	char out[128] = "";
	FILE *f = fmemopen(out, sizeof(out), "w");
	struct pcs_json j = { .out = f };
	(void)state;
	assert_non_null(f);
	for (unsigned i = 0; i < 2; i++) {
		pcs_json_begin(&j, NULL, '{');
		pcs_json_number(&j, "n", i);
		pcs_json_end(&j);
	}
	pcs_json_begin(&j, NULL, '{'); /* which does not end */
	assert_int_equal(pcs_json_done(&j), 0);
	fclose(f);
	assert_string_equal(out, "{\"n\": 0}\n{\"n\": 1}\n");
}

static void keeps_the_first_error(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct pcs_json j = { .out = full };
	(void)state;
	assert_non_null(full);
	setbuf(full, NULL);
	pcs_json_begin(&j, NULL, '[');
	pcs_json_end(&j);
	pcs_json_end(&j); /* one too many */
	assert_int_equal(pcs_json_done(&j), -ENOSPC);
	fclose(full);
}

/* What YAML takes for something else is escaped, so that it reads the same as JSON does. */
static void quotes_for_yaml(void **state)
{
	static const struct {
		const char *bytes, *expected;
	} table[] = {
		{ "a\"\\\n", "\"a\\\"\\\\\\u000a\"" },
		{ "\xc2\x85\xe2\x80\xa8\xef\xbb\xbf", "\"\\u0085\\u2028\\ufeff\"" },
		{ "\xc3\xa9\xf0\x9f\x90\x8d", "\"\xc3\xa9\xf0\x9f\x90\x8d\"" },
		{ "\xe9", "\"\\ufffd\"" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf b = { 0 };
		assert_int_equal(
			pcs_buf_add_quoted(&b, table[i].bytes, strlen(table[i].bytes), true), 0);
		assert_string_equal(b.data, table[i].expected);
	}
}

int pcs_test_json(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_what_is_not_utf8),
		cmocka_unit_test(separates_what_is_in_objects_and_arrays),
		cmocka_unit_test(writes_whole_lines),
		cmocka_unit_test(keeps_the_first_error),
		cmocka_unit_test(quotes_for_yaml),
	};
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
