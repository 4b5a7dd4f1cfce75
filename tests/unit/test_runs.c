/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The log of runs: bounded, and what is damaged takes nothing with it. */

#include "units.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state/runs.h"
#include "state/state.h"

static char place[] = "/tmp/pycsync-units-XXXXXX";
static struct pcs_state kept;

static int set_up(void **state)
{
	*state = mkdtemp(place);
	kept = (struct pcs_state){ .dir = open(place, O_RDONLY | O_DIRECTORY), .lock = -1 };
	return kept.dir >= 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	unlinkat(kept.dir, "runs", 0);
	close(kept.dir);
	return rmdir(place);
}

static void add_run(size_t number)
{
	const struct pcs_run run = { .when = 1700000000,
				     .by = "a\nb\t\\",
				     .status = 1,
				     .compiled = number,
				     .failed = 7,
				     .failures = { "/t/a.py:1: x\ty", "" },
				     .n_failures = 2 };
	assert_int_equal(pcs_runs_add(&kept, &run), 0);
}

struct seen {
	size_t n, last;
	bool rising;
};

static int see(void *ctx, const struct pcs_run *run)
{
	struct seen *s = ctx;
	s->n++;
	s->rising &= run->compiled > s->last;
	s->last = run->compiled;
	assert_int_equal(run->when, 1700000000);
	assert_string_equal(run->by, "a\\x0ab\\x09\\");
	assert_int_equal(run->status, 1);
	assert_int_equal(run->failed, 7);
	assert_int_equal(run->n_failures, 2);
	assert_string_equal(run->failures[0], "/t/a.py:1: x\\x09y");
	assert_string_equal(run->failures[1], "");
	return 0;
}

static struct seen read_runs(void)
{
	struct seen s = { .rising = true };
	assert_int_equal(pcs_runs_read(&kept, see, &s), 0);
	return s;
}

static size_t read_file(char *bytes, size_t max)
{
	PCS_CLOSE int fd = openat(kept.dir, "runs", O_RDONLY);
	return (size_t)read(fd, bytes, max);
}

static void write_file(const char *bytes, size_t len)
{
	PCS_CLOSE int fd = openat(kept.dir, "runs", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, bytes, len), len);
}

/* A bit that flips, or an end that is missing, costs one run, and the next one is whole. */
static void test_damage(void **state)
{
	(void)state;
	char bytes[1024];
	assert_int_equal(read_runs().n, 0);
	for (size_t i = 1; i <= 3; i++)
		add_run(i);
	assert_int_equal(read_runs().n, 3);
	const size_t len = read_file(bytes, sizeof(bytes));
	for (size_t bit = 8; bit < 8 * len; bit++) {
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		write_file(bytes, len);
		const size_t n = read_runs().n;
		assert_true(n == 2 ||
			    (n == 1 && (bytes[bit / 8] == '\n' || bit / 8 % (len / 3) == 0)));
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t cut = 0; cut < len; cut++) {
		write_file(bytes, cut);
		add_run(4);
		assert_int_equal(read_runs().n, cut * 3 / len + 1);
		assert_int_equal(read_runs().last, 4);
	}
}

static void test_bounds(void **state)
{
	(void)state;
	static char bytes[1 << 20];
	unlinkat(kept.dir, "runs", 0);
	for (size_t i = 1; i <= 1000; i++) {
		add_run(i);
		const size_t len = read_file(bytes, sizeof(bytes));
		assert_true(len >= 1 && len <= 20000);
	}
	const struct seen s = read_runs();
	assert_true(s.n >= 50 && s.n <= 400);
	assert_true(s.rising);
	assert_int_equal(s.last, 1000);
}

/* What is no file of ours alone is left as it is, and another one takes its place. */
static void test_places(void **state)
{
	(void)state;
	char bytes[1024];
	write_file("x", 1);
	assert_int_equal(linkat(kept.dir, "runs", kept.dir, "other", 0), 0);
	add_run(1);
	assert_int_equal(read_runs().n, 1);
	unlinkat(kept.dir, "runs", 0);
	assert_int_equal(symlinkat("other", kept.dir, "runs"), 0);
	assert_int_equal(read_runs().n, 0);
	add_run(2);
	assert_int_equal(read_runs().n, 1);
	assert_int_equal(renameat(kept.dir, "other", kept.dir, "runs"), 0);
	assert_int_equal(read_file(bytes, sizeof(bytes)), 1);
	unlinkat(kept.dir, "runs", 0);
	assert_int_equal(mkdirat(kept.dir, "runs", 0700), 0);
	assert_int_equal(read_runs().n, 0);
	assert_true(pcs_runs_add(&kept, &(struct pcs_run){ .by = "" }) < 0);
	unlinkat(kept.dir, "runs", AT_REMOVEDIR);
}

/* Runs that end at once lose none, nor the place where one is shortened. */
static void test_at_once(void **state)
{
	(void)state;
	enum { CHILDREN = 4, EACH = 10 };
	unlinkat(kept.dir, "runs", 0);
	for (int i = 0; i < CHILDREN; i++) {
		if (fork())
			continue;
		close(kept.dir); /* a lock of its own */
		kept.dir = open(place, O_RDONLY | O_DIRECTORY);
		for (size_t k = 0; k < EACH; k++)
			add_run(k + 1);
		_exit(0);
	}
	for (int i = 0, status; i < CHILDREN; i++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	assert_int_equal(read_runs().n, CHILDREN * EACH);
}

int pcs_test_runs(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_at_once),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
