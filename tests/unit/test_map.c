/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/map.h"

#include <stdio.h>
#include <string.h>

static void keeps_the_first_value(void **state)
{
	static const struct {
		const char *key;
		uint32_t value, expected;
		size_t n; /* keys that are there then */
	} table[] = {
		{ "/a", 1, 1, 1 },       { "", 2, 2, 2 }, { "/a/", 3, 3, 3 }, { "/a", 4, 1, 3 },
		{ "\xff\x01", 5, 5, 4 }, { "", 6, 2, 4 }, { "/A", 7, 7, 5 },
	};
	struct pcs_map m = { 0 };
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		uint32_t *value = pcs_map_put(&m, table[i].key, table[i].value);
		assert_non_null(value);
		assert_int_equal(*value, table[i].expected);
		assert_int_equal(m.n, table[i].n);
	}
	*pcs_map_get(&m, "/a") = 8;
	assert_int_equal(*pcs_map_put(&m, "/a", 9), 8);
	assert_null(pcs_map_get(&m, "/b"));
	pcs_map_done(&m);
	assert_null(pcs_map_get(&m, "/a"));
}

static void finds_all_of_many(void **state)
{
	enum { MANY = 10000 };
	struct pcs_map m = { 0 };
	char key[16];
	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(key, sizeof(key), "%u", i); /* the map has a copy */
		assert_non_null(pcs_map_put(&m, key, i));
	}
	assert_int_equal(m.n, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(key, sizeof(key), "%u", i);
		assert_non_null(pcs_map_get(&m, key));
		assert_int_equal(*pcs_map_get(&m, key), i);
	}
	pcs_map_done(&m);
}

static void copies_keys_unless_they_are_kept(void **state)
{
	struct pcs_map m = { 0 };
	char copied[] = "copied", kept[] = "kept";
	(void)state;
	assert_non_null(pcs_map_put(&m, copied, 1));
	assert_non_null(pcs_map_put_kept(&m, kept, 2));
	memset(copied, 'x', strlen(copied));
	assert_non_null(pcs_map_get(&m, "copied"));
	for (size_t i = 0; i < m.cap; i++)
		if (m.slots[i].key && m.slots[i].value == 2)
			assert_ptr_equal(m.slots[i].key, kept);
	pcs_map_done(&m);
}

int pcs_test_map(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_first_value),
		cmocka_unit_test(finds_all_of_many),
		cmocka_unit_test(copies_keys_unless_they_are_kept),
	};
	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
