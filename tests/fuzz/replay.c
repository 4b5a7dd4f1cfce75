/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a fuzzer's function over files, each within some seconds: what once was found stays fixed.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/root.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { SECONDS = 20 };

static int replay(const char *name)
{
	struct pcs_root root;
	struct stat st;
	PCS_BUF struct pcs_buf b = { 0 };
	PCS_FREE char *path = realpath(name, NULL);
	if (!path || pcs_root_open("/", &root) < 0)
		return -1;
	int r = pcs_root_read(&root, path, &b, &st);
	pcs_root_done(&root);
	if (r < 0)
		return r;
	PCS_FREE uint8_t *exact = malloc(b.len + 1); /* so that a sanitizer sees the end */
	if (!exact)
		return -1;
	memcpy(exact, b.data, b.len);
	alarm(SECONDS);
	LLVMFuzzerTestOneInput(exact, b.len);
	alarm(0);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;
	for (int i = 1; i < argc; i++) {
		fprintf(stderr, "%s\n", argv[i]); /* the last one is the one that crashed */
		if (replay(argv[i]) < 0)
			failed++;
	}
	printf("fuzz: %d passed, %d failed, 0 skipped\n", argc - 1 - failed, failed);
	return failed != 0;
}
