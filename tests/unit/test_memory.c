/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory of what was made: appended to, cut off, damaged, written anew. */

#include "units.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/root.h"
#include "base/util.h"
#include "state/index.h"
#include "state/memory.h"
#include "state/records.h"
#include "state/state.h"

enum { PER_DIR = 10, DIRS = 60 };

static char place[] = "/tmp/pycsync-units-XXXXXX";
static struct pcs_state kept;
static struct pcs_root root = { .fd = -1 };

static int set_up(void **state)
{
	*state = mkdtemp(place);
	kept = (struct pcs_state){ .dir = open(place, O_RDONLY | O_DIRECTORY), .lock = -1 };
	for (unsigned i = 0; i < DIRS; i++) {
		char dir[64];
		snprintf(dir, sizeof(dir), "%u", i);
		mkdirat(kept.dir, dir, 0700);
	}
	return kept.dir >= 0 && pcs_root_open(place, &root) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	unlinkat(kept.dir, "memory", 0);
	for (unsigned i = 0; i < DIRS; i++) {
		char dir[64];
		snprintf(dir, sizeof(dir), "%u", i);
		unlinkat(kept.dir, dir, AT_REMOVEDIR);
	}
	close(kept.dir);
	pcs_root_done(&root);
	return rmdir(place);
}

/* Entry number `i` as it was made in run `run`, in one of many directories. */
static struct pcs_row row(unsigned i, unsigned run, char name[32], char dir[64])
{
	snprintf(name, 32, "m%u.cpython-311.pyc", i % PER_DIR);
	snprintf(dir, 64, "/%u", i / PER_DIR);
	struct pcs_row r = { .name = name,
			     .kind = PCS_ROW_MADE,
			     .maker = run,
			     .quick = i + 1,
			     .file = i + 2,
			     .change = run,
			     .line = i };
	memset(r.source, (int)(i % 250) + 1, sizeof(r.source));
	memset(r.body, (int)(run % 250) + 1, sizeof(r.body));
	return r;
}

/* A run that makes the entries from `first` on. */
static void make(unsigned first, unsigned n, unsigned run)
{
	struct pcs_memory *m = NULL;
	char name[32], dir[64];
	assert_int_equal(pcs_memory_new(&kept, &root, &m), 0);
	for (unsigned i = first; i < first + n; i++) {
		struct pcs_row r = row(i, run, name, dir);
		assert_int_equal(pcs_memory_note(m, dir, &r), 0);
	}
	assert_int_equal(pcs_memory_save(m), 0);
	pcs_memory_free(m);
}

static bool is_row(const struct pcs_row *a, const struct pcs_row *b)
{
	return a && strcmp(a->name, b->name) == 0 && a->kind == b->kind && a->maker == b->maker &&
	       a->quick == b->quick && a->file == b->file && a->change == b->change &&
	       a->line == b->line && memcmp(a->source, b->source, sizeof(a->source)) == 0 &&
	       memcmp(a->body, b->body, sizeof(a->body)) == 0;
}

/* How many of the first `n` entries are known as made in `run`; *ret_other: in another. */
static unsigned count(unsigned n, unsigned run, unsigned *ret_other)
{
	struct pcs_memory *m = NULL;
	unsigned found = 0;
	*ret_other = 0;
	assert_int_equal(pcs_memory_new(&kept, &root, &m), 0);
	for (unsigned i = 0; i < n; i++) {
		PCS_CLEANUP(pcs_rows_done) struct pcs_rows rows = { 0 };
		PCS_BUF struct pcs_buf bytes = { 0 };
		char name[32], dir[64];
		struct pcs_row r = row(i, run, name, dir);
		assert_int_equal(pcs_memory_rows(m, dir, &bytes, &rows), 0);
		const struct pcs_row *is = pcs_rows_find(&rows, name);
		found += is_row(is, &r);
		*ret_other += is && !is_row(is, &r);
	}
	pcs_memory_free(m);
	return found;
}

static void expect(unsigned n, unsigned run, unsigned known, unsigned other)
{
	unsigned others;
	assert_int_equal(count(n, run, &others), known);
	assert_int_equal(others, other);
}

static off_t size(void)
{
	struct stat st;
	assert_int_equal(fstatat(kept.dir, "memory", &st, 0), 0);
	return st.st_size;
}

static void test_nothing(void **state)
{
	(void)state;
	expect(3, 1, 0, 0);
	make(0, 0, 1);
	assert_int_equal(faccessat(kept.dir, "memory", F_OK, 0), -1);
}

static void test_append(void **state)
{
	(void)state;
	make(0, 500, 1);
	expect(600, 1, 500, 0);
	make(500, 100, 1);
	make(15, 1, 2);
	expect(600, 1, 599, 1);
	expect(600, 2, 1, 599);
}

