/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include <unistd.h>

#include "base/poll.h"
#include "base/proc.h"
#include "base/util.h"

static void waits_as_long_as_it_may(void **state)
{
	sigset_t none;
	int ends[2];
	(void)state;
	sigemptyset(&none);
	assert_int_equal(pipe(ends), 0);
	struct pollfd fds[] = { { .fd = ends[0], .events = POLLIN }, { .fd = -1 } };
	long long before = pcs_now_ms();
	assert_int_equal(pcs_poll(fds, PCS_ARRAY_SIZE(fds), 30, &none), 0);
	assert_true(pcs_now_ms() - before >= 29); /* each is cut to milliseconds */
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(pcs_poll(fds, PCS_ARRAY_SIZE(fds), 60000, &none), 1);
	assert_int_equal(fds[0].revents, POLLIN);
	close(ends[0]);
	close(ends[1]);
}

int pcs_test_poll(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(waits_as_long_as_it_may) };
	return cmocka_run_group_tests_name("poll", tests, NULL, NULL);
}
