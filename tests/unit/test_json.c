#include "units.h"

#include "base/util.h"
#include "sync/report.h"

#include <stdio.h>
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
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		char out[128] = "";
		FILE *f = fmemopen(out, sizeof(out), "w");
		assert_non_null(f);
		pcs_json_string(f, table[i].bytes, strlen(table[i].bytes));
		fclose(f);
		assert_string_equal(out, table[i].expected);
	}
}

int pcs_test_json(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(escapes_what_is_not_utf8) };
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
