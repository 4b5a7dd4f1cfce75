/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/util.h"
#include "verify/beside.h"
#include "verify/judge.h"

#include <stdio.h>
#include <string.h>

/* A source of 100 bytes, written at 1000 with the mtime 500, mode 0644; 3.11 wants levels 0 and 1.
 */
enum { MAGIC = 0x0a0d0da7, SIZE = 100, MTIME = 500, CTIME = 1000 };

#define FRESH "m.cpython-311.pyc"
#define FRESH_1 "m.cpython-311.opt-1.pyc"
#define UNASKED "m.cpython-311.opt-2.pyc"

static const struct pcs_source_facts source = { .state = PCS_SOURCE_REGULAR,
						.mtime = { MTIME, 0 },
						.ctime = { CTIME, 0 },
						.size = SIZE,
						.mode = 0100644 };

static struct pcs_seen fresh(const char *name)
{
	struct pcs_seen c = { .name = name,
			      .tag_magic = MAGIC,
			      .tag_known = true,
			      .header = { .magic = MAGIC, .mtime = MTIME, .size = SIZE },
			      .size = 200,
			      .written = { CTIME + 1, 0 },
			      .mode = 0100644,
			      .whole = true,
			      .body = PCS_BODY_WHOLE,
			      .recorded = PCS_RECORDED_RIGHT };
	assert_true(pcs_pyc_name_parse(name, &c.parsed));
	return c;
}

/* One change to a pyc of level 0 that is right, and what is said of it. */
static void as_it_is(struct pcs_seen *c)
{
	(void)c;
}
static void other_mtime(struct pcs_seen *c)
{
	c->header.mtime++;
}
static void other_mtime_and_size(struct pcs_seen *c)
{
	c->header.mtime++;
	c->header.size++;
}
static void other_size(struct pcs_seen *c)
{
	c->header.size++;
}
static void old(struct pcs_seen *c)
{
	c->written.tv_sec = CTIME - 1;
}
static void old_proven(struct pcs_seen *c)
{
	old(c);
	c->proven = true;
}
static void old_changed(struct pcs_seen *c)
{
	old(c);
	c->changed = true;
}
static void other_magic(struct pcs_seen *c)
{
	c->header.magic++;
}
static void unknown(struct pcs_seen *c)
{
	c->tag_known = false;
	c->tag_magic = 0;
}
static void pypy(struct pcs_seen *c)
{
	c->tag_magic = 0;
}
static void checked(struct pcs_seen *c)
{
	c->header.flags = PCS_PYC_CHECKED_HASH;
	c->hash = PCS_HASH_EQUAL;
}
static void checked_differs(struct pcs_seen *c)
{
	c->header.flags = PCS_PYC_CHECKED_HASH;
	c->hash = PCS_HASH_DIFFERS;
}
static void unchecked_differs(struct pcs_seen *c)
{
	c->header.flags = PCS_PYC_UNCHECKED_HASH;
	c->hash = PCS_HASH_DIFFERS;
}
static void short_head(struct pcs_seen *c)
{
	c->whole = false;
	c->size = 15;
}
static void bad_flags(struct pcs_seen *c)
{
	c->whole = false;
}
static void short_body(struct pcs_seen *c)
{
	c->body = PCS_BODY_TRUNCATED;
	c->header.mtime++; /* what is wrong besides is told, too */
}
static void bad_body(struct pcs_seen *c)
{
	c->body = PCS_BODY_DAMAGED;
}
static void elsewhere(struct pcs_seen *c)
{
	c->recorded = PCS_RECORDED_ELSEWHERE;
}
static void leaks(struct pcs_seen *c)
{
	c->recorded = PCS_RECORDED_LEAKS;
}
static void no_file(struct pcs_seen *c)
{
	c->as = PCS_SEEN_NO_FILE;
}
static void large_and_secret(struct pcs_seen *c)
{
	c->as = PCS_SEEN_TOO_LARGE;
	c->mode = 0100600;
	c->tag_known = false;
	c->whole = false;
}
static void wrong_link(struct pcs_seen *c)
{
	c->link = PCS_LINKED_WRONG;
	c->recorded = PCS_RECORDED_ELSEWHERE;
}
static void lacking_link(struct pcs_seen *c)
{
	c->link = PCS_LINK_LACKING;
}
static void shuffled(struct pcs_seen *c)
{
	c->shuffled = true;
}
static void secret(struct pcs_seen *c)
{
	c->mode = 0100600;
}
static void open_to_all(struct pcs_seen *c)
{
	c->mode = 0100666;
}
static void others(struct pcs_seen *c)
{
	c->gid = 7;
}

