/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Regular expressions with the syntax of Python's re, as far as PCRE2 has it: see
 * pycsync-compile(1). */

#include "base/buf.h"

struct pcs_regex;

/* Compile. 0; -ELIBACC when PCRE2 is not installed; -EINVAL with words appended to `ret_why`. PCRE2
 * is loaded when the first expression is compiled. */
int pcs_regex_new(const char *pattern, struct pcs_regex **ret, struct pcs_buf *ret_why);
void pcs_regex_free(struct pcs_regex *r);

/* re.search(): 1 when there is a match, 0 when there is none, negative when it took too long. */
int pcs_regex_search(const struct pcs_regex *r, const char *text, size_t len);

/* re.match(), at the beginning of the text only. As pcs_regex_search(). */
int pcs_regex_match(const struct pcs_regex *r, const char *text, size_t len);
