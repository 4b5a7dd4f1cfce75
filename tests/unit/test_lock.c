/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/util.h"
#include "state/lock.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 200 };

static int take(int fd, const char *const *places, size_t n, struct pcs_locks *ret)
{
	const char *list[MANY];
	memcpy(list, places, n * sizeof(*list));
	int r = pcs_locks_plan(list, n, ret);
	return r < 0 ? r : pcs_locks_try(fd, ret);
}

static size_t count(const char *const *places, size_t max)
{
	size_t n = 0;
	while (n < max && places[n])
		n++;
	return n;
}

/* Another process's answer to whether it can have the places: where it cannot, or "" . */
static void ask(int fd, const char *const *places, size_t n, pid_t expected, char *ret, size_t size)
{
	int pipe_fds[2], status;
	assert_int_equal(pipe(pipe_fds), 0);
	pid_t child = fork();
	if (child == 0) {
		struct pcs_locks l;
		int r = take(fd, places, n, &l);
		if (r == -EBUSY && l.holder == expected)
			dprintf(pipe_fds[1], "%.*s", (int)l.busy->len, l.busy->path);
		_exit(r == 0 || (r == -EBUSY && l.holder == expected) ? 0 : 1);
	}
	close(pipe_fds[1]);
	ssize_t got = read(pipe_fds[0], ret, size - 1);
	close(pipe_fds[0]);
	assert_true(got >= 0 && (size_t)got < size);
	ret[got] = '\0';
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void overlapping_places_conflict(void **state)
{
	(void)state;
	static const struct {
		const char *what, *ours[3], *theirs[3], *busy;
	} rows[] = {
		{ "the same", { "/usr/lib" }, { "/usr/lib" }, "/usr/lib" },
		{ "below", { "/usr/lib" }, { "/usr/lib/a/b" }, "/usr/lib" },
		{ "above", { "/usr/lib/a/b" }, { "/usr/lib" }, "/usr/lib" },
		{ "beside", { "/usr/lib/a" }, { "/usr/lib/b" }, "" },
		{ "a name that another one begins with", { "/usr/lib" }, { "/usr/lib64" }, "" },
		{ "the root", { "/" }, { "/usr" }, "/" },
		{ "the root against all", { "/usr" }, { "/" }, "/" },
		{ "nothing", { NULL }, { "/" }, "" },
		{ "nothing of theirs", { "/" }, { NULL }, "" },
		{ "one of several", { "/a", "/b", "/c" }, { "/d", "/c/x" }, "/c" },
		{ "none of several", { "/a/x", "/b", "/c" }, { "/d", "/a/y" }, "" },
		{ "one in the other", { "/a", "/a/b" }, { "/a/c" }, "/a" },
		{ "one in the other, and in neither", { "/a/b/c", "/a/b" }, { "/a/d" }, "" },
		{ "twice", { "/a", "/a" }, { "/a" }, "/a" },
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		char busy[64];
		struct pcs_locks l;
		PCS_CLOSE int fd = memfd_create("lock", MFD_CLOEXEC);
		assert_int_equal(take(fd, rows[i].ours, count(rows[i].ours, 3), &l), 0);
		ask(fd, rows[i].theirs, count(rows[i].theirs, 3), getpid(), busy, sizeof(busy));
		if (strcmp(busy, rows[i].busy) != 0)
			fail_msg("%s: busy in \"%s\", expected \"%s\"", rows[i].what, busy,
				 rows[i].busy);
		pcs_locks_done(&l);
	}
}

/* Many places are covered by few, and no others are. */
static void many_places_are_covered(void **state)
{
	(void)state;
	static const struct {
		const char *theirs, *busy;
	} rows[] = { { "/usr/lib/p", "/usr/lib/p" },
		     { "/usr/lib/p/m7/x", "/usr/lib/p" },
		     { "/usr/lib/p/new", "/usr/lib/p" },
		     { "/usr/lib/q", "" },
		     { "/opt", "/opt" },
		     { "/opt/a/b/c/d", "/opt/a/b" },
		     { "/srv", "" } };
	static char names[MANY][32];
	const char *places[MANY];
	struct pcs_locks l;
	for (size_t i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), "/usr/lib/p/m%zu/sub", i);
		places[i] = names[i];
	}
	strcpy(names[MANY / 2], "/opt/a/b/c/deep");
	PCS_CLOSE int fd = memfd_create("lock", MFD_CLOEXEC);
	assert_int_equal(take(fd, places, MANY, &l), 0);
	assert_true(l.n >= 1 && l.n <= 20);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		char busy[64];
		ask(fd, &rows[i].theirs, 1, getpid(), busy, sizeof(busy));
		if (strcmp(busy, rows[i].busy) != 0)
			fail_msg("%s: busy in \"%s\", expected \"%s\"", rows[i].theirs, busy,
				 rows[i].busy);
	}
	pcs_locks_done(&l);
}

