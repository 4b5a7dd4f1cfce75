/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/util.h"
#include "pyc/header.h"
#include "pyc/source_hash.h"
#include "pyc/version.h"
#include "worker/protocol.h"

#include <string.h>

static void writes_headers_as_cpython_does(void **state)
{
	static const struct {
		struct pcs_pyc_header h;
		const char *bytes;
	} table[] = {
		{ { .magic = 0x0a0d0da7, .flags = 0, .mtime = 1700000000, .size = 7 },
		  "\xa7\x0d\x0d\x0a\0\0\0\0\x00\xf1\x53\x65\7\0\0\0" },
		{ { .magic = 0x0a0d0da7, .flags = 3, .hash = 0x0807060504030201 },
		  "\xa7\x0d\x0d\x0a\3\0\0\0\1\2\3\4\5\6\7\10" },
		{ { .magic = 0x0a0d0da7, .flags = 1, .hash = 0x0807060504030201 },
		  "\xa7\x0d\x0d\x0a\1\0\0\0\1\2\3\4\5\6\7\10" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		uint8_t out[PCS_PYC_HEADER];
		struct pcs_pyc_header back;
		pcs_pyc_header_put(out, &table[i].h);
		assert_memory_equal(out, table[i].bytes, PCS_PYC_HEADER);
		assert_true(pcs_pyc_header_get(out, sizeof(out), &back));
		assert_int_equal(back.magic, table[i].h.magic);
		assert_int_equal(back.flags, table[i].h.flags);
		assert_int_equal(back.mtime, table[i].h.mtime);
		assert_int_equal(back.size, table[i].h.size);
		assert_true(back.hash == table[i].h.hash);
	}
}

static void judges_first_bytes(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool looks, whole;
	} table[] = {
		{ "\xa7\x0d\x0d\x0a\0\0\0\0\0\0\0\0\0\0\0\0", 16, true, true },
		{ "\xa7\x0d\x0d\x0a\2\0\0\0\0\0\0\0\0\0\0\0", 16, false, false },
		{ "\xa7\x0d\x0d\x0a\4\0\0\0\0\0\0\0\0\0\0\0", 16, false, false },
		{ "\xa7\x0d\x0d\x0a\0\0\0", 7, true, false },
		{ "\xa7\x0d\x0d\x0a", 4, true, false },
		{ "\xa7\x0d\x0d", 3, false, false },
		{ "", 0, false, false },
		{ "#!/usr/bin/python", 16, false, false },
		{ "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, false, true }, /* a hole: magic 0 */
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		const uint8_t *in = (const uint8_t *)table[i].bytes;
		struct pcs_pyc_header h;
		assert_int_equal(pcs_pyc_looks_like_one(in, table[i].len), table[i].looks);
		assert_int_equal(pcs_pyc_header_get(in, table[i].len, &h), table[i].whole);
	}
}

/* int(os.stat(path).st_mtime) & 0xffffffff, taken from CPython. */
static void takes_mtimes_as_cpython_does(void **state)
{
	static const struct {
		struct timespec t;
		uint32_t expected;
	} table[] = {
		{ { 1700000000, 0 }, 1700000000 },
		{ { 1700000000, 500000000 }, 1700000000 },
		{ { 1699999999, 999999999 }, 1700000000 }, /* the double rounds up */
		{ { -5, 0 }, 0xfffffffb },
		{ { -2, 500000000 }, 0xffffffff }, /* -1.5 is cut to -1 */
		{ { (time_t)5000000000, 0 }, 705032704 },
		{ { 0, 0 }, 0 },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		assert_int_equal(pcs_pyc_mtime(&table[i].t), table[i].expected);
}

/* _imp.source_hash(), taken from 3.9.18, 3.11.7 and 3.13.0. */
static void hashes_as_cpython_does(void **state)
{
	static const struct {
		unsigned minor;
		uint32_t magic;
		uint64_t empty, x, line, all;
	} table[] = {
		{ 9, 0x0a0d0d61, 0x5f1c5b3ec8b70bac, 0xf926e083c19a8380, 0xfadf0fe5a965d6f1,
		  0x340c5fdbb60aa686 },
		{ 11, 0x0a0d0da7, 0x737fe8d5d59c8d73, 0x7194da203188b4c2, 0x5252f793aa72034c,
		  0xbe1740a0ab10af1d },
		{ 13, 0x0a0d0df3, 0x14b8932f316dec27, 0xc2b34403974a1f1f, 0x0e12513689e286e7,
		  0xd34c5661a329e358 },
	};
	uint8_t all[256];
	(void)state;
	/* PyPy 3.11 does as CPython did before. */
	assert_true(pcs_source_hash(0x0a0d01b0, 11, "abc", 3) == 0x265802bffd4ddf0d);
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		uint32_t magic = table[i].magic, known;
		unsigned minor = table[i].minor;
		assert_true(pcs_source_hash(magic, minor, "", 0) == table[i].empty);
		assert_true(pcs_source_hash(magic, minor, "x", 1) == table[i].x);
		assert_true(pcs_source_hash(magic, minor, "x = 1\n", 6) == table[i].line);
		assert_true(pcs_source_hash(magic, minor, all, sizeof(all)) == table[i].all);
		assert_true(pcs_magic_of(minor, &known));
		assert_int_equal(known, magic);
		assert_true(pcs_minor_of(magic, &minor));
		assert_int_equal(minor, table[i].minor);
	}
}

static void knows_versions_both_ways(void **state)
{
	uint32_t magic;
	unsigned minor;
	char tag[PCS_TAG_MAX];
	(void)state;
	for (unsigned known = PCS_MINOR_OLDEST; known <= PCS_MINOR_NEWEST; known++) {
		assert_true(pcs_magic_of(known, &magic));
		assert_true(pcs_minor_of(magic, &minor));
		assert_int_equal(minor, known);
		pcs_tag_of(known, tag);
		assert_true(pcs_tag_parse(tag, strlen(tag), &minor));
		assert_int_equal(minor, known);
	}
	pcs_tag_of(11, tag);
	assert_string_equal(tag, "cpython-311");
	uint32_t none;
	unsigned minor_of_none;
	assert_false(pcs_magic_of(7, &none));
	assert_false(pcs_magic_of(99, &none));
	assert_true(pcs_magic_of(15, &none));
	assert_int_equal(none, 0x0a0d0e52);
	assert_false(pcs_minor_of(0, &minor_of_none));
	assert_false(pcs_minor_of(0x0a0d0e53, &minor_of_none));
}

/* A free-threaded build has the tag of the normal one. */
static void knows_tags_of_versions(void **state)
{
	static const struct {
		const char *version, *tag; /* tag "": it is no version */
	} table[] = {
		{ "3.8", "cpython-38" },
		{ "3.13", "cpython-313" },
		{ "3.13t", "cpython-313" },
		{ "pypy3.9", "pypy39" },
		{ "pypy3.11", "pypy311" },
		{ "3", "" },
		{ "3.", "" },
		{ "3.t", "" },
		{ "", "" },
		{ "t", "" },
		{ "3.13d", "" },
		{ "pypy", "" },
		{ "pypy3.9t", "" },
		{ "3.1333", "" },
		{ "2.7", "" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		char tag[PCS_TAG_MAX];
		const char *version = table[i].version;
		bool is = pcs_version_tag(version, strlen(version), tag);
		assert_int_equal(is, table[i].tag[0] != '\0');
		if (is)
			assert_string_equal(tag, table[i].tag);
	}
}

static void frames_survive_the_way(void **state)
{
	const struct pcs_frame f = { .type = PCS_FRAME_ERROR,
				     .arg1 = 1,
				     .arg2 = 0xffffffff,
				     .arg3 = 3,
				     .text_len = 5,
				     .body_len = 1 << 30 };
	uint8_t bytes[PCS_FRAME_HEAD];
	struct pcs_frame back;
	(void)state;
	pcs_frame_put(bytes, &f);
	assert_true(pcs_frame_get(bytes, &back));
	assert_memory_equal(&f, &back, sizeof(f));
	bytes[31] = 1; /* a body of 2^56 bytes */
	assert_false(pcs_frame_get(bytes, &back));
	memset(bytes, 0, sizeof(bytes));
	assert_false(pcs_frame_get(bytes, &back));
}

int pcs_test_header(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_headers_as_cpython_does),
		cmocka_unit_test(judges_first_bytes),
		cmocka_unit_test(takes_mtimes_as_cpython_does),
		cmocka_unit_test(hashes_as_cpython_does),
		cmocka_unit_test(knows_versions_both_ways),
		cmocka_unit_test(knows_tags_of_versions),
		cmocka_unit_test(frames_survive_the_way),
	};
	return cmocka_run_group_tests_name("header", tests, NULL, NULL);
}
