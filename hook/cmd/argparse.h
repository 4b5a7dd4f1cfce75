#pragma once
/* Command lines as Python's argparse reads them, habits included: see pycsync(8), compile. */

#include <stddef.h>

struct pcs_arg {
	int key;          /* what set() is called with; a letter where there is a short form */
	const char *name; /* long form without the dashes, or NULL */
	const char *meta; /* name of its value, or NULL where it takes none */
};

struct pcs_argparse {
	const struct pcs_arg *table;
	size_t n;

	/* An option was read. 0 to go on, anything else ends the parsing and is returned. */
	int (*set)(void *ctx, int key, const char *value);

	/* A positional argument was read. As set(). */
	int (*positional)(void *ctx, const char *value);
	void *ctx;
};

/* Parse. 0, what a callback returned, or -PCS_EUSAGE after the fault was reported. */
int pcs_argparse(const struct pcs_argparse *p, int argc, char **argv);

/* Python's int(): spaces around, a sign, single underscores between digits. 0 or -EINVAL. */
int pcs_py_int(const char *text, long *ret);
