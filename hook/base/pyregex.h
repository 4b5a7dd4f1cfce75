/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Expressions of Python's re, written as PCRE2 takes them. Pure. */

#include <stdbool.h>

#include "base/buf.h"

/*
 * Append to `ret` what PCRE2 (UTF, 10.40 or newer) has to be given for `pattern`, and tell whether
 * it is to match ASCII only: (?a) in front. 0, -ENOMEM, or -EINVAL with the reason appended to
 * `ret_why` for what Python refuses, or PCRE2 would take for something else.
 * (cpython:Lib/re/_parser.py, pcre2pattern(3))
 */
int pcs_pyregex_translate(const char *pattern, struct pcs_buf *ret, bool *ret_ascii,
			  struct pcs_buf *ret_why);

/*
 * Append the character that `s` begins with. A byte that is no UTF-8 is a character of its own in
 * Python (PEP 383); here it becomes one of the last private characters, in patterns as in texts.
 * Returns 0 or -ENOMEM, and the number of bytes read.
 */
int pcs_pyregex_add_character(struct pcs_buf *ret, const char *s, size_t left, size_t *ret_len);
