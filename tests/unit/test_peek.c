/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/util.h"
#include "pyc/leak.h"
#include "pyc/peek.h"
#include "pyc/same.h"
#include "pyc/version.h"

#include <string.h>

/* Bodies by hand. A code object of 3.11 is five numbers, code, consts, names, the names and kinds
 * of locals, file name, name, qualified name, a number, and two tables. */
#define N4 "\0\0\0\0"
#define NUMBERS N4 N4 N4 N4 N4
#define BYTES "s" N4
#define NONE ")\0"
#define FILE_A "z\2/a"
#define FILE_B "z\2/b"
#define NAME "z\1n"
#define NOT_A_NUMBER "g\0\0\0\0\0\0\370\177"
#define REST(file) file NAME NAME N4 BYTES BYTES
#define CODE_OF(consts, file) "c" NUMBERS BYTES consts NONE NONE BYTES REST(file)
#define WITH(object) CODE_OF(")\1" object, FILE_A)
#define OLD "c" NUMBERS N4 BYTES NONE NONE NONE NONE NONE FILE_A NAME N4 BYTES

#define ROW(m, bytes, s, ...)                                                                \
	{                                                                                    \
		.minor = m, .body = bytes, .len = sizeof(bytes) - 1, .state = s, __VA_ARGS__ \
	}

static const struct row {
	unsigned minor;
	const char *body;
	size_t len;
	enum pcs_body state;
	const char *filename, *other;
} rows[] = {
	ROW(11, CODE_OF(NONE, FILE_A), PCS_BODY_WHOLE, .filename = "/a"),
	ROW(8, OLD, PCS_BODY_WHOLE, .filename = "/a"),
	ROW(10, OLD, PCS_BODY_WHOLE, .filename = "/a"),
	ROW(11, OLD, PCS_BODY_DAMAGED),
	ROW(10, CODE_OF(NONE, FILE_A), PCS_BODY_DAMAGED),
	ROW(7, OLD, PCS_BODY_UNKNOWN),
	ROW(11, "", PCS_BODY_TRUNCATED),
	ROW(11, "N", PCS_BODY_DAMAGED),
	ROW(11, CODE_OF(NONE, FILE_A) "N", PCS_BODY_DAMAGED), /* something is behind it */
	/* Numbers. */
	ROW(11, WITH("i" N4), PCS_BODY_WHOLE, .filename = "/a"),
	ROW(11, WITH("l\2\0\0\0\1\0\1\0"), PCS_BODY_WHOLE, .filename = "/a"),
	ROW(11, WITH("l\376\377\377\377\1\0\1\0"), PCS_BODY_WHOLE, .filename = "/a"),
	ROW(11, WITH("l\2\0\0\0\1\0\0\0"), PCS_BODY_DAMAGED),   /* the highest digit is 0 */
	ROW(11, WITH("l\1\0\0\0\1\200"), PCS_BODY_DAMAGED),     /* more than 15 bits */
	ROW(11, WITH("l\0\0\0\200"), PCS_BODY_DAMAGED),         /* no such size */
	ROW(11, WITH("l\377\377\377\177"), PCS_BODY_TRUNCATED), /* an absurd one */
	ROW(11, WITH("I" N4 N4), PCS_BODY_DAMAGED),             /* no longer read */
	/* Strings. */
	ROW(11, WITH("u\2\0\0\0\303\244"), PCS_BODY_WHOLE, .filename = "/a"),
	ROW(11, WITH("u\3\0\0\0\355\262\200"), PCS_BODY_WHOLE, .filename = "/a"),
	ROW(11, WITH("u\1\0\0\0\303"), PCS_BODY_DAMAGED),
	ROW(11, WITH("s\377\377\377\377"), PCS_BODY_DAMAGED),
	ROW(11, WITH("s\377\377\377\177"), PCS_BODY_TRUNCATED),
	/* Containers. */
	ROW(11, WITH("{NNNN0"), PCS_BODY_WHOLE, .filename = "/a"),
	ROW(11, WITH("{N0"), PCS_BODY_DAMAGED),
	ROW(11, WITH(">\1\0\0\0N"), PCS_BODY_WHOLE, .filename = "/a"),
	ROW(11, WITH("(\377\377\377\177N"), PCS_BODY_TRUNCATED),
	ROW(11, WITH("0"), PCS_BODY_DAMAGED), /* a NULL within a tuple */
	ROW(14, WITH(":NNN"), PCS_BODY_WHOLE, .filename = "/a"),
	ROW(13, WITH(":NNN"), PCS_BODY_DAMAGED),
	ROW(15, WITH("}NN0"), PCS_BODY_WHOLE, .filename = "/a"), /* a frozendict */
	ROW(14, WITH("}NN0"), PCS_BODY_DAMAGED),
	ROW(14, WITH("?"), PCS_BODY_DAMAGED),
	ROW(15, WITH("?"), PCS_BODY_DAMAGED),
	ROW(PCS_MINOR_NEWEST + 1, WITH("?"), PCS_BODY_UNKNOWN), /* perhaps it is known there */
	/* References. */
	ROW(11, CODE_OF(")\1\372\2/a", "r" N4), PCS_BODY_WHOLE, .filename = "/a"),
	ROW(11, CODE_OF(")\1\372\2/a", "r\1\0\0\0"), PCS_BODY_DAMAGED),
	ROW(11, CODE_OF(")\1\363" N4, "r" N4), PCS_BODY_DAMAGED), /* bytes are no name */
	/* Code within code. */
	ROW(11, WITH(CODE_OF(NONE, FILE_A)), PCS_BODY_WHOLE, .filename = "/a"),
	ROW(11, WITH(CODE_OF(NONE, FILE_B)), PCS_BODY_WHOLE, .filename = "/a", .other = "/b"),
};

