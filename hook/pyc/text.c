#include "pyc/text.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

/* The UTF-8 that marshal writes for a file name, "surrogatepass" for what "surrogateescape" read.
 */
static int encode(const char *text, struct pcs_buf *ret)
{
	int r = pcs_buf_adds(ret, "");
	for (size_t left = strlen(text); left && r == 0;) {
		uint32_t c;
		size_t n = pcs_utf8_decode(text, left, &c);
		const unsigned escaped = 0xdc00u + (unsigned char)*text;
		const char bytes[3] = { (char)(0xe0 | escaped >> 12),
					(char)(0x80 | (escaped >> 6 & 0x3f)),
					(char)(0x80 | (escaped & 0x3f)) };
		r = n ? pcs_buf_add(ret, text, n) : pcs_buf_add(ret, bytes, sizeof(bytes));
		n = n ? n : 1;
		text += n;
		left -= n;
	}
	return r;
}

/* Whether what is before `at` is the head of a str of that length: see Python/marshal.c, TYPE_*. */
static bool is_str(const uint8_t *start, const uint8_t *at, size_t len)
{
	const unsigned ref = 0x80;
	const size_t before = (size_t)(at - start);
	if (before >= 2 && len <= 0xff && at[-1] == len && strchr("zZ", at[-2] & ~ref) &&
	    (at[-2] & ~ref))
		return true;
	if (before < 5 || len > UINT32_MAX)
		return false;
	for (unsigned i = 0; i < 4; i++)
		if (at[(int)i - 4] != (uint8_t)(len >> (8 * i)))
			return false;
	return (at[-5] & ~ref) && strchr("aAut", at[-5] & ~ref);
}

bool pcs_pyc_holds_text(const uint8_t *pyc, size_t len, const char *text)
{
	PCS_BUF struct pcs_buf wanted = { 0 };
	const uint8_t *end = pyc + len;
	if (encode(text, &wanted) < 0)
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
