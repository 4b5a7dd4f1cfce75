/* The record of what was made: appended to, cut off, made compact. */

#include "units.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "state/record.h"
#include "state/state.h"

enum { HEAD = 16, ENTRY = 16 };

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
	unlinkat(kept.dir, "made", 0);
	close(kept.dir);
	return rmdir(place);
}

/* File number `i` as it was written at `time`. */
static struct stat file(unsigned i, long time)
{
	return (struct stat){
		.st_ino = 1000 + i, .st_size = 100, .st_mtim.tv_sec = time, .st_ctim.tv_sec = time
	};
}

static const uint8_t header[PCS_PYC_HEADER] = { 1 };

static void note(struct pcs_record *r, unsigned i, long time)
{
	char path[32];
	struct stat st = file(i, time);
	snprintf(path, sizeof(path), "/usr/%u.pyc", i);
	assert_int_equal(pcs_record_note(r, path, &st, header), 0);
}

/* A run that makes the files from `first` on at `time`. */
static void make(unsigned first, unsigned n, long time)
{
	struct pcs_record *r = NULL;
	assert_int_equal(pcs_record_new(&kept, &r), 0);
	for (unsigned i = first; i < first + n; i++)
		note(r, i, time);
	assert_int_equal(pcs_record_save(r), 0);
	pcs_record_free(r);
}

static unsigned count_known(unsigned n, long time)
{
	struct pcs_record *r = NULL;
	unsigned found = 0;
	assert_int_equal(pcs_record_new(&kept, &r), 0);
	for (unsigned i = 0; i < n; i++) {
		struct stat st = file(i, time), touched = st;
		touched.st_ctim.tv_nsec++;
		bool has = pcs_record_has(r, &st, header);
		assert_int_equal(pcs_record_vouches(r, &st, header), has);
		assert_false(pcs_record_vouches(r, &touched, header));
		assert_int_equal(pcs_record_has(r, &touched, header), has);
		found += has;
	}
	pcs_record_free(r);
	return found;
}

static long entries(void)
{
	struct stat st;
	assert_int_equal(fstatat(kept.dir, "made", &st, 0), 0);
	return (long)(st.st_size - HEAD) / ENTRY;
}

static void test_nothing(void **state)
{
	(void)state;
	assert_int_equal(count_known(3, 1), 0);
	make(0, 0, 1);
	assert_int_equal(faccessat(kept.dir, "made", F_OK, 0), -1);
}

static void test_append(void **state)
{
	(void)state;
	make(0, 5000, 1);
	assert_int_equal(entries(), 5000);
	assert_int_equal(count_known(6000, 1), 5000);
	make(5000, 1000, 1);
	make(10, 1, 2);
	assert_int_equal(entries(), 6001);
	assert_int_equal(count_known(6000, 1), 6000);
	assert_int_equal(count_known(6000, 2), 1);
}

static void test_cut_off(void **state)
{
	PCS_CLOSE int fd = openat(kept.dir, "made", O_WRONLY | O_CLOEXEC);
	(void)state;
	assert_int_equal(ftruncate(fd, HEAD + 6000 * ENTRY + 7), 0);
	assert_int_equal(count_known(6000, 1), 6000);
	assert_int_equal(count_known(6000, 2), 0);
	make(11, 1, 2); /* in the place of the half entry */
	assert_int_equal(entries(), 6001);
	assert_int_equal(count_known(6000, 2), 1);
}

static void test_compact(void **state)
{
	(void)state;
	make(0, 3998, 3);
	assert_int_equal(entries(), 9999);
	make(3998, 1, 3); /* twice the number of the first time */
	assert_int_equal(entries(), 6000);
	assert_int_equal(count_known(6000, 1), 2001);
	assert_int_equal(count_known(6000, 2), 0);
	assert_int_equal(count_known(6000, 3), 3999);
	make(0, 6000, 4);
	assert_int_equal(entries(), 6000);
	assert_int_equal(count_known(6000, 4), 6000);
}

static void test_garbage(void **state)
{
	PCS_CLOSE int fd = openat(kept.dir, "made", O_WRONLY | O_TRUNC | O_CLOEXEC);
	(void)state;
	assert_int_equal(write(fd, "no record", 9), 9);
	assert_int_equal(count_known(10, 4), 0);
	make(0, 2, 5);
	assert_int_equal(entries(), 2);
	assert_int_equal(count_known(10, 5), 2);
}

int pcs_test_record(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing), cmocka_unit_test(test_append),
		cmocka_unit_test(test_cut_off), cmocka_unit_test(test_compact),
		cmocka_unit_test(test_garbage),
	};
	return cmocka_run_group_tests_name("record", tests, set_up, tear_down);
}