/* Who could not have all keeps none. */
static void all_or_none(void **state)
{
	(void)state;
	static const char *const ours[] = { "/b" }, *const both[] = { "/a", "/b", "/c" },
				 *const rest[] = { "/a", "/c" };
	struct pcs_locks l, more;
	char busy[64];
	int ready[2], status;
	PCS_CLOSE int fd = memfd_create("lock", MFD_CLOEXEC);
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	if (child == 0) {
		int r = take(fd, ours, 1, &l);
		assert_int_equal(write(ready[1], "", 1), 1);
		pause();
		_exit(r != 0);
	}
	assert_int_equal(read(ready[0], busy, 1), 1);
	assert_int_equal(take(fd, both, 3, &more), -EBUSY);
	assert_int_equal(more.holder, child);
	ask(fd, rest, 2, 0, busy, sizeof(busy));
	assert_string_equal(busy, "");
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(pcs_locks_wait(fd, &more, 10), 0);
	pcs_locks_done(&more);
	close(ready[0]);
	close(ready[1]);
}

/* What children share with the test. */
struct churn {
	atomic_int ready, running;
	atomic_bool stop;
};

/* Have a place nearly all of the time, as runs do that come one after the other. */
static int churn(int fd, const char *place, struct churn *c)
{
	enum { ROUNDS = 2000, ROUND_US = 10 * 1000, ENOUGH_SECONDS = 60 };
	for (int i = 0; i < ROUNDS && !c->stop; i++) {
		struct pcs_locks l;
		if (pcs_locks_plan(&(const char *){ place }, 1, &l) < 0 ||
		    pcs_locks_wait(fd, &l, ENOUGH_SECONDS) < 0)
			return 1;
		c->ready += i == 0;
		usleep(ROUND_US);
		close(dup(fd)); /* gives all back */
		pcs_locks_done(&l);
	}
	c->running--;
	return 0;
}

/* Whoever waits for much has its turn, though others come and go and leave no gap. */
static void those_who_wait_have_their_turn(void **state)
{
	(void)state;
	enum { CHILDREN = 3 };
	static const char *const places[CHILDREN] = { "/a", "/b", "/c" };
	struct churn *c =
		mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	PCS_CLOSE int fd = memfd_create("lock", MFD_CLOEXEC);
	struct pcs_locks l;
	pid_t children[CHILDREN];
	int status;
	assert_ptr_not_equal(c, MAP_FAILED);
	c->running = CHILDREN;
	for (int i = 0; i < CHILDREN; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(churn(fd, places[i], c));
	}
	while (c->ready < CHILDREN && c->running == CHILDREN)
		usleep(1000);
	assert_int_equal(pcs_locks_plan(&(const char *){ "/" }, 1, &l), 0);
	assert_int_equal(pcs_locks_wait(fd, &l, PCS_WAIT_FOREVER), 0);
	assert_int_equal(c->running, CHILDREN);
	c->stop = true;
	close(PCS_TAKE_FD(fd));
	pcs_locks_done(&l);
	for (int i = 0; i < CHILDREN; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	munmap(c, sizeof(*c));
}

int pcs_test_lock(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overlapping_places_conflict),
		cmocka_unit_test(many_places_are_covered),
		cmocka_unit_test(all_or_none),
		cmocka_unit_test(those_who_wait_have_their_turn),
	};
	return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