/* However much is noted, nothing is written where nothing may be. */
static void test_frozen(void **state)
{
	struct pcs_memory *m = NULL;
	char name[32], dir[64];
	off_t before = size();
	(void)state;
	assert_int_equal(pcs_memory_new(&kept, &root, &m), 0);
	pcs_memory_freeze(m);
	for (unsigned i = 0; i < 20000; i++) {
		struct pcs_row r = row(i, 7, name, dir);
		assert_int_equal(pcs_memory_note(m, dir, &r), 0);
	}
	assert_int_equal(pcs_memory_save(m), 0);
	pcs_memory_free(m);
	assert_int_equal(size(), before);
	expect(600, 7, 0, 600);
}

static void test_gone(void **state)
{
	struct pcs_memory *m = NULL;
	char name[32], dir[64];
	(void)state;
	assert_int_equal(pcs_memory_new(&kept, &root, &m), 0);
	struct pcs_row r = row(20, 1, name, dir);
	r.kind = PCS_ROW_GONE;
	assert_int_equal(pcs_memory_note(m, dir, &r), 0);
	assert_int_equal(pcs_memory_save(m), 0);
	pcs_memory_free(m);
	expect(600, 1, 598, 1);
}

/* What comes after the place where it was cut is lost, and the next run goes on from there. */
static void test_cut_off(void **state)
{
	off_t before = size();
	(void)state;
	make(0, 20, 3);
	PCS_CLOSE int fd = openat(kept.dir, "memory", O_WRONLY | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, size() - 1), 0);
	expect(20, 3, PER_DIR, PER_DIR);
	make(10, 1, 4);
	expect(20, 4, 1, 19);
	assert_true(size() > before);
}

static void test_rewrite(void **state)
{
	off_t most = 0;
	(void)state;
	for (unsigned run = 5; run < 25; run++) {
		make(0, 600, run);
		most = size() > most ? size() : most;
		expect(600, run, 600, 0);
	}
	assert_true(most < 1 << 20);
}

/* How many bytes this process has read so far. */
static unsigned long long bytes_read(void)
{
	unsigned long long n = 0;
	FILE *io = fopen("/proc/self/io", "re");
	assert_non_null(io);
	assert_int_equal(fscanf(io, "rchar: %llu", &n), 1);
	fclose(io);
	return n;
}

/* A run that notes much writes it in parts. It does not read what it wrote again for each of them,
 * but once, to write all anew; what others write meanwhile stays. */
static void test_long(void **state)
{
	struct pcs_memory *m = NULL;
	char name[32], dir[64];
	const unsigned n = 100000, each = sizeof("/0") + 100;
	unsigned long long before = bytes_read();
	(void)state;
	unlinkat(kept.dir, "memory", 0);
	assert_int_equal(pcs_memory_new(&kept, &root, &m), 0);
	for (unsigned i = 0; i < n; i++) {
		struct pcs_row r = row(i % 300, 40, name, dir);
		assert_int_equal(pcs_memory_note(m, dir, &r), 0);
		if (i == n / 2)
			make(300, 300, 41);
	}
	assert_int_equal(pcs_memory_save(m), 0);
	pcs_memory_free(m);
	assert_true(bytes_read() - before < 3ull * n * each);
	expect(300, 40, 300, 0);
	expect(600, 41, 300, 300);
}

/* A directory that is not there any more is left out of a file that is written anew. */
static void test_directories(void **state)
{
	struct pcs_memory *m = NULL;
	struct pcs_row there = { .name = "m99.cpython-311.pyc", .kind = PCS_ROW_MADE };
	(void)state;
	assert_int_equal(pcs_memory_new(&kept, &root, &m), 0);
	for (unsigned i = 0; i < 2; i++) {
		PCS_CLEANUP(pcs_rows_done) struct pcs_rows rows = { 0 };
		PCS_BUF struct pcs_buf bytes = { 0 };
		assert_int_equal(pcs_memory_rows(m, "/nowhere", &bytes, &rows), 0);
		assert_null(pcs_rows_find(&rows, there.name));
		assert_int_equal(pcs_memory_note(m, "/0", &there), 0);
		assert_int_equal(pcs_memory_note(m, "/nowhere", &there), 0);
	}
	assert_int_equal(pcs_memory_save(m), 0);
	pcs_memory_free(m);
	for (unsigned run = 0; run < 10; run++)
		make(0, 600, 30);
	assert_int_equal(pcs_memory_new(&kept, &root, &m), 0);
	for (unsigned i = 0; i < 2; i++) {
		PCS_CLEANUP(pcs_rows_done) struct pcs_rows rows = { 0 };
		PCS_BUF struct pcs_buf bytes = { 0 };
		assert_int_equal(pcs_memory_rows(m, i ? "/nowhere" : "/0", &bytes, &rows), 0);
		assert_int_equal(pcs_rows_find(&rows, there.name) != NULL, i == 0);
	}
	pcs_memory_free(m);
}

