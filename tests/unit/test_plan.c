#include "units.h"

#include "base/util.h"
#include "sync/plan.h"

#include <stdio.h>
#include <string.h>

/* A source of 100 bytes, written at 1000 with the mtime 500; interpreter 3.11 wants levels 0 and 1.
 */
enum { MAGIC = 0x0a0d0da7, OTHER_MAGIC = 0x0a0d0dcb, SIZE = 100, MTIME = 500, CTIME = 1000 };

enum entry_state {
	FRESH_PYC,
	OLD_CTIME,
	SAME_CTIME,
	OTHER_MTIME,
	OTHER_SIZE,
	MAGIC_DIFFERS,
	CHECKED_EQUAL,
	CHECKED_DIFFERS,
	UNCHECKED_EQUAL,
	UNCHECKED_DIFFERS_OLD,
	UNCHECKED_DIFFERS_NEW,
	TRUNCATED,
	GARBAGE,
	A_LINK,
	MADE,
	MADE_OLD,
};

struct entry {
	const char *name;
	enum entry_state state;
};

static struct pcs_cache_facts make(const struct entry *e)
{
	struct pcs_cache_facts c = { .name = e->name,
				     .regular = true,
				     .peeked = true,
				     .pyc = true,
				     .whole = true,
				     .written = { CTIME + 1, 0 },
				     .header = { .magic = MAGIC, .mtime = MTIME, .size = SIZE } };
	assert_true(pcs_pyc_name_parse(e->name, &c.parsed));
	bool hashed = e->state >= CHECKED_EQUAL && e->state <= UNCHECKED_DIFFERS_NEW;
	bool checked = e->state == CHECKED_EQUAL || e->state == CHECKED_DIFFERS;
	bool equal = e->state == CHECKED_EQUAL || e->state == UNCHECKED_EQUAL;
	if (hashed) {
		c.header.flags = checked ? PCS_PYC_CHECKED_HASH : PCS_PYC_UNCHECKED_HASH;
		c.hash = equal ? PCS_HASH_EQUAL : PCS_HASH_DIFFERS;
	}
	if (e->state == OLD_CTIME || e->state == UNCHECKED_DIFFERS_OLD)
		c.written.tv_sec = CTIME - 1;
	if (e->state == SAME_CTIME)
		c.written.tv_sec = CTIME;
	if (e->state == OTHER_MTIME)
		c.header.mtime++;
	if (e->state == OTHER_SIZE)
		c.header.size++;
	if (e->state == MAGIC_DIFFERS)
		c.header.magic = OTHER_MAGIC;
	if (e->state == TRUNCATED || e->state == GARBAGE || e->state == A_LINK)
		c.whole = false;
	if (e->state == GARBAGE || e->state == A_LINK)
		c.pyc = false;
	c.regular = e->state != A_LINK;
	c.made = e->state == MADE || e->state == MADE_OLD;
	if (e->state == MADE_OLD)
		c.header.mtime++;
	return c;
}

/* "compile 3.11/0 no pyc yet; ..." in short: act, level, and the entry where there is one. */
static void describe(const struct pcs_step *steps, size_t n, char *out, size_t size)
{
	*out = '\0';
	for (size_t i = 0; i < n; i++) {
		char one[160];
		snprintf(one, sizeof(one), "%s%s %u %d", i ? "; " : "", pcs_act_name(steps[i].act),
			 steps[i].level, steps[i].reason);
		strncat(out, one, size - strlen(out) - 1);
	}
}

struct row {
	const char *what;
	enum pcs_source_state source;
	bool owned, unknown, no_interp, excluded;
	uint8_t levels;
	uint32_t flags;
	struct entry entries[4];
	const char *expected;
};

#define A "m.cpython-311.pyc"
#define A1 "m.cpython-311.opt-1.pyc"
#define OTHER "m.cpython-312.pyc"

