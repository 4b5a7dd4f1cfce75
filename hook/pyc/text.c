/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pyc/text.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "pyc/marshal_layout.h"

size_t pcs_text_decode(const char *s, size_t left, uint32_t *ret)
{
	size_t n = pcs_utf8_decode(s, left, ret);
	const unsigned char *u = (const unsigned char *)s;
	if (n || left < 3 || u[0] != 0xed || u[1] < 0xa0 || u[1] > 0xbf || (u[2] & 0xc0) != 0x80)
		return n;
	*ret = 0xd000u | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
	return 3;
}

bool pcs_text_is_valid(const uint8_t *s, size_t len)
{
	uint32_t c;
	for (size_t i = 0, n; i < len; i += n)
		if ((n = s[i] < 0x80 ? 1 : pcs_text_decode((const char *)s + i, len - i, &c)) == 0)
			return false;
	return true;
}

int pcs_text_add_name(const char *name, struct pcs_buf *ret)
{
	int r = pcs_buf_adds(ret, "");
	for (size_t left = strlen(name); left && r == 0;) {
		uint32_t c;
		size_t n = pcs_utf8_decode(name, left, &c);
		const unsigned escaped = 0xdc00u + (unsigned char)*name;
		const char bytes[3] = { (char)(0xe0 | escaped >> 12),
					(char)(0x80 | (escaped >> 6 & 0x3f)),
					(char)(0x80 | (escaped & 0x3f)) };
		r = n ? pcs_buf_add(ret, name, n) : pcs_buf_add(ret, bytes, sizeof(bytes));
		n = n ? n : 1;
		name += n;
		left -= n;
	}
	return r;
}

static bool is_of_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_';
}

/* Whether a name goes on: a full stop may as well be that of a sentence, a hyphen a dash. */
static bool is_within_name(const char *s, size_t len)
{
	size_t i = 0;
	while (i < len && (s[i] == '.' || s[i] == '-'))
		i++;
	return i < len && is_of_word(s[i]);
}

bool pcs_text_shows_dir(const char *s, size_t len, const char *dir)
{
	const size_t n = strlen(dir);
	const char *end = s + len;
	while ((s = memmem(s, (size_t)(end - s), dir, n))) {
		s += n;
		if (!is_within_name(s, (size_t)(end - s)))
			return true;
	}
	return false;
}

static bool is_type_of_str(uint8_t byte, unsigned size)
{
	const struct pcs_type *t = pcs_type_of(byte, 0);
	return t->kind == PCS_KIND_STR && t->size == size;
}

/* Whether what is before `at` is the head of a str of that length. */
static bool is_str(const uint8_t *start, const uint8_t *at, size_t len)
{
	const size_t before = (size_t)(at - start);
	if (before >= 2 && at[-1] == len && is_type_of_str(at[-2], 1))
		return true;
	return before >= 5 && pcs_load32(at - 4) == len && is_type_of_str(at[-5], 4);
}

bool pcs_pyc_holds_text(const uint8_t *pyc, size_t len, const char *text)
{
	PCS_BUF struct pcs_buf wanted = { 0 };
	const uint8_t *end = pyc + len;
	if (pcs_text_add_name(text, &wanted) < 0)
		return false;
	for (const uint8_t *at = pyc; at < end; at++) {
		at = memmem(at, (size_t)(end - at), wanted.data, wanted.len);
		if (!at)
			return false;
		if (is_str(pyc, at, wanted.len))
			return true;
	}
	return false;
}
