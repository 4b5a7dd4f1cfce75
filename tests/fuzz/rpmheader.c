/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzed: the header of an .rpm. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive/rpmfile.h"
#include "base/fs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pcs_rpmfile f;
	PCS_CLOSE int fd = memfd_create("package", MFD_CLOEXEC);
	size_t sum = 0;
	if (fd < 0 || write(fd, data, len) != (ssize_t)len || pcs_rpmfile_read(fd, &f) < 0)
		return 0;
	for (size_t i = 0; i < f.n; i++) {
		const struct pcs_rpmfile_entry *e = &f.files[i];
		if (e->content >= f.n) /* the reader of the payload takes it for an index */
			abort();
		sum += strlen(e->dir) + strlen(e->base) + strlen(e->link);
	}
	if (sum > f.n * 3 * (len + 1)) /* no string is longer than the file */
		abort();
	pcs_rpmfile_done(&f);
	return 0;
}
