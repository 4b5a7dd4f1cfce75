/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/err.h"
#include "base/log.h"
#include "base/regex.h"
#include "cmd/argparse.h"
#include "compileall/paths.h"
#include "compileall/pywords.h"

#include <stdio.h>
#include <string.h>

static void records_names(void **state)
{
	static const struct {
		const char *path, *ddir, *strip, *prepend;
		int result;
		const char *expected;
		bool bad_strip;
		unsigned minor; /* 0: 13 */
	} table[] = {
		{ "a/b.py", NULL, NULL, NULL, 0, "", false },
		{ "a/b.py", "/x", NULL, NULL, 1, "/x/b.py", false },
		{ "a/b.py", "", NULL, NULL, 1, "b.py", false },
		{ "/r/a/b.py", NULL, "/r", NULL, 1, "a/b.py", false },
		{ "/r/a/b.py", NULL, "/r", "/", 1, "/a/b.py", false },
		{ "/r/a/b.py", NULL, "/r/", "/", 0 + 1, "/r/a/b.py", true },
		{ "/ra/b.py", NULL, "/r", NULL, 0, "", true },
		{ "/r//a//b.py", NULL, "/r", "x", 1, "x/a/b.py", false },
		{ "a/b.py", NULL, NULL, "/x/", 1, "/x/a/b.py", false },
		{ "/a/b.py", NULL, NULL, "/x", 1, "/a/b.py", false }, /* absolute: it stays */
		{ "/a/b.py", NULL, "", NULL, 1, "a/b.py", false },
		{ "/a/b.py", NULL, "/a/b.py", NULL, -EINVAL, "", false },
		/* Before 3.13, whatever the two have in common goes. */
		{ "/r/a/b.py", NULL, "/r/", "/", 1, "/a/b.py", false, 12 },
		{ "/ra/b.py", NULL, "/r", NULL, 1, "ra/b.py", false, 12 },
		{ "a/b.py", NULL, "c/d", NULL, 1, "a/b.py", false, 12 },
		{ "a/b/c.py", NULL, "a//b", NULL, 1, "b/c.py", false, 12 },
		{ "a//b/c.py", NULL, "a//b", NULL, 1, "c.py", false, 12 },
		{ "a/b/a.py", NULL, "x/b/a.py", "/p", 1, "/p/a", false, 12 },
		{ "b/a/b/c.py", NULL, "x/y/b", NULL, 1, "a/b/c.py", false, 12 }, /* the first */
		{ "/a/b.py", NULL, "/a/b.py/c", NULL, -EINVAL, "", false, 12 },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		struct pcs_interp in = { .minor = table[i].minor ? table[i].minor : 13 };
		struct pcs_interps interps = { .list = &in, .n = 1 };
		const struct pcs_compileall ca = { .interps = &interps,
						   .ddir = table[i].ddir,
						   .strip_dir = table[i].strip,
						   .prepend_dir = table[i].prepend };
		PCS_BUF struct pcs_buf out = { 0 };
		bool bad;
		int r = pcs_compileall_recorded(&ca, table[i].path, &out, &bad);
		assert_int_equal(r, table[i].result);
		assert_int_equal(bad, table[i].bad_strip);
		assert_string_equal(out.len ? out.data : "", table[i].expected);
	}
}

static void places_caches(void **state)
{
	static const struct {
		const char *path, *prefix;
		bool legacy;
		long level;
		const char *expected;
	} table[] = {
		{ "a.py", NULL, false, 0, "__pycache__/a.cpython-311.pyc" },
		{ "d/a.b.py", NULL, false, 1, "d/__pycache__/a.b.cpython-311.opt-1.pyc" },
		{ "d//a.py", NULL, false, 3, "d/__pycache__/a.cpython-311.opt-3.pyc" },
		{ "d/.py", NULL, false, 0, "d/__pycache__/py.cpython-311.pyc" },
		{ "d/a.py", NULL, true, 2, "d/a.pyc" },
		{ "d/a.py", "/c/", false, 0, "/c/w/d/a.cpython-311.pyc" },
		{ "/d/a.py", "/c", false, 2, "/c/d/a.cpython-311.opt-2.pyc" },
		{ "a.py", "c", false, 0, "c/w/a.cpython-311.pyc" },
	};
	struct pcs_interp in = { .tag = "cpython-311" };
	struct pcs_interps interps = { .list = &in, .n = 1 };
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		const struct pcs_compileall ca = { .interps = &interps,
						   .cache_prefix = table[i].prefix,
						   .legacy = table[i].legacy,
						   .cwd = "/w" };
		PCS_BUF struct pcs_buf out = { 0 };
		assert_int_equal(pcs_compileall_cache(&ca, table[i].path, table[i].level, &out), 0);
		assert_string_equal(out.data, table[i].expected);
	}
}