static void test_rows(void **state)
{
	(void)state;
	struct pcs_peek p = { 0 };
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		enum pcs_body got = pcs_peek_body(&p, r->minor, r->body, r->len);
		if (got != r->state)
			fail_msg("row %zu: %d instead of %d", i, (int)got, (int)r->state);
		if (r->filename) {
			assert_int_equal(p.filename_len, strlen(r->filename));
			assert_memory_equal(p.filename, r->filename, p.filename_len);
		}
		assert_int_equal(p.other != NULL, r->other != NULL && got == PCS_BODY_WHOLE);
	}
	pcs_peek_done(&p);
}

/* Whatever is cut off, it is seen. */
static void test_cut(void **state)
{
	(void)state;
	static const char body[] = WITH("l\2\0\0\0\1\0\1\0");
	struct pcs_peek p = { 0 };
	for (size_t len = 0; len < sizeof(body) - 1; len++) {
		PCS_FREE char *copy = malloc(len + 1); /* so that a sanitizer sees the end */
		assert_non_null(copy);
		memcpy(copy, body, len);
		assert_int_equal(pcs_peek_body(&p, 11, copy, len), PCS_BODY_TRUNCATED);
	}
	pcs_peek_done(&p);
}

/* As deep as marshal goes, and no deeper. */
static void test_depth(void **state)
{
	(void)state;
	struct pcs_peek p = { 0 };
	for (size_t depth = 1997; depth <= 2001; depth++) {
		PCS_BUF struct pcs_buf b = { 0 };
		pcs_buf_add(&b, "c" NUMBERS BYTES, sizeof("c" NUMBERS BYTES) - 1);
		for (size_t i = 0; i < depth; i++)
			pcs_buf_add(&b, ")\1", 2);
		pcs_buf_add(&b, "N", 1);
		static const char rest[] = NONE NONE BYTES REST(FILE_A);
		pcs_buf_add(&b, rest, sizeof(rest) - 1);
		assert_int_equal(pcs_peek_body(&p, 11, b.data, b.len),
				 depth < 2000 ? PCS_BODY_WHOLE : PCS_BODY_DAMAGED);
	}
	pcs_peek_done(&p);
}

