/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is pure of staging: times, names, versions, the rows of a RECORD, strs in pycs. */

#include "units.h"

#include <string.h>

#include "base/err.h"
#include "tree/staged.h"
#include "stage/record.h"
#include "stage/wheel.h"
#include "pyc/text.h"

static void test_epoch(void **state)
{
	static const struct {
		const char *text;
		bool valid;
		uint32_t value;
	} table[] = {
		{ "0", true, 0 },           { "1700000000", true, 1700000000 },
		{ "0000001", true, 1 },     { "4294967295", true, UINT32_MAX },
		{ "4294967296", false, 0 }, { "99999999999999999999999999", false, 0 },
		{ "", false, 0 },           { "-1", false, 0 },
		{ "+1", false, 0 },         { " 1", false, 0 },
		{ "1 ", false, 0 },         { "1.5", false, 0 },
		{ "0x10", false, 0 },       { "1e9", false, 0 },
		{ "now", false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		uint32_t value = 7;
		assert_int_equal(pcs_epoch_parse(table[i].text, &value), table[i].valid);
		assert_int_equal(value, table[i].valid ? table[i].value : 7);
	}
}

static void test_time(void **state)
{
	static const struct {
		bool has_epoch;
		struct timespec in, out;
	} table[] = {
		{ true, { 99, 999999999 }, { 99, 999999999 } },
		{ true, { 100, 0 }, { 100, 0 } },
		{ true, { 100, 1 }, { 100, 0 } },
		{ true, { 101, 5 }, { 100, 0 } },
		{ true, { -5, 0 }, { -5, 0 } },
		{ false, { 101, 5 }, { 101, 5 } },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		const struct pcs_staged s = { .has_epoch = table[i].has_epoch, .epoch = 100 };
		struct timespec t = pcs_staged_time(&s, table[i].in);
		assert_int_equal(t.tv_sec, table[i].out.tv_sec);
		assert_int_equal(t.tv_nsec, table[i].out.tv_nsec);
	}
}

static void test_recorded(void **state)
{
	static const struct {
		const char *strip, *prepend, *path, *recorded; /* NULL: -PCS_ESTRIP */
	} table[] = {
		{ "/b/dest", "", "/usr/a.py", "/usr/a.py" },
		{ "/b/dest", "/opt", "/usr/a.py", "/opt/usr/a.py" },
		{ "/b/dest/usr", "", "/usr/lib/a.py", "/lib/a.py" },
		{ "/b/dest/usr", "/opt/x", "/usr/lib/a.py", "/opt/x/lib/a.py" },
		{ "/b/dest/us", "", "/usr/lib/a.py", NULL },
		{ "/b/dest/opt", "", "/usr/lib/a.py", NULL },
		{ "/b", "", "/usr/a.py", "/dest/usr/a.py" },
		{ "", "", "/usr/a.py", "/b/dest/usr/a.py" },
		{ "", "/x", "/usr/a.py", "/x/b/dest/usr/a.py" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf name = { 0 };
		const struct pcs_staged s = { .host = "/b/dest",
					      .strip = table[i].strip,
					      .prepend = table[i].prepend };
		int r = pcs_staged_recorded(&s, table[i].path, &name);
		assert_int_equal(r, table[i].recorded ? 0 : -PCS_ESTRIP);
		if (r == 0)
			assert_string_equal(name.data, table[i].recorded);
	}
}

static void test_version(void **state)
{
	static const struct {
		const char *path, *version;
	} table[] = {
		{ "/usr/lib/python3.13/site-packages", "3.13" },
		{ "/usr/lib64/python3.13t/x", "3.13t" },
		{ "/usr/local/lib/python3.8", "3.8" },
		{ "/opt/a/b/lib/python3.11/dist-packages/m.py", "3.11" },
		{ "/usr/lib/pypy3.9/site-packages", "pypy3.9" },
		{ "/usr/lib/python2.7/site-packages", "2.7" },
		{ "/lib/python3.10/lib/python3.11", "3.10" },
		{ "/usr/lib/python3/dist-packages", "" },
		{ "/usr/share/python3.11/x", "" },
		{ "/usr/lib/x/python3.11", "" },
		{ "/usr/lib/python3.11-config/x", "" },
		{ "/usr/lib/python3.11.2/x", "" },
		{ "/usr/lib/pypy3/x", "" },
		{ "/usr/lib", "" },
		{ "/", "" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		const char *version = NULL;
		size_t n = pcs_staged_version(table[i].path, &version);
		assert_int_equal(n, strlen(table[i].version));
		if (n)
			assert_memory_equal(version, table[i].version, n);
	}
}

/* The first fields of all rows, each with a `|` behind it. */
static void test_wheel(void **state)
{
	static const struct {
		const char *text, *paths;
	} table[] = {
		{ "", "" },
		{ "a.py,sha256=x,1\n", "a.py|" },
		{ "a.py,,\nb/c.py,,\n", "a.py|b/c.py|" },
		{ "a.py,,\r\nb.py,,\r\n", "a.py|b.py|" },
		{ "a.py,,", "a.py|" },
		{ "a.py", "a.py|" },
		{ "\n\n\r\na.py,,\n\n", "a.py|" },
		{ "\"a,b.py\",,\nc.py,,\n", "a,b.py|c.py|" },
		{ "\"say \"\"x\"\".py\",sha256=y,2\n", "say \"x\".py|" },
		{ "\"two\nlines.py\",,\nd.py,,\n", "two\nlines.py|d.py|" },
		{ "a.py,\"x\ny\",\nb.py,,\n", "a.py|b.py|" },
		{ "\"open.py,,\nb.py", "open.py,,\nb.py|" },
		{ "\"\",,\na.py,,\n", "|a.py|" },
		{ ",,\n", "|" },
		{ "../../bin/tool,,\n/abs/x.py,,\n", "../../bin/tool|/abs/x.py|" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf all = { 0 };
		PCS_BUF struct pcs_buf field = { 0 };
		const char *p = table[i].text;
		size_t len = strlen(p);
		assert_int_equal(pcs_buf_adds(&all, ""), 0);
		while (pcs_wheel_next(&p, &len, PCS_WHEEL_PATH, &field) > 0)
			assert_int_equal(pcs_buf_printf(&all, "%s|", field.data), 0);
		assert_int_equal(len, 0);
		assert_string_equal(all.data, table[i].paths);
	}
}

/* Rows of x* go, those of e* lose their hash where they have one. */
static int judge_row(void *ctx, const char *path, const char *hash)
{
	(void)ctx;
	return path[0] == 'x'          ? PCS_RECORD_GOES :
	       path[0] == 'e' && *hash ? PCS_RECORD_EMPTIED :
					 PCS_RECORD_STAYS;
}

static void test_record_edit(void **state)
{
	static const struct {
		const char *text, *edited; /* NULL: nothing is different */
	} table[] = {
		{ "", NULL },
		{ "a.py,sha256=a,1\nb.py,,\n", NULL },
		{ "e.pyc,,\r\na.py,h,1", NULL },
		{ "a.py,h,1\nx.pyc,h,1\nb.py,,\n", "a.py,h,1\nb.py,,\n" },
		{ "x.pyc,h,1\r\na.py,h,1\r\n", "a.py,h,1\r\n" },
		{ "a.py,h,1\nx.pyc,h,1", "a.py,h,1" },
		{ "x.pyc,,\nx.pyc,,\n", "" },
		{ "\n\na.py,,\n\nx.pyc,,\n\nb.py,,\n\n", "a.py,,\n\nb.py,,\n\n" },
		{ "e.pyc,h,1\n\"e\"\"1,\n.pyc\",\"h\",1\ne2.pyc,,\n",
		  "e.pyc,,\n\"e\"\"1,\n.pyc\",,\ne2.pyc,,\n" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf text = { 0 };
		PCS_BUF struct pcs_buf edited = { 0 };
		assert_int_equal(pcs_buf_adds(&text, table[i].text), 0);
		assert_int_equal(pcs_buf_adds(&edited, ""), 0);
		assert_int_equal(pcs_record_edit(&text, judge_row, NULL, &edited),
				 table[i].edited != NULL);
		assert_string_equal(edited.data, table[i].edited ? table[i].edited : table[i].text);
	}
}

static void test_record_name(void **state)
{
	(void)state;
	assert_true(pcs_wheel_is_record("/a/x-1.dist-info/RECORD"));
	assert_false(pcs_wheel_is_record("/a/x-1.dist-info/RECORD.jws"));
	assert_false(pcs_wheel_is_record("/a/x-1.egg-info/RECORD"));
	assert_false(pcs_wheel_is_record("/RECORD"));
}

#define PYC(bytes) (const uint8_t *)("0123456789abcdef" bytes), sizeof("0123456789abcdef" bytes) - 1

static void test_text(void **state)
{
	static const struct {
		const uint8_t *pyc;
		size_t len;
		const char *text;
		bool holds;
	} table[] = {
		{ PYC("z\5/a.py"), "/a.py", true },
		{ PYC("\xda\5/a.pyN"), "/a.py", true },
		{ PYC("\xe1\5\0\0\0/a.py"), "/a.py", true },
		{ PYC("z\7/b/a.py"), "/a.py", false },
		{ PYC("z\4/a.py"), "/a.py", false },
		{ PYC("s\5\0\0\0/a.py"), "/a.py", false },
		{ PYC("z\7/b/a.pyz\5/a.py"), "/a.py", true },
		{ PYC("z\5/a.p"), "/a.py", false },
		{ PYC(""), "/a.py", false },
		{ PYC("u\6\0\0\0/\xc3\xa9.py"), "/\xc3\xa9.py", true },
		{ PYC("u\7\0\0\0/\xed\xb3\xbf.py"), "/\xff.py", true },
		{ PYC("u\5\0\0\0/\xff.py"), "/\xff.py", false },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		assert_int_equal(pcs_pyc_holds_text(table[i].pyc, table[i].len, table[i].text),
				 table[i].holds);
}

int pcs_test_stage(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_epoch),       cmocka_unit_test(test_time),
		cmocka_unit_test(test_recorded),    cmocka_unit_test(test_version),
		cmocka_unit_test(test_wheel),       cmocka_unit_test(test_record_edit),
		cmocka_unit_test(test_record_name), cmocka_unit_test(test_text),
	};
	return cmocka_run_group_tests_name("stage", tests, NULL, NULL);
}
