/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzed: the file of the memory, as it is or with checksums that are right, and rows by
 * themselves. The first byte says which. */

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "pyc/source_hash.h"
#include "state/records.h"
#include "state/row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void rows(const char *bytes, size_t len)
{
	struct pcs_rows r = { 0 };
	pcs_rows_read(&r, bytes, len);
	for (size_t i = 0; i < r.n; i++)
		pcs_rows_find(&r, r.list[i].name);
	pcs_rows_find(&r, "m.cpython-311.pyc");
	pcs_rows_done(&r);
}

static bool every(void *ctx, const char *dir)
{
	(void)ctx;
	return strlen(dir) > 0;
}

static void put_check(uint8_t *at, const uint8_t *from, size_t len)
{
	uint64_t check = pcs_source_hash(0, 8, from, len);
	memcpy(at, &check, sizeof(check));
}

/* Checksums that are right, of the head and of the journal's records as they are in records.c: what
 * they stand for is damaged all the same. */
static void put_checks(uint8_t *data, size_t len)
{
	uint64_t at, slots = 0;
	uint32_t path, rows;
	if (len < 40)
		return;
	put_check(data + 32, data, 32);
	memcpy(&at, data + 24, sizeof(at));
	for (; at < len && len - at >= 24 && slots < 64;
	     at += 24 + (uint64_t)path + rows, slots++) {
		memcpy(&path, data + at + 16, sizeof(path));
		memcpy(&rows, data + at + 20, sizeof(rows));
		if (len - at - 24 < (uint64_t)path + rows)
			return;
		put_check(data + at, data + at + 8, 16 + (size_t)path + rows);
	}
}

static void file(uint8_t *data, size_t len, bool checks)
{
	if (checks)
		put_checks(data, len);
	struct pcs_records f;
	PCS_BUF struct pcs_buf found = { 0 };
	int fd = memfd_create("memory", MFD_CLOEXEC);
	PCS_CLOSE int merged = memfd_create("merged", MFD_CLOEXEC);
	if (fd < 0 || merged < 0 || write(fd, data, len) != (ssize_t)len)
		return;
	if (pcs_records_open(fd, &f) < 0)
		return;
	pcs_records_find(&f, "/usr/lib/python3.11", &found);
	rows(found.data ? found.data : "", found.len);
	pcs_records_append(&f, "", 0);
	pcs_records_extend(&f);
	pcs_records_merge(&f, every, NULL, merged);
	pcs_records_done(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	PCS_FREE uint8_t *own = malloc(len ? len : 1);
	if (!len || !own)
		return 0;
	memcpy(own, data + 1, len - 1);
	if (data[0] & 1)
		file(own, len - 1, data[0] & 2);
	else
		rows((const char *)own, len - 1);
	return 0;
}
