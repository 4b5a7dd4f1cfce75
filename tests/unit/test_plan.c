/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/buf.h"
#include "sync/plan.h"
#include "workers/interp.h"

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
	OLD_CTIME_PROVEN,   /* its source has the bytes that it was made of */
	OLD_CTIME_CHANGED,  /* it has not */
	FRESH_CHANGED,      /* nor here, though all times agree */
	OTHER_MTIME_PROVEN, /* its code is what compiling would give */
	OTHER_NAME,         /* recorded, in a staging root */
};

struct entry {
	const char *name;
	enum entry_state state;
};

static struct pcs_cache_facts make(const struct entry *e)
{
	struct pcs_cache_facts c = { .name = e->name,
				     .regular = true,
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
	if (e->state == OLD_CTIME || e->state == OLD_CTIME_PROVEN ||
	    e->state == OLD_CTIME_CHANGED || e->state == UNCHECKED_DIFFERS_OLD)
		c.written.tv_sec = CTIME - 1;
	if (e->state == SAME_CTIME)
		c.written.tv_sec = CTIME;
	c.renamed = e->state == OTHER_NAME;
	c.proven = e->state == OLD_CTIME_PROVEN;
	c.changed = e->state == OLD_CTIME_CHANGED || e->state == FRESH_CHANGED;
	c.restamp = e->state == OTHER_MTIME_PROVEN;
	if (e->state == OTHER_MTIME || e->state == OTHER_MTIME_PROVEN)
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

enum { PY311, PY312, NONE = PCS_NO_INTERP };

/* One step a line, in words. */
static void describe(const struct pcs_step *steps, size_t n, struct pcs_buf *ret)
{
	static const char *const interps[] = { [PY311] = "3.11", [PY312] = "3.12" };
	assert_int_equal(pcs_buf_adds(ret, n ? "" : "\n  nothing"), 0);
	for (size_t i = 0; i < n; i++) {
		const struct pcs_step *s = &steps[i];
		assert_int_equal(pcs_buf_printf(ret, "\n  %s %s level %u: %s", pcs_act_name(s->act),
						s->interp == NONE ? "-" : interps[s->interp],
						s->level, pcs_reason_text(s->reason)),
				 0);
	}
}

struct row {
	const char *what;
	enum pcs_source_state source;
	bool owned, unknown, no_interp, excluded, tidied;
	enum pcs_extra extra;
	uint8_t levels, levels_312, failing;
	uint32_t flags;
	struct entry entries[4];
	time_t now;                   /* 0 for not known */
	const struct pcs_step *steps; /* expected */
	size_t n_steps;
};

#define STEP(act, interp, level, why)                                \
	{                                                            \
		PCS_##act, PCS_WHY_##why, interp, level, false, NULL \
	}
#define COMPILE(...) STEP(COMPILE, __VA_ARGS__)
#define RESTAMP(...) STEP(RESTAMP, __VA_ARGS__)
#define REMOVE(...) STEP(REMOVE, __VA_ARGS__)
#define LEAVE(...) STEP(LEAVE, __VA_ARGS__)
#define FRESH(...) STEP(FRESH, __VA_ARGS__)
#define STEPS(...)                                         \
	.steps = (const struct pcs_step[]){ __VA_ARGS__ }, \
	.n_steps = PCS_ARRAY_SIZE(((const struct pcs_step[]){ __VA_ARGS__ }))

#define A "m.cpython-311.pyc"
#define A1 "m.cpython-311.opt-1.pyc"
#define A3 "m.cpython-311.opt-3.pyc"
#define OTHER "m.cpython-312.pyc"

static const struct row rows[] = {
	{ "nothing there", .source = PCS_SOURCE_REGULAR, .levels = 3,
	  STEPS(COMPILE(PY311, 0, NO_PYC), COMPILE(PY311, 1, NO_PYC)) },
	{ "fresh", .source = PCS_SOURCE_REGULAR, .levels = 3,
	  .entries = { { A, FRESH_PYC }, { A1, FRESH_PYC } },
	  STEPS(FRESH(PY311, 0, FRESH), FRESH(PY311, 1, FRESH)) },
	{ "one level missing", .source = PCS_SOURCE_REGULAR, .levels = 3,
	  .entries = { { A, FRESH_PYC } },
	  STEPS(FRESH(PY311, 0, FRESH), COMPILE(PY311, 1, NO_PYC)) },
	{ "same ctime is fresh", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, SAME_CTIME } }, STEPS(FRESH(PY311, 0, FRESH)) },
	{ "ctime", .source = PCS_SOURCE_REGULAR, .levels = 1, .entries = { { A, OLD_CTIME } },
	  STEPS(COMPILE(PY311, 0, CTIME)) },
	{ "source and pyc in the future", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .now = CTIME - 2, .entries = { { A, FRESH_PYC } }, STEPS(COMPILE(PY311, 0, CTIME)) },
	{ "pyc in the future", .source = PCS_SOURCE_REGULAR, .levels = 1, .now = CTIME,
	  .entries = { { A, FRESH_PYC } }, STEPS(COMPILE(PY311, 0, CTIME)) },
	{ "source in the future, pyc of now", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .now = CTIME - 1, .entries = { { A, OLD_CTIME } }, STEPS(FRESH(PY311, 0, FRESH)) },
	{ "mtime", .source = PCS_SOURCE_REGULAR, .levels = 1, .entries = { { A, OTHER_MTIME } },
	  STEPS(COMPILE(PY311, 0, MTIME)) },
	{ "size", .source = PCS_SOURCE_REGULAR, .levels = 1, .entries = { { A, OTHER_SIZE } },
	  STEPS(COMPILE(PY311, 0, SIZE)) },
	{ "magic", .source = PCS_SOURCE_REGULAR, .levels = 1, .entries = { { A, MAGIC_DIFFERS } },
	  STEPS(COMPILE(PY311, 0, MAGIC)) },
	{ "truncated", .source = PCS_SOURCE_REGULAR, .levels = 1, .entries = { { A, TRUNCATED } },
	  STEPS(COMPILE(PY311, 0, DAMAGED)) },
	{ "garbage under our name is replaced", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, GARBAGE } }, STEPS(COMPILE(PY311, 0, DAMAGED)) },
	{ "a link under our name is left", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, A_LINK } }, STEPS(LEAVE(PY311, 0, NO_FILE)) },
	{ "another mode than asked for", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, CHECKED_EQUAL } }, STEPS(COMPILE(PY311, 0, MODE)) },
	{ "timestamp where a hash is asked for", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .flags = PCS_PYC_CHECKED_HASH, .entries = { { A, FRESH_PYC } },
	  STEPS(COMPILE(PY311, 0, MODE)) },
	{ "hash equal", .source = PCS_SOURCE_REGULAR, .levels = 1, .flags = PCS_PYC_CHECKED_HASH,
	  .entries = { { A, CHECKED_EQUAL } }, STEPS(FRESH(PY311, 0, FRESH)) },
	{ "hash differs", .source = PCS_SOURCE_REGULAR, .levels = 1, .flags = PCS_PYC_CHECKED_HASH,
	  .entries = { { A, CHECKED_DIFFERS } }, STEPS(COMPILE(PY311, 0, HASH)) },
	{ "unchecked, equal", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .flags = PCS_PYC_UNCHECKED_HASH, .entries = { { A, UNCHECKED_EQUAL } },
	  STEPS(FRESH(PY311, 0, FRESH)) },
	{ "unchecked, the importer would not notice", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .flags = PCS_PYC_UNCHECKED_HASH, .entries = { { A, UNCHECKED_DIFFERS_NEW } },
	  STEPS(COMPILE(PY311, 0, HASH)) },
	{ "two interpreters", .source = PCS_SOURCE_REGULAR, .levels = 1, .levels_312 = 3,
	  .entries = { { A, FRESH_PYC }, { OTHER, OTHER_SIZE } },
	  STEPS(FRESH(PY311, 0, FRESH), COMPILE(PY312, 0, MAGIC), COMPILE(PY312, 1, NO_PYC)) },
	{ "not asked for, harmless", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, FRESH_PYC }, { A1, OTHER_MTIME }, { OTHER, FRESH_PYC } },
	  STEPS(FRESH(PY311, 0, FRESH)) },
	{ "not asked for, silently stale", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, FRESH_PYC }, { A1, OLD_CTIME }, { OTHER, UNCHECKED_DIFFERS_OLD } },
	  STEPS(FRESH(PY311, 0, FRESH), COMPILE(PY311, 1, CTIME), REMOVE(NONE, 0, STALE)) },
	{ "not asked for, its source changed", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, FRESH_PYC }, { A1, OLD_CTIME_CHANGED } },
	  STEPS(FRESH(PY311, 0, FRESH), REMOVE(NONE, 1, STALE)) },
	{ "not asked for, its source is the same", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, OLD_CTIME_PROVEN }, { A1, OLD_CTIME_PROVEN } },
	  STEPS(FRESH(PY311, 0, FRESH)) },
	{ "not asked for, of nobody, and a time alone", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, FRESH_PYC }, { OTHER, OLD_CTIME } },
	  STEPS(FRESH(PY311, 0, FRESH), REMOVE(NONE, 0, STALE)) },
	{ "nothing is asked for, and a time alone", .source = PCS_SOURCE_REGULAR,
	  .entries = { { A, OLD_CTIME } }, STEPS(LEAVE(NONE, 0, CTIME)) },
	{ "ctime, changed", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, OLD_CTIME_CHANGED } }, STEPS(COMPILE(PY311, 0, HASH)) },
	{ "all times agree, changed", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .entries = { { A, FRESH_CHANGED } }, STEPS(COMPILE(PY311, 0, HASH)) },
	{ "mtime, the same bytes", .source = PCS_SOURCE_REGULAR, .levels = 3,
	  .entries = { { A, OTHER_MTIME_PROVEN } },
	  STEPS(RESTAMP(PY311, 0, MTIME), COMPILE(PY311, 1, NO_PYC)) },
	{ "known not to compile", .source = PCS_SOURCE_REGULAR, .levels = 3, .failing = 3,
	  .entries = { { A1, OTHER_MTIME } },
	  STEPS(LEAVE(PY311, 0, NOT_COMPILING), LEAVE(PY311, 1, NOT_COMPILING),
		REMOVE(NONE, 1, NOT_COMPILING)) },
	{ "known not to compile, and there is a pyc", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .failing = 1, .entries = { { A, FRESH_PYC } }, STEPS(FRESH(PY311, 0, FRESH)) },
	{ "gone", .source = PCS_SOURCE_GONE, .levels = 1,
	  .entries = { { A, FRESH_PYC }, { A1, OTHER_MTIME }, { OTHER, TRUNCATED } },
	  STEPS(REMOVE(NONE, 0, SOURCE_GONE), REMOVE(NONE, 1, SOURCE_GONE),
		REMOVE(NONE, 0, SOURCE_GONE)) },
	{ "gone, of two interpreters", .source = PCS_SOURCE_GONE, .levels = 1, .levels_312 = 1,
	  .entries = { { A, FRESH_PYC }, { OTHER, FRESH_PYC } },
	  STEPS(REMOVE(NONE, 0, SOURCE_GONE), REMOVE(NONE, 0, SOURCE_GONE)) },
	{ "gone, without proof", .source = PCS_SOURCE_GONE, .levels = 1,
	  .entries = { { A, GARBAGE }, { A1, A_LINK } },
	  STEPS(LEAVE(NONE, 0, FOREIGN), LEAVE(NONE, 1, FOREIGN)) },
	{ "gone, owned", .source = PCS_SOURCE_GONE, .owned = true, .levels = 1,
	  .entries = { { A, FRESH_PYC } }, STEPS(LEAVE(NONE, 0, OWNED)) },
	{ "gone, nobody knows who owns it", .source = PCS_SOURCE_GONE, .unknown = true, .levels = 1,
	  .entries = { { A, FRESH_PYC } }, STEPS(LEAVE(NONE, 0, UNKNOWN_OWNER)) },
	{ "nobody knows who owns it", .source = PCS_SOURCE_REGULAR, .unknown = true, .levels = 1,
	  .entries = { { A, OLD_CTIME } }, STEPS(LEAVE(NONE, 0, UNKNOWN_OWNER)) },
	{ "going", .source = PCS_SOURCE_GOING, .levels = 1, .entries = { { A, FRESH_PYC } },
	  STEPS(REMOVE(NONE, 0, GOING)) },
	{ "owned", .source = PCS_SOURCE_REGULAR, .owned = true, .levels = 3,
	  .entries = { { A, OLD_CTIME } }, STEPS(LEAVE(NONE, 0, OWNED)) },
	{ "owned, and ours of before", .source = PCS_SOURCE_REGULAR, .owned = true, .levels = 3,
	  .entries = { { A, FRESH_PYC }, { A1, MADE }, { OTHER, MADE_OLD } },
	  STEPS(REMOVE(NONE, 1, OWNED), REMOVE(NONE, 0, OWNED), LEAVE(NONE, 0, OWNED)) },
	{ "gone, owned, and ours of before", .source = PCS_SOURCE_GONE, .owned = true, .levels = 1,
	  .entries = { { A, FRESH_PYC }, { A1, MADE } },
	  STEPS(LEAVE(NONE, 0, OWNED), REMOVE(NONE, 1, SOURCE_GONE)) },
	{ "gone and ours, and nobody knows", .source = PCS_SOURCE_GONE, .unknown = true,
	  .levels = 1, .entries = { { A, MADE } }, STEPS(REMOVE(NONE, 0, SOURCE_GONE)) },
	{ "excluded, its caches stay", .source = PCS_SOURCE_REGULAR, .excluded = true, .levels = 1,
	  .entries = { { A, OLD_CTIME } }, STEPS(LEAVE(NONE, 0, EXCLUDED)) },
	{ "the tree of another interpreter", .source = PCS_SOURCE_REGULAR, .no_interp = true,
	  .entries = { { A, OLD_CTIME } }, STEPS(LEAVE(NONE, 0, NO_INTERP)) },
	{ "extra levels are made right, all else goes", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .tidied = true,
	  .entries = { { A, FRESH_PYC },
		       { A1, OTHER_NAME },
		       { A3, FRESH_PYC },
		       { OTHER, OTHER_NAME } },
	  STEPS(REMOVE(NONE, PCS_LEVEL_OTHER, EXTRA), REMOVE(NONE, 0, EXTRA),
		FRESH(PY311, 0, FRESH), COMPILE(PY311, 1, NAME)) },
	{ "an extra level that is right", .source = PCS_SOURCE_REGULAR, .levels = 1, .tidied = true,
	  .entries = { { A, OTHER_NAME }, { A1, FRESH_PYC } },
	  STEPS(COMPILE(PY311, 0, NAME), FRESH(PY311, 1, FRESH)) },
	{ "extra levels, and what is no pyc", .source = PCS_SOURCE_REGULAR, .levels = 1,
	  .tidied = true, .entries = { { A1, GARBAGE }, { OTHER, A_LINK } },
	  STEPS(LEAVE(NONE, 1, NO_PYC_FILE), LEAVE(NONE, 0, NO_FILE), COMPILE(PY311, 0, NO_PYC)) },
	{ "extra levels are to go", .source = PCS_SOURCE_REGULAR, .levels = 1, .tidied = true,
	  .extra = PCS_EXTRA_REMOVE, .entries = { { A, FRESH_PYC }, { A1, FRESH_PYC } },
	  STEPS(REMOVE(NONE, 1, EXTRA), FRESH(PY311, 0, FRESH)) },
	{ "extra levels are errors", .source = PCS_SOURCE_REGULAR, .levels = 1, .tidied = true,
	  .extra = PCS_EXTRA_FAIL, .entries = { { A, FRESH_PYC }, { A1, FRESH_PYC } },
	  STEPS(LEAVE(NONE, 1, EXTRA), FRESH(PY311, 0, FRESH)) },
	{ "excluded, in a staging root", .source = PCS_SOURCE_REGULAR, .excluded = true,
	  .levels = 1, .tidied = true,
	  .entries = { { A, OLD_CTIME },
		       { A1, OTHER_NAME },
		       { A3, OTHER_MTIME },
		       { OTHER, FRESH_PYC } },
	  STEPS(LEAVE(NONE, 0, EXCLUDED), REMOVE(NONE, 1, NAME),
		REMOVE(NONE, PCS_LEVEL_OTHER, MTIME), REMOVE(NONE, 0, EXTRA)) },
	{ "no interpreter, in a staging root", .source = PCS_SOURCE_REGULAR, .no_interp = true,
	  .tidied = true, .entries = { { A, FRESH_PYC }, { OTHER, OTHER_NAME } },
	  STEPS(LEAVE(NONE, 0, NO_INTERP), REMOVE(NONE, 0, NAME)) },
	{ "a FIFO called m.py", .source = PCS_SOURCE_OTHER, .levels = 1,
	  .entries = { { A, FRESH_PYC } }, STEPS(LEAVE(NONE, 0, NOT_SOURCE)) },
};