/* The numbers are those of enum pcs_reason, in its order. */
static const struct row rows[] = {
	{ "nothing there", .source = PCS_SOURCE_REGULAR, .levels = 3,
	  .expected = "compile 0 0; compile 1 0" },
	{ "fresh", .source = PCS_SOURCE_REGULAR, .levels = 3,
	  .entries = { { A, FRESH_PYC }, { A1, FRESH_PYC } },
	  .expected = "fresh 0 22; fresh 1 22" },
	{ "one level missing", .source = PCS_SOURCE_REGULAR, .levels = 3,
	  .entries = { { A, FRESH_PYC } }, .expected = "fresh 0 22; compile 1 0" },
	{ "same ctime is fresh", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, SAME_CTIME } }, .expected = "fresh 0 22" },
	{ "ctime", .source = PCS_SOURCE_REGULAR, .levels = 1, .entries = { { A, OLD_CTIME } },
	  .expected = "compile 0 7" },
	{ "mtime", .source = PCS_SOURCE_REGULAR, .levels = 1, .entries = { { A, OTHER_MTIME } },
	  .expected = "compile 0 4" },
	{ "size", .source = PCS_SOURCE_REGULAR, .levels = 1, .entries = { { A, OTHER_SIZE } },
	  .expected = "compile 0 5" },
	{ "magic", .source = PCS_SOURCE_REGULAR, .levels = 1, .entries = { { A, MAGIC_DIFFERS } },
	  .expected = "compile 0 2" },
	{ "truncated", .source = PCS_SOURCE_REGULAR, .levels = 1, .entries = { { A, TRUNCATED } },
	  .expected = "compile 0 1" },
	{ "garbage under our name is replaced", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, GARBAGE } }, .expected = "compile 0 1" },
	{ "a link under our name is left", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, A_LINK } }, .expected = "leave 0 19" },
	{ "another mode than asked for", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, CHECKED_EQUAL } }, .expected = "compile 0 3" },
	{ "timestamp where a hash is asked for", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .flags = PCS_PYC_CHECKED_HASH, .entries = { { A, FRESH_PYC } },
	  .expected = "compile 0 3" },
	{ "hash equal", .source = PCS_SOURCE_REGULAR, .levels = 1, .flags = PCS_PYC_CHECKED_HASH,
	  .entries = { { A, CHECKED_EQUAL } }, .expected = "fresh 0 22" },
	{ "hash differs", .source = PCS_SOURCE_REGULAR, .levels = 1, .flags = PCS_PYC_CHECKED_HASH,
	  .entries = { { A, CHECKED_DIFFERS } }, .expected = "compile 0 6" },
	{ "unchecked, equal", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .flags = PCS_PYC_UNCHECKED_HASH, .entries = { { A, UNCHECKED_EQUAL } },
	  .expected = "fresh 0 22" },
	{ "unchecked, the importer would not notice", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .flags = PCS_PYC_UNCHECKED_HASH, .entries = { { A, UNCHECKED_DIFFERS_NEW } },
	  .expected = "compile 0 6" },
	{ "not asked for, harmless", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, FRESH_PYC }, { A1, OTHER_MTIME }, { OTHER, FRESH_PYC } },
	  .expected = "fresh 0 22" },
	{ "not asked for, silently stale", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, FRESH_PYC }, { A1, OLD_CTIME }, { OTHER, UNCHECKED_DIFFERS_OLD } },
	  .expected = "fresh 0 22; remove 1 10; remove 0 10" },
	{ "gone", .source = PCS_SOURCE_GONE, .levels = 1,
	  .entries = { { A, FRESH_PYC }, { A1, OTHER_MTIME }, { OTHER, TRUNCATED } },
	  .expected = "remove 0 8; remove 1 8; remove 0 8" },
	{ "gone, without proof", .source = PCS_SOURCE_GONE, .levels = 1,
	  .entries = { { A, GARBAGE }, { A1, A_LINK } }, .expected = "leave 0 16; leave 1 16" },
	{ "gone, owned", .source = PCS_SOURCE_GONE, .owned = true, .levels = 1,
	  .entries = { { A, FRESH_PYC } }, .expected = "leave 0 14" },
	{ "gone, nobody knows who owns it", .source = PCS_SOURCE_GONE, .unknown = true, .levels = 1,
	  .entries = { { A, FRESH_PYC } }, .expected = "leave 0 15" },
	{ "nobody knows who owns it", .source = PCS_SOURCE_REGULAR, .unknown = true, .levels = 1,
	  .entries = { { A, OLD_CTIME } }, .expected = "leave 0 15" },
	{ "going", .source = PCS_SOURCE_GOING, .levels = 1, .entries = { { A, FRESH_PYC } },
	  .expected = "remove 0 9" },
	{ "owned", .source = PCS_SOURCE_REGULAR, .owned = true, .levels = 3,
	  .entries = { { A, OLD_CTIME } }, .expected = "leave 0 14" },
	{ "owned, and ours of before", .source = PCS_SOURCE_REGULAR, .owned = true, .levels = 3,
	  .entries = { { A, FRESH_PYC }, { A1, MADE }, { OTHER, MADE_OLD } },
	  .expected = "remove 1 14; remove 0 14; leave 0 14" },
	{ "gone, owned, and ours of before", .source = PCS_SOURCE_GONE, .owned = true, .levels = 1,
	  .entries = { { A, FRESH_PYC }, { A1, MADE } }, .expected = "leave 0 14; remove 1 8" },
	{ "gone and ours, and nobody knows", .source = PCS_SOURCE_GONE, .unknown = true,
	  .levels = 1, .entries = { { A, MADE } }, .expected = "remove 0 8" },
	{ "excluded, its caches stay", .source = PCS_SOURCE_REGULAR, .excluded = true, .levels = 1,
	  .entries = { { A, OLD_CTIME } }, .expected = "leave 0 17" },
	{ "the tree of another interpreter", .source = PCS_SOURCE_REGULAR, .no_interp = true,
	  .entries = { { A, OLD_CTIME } }, .expected = "leave 0 18" },
	{ "a FIFO called m.py", .source = PCS_SOURCE_OTHER, .levels = 1,
	  .entries = { { A, FRESH_PYC } }, .expected = "leave 0 20" },
};

static void decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		struct pcs_cache_facts caches[4];
		struct pcs_step steps[16];
		size_t n = 0;
		char got[512];
		for (; n < 4 && row->entries[n].name; n++)
			caches[n] = make(&row->entries[n]);
		const struct pcs_source_facts f = { .state = row->source,
						    .mtime = { MTIME, 0 },
						    .ctime = { CTIME, 0 },
						    .size = SIZE,
						    .caches = caches,
						    .n_caches = n,
						    .owned = row->owned,
						    .unknown_owner = row->unknown,
						    .no_interp = row->no_interp };
		const struct pcs_want want = { .tag = "cpython-311",
					       .magic = MAGIC,
					       .levels = row->levels,
					       .flags = row->flags,
					       .compile = !row->excluded };
		size_t n_steps = pcs_plan_source(&f, &want, row->levels ? 1 : 0, steps, 16);
		describe(steps, n_steps, got, sizeof(got));
		if (strcmp(got, row->expected) != 0)
			print_message("%s\n", row->what);
		assert_string_equal(got, row->expected);
	}
}

static void every_reason_has_words(void **state)
{
	(void)state;
	for (unsigned i = 0; i <= PCS_WHY_FRESH; i++)
		assert_non_null(pcs_reason_text(i));
}

int pcs_test_plan(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decides),
		cmocka_unit_test(every_reason_has_words),
	};
	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
