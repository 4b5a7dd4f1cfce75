/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The jobserver's words in MAKEFLAGS, and tokens of a pipe. */

#include "units.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "workers/jobserver.h"

static void test_parse(void **state)
{
	static const struct {
		const char *flags;
		enum pcs_jobserver_kind kind;
		int in, out;
		const char *path;
	} table[] = {
		{ NULL, PCS_JOBSERVER_NONE, 0, 0, NULL },
		{ "", PCS_JOBSERVER_NONE, 0, 0, NULL },
		{ "kw", PCS_JOBSERVER_NONE, 0, 0, NULL },
		{ " -j", PCS_JOBSERVER_NONE, 0, 0, NULL },
		{ " -j4 --jobserver-auth=3,4", PCS_JOBSERVER_PIPE, 3, 4, NULL },
		{ "ks -j --jobserver-fds=5,16 --no-print-directory", PCS_JOBSERVER_PIPE, 5, 16,
		  NULL },
		{ "--jobserver-auth=0,1", PCS_JOBSERVER_PIPE, 0, 1, NULL },
		{ " -j2 --jobserver-auth=fifo:/tmp/GMfifo12", PCS_JOBSERVER_FIFO, 0, 0,
		  "/tmp/GMfifo12" },
		{ "--jobserver-auth=fifo:a b", PCS_JOBSERVER_FIFO, 0, 0, "a" },
		/* The last one counts. */
		{ "--jobserver-auth=fifo:/x --jobserver-auth=3,4", PCS_JOBSERVER_PIPE, 3, 4, NULL },
		{ "--jobserver-auth=3,4 --jobserver-auth=fifo:/x", PCS_JOBSERVER_FIFO, 0, 0, "/x" },
		{ "--jobserver-auth=3,4 --jobserver-auth=-2,-2", PCS_JOBSERVER_GONE, 0, 0, NULL },
		/* What is behind "--" are variables. */
		{ "-- X=--jobserver-auth=3,4", PCS_JOBSERVER_NONE, 0, 0, NULL },
		{ "-j -- --jobserver-auth=3,4", PCS_JOBSERVER_NONE, 0, 0, NULL },
		{ "--jobserver-auth=3", PCS_JOBSERVER_GONE, 0, 0, NULL },
		{ "--jobserver-auth=3,", PCS_JOBSERVER_GONE, 0, 0, NULL },
		{ "--jobserver-auth=,4", PCS_JOBSERVER_GONE, 0, 0, NULL },
		{ "--jobserver-auth=3,4x", PCS_JOBSERVER_GONE, 0, 0, NULL },
		{ "--jobserver-auth=99999999999,4", PCS_JOBSERVER_GONE, 0, 0, NULL },
		{ "--jobserver-auth=3,4000000000000000000000000000000000", PCS_JOBSERVER_GONE, 0, 0,
		  NULL },
		{ "--jobserver-auth=", PCS_JOBSERVER_GONE, 0, 0, NULL },
		{ "--jobserver-authority=3,4", PCS_JOBSERVER_NONE, 0, 0, NULL },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		struct pcs_jobserver_auth a;
		assert_int_equal(pcs_jobserver_parse(table[i].flags, &a), 0);
		assert_int_equal(a.kind, table[i].kind);
		if (a.kind == PCS_JOBSERVER_PIPE) {
			assert_int_equal(a.in, table[i].in);
			assert_int_equal(a.out, table[i].out);
		}
		assert_int_equal(a.path != NULL, table[i].path != NULL);
		if (a.path)
			assert_string_equal(a.path, table[i].path);
		free(a.path);
	}
}

static void join(const char *flags, struct pcs_jobserver **ret)
{
	assert_int_equal(setenv("MAKEFLAGS", flags, 1), 0);
	assert_int_equal(pcs_jobserver_join(ret), 0);
	unsetenv("MAKEFLAGS");
}

static void test_tokens(void **state)
{
	int ends[2];
	char flags[64], left[8];
	struct pcs_jobserver *js;
	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "abc", 3), 3);
	snprintf(flags, sizeof(flags), "-j4 --jobserver-auth=%d,%d", ends[0], ends[1]);
	join(flags, &js);
	assert_int_equal(pcs_jobserver_want(js, 1), 1);
	assert_int_equal(pcs_jobserver_want(js, 3), 3);
	assert_int_equal(pcs_jobserver_want(js, 9), 4);
	assert_int_equal(pcs_jobserver_want(js, 2), 2);
	assert_int_equal(pcs_jobserver_want(js, 9), 4);
	/* That reading does not block here is nobody else's business. */
	assert_int_equal(fcntl(ends[0], F_GETFL) & O_NONBLOCK, 0);
	pcs_jobserver_free(js);
	assert_int_equal(read(ends[0], left, sizeof(left)), 3);
	assert_int_equal(left[0] + left[1] + left[2], 'a' + 'b' + 'c');
	close(ends[0]);
	/* What is open there now is no jobserver: one job alone. */
	join(flags, &js);
	assert_int_equal(pcs_jobserver_want(js, 9), 1);
	assert_int_equal(pcs_jobserver_fd(js), -1);
	pcs_jobserver_free(js);
	close(ends[1]);
	join("-j", &js);
	assert_null(js);
	pcs_jobserver_free(js);
}

int pcs_test_jobserver(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_tokens),
	};
	return cmocka_run_group_tests_name("jobserver", tests, NULL, NULL);
}