/* Taken from CPython: repr(os.fsdecode(name)). */
static void speaks_python(void **state)
{
	static const struct {
		const char *bytes, *expected;
	} table[] = {
		{ "", "''" },
		{ "a b", "'a b'" },
		{ "it's", "\"it's\"" },
		{ "\"'", "'\"\\''" },
		{ "a\\b\n\t\x01\x7f", "'a\\\\b\\n\\t\\x01\\x7f'" },
		{ "\xc3\xa9\xf0\x9f\x90\x8d", "'\xc3\xa9\xf0\x9f\x90\x8d'" },
		{ "\xc2\xa0\xc2\xad", "'\\xa0\\xad'" },
		{ "\xe2\x80\x8b\xee\x80\x80", "'\\u200b\\ue000'" },
		{ "\xe9.py", "'\\udce9.py'" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf out = { 0 };
		assert_int_equal(pcs_py_repr(&out, table[i].bytes, strlen(table[i].bytes)), 0);
		assert_string_equal(out.data, table[i].expected);
	}
	PCS_BUF struct pcs_buf out = { 0 };
	assert_int_equal(pcs_py_oserror(&out, -EACCES, "x.py"), 0);
	assert_string_equal(out.data, "PermissionError: [Errno 13] Permission denied: 'x.py'");
	assert_true(pcs_py_compare("a", "b") < 0);
	assert_true(pcs_py_compare("\xff", "\xef\xbf\xae") < 0); /* U+DCFF, U+FFEE */
	assert_int_equal(pcs_py_compare("x", "x"), 0);
}

static void reads_integers(void **state)
{
	static const struct {
		const char *text;
		int result;
		long value;
	} table[] = {
		{ "1", 0, 1 },         { " -2\n", 0, -2 },     { "+3", 0, 3 },
		{ "1_000", 0, 1000 },  { "", -EINVAL, 0 },     { "1_", -EINVAL, 0 },
		{ "_1", -EINVAL, 0 },  { "1__0", -EINVAL, 0 }, { "x", -EINVAL, 0 },
		{ "1.0", -EINVAL, 0 }, { "- 1", -EINVAL, 0 },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		long value = 0;
		assert_int_equal(pcs_py_int(table[i].text, &value), table[i].result);
		assert_int_equal(value, table[i].value);
	}
}

static int note_option(char *out, char letter, const char *value)
{
	sprintf(out + strlen(out), "-%c%s%s ", letter, value ? "=" : "", value ? value : "");
	return 0;
}

static int note_q(void *into, const char *value)
{
	return note_option(into, 'q', value);
}

static int note_f(void *into, const char *value)
{
	return note_option(into, 'f', value);
}

static int note_o(void *into, const char *value)
{
	return note_option(into, 'o', value);
}

static int note_links(void *into, const char *value)
{
	return note_option(into, 'H', value);
}

static int note_positional(void *into, const char *value)
{
	char *out = into;
	sprintf(out + strlen(out), "%s ", value);
	return 0;
}

static void parses_as_argparse_does(void **state)
{
	static const struct pcs_option options[] = {
		{ NULL, 'q', NULL, NULL, 0, PCS_CALL(note_q) },
		{ NULL, 'f', NULL, NULL, 0, PCS_CALL(note_f) },
		{ NULL, 'o', "N", NULL, 0, PCS_CALL(note_o) },
		{ "hardlink-dupes", 0, NULL, NULL, 0, PCS_CALL(note_links) },
		{ "help", 'h', NULL, NULL, 0, .kind = PCS_OPTION_HELP },
	};
	static const struct {
		const char *argv[6];
		const char *expected; /* NULL: wrong usage */
	} table[] = {
		{ { "x", "-q", "a", "b" }, "-q a b " },
		{ { "x", "a", "b", "-q" }, "a b -q " },
		{ { "x", "a", "-q", "b" }, NULL },
		{ { "x", "-fqo1", "a" }, "-f -q -o=1 a " },
		{ { "x", "-o", "-1" }, "-o=-1 " },
		{ { "x", "-5x", "-.5", "-5." }, "-5x -.5 -5. " }, /* numbers, no options */
		{ { "x", "-.x" }, NULL },
		{ { "x", "-o", "-q" }, NULL },
		{ { "x", "-o=1" }, "-o=1 " },
		{ { "x", "-o 1" }, "-o= 1 " },
		{ { "x", "--hard", "a" }, "-H a " },
		{ { "x", "--h", "a" }, NULL }, /* ambiguous */
		{ { "x", "--nothing" }, NULL },
		{ { "x", "--", "-q", "--hard" }, "-q --hard " },
		{ { "x", "-", "" }, "-  " },
		{ { "x", "-z y" }, "-z y " }, /* unknown, with a space: no option */
		{ { "x", "-z" }, NULL },
	};
	(void)state;
	pcs_log_set_level((enum pcs_log_level) - 1);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		char out[128] = "", *argv[6] = { NULL };
		int argc = 0;
		for (; argc < 6 && table[i].argv[argc]; argc++)
			argv[argc] = (char *)table[i].argv[argc];
		const struct pcs_argparse p = { .table = options,
						.n = PCS_ARRAY_SIZE(options),
						.into = out,
						.positional = note_positional };
		int r = pcs_argparse(&p, argc, argv);
		assert_int_equal(r, table[i].expected ? 0 : -PCS_EUSAGE);
		if (table[i].expected)
			assert_string_equal(out, table[i].expected);
	}
	pcs_log_set_level(PCS_LOG_INFO);
}