static void test_path(void **state)
{
	(void)state;
	PCS_BUF struct pcs_buf b = { 0 };
	assert_int_equal(pcs_peek_path("/\355\262\251/\303\244", 7, &b), 0);
	assert_string_equal(b.data, "/\251/\303\244");
}

#define MAGIC_3_11 "\247\r\r\n" N4 N4 N4
#define LEAK(bytes, dir, expected)                                            \
	{                                                                     \
		MAGIC_3_11 bytes, sizeof(MAGIC_3_11 bytes) - 1, dir, expected \
	}

/* The path of a directory is shown by itself and what is below it, not by what only begins so. */
static void test_shows_dir(void **state)
{
	(void)state;
	static const struct {
		const char *pyc;
		size_t len;
		const char *dir;
		bool shows;
	} table[] = {
		LEAK(WITH("z\2/o"), "/o", true),
		LEAK(WITH("z\2/o"), "/p", false),
		LEAK(WITH("z\2/o"), "", false),
		LEAK(WITH("z\4/o/x"), "/o", true),
		LEAK(WITH("z\4/out"), "/o", false),
		LEAK(WITH("z\4/o_t"), "/o", false),
		LEAK(WITH("z\4/o-1"), "/o", false),
		LEAK(WITH("z\4/o.d"), "/o", false),
		LEAK(WITH("z\3/o."), "/o", true),
		LEAK(WITH("z\4/o. "), "/o", true),
		LEAK(WITH("z\4-I/o"), "/o", true),
		LEAK(WITH("z\6/out/o"), "/o", true),
		LEAK(WITH("a\6\0\0\0/out/o"), "/o", true),
		LEAK(WITH("u\4\0\0\0/o\302\273"), "/o", true),
		/* What is behind the str looks like more of it. */
		LEAK(CODE_OF(")\2z\2/oi" N4, FILE_A), "/o", true),
		LEAK(CODE_OF(")\2z\2/or" N4, "\372\2/a"), "/o", true),
		/* In bytes, anything may be. */
		LEAK(WITH("s\3\0\0\0/oq"), "/o", true),
		/* A name that is no UTF-8. */
		LEAK(WITH("u\4\0\0\0/\355\263\277"), "/\377", true),
		LEAK(WITH("s\2\0\0\0/\377"), "/\377", true),
		/* The name that is to be recorded, and another. */
		LEAK(CODE_OF(NONE, FILE_A), "/a", false),
		LEAK(CODE_OF(NONE, FILE_B), "/b", true),
		LEAK(WITH(CODE_OF(NONE, FILE_B)), "/b", true),
		/* Doubt. */
		LEAK("c/out", "/o", true),
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf pyc = { 0 };
		assert_int_equal(pcs_buf_add(&pyc, table[i].pyc, table[i].len), 0);
		if (pcs_pyc_shows_dir(&pyc, table[i].dir, "/a") != table[i].shows)
			fail_msg("row %zu", i);
	}
}

static void test_records_only(void **state)
{
	(void)state;
	static const struct {
		const char *pyc;
		size_t len;
		const char *name;
		bool only;
	} table[] = {
		LEAK(WITH(CODE_OF(NONE, FILE_A)), "/a", true),
		LEAK(WITH(CODE_OF(NONE, FILE_A)), "/", false),
		LEAK(WITH(CODE_OF(NONE, FILE_B)), "/a", false),
		LEAK(CODE_OF(NONE, FILE_B), "/a", false),
		LEAK("c", "/a", false),
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf pyc = { 0 };
		assert_int_equal(pcs_buf_add(&pyc, table[i].pyc, table[i].len), 0);
		assert_int_equal(pcs_pyc_records_only(&pyc, table[i].name), table[i].only);
	}
}

#define SAME(x, y, s)                                 \
	{                                             \
		x, sizeof(x) - 1, y, sizeof(y) - 1, s \
	}

