/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/answer.h"

#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "pyc/canon.h"
#include "pyc/version.h"
#include "sync/actions.h"
#include "tree/site.h"
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
	a->line = r->line;
	int e = pcs_buf_add_abridged(&text, r->message, r->message_len);
	if (e == 0 && rest)
		e = pcs_buf_adds(&text, "\n");
	if (e == 0 && rest)
		e = pcs_buf_add_abridged(&text, r->detail + skip, rest);
	while (e == 0 && text.len && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	pcs_action_fail(a, "%s", e < 0 ? "out of memory" : text.data ? text.data : "");
	return e == 0 && a->words;
}

/* CPython's "NAME:LINE: " in front of a warning: its length, and the line. */
static size_t place_len(const char *text, const char *name, uint32_t *ret_line)
{
	size_t len = strlen(name);
	if (strncmp(text, name, len) != 0 || text[len] != ':')
		return 0;
	char *end;
	unsigned long line = strtoul(text + len + 1, &end, 10);
	if (end == text + len + 1 || strncmp(end, ": ", 2) != 0)
		return 0;
	*ret_line = (uint32_t)line;
	return (size_t)(end + 2 - text);
}

/* Append lines in which warnings name the source as it is recorded, with its path instead. */
static int add_warned(struct pcs_buf *b, const char *text, const char *path, const char *recorded)
{
	uint32_t at;
	int r = 0;
	for (size_t len; *text && r == 0; text += len) {
		size_t skip = place_len(text, recorded, &at);
		len = strcspn(text, "\n");
		len += text[len] == '\n';
		r = skip ? pcs_buf_printf(b, "%s:%u: ", path, at) : 0;
		if (r == 0)
			r = pcs_buf_add(b, text + skip, len - skip);
	}
	return r;
}

void pcs_answer_warned(const struct pcs_site *site, struct pcs_action *a, const char *text)
{
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf recorded = { 0 };
	PCS_BUF struct pcs_buf words = { 0 };
	int r = pcs_action_path(a, &path);
	if (r == 0)
		r = pcs_site_recorded(site, path.data, &recorded);
	if (r == 0) {
		size_t skip = place_len(text, recorded.data, &a->line);
		r = add_warned(&words, text + skip, path.data, recorded.data);
	}
	while (r == 0 && words.len && words.data[words.len - 1] == '\n')
		words.data[--words.len] = '\0';
	pcs_action_fail(a, "%s", r == 0 && words.data ? words.data : "out of memory");
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
