/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The canonical form of bytecode (docs/CANONICAL.md): equal code gives equal bytes, whatever was
 * shared, interned or hashed in the process that wrote it. Pure, and safe on hostile input: time
 * and memory are linear in the length, depth is bounded as in CPython.
 */

#include <stdint.h>

#include "base/buf.h"
#include "pyc/refusal.h"

/*
 * Append the canonical form of a marshalled code object, as CPython 3.`minor` (8 to 15) writes and
 * reads it, to `ret`. 0; -PCS_ECANON with *ret_why set; -ENOMEM. On failure nothing is appended.
 */
int pcs_marshal_canonical(const uint8_t *in, size_t len, unsigned minor, struct pcs_buf *ret,
			  struct pcs_refusal *ret_why);

/*
 * The same, of the code as it would be had its source been compiled with the file name `name`,
 * which is bytes as a path is. `code` is scratch behind its end, and stays as it is.
 */
int pcs_marshal_renamed(struct pcs_buf *code, unsigned minor, const char *name, struct pcs_buf *ret,
			struct pcs_refusal *ret_why);

/*
 * The same, of code that pcs_marshal_renamed() has given the name `held`, which occurs nowhere else
 * in it, and which is an object at `at` there (pcs_marshal_find_name()): copied, where nothing but
 * the name differs. 0, and else as above.
 */
int pcs_marshal_put_name(struct pcs_buf *code, unsigned minor, size_t at, const char *held,
			 const char *name, struct pcs_buf *ret, struct pcs_refusal *ret_why);

/* Where in canonical code its file name is, a short ASCII str that occurs but once; or SIZE_MAX. */
size_t pcs_marshal_find_name(const uint8_t *code, size_t len, const char *held);

/* The same of a whole pyc: the header is kept as it is, and its magic number tells the version. */
int pcs_pyc_canonical(const uint8_t *pyc, size_t len, struct pcs_buf *ret,
		      struct pcs_refusal *ret_why);
