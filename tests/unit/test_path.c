/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/fs.h"
#include "base/log.h"
#include "base/path.h"

#include <string.h>

static void normalizes(void **state)
{
	static const struct {
		const char *path, *cwd, *expected;
	} table[] = {
		{ "/", "/", "/" },
		{ "/a/b", "/", "/a/b" },
		{ "//a///b//", "/", "/a/b" },
		{ "/a/./b/.", "/", "/a/b" },
		{ "/a/../b", "/", "/b" },
		{ "/../../a", "/", "/a" },
		{ "/a/b/../..", "/", "/" },
		{ "a", "/", "/a" },
		{ "a/b", "/c/d", "/c/d/a/b" },
		{ "../x", "/c/d", "/c/x" },
		{ "../../../x", "/c/d", "/x" },
		{ ".", "/c/d", "/c/d" },
		{ "...", "/", "/..." },
		{ "/a/..b/.c", "/", "/a/..b/.c" },
		{ "/a b/\xe9\n", "/", "/a b/\xe9\n" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf out = { 0 };
		assert_int_equal(pcs_path_normalize(table[i].path, strlen(table[i].path),
						    table[i].cwd, &out),
				 0);
		assert_string_equal(out.data, table[i].expected);
	}
	PCS_BUF struct pcs_buf out = { 0 };
	assert_int_equal(pcs_path_normalize("", 0, "/", &out), -EINVAL);
}

static void tells_what_is_within(void **state)
{
	static const struct {
		const char *path, *dir;
		bool expected;
	} table[] = {
		{ "/a/b", "/a", true }, { "/a", "/a", true }, { "/ab", "/a", false },
		{ "/a", "/", true },    { "/", "/", true },   { "/a", "/a/b", false },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		assert_int_equal(pcs_path_within(table[i].path, table[i].dir), table[i].expected);
}

static void takes_paths_apart(void **state)
{
	(void)state;
	assert_string_equal(pcs_path_base("/a/b.py"), "b.py");
	assert_string_equal(pcs_path_base("/"), "");
	assert_int_equal(pcs_path_dir_len("/a/b.py"), 2);
	assert_int_equal(pcs_path_dir_len("/b.py"), 1);
	PCS_BUF struct pcs_buf out = { 0 };
	assert_int_equal(pcs_path_join(&out, "/", "x"), 0);
	assert_int_equal(pcs_path_join(&out, "/a", "y"), 0);
	assert_int_equal(pcs_path_join(&out, "/a", ""), 0);
	assert_string_equal(out.data, "/x/a/y/a");
}

static void knows_its_temporaries(void **state)
{
	static const struct {
		const char *name;
		bool expected;
	} table[] = {
		{ ".pycsync-0123456789abcdef.tmp", true },
		{ ".pycsync-0123456789abcde.tmp", false },
		{ ".pycsync-0123456789abcdef0.tmp", false },
		{ ".pycsync-0123456789abcdeF.tmp", false },
		{ ".pycsync-0123456789abcdef.tmp~", false },
		{ "pycsync-0123456789abcdef.tmp", false },
		{ ".pycsync-", false },
		{ "", false },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		assert_int_equal(pcs_tmp_is_name(table[i].name), table[i].expected);
}

static void shows_control_characters(void **state)
{
	(void)state;
	PCS_BUF struct pcs_buf out = { 0 };
	assert_int_equal(pcs_buf_add_shown(&out, "a\n\x1b[0m\x7f\xe9 b", 10), 0);
	assert_string_equal(out.data, "a\\x0a\\x1b[0m\\x7f\xe9 b");
	out.len = 0;
	assert_int_equal(pcs_buf_add_shown(&out, "\xc2\x9b\xc2\xa0\xc2", 5), 0);
	assert_string_equal(out.data, "\\xc2\\x9b\xc2\xa0\xc2");
	/* Direction of text, and a byte that is C1 where a terminal has no UTF-8. */
	out.len = 0;
	static const char turned[] = "a\xe2\x80\xae\xe2\x82\xac\x9b\xe2\x81\xa9";
	assert_int_equal(pcs_buf_add_shown(&out, turned, strlen(turned)), 0);
	assert_string_equal(out.data, "a\\xe2\\x80\\xae\xe2\x82\xac\\x9b\\xe2\\x81\\xa9");
}

static void finds_what_lies_within(void **state)
{
	static const char *const paths[] = { "/a", "/b-c/x", "/b/c", "/b/c/d", "/e!", "/e0/f" };
	static const struct {
		const char *dir;
		bool expected;
	} table[] = {
		{ "/", true },         { "/a", true },   { "/a/b", false }, { "/b", true },
		{ "/b-c", true },      { "/b-", false }, { "/b/c", true },  { "/b/c/d", true },
		{ "/e", false },       { "/e!", true },  { "/e0", true },   { "/f", false },
		{ "/b/c/d/e", false },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		if (pcs_any_within(paths, PCS_ARRAY_SIZE(paths), sizeof(*paths), table[i].dir) !=
		    table[i].expected)
			fail_msg("%s", table[i].dir);
	assert_false(pcs_any_within(paths, 0, sizeof(*paths), "/"));
}

int pcs_test_path(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normalizes),
		cmocka_unit_test(tells_what_is_within),
		cmocka_unit_test(takes_paths_apart),
		cmocka_unit_test(knows_its_temporaries),
		cmocka_unit_test(shows_control_characters),
		cmocka_unit_test(finds_what_lies_within),
	};
	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
