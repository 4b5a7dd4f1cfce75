/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The canonical pass for tests: build/canon IN OUT for one pyc, or without arguments for a stream
 * of them. In the stream each is its length and its bytes; each answer is a status (0, or 1 for a
 * refusal), a length, and that many bytes: a pyc, or why and where. Numbers are 32 bits, in the
 * machine's order.
 */

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "pyc/canon.h"

static int canonical(const struct pcs_buf *in, struct pcs_buf *out)
{
	struct pcs_refusal why = { 0 };
	int r = pcs_pyc_canonical((const uint8_t *)in->data, in->len, out, &why);
	if (r == -PCS_ECANON)
		pcs_buf_printf(out, "%s at byte %zu", why.what, why.at);
	else if (r < 0)
		pcs_buf_adds(out, pcs_strerror(r));
	return r < 0;
}

static int stream(void)
{
	PCS_BUF struct pcs_buf in = { 0 };
	PCS_BUF struct pcs_buf out = { 0 };
	uint32_t len;
	while (fread(&len, sizeof(len), 1, stdin) == 1) {
		in.len = out.len = 0;
		if (pcs_buf_reserve(&in, len) < 0 || fread(in.data, 1, len, stdin) != len)
			return 2;
		in.len = len;
		uint32_t answer[2] = { (uint32_t)canonical(&in, &out) };
		answer[1] = (uint32_t)out.len;
		fwrite(answer, sizeof(answer), 1, stdout);
		fwrite(out.data, 1, out.len, stdout);
		if (fflush(stdout) == EOF)
			return 2;
	}
	return 0;
}

static int one(const char *from, const char *to)
{
	PCS_BUF struct pcs_buf in = { 0 };
	PCS_BUF struct pcs_buf out = { 0 };
	char block[65536];
	FILE *f = fopen(from, "rb");
	if (!f)
		return 2;
	for (size_t n; (n = fread(block, 1, sizeof(block), f)) > 0;)
		if (pcs_buf_add(&in, block, n) < 0)
			return 2;
	fclose(f);
	if (canonical(&in, &out) != 0) {
		fprintf(stderr, "%s: %s\n", from, out.data);
		return 1;
	}
	f = fopen(to, "wb");
	if (!f)
		return 2;
	size_t written = fwrite(out.data, 1, out.len, f);
	return fclose(f) == EOF || written != out.len ? 2 : 0;
}

int main(int argc, char **argv)
{
	if (argc == 3)
		return one(argv[1], argv[2]);
	return argc == 1 ? stream() : 2;
}
