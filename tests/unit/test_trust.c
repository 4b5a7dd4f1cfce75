/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/err.h"
#include "base/trust.h"
#include "base/util.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { ROOT = 0, ALICE = 1000, BOB = 1001 };

static void knows_what_the_kernel_makes_up(void **state)
{
	static const struct {
		const char *path;
		bool expected;
	} table[] = {
		{ "/", false },       { "/tmp", false },
		{ "/proc", true },    { "/proc/self/status", true },
		{ "/sys", true },     { "/sys/kernel", true },
		{ "/dev/pts", true }, { "/dev/mqueue", true },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_CLOSE int fd = open(table[i].path, O_PATH | O_CLOEXEC);
		PCS_CLOSE int above = open("/dev", O_PATH | O_CLOEXEC);
		struct stat st, dev;
		if (fd < 0 || fstat(fd, &st) < 0 || fstat(above, &dev) < 0)
			continue;
		if (st.st_dev == dev.st_dev) /* nothing is mounted there */
			continue;
		assert_int_equal(pcs_refuse_pseudo_fs(fd), table[i].expected ? -PCS_EPSEUDO : 0);
	}
	assert_int_equal(pcs_refuse_pseudo_fs(-1), -EBADF);
}

static void follows_links_to_sources(void **state)
{
	static const struct {
		uid_t link, source;
		bool expected;
	} table[] = {
		{ ALICE, ALICE, true }, { ALICE, ROOT, true }, { ALICE, BOB, false },
		{ ROOT, ROOT, true },   { ROOT, BOB, false },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		assert_int_equal(pcs_may_read_by_link(table[i].link, table[i].source),
				 table[i].expected);
}

static void follows_links_to_directories(void **state)
{
	static const struct {
		uid_t dir, link, target;
		bool expected;
	} table[] = {
		{ ALICE, ALICE, ALICE, true }, { ALICE, ROOT, ALICE, true },
		{ ALICE, BOB, ALICE, false },  { ALICE, ALICE, BOB, false },
		{ ALICE, ALICE, ROOT, false }, { ROOT, ROOT, ROOT, true },
		{ ROOT, ALICE, ROOT, false },  { ROOT, ROOT, ALICE, false },
	};
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		assert_int_equal(
			pcs_may_write_by_link(table[i].dir, table[i].link, table[i].target),
			table[i].expected);
}

int pcs_test_trust(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_what_the_kernel_makes_up),
		cmocka_unit_test(follows_links_to_sources),
		cmocka_unit_test(follows_links_to_directories),
	};
	return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
