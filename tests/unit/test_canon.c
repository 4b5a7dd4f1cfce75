/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "pyc/canon.h"
#include "pyc/header.h"
#include "pyc/version.h"

struct bytes {
	const char *data;
	size_t len;
};

#define B(s)                       \
	{                          \
		(s), sizeof(s) - 1 \
	}

/* Objects of a marshal stream. */
#define ONE "i\1\0\0\0"
#define MINUS_ONE "i\xff\xff\xff\xff"
#define TWO_31 "l\3\0\0\0\0\0\0\0\2\0"
#define FLOAT_TWO_31 "g\0\0\0\0\0\0\340\101"
#define NOT_A_NUMBER "\0\0\0\0\0\0\370\177"
#define HALF "g\0\0\0\0\0\0\340\77"
#define FLOAT_ONE "g\0\0\0\0\0\0\360\77"
#define ZERO "g\0\0\0\0\0\0\0\0"
#define MINUS_ZERO "g\0\0\0\0\0\0\0\200"
#define REF(n) "r" n "\0\0\0"

enum { DEEPEST = 1997 }; /* tuples in the constants of a code object: 2,000 with what is around */

/* A code object in canonical form, around an item that is its only constant. */
static const struct {
	struct bytes before, after;
} frames[] = {
	{ B("c\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\100\0\0\0s\2\0\0\0ab)\1"),
	  B(")\1Z\1n)\1Z\1v)\1Z\1x)\1Z\1yz\1/Z\1g\1\0\0\0s\1\0\0\0L") },
	{ B("c\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\3\0\0\0s\2\0\0\0ab)\1"),
	  B(")\1Z\1n)\1Z\1vs\1\0\0\0 z\1/Z\1gz\3g.h\1\0\0\0s\1\0\0\0Ls\1\0\0\0E") },
};

static void add(struct pcs_buf *b, const void *data, size_t len)
{
	assert_int_equal(pcs_buf_add(b, data, len), 0);
}

/* Append a code object of 3.`minor` with the constant, and tell where that begins. */
static size_t wrap(struct pcs_buf *b, unsigned minor, const char *item, size_t len)
{
	bool newer = minor >= 11;
	add(b, frames[newer].before.data, frames[newer].before.len);
	size_t at = b->len;
	add(b, item, len);
	add(b, frames[newer].after.data, frames[newer].after.len);
	return at;
}

static int canonical(const struct pcs_buf *in, unsigned minor, struct pcs_buf *out,
		     struct pcs_refusal *why)
{
	return pcs_marshal_canonical((const uint8_t *)in->data, in->len, minor, out, why);
}

static void gives(const struct pcs_buf *in, unsigned minor, const struct pcs_buf *expected)
{
	PCS_BUF struct pcs_buf out = { 0 };
	struct pcs_refusal why = { 0 };
	int r = canonical(in, minor, &out, &why);
	if (r < 0)
		print_message("refused: %s at byte %zu\n", why.what, why.at);
	assert_int_equal(r, 0);
	assert_int_equal(out.len, expected->len);
	assert_memory_equal(out.data, expected->data, out.len);
}

static void refuses(const struct pcs_buf *in, unsigned minor, const char *what, size_t at)
{
	PCS_BUF struct pcs_buf out = { 0 };
	struct pcs_refusal why = { 0 };
	assert_int_equal(canonical(in, minor, &out, &why), -PCS_ECANON);
	assert_string_equal(why.what, what);
	assert_int_equal(why.at, at);
	assert_int_equal(out.len, 0);
}

