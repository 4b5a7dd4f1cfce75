/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Builds of interpreters: whichever of its files is exchanged, it is another one. */

#include "units.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "workers/build.h"
#include "workers/interp.h"

static char place[] = "/tmp/pycsync-units-XXXXXX";
static const char *const dirs[] = { "bin", "lib64", ("lib/" PCS_MULTIARCH), "lib" };

/* Make a file anew: another inode or other times, whatever its bytes are. */
static void put(const char *name)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", place, name);
	unlink(path);
	PCS_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
	assert_int_equal(write(fd, name, 3), 3);
	usleep(20000); /* a tick of the clock that files have */
}

static int set_up(void **state)
{
	char path[256];
	*state = mkdtemp(place);
	snprintf(path, sizeof(path), "%s/lib", place);
	mkdir(path, 0755);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(dirs) - 1; i++) {
		snprintf(path, sizeof(path), "%s/%s", place, dirs[i]);
		mkdir(path, 0755);
	}
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	static const char *const files[] = { "bin/pypy3.9", "bin/python3.11",
					     "bin/libpypy3.9-c.so" };
	char path[256];
	for (size_t i = 0; i < PCS_ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", place, files[i]);
		unlink(path);
	}
	for (size_t i = 0; i < PCS_ARRAY_SIZE(dirs); i++) {
		snprintf(path, sizeof(path), "%s/%s/libpypy3.9-c.so", place, dirs[i]);
		unlink(path);
		snprintf(path, sizeof(path), "%s/%s", place, dirs[i]);
		rmdir(path);
	}
	return rmdir(place);
}

static uint64_t build_of(const char *executable)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", place, executable);
	struct pcs_interp i = { .executable = path, .by_itself = true };
	return pcs_interp_build(&i);
}

static void knows_pypy_by_its_library(void **state)
{
	(void)state;
	char library[64];
	put("bin/pypy3.9");
	uint64_t last = build_of("bin/pypy3.9");
	assert_int_not_equal(last, 0);
	/* Each of these is found before those that were put there before it. */
	static const char *const order[] = { "lib", "lib64", ("lib/" PCS_MULTIARCH), "bin" };
	for (size_t i = 0; i < 2 * PCS_ARRAY_SIZE(order); i++) {
		snprintf(library, sizeof(library), "%s/libpypy3.9-c.so", order[i / 2]);
		put(library);
		uint64_t now = build_of("bin/pypy3.9");
		assert_int_not_equal(now, last);
		assert_int_equal(now, build_of("bin/pypy3.9"));
		last = now;
	}
	put("bin/pypy3.9");
	assert_int_not_equal(build_of("bin/pypy3.9"), last);
}

static void knows_others_by_their_file(void **state)
{
	(void)state;
	put("bin/python3.11");
	uint64_t first = build_of("bin/python3.11");
	put("bin/libpypy3.9-c.so");
	assert_int_equal(build_of("bin/python3.11"), first);
	put("bin/python3.11");
	assert_int_not_equal(build_of("bin/python3.11"), first);
	assert_int_equal(build_of("bin/python3.12"), 0);
}

int pcs_test_build(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(knows_pypy_by_its_library),
					    cmocka_unit_test(knows_others_by_their_file) };
	return cmocka_run_group_tests_name("build", tests, set_up, tear_down);
}
