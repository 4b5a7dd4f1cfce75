/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzed: a look at the body of a pyc, and its comparison with a copy that differs in one byte. The
 * first byte is the version. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pyc/header.h"
#include "pyc/peek.h"
#include "pyc/same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void look(unsigned minor, const uint8_t *body, size_t len)
{
	struct pcs_peek p = { .dir = "/a", .dir_bytes = "/a", .name = "/a/b" };
	PCS_BUF struct pcs_buf path = { 0 };
	if (pcs_peek_body(&p, minor, body, len) == PCS_BODY_WHOLE) {
		if (!p.filename) /* a code object has one */
			abort();
		pcs_peek_path(p.filename, p.filename_len, &path);
		if (p.other)
			pcs_peek_path(p.other, p.other_len, &path);
	}
	pcs_peek_done(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pcs_pyc_header h;
	if (len < 3)
		return 0;
	unsigned minor = 7 + data[0] % 10;
	size_t at = (size_t)data[1] * len / 256;
	uint8_t *copy = malloc(len - 2);
	if (!copy)
		return 0;
	memcpy(copy, data + 2, len - 2);
	pcs_pyc_header_get(copy, len - 2, &h);
	look(minor, copy, len - 2);
	copy[at % (len - 2)] ^= 1;
	pcs_body_same(minor, data + 2, len - 2, copy, len - 2);
	free(copy);
	return 0;
}
