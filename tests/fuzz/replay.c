/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a fuzzer's function over files, and over damaged copies of them, each within some seconds:
 * what once was found stays fixed. The damage is the same in each run, as long as there is time for
 * it. */

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/root.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum {
	SECONDS = 20,    /* for one input */
	COPIES = 2000,   /* of a file */
	CPU_SECONDS = 2, /* for all copies of all files */
	GROWTH = 64,     /* of a copy */
};

/* What runs now, for the message when it does not come to an end. */
static const char *name;
static unsigned copy;

static void tell(int sig)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "fuzz: %s: signal %d in copy %u\n", name, sig, copy);
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		_exit(2);
	signal(sig, SIG_DFL);
	raise(sig);
}

static uint32_t random_below(uint32_t *state, size_t n)
{
	*state = *state * 1664525 + 1013904223;
	return (uint32_t)((*state >> 8) % (n ? n : 1));
}

/* One change: a byte that is another, bytes that are gone, or twice there. Returns the new length.
 */
static size_t damage(uint8_t *data, size_t len, size_t cap, uint32_t *state)
{
	static const uint8_t odd[] = { 0, 1, 0x7f, 0x80, 0xff, '\n', '/', '"', '[', '*' };
	size_t at = random_below(state, len), n = 1 + random_below(state, 8);
	n = n > len - at ? len - at : n;
	switch (random_below(state, 4)) {
	case 0:
		data[at] ^= (uint8_t)(1 << random_below(state, 8));
		return len;
	case 1:
		data[at] = odd[random_below(state, sizeof(odd))];
		return len;
	case 2:
		memmove(data + at, data + at + n, len - at - n);
		return len - n;
	default:
		n = n > cap - len ? cap - len : n;
		memmove(data + at + n, data + at, len - at);
		return len + n;
	}
}

static void run(const uint8_t *data, size_t len)
{
	PCS_FREE uint8_t *exact = malloc(len + 1); /* so that a sanitizer sees the end */
	if (!exact)
		return;
	memcpy(exact, data, len);
	alarm(SECONDS);
	LLVMFuzzerTestOneInput(exact, len);
	alarm(0);
}

static double used(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void run_damaged(const struct pcs_buf *b, double until)
{
	size_t cap = b->len + GROWTH;
	PCS_FREE uint8_t *data = malloc(cap);
	uint32_t state = (uint32_t)b->len;
	for (copy = 1; data && b->len && copy <= COPIES && used() < until; copy++) {
		size_t len = b->len;
		memcpy(data, b->data, len);
		for (uint32_t n = 1 + random_below(&state, 4); n && len; n--)
			len = damage(data, len, cap, &state);
		run(data, len);
	}
	copy = 0;
}

static int replay(double until)
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
	run((const uint8_t *)(b.data ? b.data : ""), b.len);
	run_damaged(&b, until);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;
	signal(SIGABRT, tell);
	signal(SIGALRM, tell);
	for (int i = 1; i < argc; i++) {
		name = argv[i];
		if (replay((double)CPU_SECONDS * i / (argc - 1)) < 0)
			failed++;
	}
	printf("fuzz: %d passed, %d failed, 0 skipped\n", argc - 1 - failed, failed);
	return failed != 0;
}
