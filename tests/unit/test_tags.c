/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of interpreters: no change of one bit and no cut goes unnoticed. */

#include "units.h"

#include "base/root.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "state/state.h"
#include "state/turnover.h"

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
	unlinkat(kept.dir, "tags", 0);
	close(kept.dir);
	return rmdir(place);
}

static int read_tags(const char *expected)
{
	PCS_BUF struct pcs_buf found = { 0 };
	int r = pcs_state_list(&kept, "tags", &found);
	if (r == 0)
		assert_string_equal(found.data, expected);
	else
		assert_int_equal(found.len, 0);
	return r;
}

static void write_file(const char *bytes, size_t len)
{
	PCS_CLOSE int fd = openat(kept.dir, "tags", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, bytes, len), len);
}

static void test_damage(void **state)
{
	(void)state;
	static char tags[] = "cpython-311\ncpython-313t\npypy39\n";
	const struct pcs_buf written = { .data = tags, .len = strlen(tags) };
	char bytes[256];
	assert_int_equal(read_tags(""), -ENOENT);
	pcs_state_set_list(&kept, "tags", &written);
	assert_int_equal(read_tags(tags), 0);
	PCS_CLOSE int fd = openat(kept.dir, "tags", O_RDONLY);
	ssize_t len = read(fd, bytes, sizeof(bytes));
	assert_true(len > (ssize_t)strlen(tags) && len < (ssize_t)sizeof(bytes));
	for (size_t bit = 0; bit < 8 * (size_t)len; bit++) {
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		write_file(bytes, (size_t)len);
		assert_int_equal(read_tags(""), -EBADMSG);
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t cut = 0; cut < (size_t)len; cut++) {
		write_file(bytes, cut);
		assert_int_equal(read_tags(""), -EBADMSG);
	}
	write_file(bytes, (size_t)len);
	assert_int_equal(read_tags(tags), 0);
	write_file(tags, strlen(tags)); /* as the first version wrote it */
	assert_int_equal(read_tags(""), -EBADMSG);
}

/* Of what another run noted meanwhile, nothing is lost that it added. */
static void other_runs_are_heard(void **state)
{
	(void)state;
	static const struct {
		const char *before, *meanwhile, *now, *expected;
	} rows[] = {
		{ "a\n", "a\n", "a\n", "a\n" },    { "a\n", "a\nb\n", "a\n", "a\nb\n" },
		{ "a\nb\n", "a\n", "a\n", "a\n" }, { "a\n", "b\n", "c\n", "c\nb\n" },
		{ "", "a\n", "b\n", "b\na\n" },
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		PCS_BUF struct pcs_buf meanwhile = { 0 };
		struct pcs_turnover t = { 0 };
		assert_int_equal(pcs_buf_adds(&t.before, rows[i].before), 0);
		assert_int_equal(pcs_buf_adds(&t.now, rows[i].now), 0);
		assert_int_equal(pcs_buf_adds(&meanwhile, rows[i].meanwhile), 0);
		pcs_state_set_list(&kept, "tags", &meanwhile);
		pcs_turnover_keep(&kept, &t);
		assert_int_equal(read_tags(rows[i].expected), 0);
		pcs_turnover_done(&t);
	}
}

/* Of two with one tag, one may be gone. */
static void tells_trees_of_one_tag_apart(void **state)
{
	(void)state;
	static const struct {
		const char *gone, *tag, *version; /* version NULL: the place binds none */
		bool is_gone;
	} rows[] = {
		{ "cpython-311\n", "cpython-311", "3.11", true },
		{ "cpython-311\n", "cpython-311", NULL, true },
		{ "=3.13t\n", "cpython-313", "3.13t", true },
		{ "=3.13t\n", "cpython-313", "3.13", false },
		{ "=3.13t\n", "cpython-313", NULL, false },
		{ "=3.13t\n", "cpython-312", "3.13t", false },
		{ "=3.13\n", "cpython-313", "3.13", true },
		{ "=3.13\n", "cpython-313", "3.13t", false },
		{ "pypy39\n", "pypy39", "pypy3.9", true },
		{ "", "cpython-313", "3.13", false },
		{ NULL, "cpython-313", NULL, false },
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		const char *version = rows[i].version;
		bool is = pcs_turnover_is_gone(rows[i].gone, rows[i].tag, strlen(rows[i].tag),
					       version, version ? strlen(version) : 0);
		if (is != rows[i].is_gone)
			fail_msg("row %zu", i);
	}
}

/* A package manager that takes the free-threaded one away names its file. */
static void notes_what_a_manager_takes(void **state)
{
	(void)state;
	static const char *const none[] = { NULL };
	static const char *const keep_it[] = { "3.13t", NULL };
	static const struct {
		const char *path, *now;
		const char *const *keep;
		const char *gone;
	} rows[] = {
		{ "/usr/bin/python3.13t", "cpython-313\n=3.13\n", none, "=3.13t\n" },
		{ "/usr/bin/python3.13t", "cpython-313\n=3.13\n", keep_it, "" },
		{ "/usr/bin/python3.13t", "", none, "cpython-313\n=3.13t\n" },
		{ "/usr/bin/python3.13", "cpython-313\n=3.13t\n", none, "=3.13\n" },
		{ "/usr/bin/python3.11", "", none, "cpython-311\n" },
		{ "/usr/bin/python3.13t", "cpython-313\n=3.13t\n", none, "" },
		{ "/usr/bin/pypy3.9", "", none, "pypy39\n" },
		{ "/usr/bin/pypy3.11t", "", none, "" }, /* has no tag */
		{ "/usr/bin/pypy3.111t", "", none, "" },
	};
	struct pcs_root empty;
	assert_int_equal(pcs_root_open("/sys", &empty), 0);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		struct pcs_turnover t = { 0 };
		assert_int_equal(pcs_buf_adds(&t.now, rows[i].now), 0);
		assert_int_equal(pcs_buf_adds(&t.gone, ""), 0);
		assert_int_equal(pcs_turnover_note(&t, &empty, rows[i].keep, rows[i].path), 1);
		assert_string_equal(t.gone.data, rows[i].gone);
		pcs_turnover_done(&t);
	}
	pcs_root_done(&empty);
}

int pcs_test_tags(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_damage),
					    cmocka_unit_test(other_runs_are_heard),
					    cmocka_unit_test(tells_trees_of_one_tag_apart),
					    cmocka_unit_test(notes_what_a_manager_takes) };
	return cmocka_run_group_tests_name("tags", tests, set_up, tear_down);
}
