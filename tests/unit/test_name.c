/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "pyc/name.h"

#include <string.h>

static void parses_names_of_caches(void **state)
{
	static const struct {
		const char *name, *stem, *tag;
		unsigned level;
	} table[] = {
		{ "a.cpython-311.pyc", "a", "cpython-311", 0 },
		{ "a.b.cpython-38.opt-1.pyc", "a.b", "cpython-38", 1 },
		{ "a.cpython-313t.opt-2.pyc", "a", "cpython-313t", 2 },
		{ "a.cpython-311.opt-3.pyc", "a", "cpython-311", PCS_LEVEL_OTHER },
		{ "a.pypy39.pyc", "a", "pypy39", 0 },
		{ "a.cpython-310.cpython-311.pyc", "a.cpython-310", "cpython-311", 0 },
		{ " \xe9.cpython-311.pyc", " \xe9", "cpython-311", 0 },
		{ "a.cpython-311.pyc.cpython-311.pyc", "a.cpython-311.pyc", "cpython-311", 0 },
		{ "a.opt-1.cpython-311.pyc", "a.opt-1", "cpython-311", 0 },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		struct pcs_pyc_name n;
		assert_true(pcs_pyc_name_parse(table[i].name, &n));
		assert_int_equal(n.stem_len, strlen(table[i].stem));
		assert_memory_equal(table[i].name, table[i].stem, n.stem_len);
		assert_int_equal(n.tag_len, strlen(table[i].tag));
		assert_memory_equal(n.tag, table[i].tag, n.tag_len);
		assert_int_equal(n.level, table[i].level);
	}
}

static void refuses_other_names(void **state)
{
	static const char *const table[] = {
		"",
		".pyc",
		"a.pyc",
		"a.py",
		".cpython-311.pyc", /* no stem */
		"a.cpython-311.pyo",
		"a.cpython-311",
		"a.cpython-.pyc",
		"a.cpython-3.pyc",
		"a.cpython-27.pyc",
		"a.cpython-3111111.pyc",
		"a.cpython-311x.pyc",
		"a.cpython-311.opt-.pyc",
		"a.cpython-311.opt-12.pyc",
		"a.jython-27.pyc",
		"a.cpython-311.pyc~",
		"a.cpython-311.pyc.139872",
		"cpython-311.pyc",
		"a.pypy39t.pyc",
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		struct pcs_pyc_name n;
		assert_false(pcs_pyc_name_parse(table[i], &n));
	}
}

static void makes_names(void **state)
{
	static const struct {
		const char *source, *tag;
		unsigned level;
		const char *expected;
	} table[] = {
		{ "a.py", "cpython-311", 0, "a.cpython-311.pyc" },
		{ "a.b.py", "cpython-38", 1, "a.b.cpython-38.opt-1.pyc" },
		{ "a.py", "cpython-313", 2, "a.cpython-313.opt-2.pyc" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf out = { 0 };
		assert_int_equal(
			pcs_pyc_name_add(&out, table[i].source, table[i].tag, table[i].level), 0);
		assert_string_equal(out.data, table[i].expected);
	}
}

static void knows_sources(void **state)
{
	static const struct {
		const char *name;
		size_t expected;
	} table[] = {
		{ "a.py", 1 }, { "a.b.py", 3 }, { ".py", 0 },   { "a.pyw", 0 },
		{ "a.PY", 0 }, { "a", 0 },      { ".a.py", 2 }, { "", 0 },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		assert_int_equal(pcs_source_stem_len(table[i].name), table[i].expected);
}

/* Every stem that a stray may have, the shortest first. */
static void knows_stems_of_strays(void **state)
{
	static const struct {
		const char *name, *stems;
	} table[] = {
		{ "m.cpython-311-pytest-7.2.1.pyc", "m " },
		{ "m.cpython-311-pytest-8.0.0rc1.dev3+g1.pyo", "m " },
		{ "a.b.cpython-38-PYTEST.pyc", "a.b " },
		{ "m.pypy39-pytest-7.2.1.pyc", "m " },
		{ "m.graalpy-24.pyc", "m " },
		{ "a.b.jython-27.pyc", "a a.b " },
		{ "m.cpython-311.opt-x.pyc", "m m.cpython-311 " },
		{ ".a.x.pyc", ".a " },
		{ "m.pyc", "" },
		{ "m..pyc", "" },
		{ ".x.pyc", "" },
		{ "m.x.pyo", "" },
		{ "m.x.pyc.1234", "" },
		{ "m.-pytest-7.pyo", "" },
		{ ".pyc", "" },
		{ "", "" },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf said = { 0 };
		assert_int_equal(pcs_buf_adds(&said, ""), 0);
		for (size_t len = 0; (len = pcs_stray_stem(table[i].name, len));)
			pcs_buf_printf(&said, "%.*s ", (int)len, table[i].name);
		assert_string_equal(said.data, table[i].stems);
	}
}

int pcs_test_name(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_names_of_caches),
		cmocka_unit_test(refuses_other_names),
		cmocka_unit_test(makes_names),
		cmocka_unit_test(knows_sources),
		cmocka_unit_test(knows_stems_of_strays),
	};
	return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}