static const struct row {
	void (*change)(struct pcs_seen *c);
	unsigned flags;
	const char *wanted, *unasked; /* of level 0, of a level that nobody asks for */
} rows[] = {
	{ as_it_is, 0, "", "" },
	{ other_mtime, 0, "stale-mtime ", "stale-unwanted " },
	{ other_mtime_and_size, 0, "stale-mtime stale-size ", "stale-unwanted " },
	{ other_size, 0, "stale-size ", "stale-unwanted " },
	{ old, 0, "stale-ctime ", "stale-ctime " },
	{ old_proven, 0, "", "" },
	{ old_changed, 0, "stale-content ", "stale-content " },
	{ old_changed, PCS_EXPECT_OWNED, "stale-content ", "stale-content " },
	{ old, PCS_EXPECT_NO_CTIME, "", "" },
	{ old, PCS_EXPECT_OWNED, "", "" },
	{ other_mtime, PCS_EXPECT_OWNED, "stale-mtime ", "stale-unwanted " },
	{ other_mtime, PCS_EXPECT_ALL, "stale-mtime ", "stale-mtime " },
	{ other_mtime, PCS_EXPECT_NO_TIMES, "", "" },
	{ other_magic, 0, "wrong-magic ", "wrong-magic " },
	{ unknown, 0, "unknown-tag ", "unknown-tag " },
	{ pypy, 0, "", "" },
	{ checked, 0, "wrong-mode ", "" },
	{ checked, PCS_EXPECT_OWNED, "", "" },
	{ checked_differs, 0, "stale-hash wrong-mode ", "stale-unwanted " },
	{ unchecked_differs, 0, "stale-hash wrong-mode ", "stale-hash " },
	{ short_head, 0, "truncated ", "truncated " },
	{ bad_flags, 0, "damaged ", "damaged " },
	{ short_body, 0, "truncated stale-mtime ", "truncated stale-unwanted " },
	{ bad_body, 0, "damaged ", "damaged " },
	{ elsewhere, 0, "wrong-path ", "wrong-path " },
	{ leaks, 0, "leaking-path ", "leaking-path " },
	{ no_file, 0, "no-file ", "no-file " },
	{ large_and_secret, 0, "too-large wrong-permissions ", "too-large wrong-permissions " },
	{ wrong_link, 0, "link-wrong ", "link-wrong " },
	{ lacking_link, 0, "link-broken ", "link-broken " },
	{ shuffled, 0, "non-canonical ", "non-canonical " },
	{ secret, 0, "wrong-permissions ", "wrong-permissions " },
	{ open_to_all, 0, "wrong-permissions ", "wrong-permissions " },
	{ open_to_all, PCS_EXPECT_NO_ACCESS, "", "" },
	{ others, 0, "wrong-owner ", "wrong-owner " },
	/* In a staging root; the level that nobody asks for is there in both columns. */
	{ as_it_is, PCS_EXPECT_NO_EXTRA, "extra ", "extra " },
	{ unknown, PCS_EXPECT_NO_EXTRA, "unknown-tag extra ", "extra " },
	{ no_file, PCS_EXPECT_NO_EXTRA, "no-file extra ", "no-file " },
	{ as_it_is, PCS_EXPECT_NO_EXTRA | PCS_EXPECT_LEVELS, "", "" },
	{ other_mtime, PCS_EXPECT_NO_EXTRA | PCS_EXPECT_LEVELS, "stale-mtime ", "stale-mtime " },
	{ checked, PCS_EXPECT_NO_EXTRA | PCS_EXPECT_LEVELS, "wrong-mode ", "wrong-mode " },
};

static const struct pcs_want want = { .tag = "cpython-311",
				      .magic = MAGIC,
				      .levels = 3,
				      .flags = PCS_PYC_TIMESTAMP,
				      .compile = true };

/* Codes of all verdicts, a blank behind each. */
static void judge(const struct pcs_source_facts *f, const struct pcs_seen *seen, size_t n,
		  unsigned flags, char *ret, size_t size)
{
	struct pcs_verdict v[16];
	const struct pcs_expect e = { .wants = &want, .n = 1, .flags = flags };
	size_t n_verdicts = pcs_judge_source(f, seen, n, &e, v, PCS_ARRAY_SIZE(v));
	ret[0] = '\0';
	for (size_t i = 0; i < n_verdicts; i++) {
		size_t len = strlen(ret);
		snprintf(ret + len, size - len, "%s ", pcs_code_info(v[i].code)->name);
	}
}

static void test_one_change(void **state)
{
	(void)state;
	char said[256];
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		struct pcs_seen seen[] = { fresh(FRESH), fresh(FRESH_1), fresh(UNASKED) };
		rows[i].change(&seen[0]);
		judge(&source, seen, 3, rows[i].flags, said, sizeof(said));
		if (strcmp(said, rows[i].wanted) != 0)
			fail_msg("row %zu: '%s' instead of '%s'", i, said, rows[i].wanted);
		seen[0] = fresh(FRESH);
		rows[i].change(&seen[2]);
		judge(&source, seen, 3, rows[i].flags, said, sizeof(said));
		if (strcmp(said, rows[i].unasked) != 0)
			fail_msg("row %zu, unasked: '%s' instead of '%s'", i, said,
				 rows[i].unasked);
	}
}

