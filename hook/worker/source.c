#include "worker/source.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "base/util.h"

/* What an identifier may go on with; of other bytes than ASCII that is not looked into. */
static bool is_ascii_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Whether a statement may begin at a place: after a line's end, a semicolon or a colon. */
static bool may_begin(const struct pcs_source *s, const char *at)
{
	while (at > s->bytes && strchr(" \t\f", at[-1]) && at[-1])
		at--;
	return at == s->bytes || (strchr("\n\r;:", at[-1]) && at[-1]) ||
	       ((unsigned char)at[-1] >= 0x80 && at - s->bytes == 3); /* a byte order mark */
}

/* Whether the statement may be there: names of unittest's methods begin with the word, and comments
 * have it in their middle. */
static bool may_assert(const struct pcs_source *s)
{
	static const char word[] = "assert";
	const char *stop = s->bytes + s->len, *at = s->bytes;
	while ((at = memmem(at, (size_t)(stop - at), word, strlen(word)))) {
		const char *end = at + strlen(word);
		if ((end == stop || !is_ascii_word(*end)) && may_begin(s, at))
			return true;
		at = end;
	}
	return false;
}

static size_t count(const char *text, size_t len, const char *word)
{
	size_t n = 0, word_len = strlen(word);
	for (const char *at = text, *stop = text + len;
	     (at = memmem(at, (size_t)(stop - at), word, word_len)); n++)
		at += word_len;
	return n;
}

/* A cookie may name an encoding in which ASCII bytes are other words (PEP 263). */
static bool is_utf8(const struct pcs_source *s)
{
	const char *end = memchr(s->bytes, '\n', s->len);
	end = end ? memchr(end + 1, '\n', s->len - (size_t)(end + 1 - s->bytes)) : NULL;
	size_t len = end ? (size_t)(end - s->bytes) : s->len;
	return count(s->bytes, len, "coding") == count(s->bytes, len, "coding: utf-8") +
							 count(s->bytes, len, "coding:utf-8") +
							 count(s->bytes, len, "coding=utf-8");
}

/*
 * Whether names are what they look like: CPython normalizes them by NFKC (PEP 3131), and then a
 * wide "__ｄebug__" is __debug__. Characters that become a letter or a low line of that word are in
 * these ranges, and in those of letters that Unicode may yet add the like to.
 */
static bool is_literal(const struct pcs_source *s)
{
	static const struct {
		uint32_t first, last;
	} lookalikes[] = {
		{ 0x1d00, 0x1dff },   { 0x2040, 0x21ff },   { 0x2440, 0x24ff },
		{ 0x3200, 0x33ff },   { 0xa69c, 0xa69d },   { 0xa7f0, 0xa7ff },
		{ 0xab5c, 0xab6f },   { 0xf900, 0xffff },   { 0x10780, 0x107bf },
		{ 0x1c000, 0x1e0ff }, { 0x1f100, 0x1f1ff }, { 0xe0000, 0x10ffff },
	};
	bool marked = s->len >= 3 && memcmp(s->bytes, "\xef\xbb\xbf", 3) == 0;
	for (size_t i = marked ? 3 : 0, len; i < s->len; i += len) {
		uint32_t c;
		len = (unsigned char)s->bytes[i] < 0xe0 ?
			      1 :
			      pcs_utf8_decode(s->bytes + i, s->len - i, &c);
		if (len == 0)
			return false;
		for (size_t k = 0; len > 1 && k < PCS_ARRAY_SIZE(lookalikes); k++)
			if (c >= lookalikes[k].first && c <= lookalikes[k].last)
				return false;
	}
	return true;
}

bool pcs_source_may_assert(const struct pcs_source *s)
{
	return may_assert(s) || count(s->bytes, s->len, "__debug__") || !is_utf8(s) ||
	       !is_literal(s);
}
