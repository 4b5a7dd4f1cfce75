/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A look at the body of a pyc: whether it is one whole marshalled code object, and which file names
 * it records. Pure and bounded: linear in the length, no recursion. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum pcs_body {
	PCS_BODY_UNKNOWN,   /* a version whose layout is not known here */
	PCS_BODY_WHOLE,     /* marshal would load it, as a code object, and nothing is behind it */
	PCS_BODY_TRUNCATED, /* it ends too early */
	PCS_BODY_DAMAGED,   /* marshal would refuse it, or it is something else */
};

struct pcs_peek {
	uint32_t *refs; /* where the objects are that later ones may refer to */
	size_t n_refs, cap_refs;

	/* Of the last body that was whole: co_filename as marshal has it (UTF-8, with lone
	 * surrogates for bytes that are none; see pcs_peek_path()), inside the body; and that of a
	 * code object within it that has another one, or NULL. */
	const char *filename, *other;
	size_t filename_len, other_len;

	/* The path of a directory to look for, as marshal has it in a str and in bytes, or NULL;
	 * and whether any but the str `name` may show it, of the last body that was whole. */
	const char *dir, *dir_bytes, *name;
	bool shows_dir;
};

/* Look at the body that CPython 3.`minor` wrote. The scratch memory in `p` serves many looks; start
 * with zeroes, end with pcs_peek_done(). Without memory the body counts as unknown. */
enum pcs_body pcs_peek_body(struct pcs_peek *p, unsigned minor, const void *body, size_t len);
void pcs_peek_done(struct pcs_peek *p);

/* Append a recorded name as the bytes of a path: what surrogateescape made is undone. 0, or
 * -ENOMEM. */
int pcs_peek_path(const char *name, size_t len, struct pcs_buf *ret);
