/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/pyregex.h"
#include "base/regex.h"
#include "base/util.h"

#include <string.h>

/* AddressSanitizer sees a look behind the end of the pattern, which is as long as it needs. */
static int translate(const char *pattern)
{
	PCS_BUF struct pcs_buf out = { 0 };
	PCS_BUF struct pcs_buf why = { 0 };
	PCS_FREE char *copy = strdup(pattern);
	bool ascii;
	return pcs_pyregex_translate(copy, &out, &ascii, &why);
}

static void reads_no_further_than_the_end(void **state)
{
	static const char *const patterns[] = {
		"\\",   "a\\", "[\\",  "(\\", "(?x)\\", "[^\\", "{1,\\", "(?", "(?P",
		"(?P<", "(?(", "(?<",  "(?i", "(?i-",   "[",    "[^",    "{",  "{1",
		"{1,",  "\\x", "\\x1", "\\u", "\\U001", "\\1",  "\\0",
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(patterns); i++) {
		int r = translate(patterns[i]);
		assert_true(r == 0 || r == -EINVAL);
	}
}

/* Every start of a pattern that has all there is. */
static void takes_patterns_that_are_cut_short(void **state)
{
	static const char all[] = "(?ix)(?P<n>a)\\x41\\u0041\\U00000041\\101\\1[^\\]\\x41\\s]{2,3}"
				  "(?(n)b|c)(?#d)(?i-s:e)(?<=f)(?P=n)\\Z\\v\xc3\xa9\xff";
	(void)state;
	for (size_t n = 0; n <= strlen(all); n++) {
		char cut[sizeof(all)];
		memcpy(cut, all, n);
		cut[n] = '\0';
		int r = translate(cut);
		assert_true(r == 0 || r == -EINVAL);
	}
}

static void tells_a_limit_from_no_match(void **state)
{
	struct pcs_regex *r;
	PCS_BUF struct pcs_buf why = { 0 };
	static const char text[] =
		"/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.py";
	(void)state;
	if (pcs_regex_new("(x+x+)+[yz]", &r, &why) == -ELIBACC)
		skip();
	assert_int_equal(pcs_regex_search(r, text, strlen(text)), -EIO);
	assert_int_equal(pcs_regex_search(r, "/xxz", 4), 1);
	assert_int_equal(pcs_regex_search(r, "/x.p", 4), 0);
	pcs_regex_free(r);
}

int pcs_test_regex(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_no_further_than_the_end),
		cmocka_unit_test(takes_patterns_that_are_cut_short),
		cmocka_unit_test(tells_a_limit_from_no_match),
	};
	return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
