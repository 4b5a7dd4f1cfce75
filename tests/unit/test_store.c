/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Entries of the store: their keys, and that no flipped bit is overlooked. */

#include "units.h"

#include <string.h>

#include "base/digest.h"
#include "store/entry.h"

static const uint8_t source[PCS_SHA256] = { 1, 2, 3 };

static void has_a_key_for_each(void **state)
{
	static const struct {
		uint64_t build;
		uint32_t magic;
		unsigned level;
	} table[] = { { 1, 1, 0 }, { 2, 1, 0 }, { 1, 2, 0 }, { 1, 1, 1 }, { 0, 1, 1 } };
	struct pcs_entry_key keys[PCS_ARRAY_SIZE(table) + 1];
	uint8_t other[PCS_SHA256] = { 1, 2, 3 };
	(void)state;
	other[PCS_SHA256 - 1] = 1; /* what half a hash would not tell */
	size_t n = PCS_ARRAY_SIZE(table);
	assert_int_equal(pcs_entry_key(other, 1, 1, 0, &keys[n]), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pcs_entry_key(source, table[i].build, table[i].magic,
					       table[i].level, &keys[i]),
				 0);
	for (size_t i = 0; i <= n; i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(&keys[i], &keys[k], sizeof(keys[i]));
}

static void finds_every_flipped_bit(void **state)
{
	static const char head[PCS_ENTRY_HEAD], code[] = "code";
	PCS_BUF struct pcs_buf b = { 0 };
	const struct pcs_entry made = { .minor = 11, .quiet = true, .name = 1u << 20 };
	struct pcs_entry_key key;
	struct pcs_entry is = { 0 };
	(void)state;
	assert_int_equal(pcs_entry_key(source, 1, 2, 0, &key), 0);
	assert_int_equal(pcs_buf_add(&b, head, sizeof(head)), 0);
	assert_int_equal(pcs_buf_add(&b, code, sizeof(code)), 0);
	assert_int_equal(pcs_entry_seal(&b, &key, &made), 0);
	assert_null(pcs_entry_check(&b, &key, &is));
	assert_int_equal(is.minor, 11);
	assert_true(is.quiet);
	assert_int_equal(is.name, 1u << 20);
	for (size_t bit = 0; bit < 8 * b.len; bit++) {
		b.data[bit / 8] = (char)(b.data[bit / 8] ^ (1 << bit % 8));
		assert_non_null(pcs_entry_check(&b, &key, &is));
		b.data[bit / 8] = (char)(b.data[bit / 8] ^ (1 << bit % 8));
	}
	for (size_t len = b.len; len--;) {
		const struct pcs_buf cut = { .data = b.data, .len = len };
		assert_non_null(pcs_entry_check(&cut, &key, &is));
	}
}

int pcs_test_store(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_a_key_for_each),
		cmocka_unit_test(finds_every_flipped_bit),
	};
	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
