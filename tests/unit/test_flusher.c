/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "sync/flusher.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { MANY = 100, BAD = 37 };

/* Every file of a batch has its own result, at its own place, whichever thread it fell to. */
static void gives_each_its_own_result(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, 1, 8, MANY, 3, MANY };
	struct pcs_flush list[MANY];
	struct pcs_flusher *f;
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(pcs_flusher_new(&f), 0);
	assert_true(pcs_flusher_is_done(f));
	for (size_t round = 0; round < sizeof(sizes) / sizeof(*sizes); round++) {
		for (size_t i = 0; i < sizes[round]; i++)
			list[i] = (struct pcs_flush){ .fd = i == BAD ? -1 : fileno(file),
						      .error = 1 };
		pcs_flusher_start(f, list, sizes[round]);
		pcs_flusher_wait(f);
		assert_true(pcs_flusher_is_done(f));
		for (size_t i = 0; i < sizes[round]; i++)
			assert_int_equal(list[i].error, i == BAD ? -EBADF : 0);
	}
	pcs_flusher_free(f);
	fclose(file);
}

/* One that is freed with a batch under way ends it first. */
static void ends_what_is_under_way(void **state)
{
	(void)state;
	struct pcs_flush list[MANY];
	struct pcs_flusher *f;
	FILE *file = tmpfile();
	assert_non_null(file);
	for (size_t i = 0; i < MANY; i++)
		list[i] = (struct pcs_flush){ .fd = fileno(file), .error = 1 };
	assert_int_equal(pcs_flusher_new(&f), 0);
	pcs_flusher_start(f, list, MANY);
	pcs_flusher_free(f);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(list[i].error, 0);
	pcs_flusher_free(NULL);
	fclose(file);
}

int pcs_test_flusher(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_each_its_own_result),
		cmocka_unit_test(ends_what_is_under_way),
	};
	return cmocka_run_group_tests_name("flusher", tests, NULL, NULL);
}
