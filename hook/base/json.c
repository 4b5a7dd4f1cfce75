/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/json.h"

#include <string.h>

#include "base/utf8.h"

/* Whether the character stands for itself. YAML leaves out what it does not call printable, and
 * what it takes for the end of a line. */
static bool is_plain(uint32_t c, bool yaml)
{
	bool surrogate = c >= 0xd800 && c < 0xe000;
	if (pcs_utf8_is_control(c) || c == '"' || c == '\\' || surrogate)
		return false;
	bool separator = c == 0x2028 || c == 0x2029;
	return !yaml || !(separator || (c >= 0xfeff && c < 0x10000));
}

int pcs_buf_add_quoted(struct pcs_buf *b, const char *bytes, size_t len, bool yaml)
{
	int r = pcs_buf_adds(b, "\"");
	for (size_t i = 0, n; i < len && r == 0; i += n) {
		uint32_t c;
		n = pcs_utf8_decode(bytes + i, len - i, &c);
		if (n == 0) {
			c = yaml ? 0xfffd : 0xdc00u | (unsigned char)bytes[i];
			n = 1;
		}
		if (is_plain(c, yaml))
			r = pcs_buf_add(b, bytes + i, n);
		else if (c == '"' || c == '\\')
			r = pcs_buf_printf(b, "\\%c", (char)c);
		else if (c == '\n' && !yaml)
			r = pcs_buf_adds(b, "\\n");
		else
			r = pcs_buf_printf(b, "\\u%04x", c);
	}
	return r < 0 ? r : pcs_buf_adds(b, "\"");
}

static void note(struct pcs_json *j, int r)
{
	if (r < 0 && j->err == 0)
		j->err = r;
}

static void put(struct pcs_json *j, const char *text)
{
	note(j, pcs_buf_adds(&j->text, text));
}

/* What comes before a value. */
static void put_key(struct pcs_json *j, const char *key)
{
	if (j->more)
		put(j, ", ");
	if (key) {
		note(j, pcs_buf_add_quoted(&j->text, key, strlen(key), false));
		put(j, ": ");
	}
	j->more = true;
}

/* A line that is not whole is not written. */
static void put_line(struct pcs_json *j)
{
	put(j, "\n");
	errno = 0;
	if (j->err == 0 && fwrite(j->text.data, 1, j->text.len, j->out) != j->text.len)
		note(j, errno ? -errno : -EIO);
	j->text.len = 0;
}

void pcs_json_begin(struct pcs_json *j, const char *key, char bracket)
{
	if (j->depth == PCS_JSON_DEPTH)
		return note(j, -EOVERFLOW);
	put_key(j, key);
	note(j, pcs_buf_add(&j->text, &bracket, 1));
	j->ends[j->depth++] = bracket == '{' ? '}' : ']';
	j->more = false;
}

void pcs_json_end(struct pcs_json *j)
{
	if (j->depth == 0)
		return note(j, -EOVERFLOW);
	note(j, pcs_buf_add(&j->text, &j->ends[--j->depth], 1));
	j->more = j->depth > 0;
	if (j->depth == 0 && j->out)
		put_line(j);
}

void pcs_json_raw(struct pcs_json *j, const char *key, const char *value)
{
	if (!value)
		return note(j, -ENOMEM);
	put_key(j, key);
	put(j, value);
}

void pcs_json_bytes(struct pcs_json *j, const char *key, const char *bytes, size_t len)
{
	if (!bytes)
		return pcs_json_raw(j, key, "null");
	put_key(j, key);
	note(j, pcs_buf_add_quoted(&j->text, bytes, len, false));
}

void pcs_json_string(struct pcs_json *j, const char *key, const char *s)
{
	pcs_json_bytes(j, key, s, s ? strlen(s) : 0);
}

void pcs_json_filled(struct pcs_json *j, const char *key, const char *s)
{
	pcs_json_string(j, key, s && s[0] ? s : NULL);
}

void pcs_json_number(struct pcs_json *j, const char *key, uint64_t n)
{
	put_key(j, key);
	note(j, pcs_buf_printf(&j->text, "%llu", (unsigned long long)n));
}

void pcs_json_number_if(struct pcs_json *j, const char *key, bool known, uint64_t n)
{
	if (known)
		pcs_json_number(j, key, n);
	else
		pcs_json_raw(j, key, "null");
}

void pcs_json_bool(struct pcs_json *j, const char *key, bool value)
{
	pcs_json_raw(j, key, value ? "true" : "false");
}

int pcs_json_done(struct pcs_json *j)
{
	pcs_buf_done(&j->text);
	return j->err;
}
