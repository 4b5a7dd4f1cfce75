/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzed: a pattern and a path, with a zero between them: as a glob, as a tree's root, and as an
 * expression of Python's. */

#include <stdint.h>
#include <string.h>

#include "base/pyregex.h"
#include "base/regex.h"
#include "policy/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expression(const char *pattern, const char *text)
{
	struct pcs_regex *r = NULL;
	PCS_BUF struct pcs_buf why = { 0 };
	if (pcs_regex_new(pattern, &r, &why) == 0) {
		pcs_regex_search(r, text, strlen(text));
		pcs_regex_match(r, text, strlen(text));
	}
	pcs_regex_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	PCS_BUF struct pcs_buf both = { 0 };
	const char *version;
	size_t version_len;
	if (pcs_buf_add(&both, data, len) < 0 || !both.data)
		return 0;
	const char *pattern = both.data;
	const char *path = strlen(pattern) < both.len ? pattern + strlen(pattern) + 1 : "";
	pcs_glob_match(pattern, path, NULL);
	pcs_glob_match(pattern, path, "3.11");
	pcs_word_match(pattern, path);
	pcs_tree_match(pattern, path, &version, &version_len);
	expression(pattern, path);
	return 0;
}