static void has_one_form(void **state)
{
	static const struct {
		unsigned since;
		struct bytes in, out;
	} table[] = {
		/* what has no value is never referred to and has no number */
		{ 8, B("N"), B("N") },
		{ 8, B(")\4NTF."), B(")\4NTF.") },
		{ 8, B(")\2\316\351\1\0\0\0"), B(")\2N" ONE) },
		{ 8, B(")\3\316\351\1\0\0\0" REF("\0")), B(")\3N\351\1\0\0\0" REF("\0")) },
		/* references: to what is used twice, in the order in which it comes */
		{ 8, B("\351\1\0\0\0"), B(ONE) },
		{ 8, B(")\2" ONE ONE), B(")\2\351\1\0\0\0" REF("\0")) },
		{ 8, B("\251\2\372\1-" REF("\1")), B(")\2\372\1-" REF("\0")) },
		{ 8, B(")\3" ONE "z\1-)\2z\1-" ONE),
		  B(")\3\351\1\0\0\0\372\1-)\2" REF("\1") REF("\0")) },
		{ 8, B(")\2)\1N)\1N"), B(")\2\251\1N" REF("\0")) },
		{ 8, B(")\2)\1" ONE ")\1T"), B(")\2)\1" ONE ")\1T") },
		{ 8, B(")\2s\1\0\0\0-z\1-"), B(")\2s\1\0\0\0-z\1-") },
		{ 8, B(")\2" ZERO MINUS_ZERO), B(")\2" ZERO MINUS_ZERO) },
		/* interned is what CPython interns with the code */
		{ 8, B("z\4aZ_9"), B("Z\4aZ_9") },
		{ 8, B("z\0"), B("Z\0") },
		{ 8, B("Z\3a.b"), B("z\3a.b") },
		{ 8, B("t\2\0\0\0\303\251"), B("u\2\0\0\0\303\251") },
		/* the shortest form */
		{ 8, B("a\1\0\0\0-"), B("z\1-") },
		{ 8, B("u\1\0\0\0-"), B("z\1-") },
		{ 8, B("(\1\0\0\0N"), B(")\1N") },
		{ 8, B("u\3\0\0\0\355\240\200"), B("u\3\0\0\0\355\240\200") },
		/* elements of a frozenset are in order */
		{ 8, B(">\5\0\0\0z\1bz\1a" ONE ".N"), B(">\5\0\0\0N." ONE "Z\1aZ\1b") },
		{ 8, B(">\3\0\0\0z\2\x61\x62z\1bz\1a"), B(">\3\0\0\0Z\1aZ\2\x61\x62Z\1b") },
		{ 8, B(">\5\0\0\0" TWO_31 "T" HALF MINUS_ONE "F"),
		  B(">\5\0\0\0" MINUS_ONE "F" HALF "T" TWO_31) },
		{ 8, B(">\2\0\0\0l\5\0\0\0\2\0\0\0\0\0\0\0\1\0l\5\0\0\0\1\0\0\0\0\0\0\0\1\0"),
		  B(">\2\0\0\0l\5\0\0\0\1\0\0\0\0\0\0\0\1\0l\5\0\0\0\2\0\0\0\0\0\0\0\1\0") },
		{ 8, B(">\2\0\0\0l\375\377\377\377\0\0\0\0\3\0l\375\377\377\377\0\0\0\0\4\0"),
		  B(">\2\0\0\0l\375\377\377\377\0\0\0\0\4\0l\375\377\377\377\0\0\0\0\3\0") },
		{ 8, B(">\2\0\0\0)\2NT)\1z\1-"), B(">\2\0\0\0)\1z\1-)\2NT") },
		{ 8, B(")\2>\2\0\0\0NT>\2\0\0\0TN"), B(")\2\276\2\0\0\0NT" REF("\0")) },
		/* what is not equal to itself is not made one, and not two */
		{ 8, B(")\2g" NOT_A_NUMBER "g" NOT_A_NUMBER),
		  B(")\2g" NOT_A_NUMBER "g" NOT_A_NUMBER) },
		{ 8, B(")\2\347" NOT_A_NUMBER REF("\0")), B(")\2\347" NOT_A_NUMBER REF("\0")) },
		{ 14, B(")\2:NTN:NTN"), B(")\2\272NTN" REF("\0")) },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		for (unsigned minor = table[i].since; minor <= 15; minor++) {
			PCS_BUF struct pcs_buf in = { 0 };
			PCS_BUF struct pcs_buf out = { 0 };
			wrap(&in, minor, table[i].in.data, table[i].in.len);
			wrap(&out, minor, table[i].out.data, table[i].out.len);
			gives(&in, minor, &out);
			gives(&out, minor, &out);
		}
}

static void refuses_what_is_no_code(void **state)
{
	static const char unknown[] = "an object of an unknown type";
	static const char mutable[] = "a list, dict or set, which no code holds";
	static const char equal[] = "a frozenset with elements that may be equal";
	static const char longer[] = "an int in a longer form than it needs";
	static const char not_there[] = "a reference to an object that is not there";
	static const char cut[] = "the stream ends inside of an object";
	static const struct {
		struct bytes in;
		const char *what;
		size_t at; /* from the item */
	} table[] = {
		{ B("?"), unknown, 0 },
		{ B("0"), unknown, 0 },
		{ B("S"), unknown, 0 },
		{ B("I\0\0\0\0\0\0\0\0"), unknown, 0 },
		{ B("f\0011"), unknown, 0 },
		{ B(")\2N?"), unknown, 3 },
		{ B("[\0\0\0\0"), mutable, 0 },
		{ B("<\0\0\0\0"), mutable, 0 },
		{ B("{0"), mutable, 0 },
		{ B("r\0\0\0\0"), not_there, 0 },
		{ B(")\2\351\1\0\0\0r\1\0\0\0"), not_there, 7 },
		{ B(")\2\316r\0\0\0\0"), not_there, 3 },
		{ B("r\377\377\377\377"), not_there, 0 },
		{ B("\251\1r\0\0\0\0"), "a reference to an object around it", 2 },
		{ B("z\2\303\251"), "a string that should be ASCII and is not", 0 },
		{ B("u\1\0\0\0\377"), "a string that is not UTF-8", 0 },
		{ B("u\2\0\0\0\300\200"), "a string that is not UTF-8", 0 },
		{ B("u\4\0\0\0\364\220\200\200"), "a string that is not UTF-8", 0 },
		{ B("l\0\0\0\0"), longer, 0 },
		{ B("l\1\0\0\0\1\0"), longer, 0 },
		{ B("l\3\0\0\0\377\177\377\177\1\0"), longer, 0 },
		{ B("l\375\377\377\377\0\0\0\0\2\0"), longer, 0 },
		{ B("l\3\0\0\0\0\0\0\0\0\0"), "an int with zeros in front", 0 },
		{ B("l\3\0\0\0\0\200\0\0\2\0"), "an int with a digit that is too large", 0 },
		{ B("l\0\0\0\200"), cut, 0 },
		{ B("(\377\377\377\177"), cut, 0 },
		{ B("s\377\377\377\177"), cut, 0 },
		{ B(">\377\377\377\177"), cut, 0 },
		{ B("s\377\377\377\377"), "a length below zero", 0 },
		{ B("(\0\0\0\200"), "a length below zero", 0 },
		{ B(">\2\0\0\0NN"), equal, 0 },
		{ B(">\2\0\0\0" ONE "T"), equal, 0 },
		{ B(">\2\0\0\0" FLOAT_ONE ONE), equal, 0 },
		{ B(">\2\0\0\0" ZERO MINUS_ZERO), equal, 0 },
		{ B(">\2\0\0\0" FLOAT_TWO_31 TWO_31), equal, 0 },
		{ B(">\2\0\0\0)\1" ONE ")\1T"), equal, 0 },
		{ B(">\2\0\0\0g" NOT_A_NUMBER "g" NOT_A_NUMBER), equal, 0 },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		for (unsigned minor = 8; minor <= 15; minor++) {
			PCS_BUF struct pcs_buf in = { 0 };
			size_t at = wrap(&in, minor, table[i].in.data, table[i].in.len);
			refuses(&in, minor, table[i].what, at + table[i].at);
		}
}

static void refuses_what_goes_with_no_version(void **state)
{
	PCS_BUF struct pcs_buf slice = { 0 };
	PCS_BUF struct pcs_buf older = { 0 };
	PCS_BUF struct pcs_buf newer = { 0 };
	(void)state;
	size_t at = wrap(&slice, 13, ":NNN", 4);
	refuses(&slice, 13, "an object of an unknown type", at);
	gives(&slice, 14, &slice);
	wrap(&older, 10, "N", 1);
	wrap(&newer, 11, "N", 1);
	gives(&older, 8, &older);
	refuses(&older, 7, "bytecode of an interpreter that is not known", 0);
	refuses(&newer, PCS_MINOR_NEWEST + 1, "bytecode of an interpreter that is not known", 0);
	struct pcs_refusal why;
	PCS_BUF struct pcs_buf out = { 0 };
	assert_int_equal(canonical(&older, 11, &out, &why), -PCS_ECANON);
	assert_int_equal(canonical(&newer, 10, &out, &why), -PCS_ECANON);
}

static void refuses_every_part_of_code(void **state)
{
	(void)state;
	for (unsigned minor = 10; minor <= 11; minor++) {
		PCS_BUF struct pcs_buf in = { 0 };
		PCS_BUF struct pcs_buf out = { 0 };
		struct pcs_refusal why;
		wrap(&in, minor, ">\1\0\0\0z\1-", 8);
		for (size_t len = 0; len < in.len; len++) {
			char *exact = malloc(len + !len);
			assert_non_null(exact);
			memcpy(exact, in.data, len);
			assert_int_equal(
				pcs_marshal_canonical((uint8_t *)exact, len, minor, &out, &why),
				-PCS_ECANON);
			assert_true(why.at <= len);
			free(exact);
		}
		add(&in, "N", 1);
		refuses(&in, minor, "bytes follow the code object", in.len - 1);
	}
	PCS_BUF struct pcs_buf none = { 0 };
	add(&none, "N", 1);
	refuses(&none, 12, "this is not a code object", 0);
}

static void refuses_code_that_cpython_would(void **state)
{
	static const struct {
		size_t at; /* a byte of the code object of 3.11, and what to make of it */
		char to;
		const char *what;
	} table[] = {
		{ 4, '\200', "a code object with a number below zero" },
		{ 5, 1, "a code object with too few arguments" },
		{ 1, 1, NULL },
		{ 1, 2, "a code object with more arguments than variables" },
		{ 17, '\10', NULL }, /* **kwargs are the one variable */
		{ 17, '\14', "a code object with more arguments than variables" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf in = { 0 };
		wrap(&in, 11, "N", 1);
		in.data[table[i].at] = table[i].to;
		if (table[i].what)
			refuses(&in, 11, table[i].what, 0);
		else
			gives(&in, 11, &in);
	}
	PCS_BUF struct pcs_buf in = { 0 };
	size_t at = wrap(&in, 11, "N", 1);
	in.data[at - 2] = '>'; /* five bytes of a length follow where the constants should be */
	struct pcs_refusal why;
	PCS_BUF struct pcs_buf out = { 0 };
	assert_int_equal(canonical(&in, 11, &out, &why), -PCS_ECANON);
}

/* The code object of wrap() with another file name. */
static void wrap_named(struct pcs_buf *b, unsigned minor, struct bytes item, struct bytes name)
{
	PCS_BUF struct pcs_buf plain = { 0 };
	wrap(&plain, minor, item.data, item.len);
	const char *end = plain.data + plain.len;
	const char *at = memmem(plain.data, plain.len, "z\1/", 3);
	assert_non_null(at);
	add(b, plain.data, (size_t)(at - plain.data));
	add(b, name.data, name.len);
	add(b, at + 3, (size_t)(end - at - 3));
}

/* The same by way of another name, as entries of the store have one. */
static void gives_by_way(struct pcs_buf *in, unsigned minor, const char *name,
			 const struct pcs_buf *expected)
{
	static const char held[] =
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	PCS_BUF struct pcs_buf kept = { 0 };
	PCS_BUF struct pcs_buf out = { 0 };
	struct pcs_refusal why = { 0 };
	assert_int_equal(pcs_marshal_renamed(in, minor, held, &kept, &why), 0);
	size_t at = pcs_marshal_find_name((const uint8_t *)kept.data, kept.len, held);
	assert_int_not_equal(at, SIZE_MAX);
	add(&out, "before", 6);
	assert_int_equal(pcs_marshal_put_name(&kept, minor, at, held, name, &out, &why), 0);
	assert_int_equal(out.len, expected->len + 6);
	assert_memory_equal(out.data + 6, expected->data, expected->len);
	assert_int_equal(pcs_marshal_put_name(&kept, minor, at + 1, held, name, &out, &why),
			 -PCS_ECANON);
	assert_int_equal(pcs_marshal_put_name(&kept, minor, kept.len, held, name, &out, &why),
			 -PCS_ECANON);
	assert_int_equal(out.len, expected->len + 6);
}

/* A name that is there twice has no place of its own. */
static void finds_one_name(void **state)
{
	(void)state;
	assert_int_equal(pcs_marshal_find_name((const uint8_t *)"(z\1ab", 5, "a"), 1);
	assert_int_equal(pcs_marshal_find_name((const uint8_t *)"(z\1aa", 5, "a"), SIZE_MAX);
	assert_int_equal(pcs_marshal_find_name((const uint8_t *)"(z\2ab", 5, "a"), SIZE_MAX);
	assert_int_equal(pcs_marshal_find_name((const uint8_t *)"\1a", 2, "a"), SIZE_MAX);
	assert_int_equal(pcs_marshal_find_name((const uint8_t *)"(z\1b", 4, "a"), SIZE_MAX);
}

static void renames(void **state)
{
	static const struct {
		const char *name;
		struct bytes item, before, after, item_after;
	} table[] = {
		{ "/a/b.py", B("N"), B("z\1/"), B("z\7/a/b.py"), B("N") },
		{ "", B("N"), B("z\1/"), B("Z\0"), B("N") },
		{ "ab", B("N"), B("z\1/"), B("Z\2ab"), B("N") },
		{ "\303\251", B("N"), B("z\1/"), B("u\2\0\0\0\303\251"), B("N") },
		{ "\377", B("N"), B("z\1/"), B("u\3\0\0\0\355\263\277"), B("N") },
		/* a constant that has the name, or had it, stays what it is */
		{ "q-", B("z\2q-"), B("z\1/"), B(REF("\0")), B("\372\2q-") },
		{ "/", B("\372\2q-"), B(REF("\0")), B("z\1/"), B("z\2q-") },
	};
	(void)state;
	for (unsigned i = 0; i < PCS_ARRAY_SIZE(table) * 2; i++) {
		unsigned minor = i % 2 ? 11 : 10, k = i / 2;
		PCS_BUF struct pcs_buf in = { 0 };
		PCS_BUF struct pcs_buf out = { 0 };
		PCS_BUF struct pcs_buf expected = { 0 };
		struct pcs_refusal why = { 0 };
		wrap_named(&in, minor, table[k].item, table[k].before);
		wrap_named(&expected, minor, table[k].item_after, table[k].after);
		size_t len = in.len;
		assert_int_equal(pcs_marshal_renamed(&in, minor, table[k].name, &out, &why), 0);
		assert_int_equal(in.len, len);
		assert_int_equal(out.len, expected.len);
		assert_memory_equal(out.data, expected.data, out.len);
		gives(&out, minor, &out);
		gives_by_way(&in, minor, table[k].name, &expected);
	}
}

/* A name is interned wherever it is used, and a str that is no name is not. */
static void interns_names(void **state)
{
	PCS_BUF struct pcs_buf in = { 0 };
	PCS_BUF struct pcs_buf out = { 0 };
	struct pcs_refusal why;
	(void)state;
	size_t at = wrap(&in, 9, "u\2\0\0\0\303\251", 7);
	char *name = memmem(in.data, in.len, ")\1Z\1n", 5);
	PCS_BUF struct pcs_buf tail = { 0 };
	add(&tail, name + 5, in.len - (size_t)(name + 5 - in.data));
	in.len = (size_t)(name - in.data);
	add(&in, ")\1u\2\0\0\0\303\251", 9);
	add(&in, tail.data, tail.len);
	assert_int_equal(canonical(&in, 9, &out, &why), 0);
	/* the constants and the names are one tuple now */
	assert_memory_equal(out.data + at - 2, "\251\1t\2\0\0\0\303\251" REF("\0"), 14);
}

/* Two that are written apart stay two, and one that is referred to stays one. */
static void keeps_code_objects_apart(void **state)
{
	PCS_BUF struct pcs_buf inner = { 0 };
	PCS_BUF struct pcs_buf two = { 0 };
	PCS_BUF struct pcs_buf one = { 0 };
	PCS_BUF struct pcs_buf in = { 0 };
	PCS_BUF struct pcs_buf out = { 0 };
	struct pcs_refusal why;
	(void)state;
	wrap(&inner, 12, "N", 1);
	add(&two, ")\2", 2);
	add(&two, inner.data, inner.len);
	add(&two, inner.data, inner.len);
	wrap(&in, 12, two.data, two.len);
	assert_int_equal(canonical(&in, 12, &out, &why), 0);
	assert_null(memchr(out.data, 'c' | 0x80, out.len)); /* neither is referred to */
	inner.data[0] = (char)('c' | 0x80);
	add(&one, ")\2", 2);
	add(&one, inner.data, inner.len);
	add(&one, REF("\0"), 5);
	in.len = out.len = 0;
	wrap(&in, 12, one.data, one.len);
	assert_int_equal(canonical(&in, 12, &out, &why), 0);
	assert_non_null(memchr(out.data, 'c' | 0x80, out.len));
}

static void is_as_deep_as_cpython(void **state)
{
	PCS_BUF struct pcs_buf deep = { 0 };
	PCS_BUF struct pcs_buf in = { 0 };
	(void)state;
	for (unsigned i = 0; i < DEEPEST; i++)
		add(&deep, ")\1", 2);
	add(&deep, "N", 1);
	wrap(&in, 12, deep.data, deep.len);
	gives(&in, 12, &in);
	in.len = deep.len = 0;
	for (unsigned i = 0; i <= DEEPEST; i++)
		add(&deep, ")\1", 2);
	add(&deep, "N", 1);
	size_t at = wrap(&in, 12, deep.data, deep.len);
	refuses(&in, 12, "objects are nested too deeply", at + deep.len - 1);
}

/* Nested through references, which takes no depth in the stream. */
static void is_not_deeper_by_references(void **state)
{
	PCS_BUF struct pcs_buf chain = { 0 };
	PCS_BUF struct pcs_buf in = { 0 };
	PCS_BUF struct pcs_buf out = { 0 };
	struct pcs_refusal why;
	(void)state;
	add(&chain, "(\xa0\x0f\0\0\251\1N", 8); /* 4,000 */
	for (uint32_t i = 0; i < 3999; i++) {
		const char link[] = { '\251', 1, 'r', (char)i, (char)(i >> 8), 0, 0 };
		add(&chain, link, sizeof(link));
	}
	wrap(&in, 12, chain.data, chain.len);
	assert_int_equal(canonical(&in, 12, &out, &why), -PCS_ECANON);
	assert_string_equal(why.what, "objects are nested too deeply");
}

/* Two long strings that differ at their ends, compared again and again. */
static void is_not_made_slow(void **state)
{
	enum { LONG = 20000, ELEMENTS = 2000 };
	PCS_BUF struct pcs_buf set = { 0 };
	PCS_BUF struct pcs_buf in = { 0 };
	PCS_BUF struct pcs_buf out = { 0 };
	struct pcs_refusal why;
	(void)state;
	add(&set, ")\3", 2);
	for (unsigned i = 0; i < 2; i++) {
		add(&set, "\363\x20\x4e\0\0", 5);
		for (unsigned k = 1; k < LONG; k++)
			add(&set, "x", 1);
		add(&set, i ? "a" : "b", 1);
	}
	add(&set, ">\xd0\7\0\0", 5);
	for (uint32_t i = 0; i < ELEMENTS; i++) {
		const char pair[] = { ')', 2,   'r',     i * 7 % 13 & 1, 0, 0,
				      0,   'i', (char)i, (char)(i >> 8), 0, 0 };
		add(&set, pair, sizeof(pair));
	}
	wrap(&in, 12, set.data, set.len);
	assert_int_equal(canonical(&in, 12, &out, &why), -PCS_ECANON);
	assert_string_equal(why.what, "the stream is made to be slow");
}

static void keeps_the_header(void **state)
{
	const struct pcs_pyc_header h = { .magic = 0x0a0d0dcb,
					  .flags = PCS_PYC_CHECKED_HASH,
					  .hash = 7 };
	PCS_BUF struct pcs_buf in = { 0 };
	PCS_BUF struct pcs_buf out = { 0 };
	struct pcs_refusal why;
	uint8_t header[PCS_PYC_HEADER];
	(void)state;
	pcs_pyc_header_put(header, &h); /* 3.12 */
	add(&in, header, sizeof(header));
	size_t at = wrap(&in, 12, "\351\1\0\0\0", 5);
	assert_int_equal(pcs_pyc_canonical((uint8_t *)in.data, in.len, &out, &why), 0);
	in.data[at] = 'i';
	assert_int_equal(out.len, in.len);
	assert_memory_equal(out.data, in.data, in.len);
	in.data[at] = '?';
	assert_int_equal(pcs_pyc_canonical((uint8_t *)in.data, in.len, &out, &why), -PCS_ECANON);
	assert_int_equal(why.at, at);
	assert_int_equal(out.len, in.len); /* as before */
	in.data[0]++;
	assert_int_equal(pcs_pyc_canonical((uint8_t *)in.data, in.len, &out, &why), -PCS_ECANON);
	assert_string_equal(why.what, "bytecode of an interpreter that is not known");
	assert_int_equal(pcs_pyc_canonical((uint8_t *)in.data, 15, &out, &why), -PCS_ECANON);
	assert_string_equal(why.what, "this does not begin as bytecode does");
}

int pcs_test_canon(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_one_form),
		cmocka_unit_test(refuses_what_is_no_code),
		cmocka_unit_test(refuses_what_goes_with_no_version),
		cmocka_unit_test(refuses_every_part_of_code),
		cmocka_unit_test(refuses_code_that_cpython_would),
		cmocka_unit_test(renames),
		cmocka_unit_test(finds_one_name),
		cmocka_unit_test(interns_names),
		cmocka_unit_test(keeps_code_objects_apart),
		cmocka_unit_test(is_as_deep_as_cpython),
		cmocka_unit_test(is_not_deeper_by_references),
		cmocka_unit_test(is_not_made_slow),
		cmocka_unit_test(keeps_the_header),
	};
	return cmocka_run_group_tests_name("canon", tests, NULL, NULL);
}