/* Two bodies mean the same however they share, intern and order; and are told apart else. */
static void test_same(void **state)
{
	(void)state;
	static const struct {
		const char *a;
		size_t a_len;
		const char *b;
		size_t b_len;
		enum pcs_same same;
	} pairs[] = {
		SAME(WITH("i" N4), WITH("i" N4), PCS_SAME_YES),
		SAME(WITH("i" N4), WITH("i\1\0\0\0"), PCS_SAME_NO),
		SAME(WITH("i" N4), WITH("N"), PCS_SAME_NO),
		SAME(WITH("z\1x"), WITH("A\1\0\0\0x"), PCS_SAME_YES), /* interned */
		SAME(WITH("z\1x"), WITH("z\1y"), PCS_SAME_NO),
		SAME(WITH("z\1x"), WITH("s\1\0\0\0x"), PCS_SAME_NO),
		SAME(WITH("(\1\0\0\0N"), WITH(")\1N"), PCS_SAME_YES),
		SAME(CODE_OF(")\2\351iiii"
			     "r" N4,
			     FILE_A),
		     CODE_OF(")\2iiiii"
			     "iiiii",
			     FILE_A),
		     PCS_SAME_YES), /* one int, referred to or written twice */
		SAME(WITH(">\2\0\0\0z\1xz\1y"), WITH(">\2\0\0\0z\1yz\1x"), PCS_SAME_YES),
		SAME(WITH(">\2\0\0\0z\1xz\1y"), WITH(">\2\0\0\0z\1yz\1z"), PCS_SAME_NO),
		SAME(WITH(")\2z\1xz\1y"), WITH(")\2z\1yz\1x"), PCS_SAME_NO),
		SAME(WITH("{NT0"),
		     WITH("{NT0"
			  ""),
		     PCS_SAME_YES),
		SAME(WITH("{NT0"), WITH("{NF0"), PCS_SAME_NO),
		SAME(CODE_OF(NONE, FILE_A), CODE_OF(NONE, FILE_B), PCS_SAME_NO),
		SAME(WITH("N"), "N", PCS_SAME_UNKNOWN),
		/* Which of two that are not a number comes first is not known. */
		SAME(WITH(">\2\0\0\0" NOT_A_NUMBER NOT_A_NUMBER),
		     WITH(">\2\0\0\0" NOT_A_NUMBER "\347\0\0\0\0\0\0\370\177"), PCS_SAME_UNKNOWN),
	};
	static const char plain[] = WITH("z\1x"), interned[] = WITH("Z\1x"), other[] = WITH("z\1y");
	for (size_t i = 0; i < PCS_ARRAY_SIZE(pairs); i++) {
		enum pcs_same ab =
			pcs_body_same(11, pairs[i].a, pairs[i].a_len, pairs[i].b, pairs[i].b_len);
		enum pcs_same ba =
			pcs_body_same(11, pairs[i].b, pairs[i].b_len, pairs[i].a, pairs[i].a_len);
		if (ab != pairs[i].same || ba != pairs[i].same)
			fail_msg("pair %zu: %d and %d", i, (int)ab, (int)ba);
	}
	static const size_t n = sizeof(plain) - 1;
	assert_int_equal(pcs_body_same(7, plain, n, interned, n), PCS_SAME_UNKNOWN);
	assert_int_equal(pcs_body_same(99, plain, n, interned, n), PCS_SAME_YES);
	assert_int_equal(pcs_body_same(99, plain, n, other, n), PCS_SAME_NO);
}

int pcs_test_peek(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),      cmocka_unit_test(test_cut),
		cmocka_unit_test(test_depth),     cmocka_unit_test(test_path),
		cmocka_unit_test(test_shows_dir), cmocka_unit_test(test_records_only),
		cmocka_unit_test(test_same),
	};
	return cmocka_run_group_tests_name("peek", tests, NULL, NULL);
}
