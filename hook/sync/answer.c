/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/answer.h"

#include <string.h>

#include "base/err.h"
#include "pyc/canon.h"
#include "pyc/version.h"
#include "sync/actions.h"
#include "workers/pool.h"

/* Length of CPython's `  File "…", line N` at the start, over as many lines as the name has; or 0.
 */
static size_t file_line_len(const char *text, size_t len)
{
	static const char start[] = "  File \"", end[] = "\", line ";
	if (len < strlen(start) || memcmp(text, start, strlen(start)) != 0)
		return 0;
	const char *mark = memmem(text, len, end, strlen(end));
	const char *nl = mark ? memchr(mark, '\n', len - (size_t)(mark - text)) : NULL;
	return nl ? (size_t)(nl + 1 - text) : len;
}

bool pcs_answer_fail(struct pcs_action *a, const struct pcs_result *r)
{
	PCS_BUF struct pcs_buf text = { 0 };
	size_t skip = file_line_len(r->detail, r->detail_len);
	size_t rest = r->detail_len - skip;
	while (rest && r->detail[skip + rest - 1] == '\n')
		rest--;
	a->line = r->line;
	int e = pcs_buf_add(&text, r->message, r->message_len);
	if (e == 0 && rest)
		e = pcs_buf_adds(&text, "\n");
	if (e == 0 && rest)
		e = pcs_buf_add(&text, r->detail + skip, rest);
	pcs_action_fail(a, "%s", e == 0 ? text.data : "out of memory");
	return e == 0 && a->words;
}

bool pcs_answer_canonicalize(struct pcs_action *a, uint32_t magic, struct pcs_result *r,
			     struct pcs_buf *buf)
{
	struct pcs_refusal why = { 0 };
	unsigned minor;
	if (!pcs_minor_of(magic, &minor))
		return true;
	int rc = pcs_marshal_canonical((const uint8_t *)r->code, r->code_len, minor, buf, &why);
	if (rc == -PCS_ECANON)
		pcs_action_fail(a, "%s: %s at byte %zu", pcs_strerror(rc), why.what, why.at);
	else if (rc < 0)
		pcs_action_fail(a, "%s", pcs_strerror(rc));
	r->code = buf->data;
	r->code_len = buf->len;
	return rc == 0;
}