static void matches_as_re_does(void **state)
{
	static const struct {
		const char *pattern, *text;
		int expected; /* -1: refused */
	} table[] = {
		{ "b", "abc", 1 },
		{ "^b", "abc", 0 },
		{ "c$", "abc", 1 },
		{ "c\\Z", "abc\n", 0 },
		{ "c$", "abc\n", 1 },
		{ "a{,2}b", "aab", 1 },
		{ "^.$", "\xc3\xa9", 1 },
		{ "^.$", "\xe9", 1 },
		{ "\\w", "\xc3\xa9", 1 },
		{ "(?a)\\w", "\xc3\xa9", 0 },
		{ "(?P<n>a)(?P=n)", "aa", 1 },
		{ "\\x61", "a", 1 },
		{ "\\u00e9", "\xc3\xa9", 1 },
		{ "\\xZ", "a", -1 },
		{ "\\K", "a", -1 },
		{ "(?<n>a)", "a", -1 },
		{ "a(?i)", "a", -1 },
		{ "(?ia)a", "a", -1 },
		{ "(", "a", -1 },
		{ "\xe9", "x\xe9", 1 },
		{ "(*FAIL)", "a", -1 },
		{ "[:alpha:]", "b", 0 }, /* seven characters */
		{ "^[[:alpha:]]$", "l]", 1 },
		{ "[]a]", "]", 1 },
		{ "[(?R]", "?", 1 },
		{ "\\101", "A", 1 },
		{ "[\\7]", "\a", 1 },
		{ "\\400", "a", -1 },
		{ "\\10", "\b", -1 }, /* no group 10, and no character */
		{ "(a)\\1", "aa", 1 },
		{ "\\1(a)", "aa", -1 },
		{ "(?#(?m)a", "a", 1 },
		{ "(?x) (?i) A # [", "a", 1 },
		{ "(?u:a)", "a", 1 },
		{ "(?-i)a", "a", -1 },
		{ "(?(R)a|b)", "b", -1 },
		{ "^a{,}$", "aaa", 1 },
		{ "a{ 2}", "a{ 2}", 1 },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		struct pcs_regex *regex = NULL;
		PCS_BUF struct pcs_buf why = { 0 };
		int r = pcs_regex_new(table[i].pattern, &regex, &why);
		if (r == -ELIBACC)
			skip();
		if (r == 0)
			r = pcs_regex_search(regex, table[i].text, strlen(table[i].text));
		else
			r = why.len ? -1 : r; /* refused, and told why */
		assert_int_equal(r, table[i].expected);
		pcs_regex_free(regex);
	}
}

int pcs_test_compileall(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_names),           cmocka_unit_test(places_caches),
		cmocka_unit_test(speaks_python),           cmocka_unit_test(reads_integers),
		cmocka_unit_test(parses_as_argparse_does), cmocka_unit_test(matches_as_re_does),
	};
	return cmocka_run_group_tests_name("compileall", tests, NULL, NULL);
}