static void test_what_is_missing(void **state)
{
	(void)state;
	char said[256];
	const struct pcs_seen one = fresh(FRESH_1);
	const struct pcs_source_facts gone = { .state = PCS_SOURCE_GONE };
	judge(&source, NULL, 0, 0, said, sizeof(said));
	assert_string_equal(said, "missing ");
	judge(&source, NULL, 0, PCS_EXPECT_OWNED, said, sizeof(said));
	assert_string_equal(said, "owned-missing ");
	judge(&source, &one, 1, PCS_EXPECT_OWNED, said, sizeof(said));
	assert_string_equal(said, "");
	judge(&source, &one, 1, 0, said, sizeof(said));
	assert_string_equal(said, "level-missing ");
	judge(&gone, &one, 1, 0, said, sizeof(said));
	assert_string_equal(said, "orphan ");
}

/* Where nothing says which mode is right, the levels are to agree. */
static void test_mix(void **state)
{
	(void)state;
	char said[256];
	struct pcs_seen seen[] = { fresh(FRESH_1), fresh(FRESH) };
	checked(&seen[0]);
	judge(&source, seen, 2, PCS_EXPECT_ANY_MODE, said, sizeof(said));
	assert_string_equal(said, "mixed-mode ");
	checked(&seen[1]);
	judge(&source, seen, 2, PCS_EXPECT_ANY_MODE, said, sizeof(said));
	assert_string_equal(said, "");
}

static void test_permissions(void **state)
{
	(void)state;
	static const struct {
		mode_t source, pyc;
		bool right;
	} modes[] = {
		{ 0644, 0644, true },   { 0755, 0644, true },  { 0444, 0644, true },
		{ 0664, 0664, true },   { 0664, 0644, true }, /* a umask */
		{ 0600, 0600, true },   { 0600, 0644, false }, { 0644, 0600, false },
		{ 0644, 0640, false },  { 0644, 0664, false }, { 0644, 0755, false },
		{ 0644, 04644, false }, { 0644, 0444, false }, { 0777, 0644, true },
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(modes); i++) {
		char said[256];
		struct pcs_source_facts f = source;
		struct pcs_seen seen[] = { fresh(FRESH), fresh(FRESH_1) };
		f.mode = 0100000 | modes[i].source;
		seen[0].mode = seen[1].mode = 0100000 | modes[i].pyc;
		judge(&f, seen, 2, 0, said, sizeof(said));
		if ((said[0] == '\0') != modes[i].right)
			fail_msg("source %o, pyc %o: '%s'", modes[i].source, modes[i].pyc, said);
	}
}

static void test_codes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PCS_FOUND_CODES; i++) {
		const struct pcs_code_info *info = pcs_code_info(i);
		assert_non_null(info->name);
		assert_non_null(info->text);
		assert_int_equal(pcs_code_named(info->name), i);
	}
	assert_int_equal(pcs_code_named("warning"), PCS_FOUND_CODES);
}

static void test_extensions(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		unsigned minor;
		bool is;
	} names[] = {
		{ "m.so", 11, true },
		{ "m.abi3.so", 11, true },
		{ "m.cpython-311-x86_64-linux-gnu.so", 11, true },
		{ "m.cpython-311-x86_64-linux-gnu.so", 0, true },
		{ "m.cpython-311.so", 11, true },
		{ "m.cpython-313t-x86_64-linux-gnu.so", 13, true },
		{ "m.cpython-39-x86_64-linux-gnu.so", 11, false },
		{ "m.cpython-31-x86_64-linux-gnu.so", 11, false },
		{ "m.x.so", 11, false },
		{ "m..so", 11, false },
		{ "mm.so", 11, false },
		{ "m.so.1", 11, false },
		{ "m", 11, false },
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(names); i++)
		if (pcs_is_extension_of(names[i].name, "m", names[i].minor) != names[i].is)
			fail_msg("%s for 3.%u", names[i].name, names[i].minor);
}

/* The gravest first, and nothing twice. */
static void test_sort(void **state)
{
	(void)state;
	struct pcs_findings f = { 0 };
	const struct pcs_finding a = { .path = "/b", .code = PCS_FOUND_MISSING },
				 b = { .path = "/a", .code = PCS_FOUND_DAMAGED };
	assert_int_equal(pcs_findings_add(&f, &a), 0);
	assert_int_equal(pcs_findings_add(&f, &b), 0);
	assert_int_equal(pcs_findings_add(&f, &a), 0);
	pcs_findings_sort(&f);
	assert_int_equal(f.n, 2);
	assert_string_equal(f.list[0].path, "/a");
	pcs_findings_done(&f);
}

int pcs_test_judge(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_change), cmocka_unit_test(test_what_is_missing),
		cmocka_unit_test(test_mix),        cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_codes),      cmocka_unit_test(test_sort),
		cmocka_unit_test(test_extensions),
	};
	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