/* Whatever is damaged is not known; nothing is known that was not. */
static void test_damaged(void **state)
{
	(void)state;
	unlinkat(kept.dir, "memory", 0);
	make(0, 60, 1);
	for (unsigned i = 0; i < 20; i++)
		make(0, 600, 1);
	PCS_CLOSE int fd = openat(kept.dir, "memory", O_RDWR | O_CLOEXEC);
	unsigned seed = 1;
	for (unsigned i = 0; i < 300; i++) {
		char was, is;
		off_t at = rand_r(&seed) % size();
		unsigned other;
		assert_int_equal(pread(fd, &was, 1, at), 1);
		is = (char)(was ^ (1 << rand_r(&seed) % 8));
		assert_int_equal(pwrite(fd, &is, 1, at), 1);
		count(60, 1, &other);
		assert_int_equal(other, 0);
		assert_int_equal(pwrite(fd, &was, 1, at), 1);
	}
	expect(600, 1, 600, 0);
}

static void test_garbage(void **state)
{
	PCS_CLOSE int fd = openat(kept.dir, "memory", O_WRONLY | O_TRUNC | O_CLOEXEC);
	(void)state;
	assert_int_equal(write(fd, "no memory", 9), 9);
	expect(10, 4, 0, 0);
	make(0, 2, 5);
	expect(10, 5, 2, 0);
}

/* Numbers of one first byte, of a few and of all, with some that are equal. */
static void test_index(void **state)
{
	static const uint64_t masks[] = { 0x3, 0x0300000000000003, 0xffffffffffffffff };
	static struct pcs_record_place p[1000];
	(void)state;
	for (size_t m = 0; m < PCS_ARRAY_SIZE(masks); m++)
		for (size_t n = 0; n <= PCS_ARRAY_SIZE(p); n = n * 3 + 1) {
			uint64_t sum = 0, hash = 1;
			for (size_t i = 0; i < n; i++) {
				hash = hash * 6364136223846793005 + 1442695040888963407;
				p[i] = (struct pcs_record_place){ (hash ^ hash >> 33) & masks[m],
								  n - i };
				sum += p[i].hash ^ p[i].at << 9;
			}
			pcs_index_sort(p, n);
			for (size_t i = 0; i < n; i++)
				sum -= p[i].hash ^ p[i].at << 9;
			assert_int_equal(sum, 0);
			for (size_t i = 1; i < n; i++)
				assert_true(p[i - 1].hash < p[i].hash ||
					    (p[i - 1].hash == p[i].hash && p[i - 1].at < p[i].at));
			for (size_t i = 0; i < n; i++) {
				size_t at = pcs_index_find(p, n, p[i].hash);
				assert_true(p[at].hash == p[i].hash);
				assert_true(at == 0 || p[at - 1].hash < p[at].hash);
			}
		}
}

static bool is_always_there(void *ctx, const char *dir)
{
	(void)ctx;
	(void)dir;
	return true;
}

/* Append a row for each of `n` directories to a file. */
static void append_rows(struct pcs_records *f, unsigned n, unsigned run)
{
	PCS_BUF struct pcs_buf bytes = { 0 };
	for (unsigned i = 0; i < n; i++) {
		PCS_BUF struct pcs_buf rows = { 0 };
		char name[32], dir[64];
		struct pcs_row r = row(i * PER_DIR, run, name, dir);
		name[1] = (char)('0' + run);
		assert_int_equal(pcs_row_add(&rows, &r), 0);
		assert_int_equal(pcs_record_add(&bytes, dir, rows.data, rows.len), 0);
	}
	assert_int_equal(pcs_records_append(f, bytes.data, bytes.len), 0);
}

/* Tables of all small sizes, so that some have slots that go over their end; written from a
 * journal, and then from a table and a journal. */
static void test_merge(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= DIRS; n++) {
		struct pcs_records f = { .fd = open(place, O_RDWR | O_TMPFILE, 0600) };
		assert_int_equal(pcs_records_begin(&f), 0);
		for (unsigned run = 0; run < 2; run++) {
			int fd = open(place, O_RDWR | O_TMPFILE, 0600);
			append_rows(&f, n, run);
			assert_int_equal(pcs_records_merge(&f, is_always_there, NULL, fd), 0);
			pcs_records_done(&f);
			assert_int_equal(pcs_records_open(fd, &f), 0);
			assert_int_equal(f.n, 0);
			for (unsigned i = 0; i < n; i++) {
				PCS_CLEANUP(pcs_rows_done) struct pcs_rows rows = { 0 };
				PCS_BUF struct pcs_buf bytes = { 0 };
				char dir[64];
				snprintf(dir, sizeof(dir), "/%u", i);
				assert_int_equal(pcs_records_find(&f, dir, &bytes), 0);
				assert_int_equal(pcs_rows_read(&rows, bytes.data, bytes.len), 0);
				assert_int_equal(rows.n, run + 1);
			}
		}
		pcs_records_done(&f);
	}
}

int pcs_test_memory(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_index),       cmocka_unit_test(test_merge),
		cmocka_unit_test(test_nothing),     cmocka_unit_test(test_append),
		cmocka_unit_test(test_frozen),      cmocka_unit_test(test_gone),
		cmocka_unit_test(test_cut_off),     cmocka_unit_test(test_rewrite),
		cmocka_unit_test(test_directories), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_garbage),     cmocka_unit_test(test_long),
	};
	return cmocka_run_group_tests_name("memory", tests, set_up, tear_down);
}