static size_t plan(const struct row *row, struct pcs_step *ret, size_t max)
{
	struct pcs_cache_facts caches[4];
	size_t n = 0;
	for (; n < 4 && row->entries[n].name; n++)
		caches[n] = make(&row->entries[n]);
	const struct pcs_source_facts f = { .state = row->source,
					    .mtime = { MTIME, 0 },
					    .ctime = { CTIME, 0 },
					    .size = SIZE,
					    .now = { row->now, 0 },
					    .caches = caches,
					    .n_caches = n,
					    .failing = { row->failing },
					    .owned = row->owned,
					    .unknown_owner = row->unknown,
					    .no_interp = row->no_interp,
					    .tidied = row->tidied,
					    .extra = (uint8_t)row->extra };
	const struct pcs_want wants[] = { { .tag = "cpython-311",
					    .magic = MAGIC,
					    .interp = PY311,
					    .levels = row->levels,
					    .flags = row->flags,
					    .compile = !row->excluded },
					  { .tag = "cpython-312",
					    .magic = OTHER_MAGIC,
					    .interp = PY312,
					    .levels = row->levels_312,
					    .flags = row->flags,
					    .compile = !row->excluded } };
	size_t n_wants = row->levels_312 ? 2 : row->levels ? 1 : 0;
	return pcs_plan_source(&f, wants, n_wants, ret, max);
}

static void decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		struct pcs_step steps[16];
		PCS_BUF struct pcs_buf got = { 0 };
		PCS_BUF struct pcs_buf expected = { 0 };
		describe(steps, plan(&rows[i], steps, PCS_ARRAY_SIZE(steps)), &got);
		describe(rows[i].steps, rows[i].n_steps, &expected);
		if (strcmp(got.data, expected.data) != 0)
			fail_msg("%s: got%s\nexpected%s", rows[i].what, got.data, expected.data);
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
