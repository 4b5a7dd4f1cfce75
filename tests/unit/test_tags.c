/* The list of interpreters: no change of one bit and no cut goes unnoticed. */

#include "units.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	unlinkat(kept.dir, "tags", 0);
	close(kept.dir);
	return rmdir(place);
}

static int read_tags(const char *expected)
{
	PCS_BUF struct pcs_buf found = { 0 };
	int r = pcs_state_tags(&kept, &found);
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
	pcs_state_set_tags(&kept, &written);
	assert_int_equal(read_tags(tags), 0);
	PCS_CLOSE int fd = openat(kept.dir, "tags", O_RDONLY);
	ssize_t len = read(fd, bytes, sizeof(bytes));
	assert_in_range(len, strlen(tags) + 1, sizeof(bytes) - 1);
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

int pcs_test_tags(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_damage) };
	return cmocka_run_group_tests_name("tags", tests, set_up, tear_down);
}
