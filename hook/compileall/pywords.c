/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compileall/pywords.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

/* Control, format, separator, surrogate and private characters (str.isprintable), but for space. */
static const struct {
	uint32_t first, last;
} unprintable[] = {
	{ 0x00, 0x1f },       { 0x7f, 0xa0 },        { 0xad, 0xad },       { 0x600, 0x605 },
	{ 0x61c, 0x61c },     { 0x6dd, 0x6dd },      { 0x70f, 0x70f },     { 0x890, 0x891 },
	{ 0x8e2, 0x8e2 },     { 0x1680, 0x1680 },    { 0x180e, 0x180e },   { 0x2000, 0x200f },
	{ 0x2028, 0x202f },   { 0x205f, 0x206f },    { 0x3000, 0x3000 },   { 0xd800, 0xf8ff },
	{ 0xfeff, 0xfeff },   { 0xfff0, 0xfffb },    { 0xfffe, 0xffff },   { 0x110bd, 0x110bd },
	{ 0x110cd, 0x110cd }, { 0x13430, 0x1343f },  { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe00ff }, { 0xe01f0, 0x10ffff },
};

static bool is_printable(uint32_t c)
{
	for (size_t i = 0; i < PCS_ARRAY_SIZE(unprintable); i++)
		if (c >= unprintable[i].first && c <= unprintable[i].last)
			return false;
	return true;
}

static int add_escaped(struct pcs_buf *ret, uint32_t c)
{
	const char *format = c == '\n'   ? "\\n" :
			     c == '\r'   ? "\\r" :
			     c == '\t'   ? "\\t" :
			     c < 0x100   ? "\\x%02x" :
			     c < 0x10000 ? "\\u%04x" :
					   "\\U%08x";
	return pcs_buf_printf(ret, format, c);
}

int pcs_py_repr(struct pcs_buf *ret, const char *bytes, size_t len)
{
	bool single = memchr(bytes, '\'', len), twofold = memchr(bytes, '"', len);
	const char quote = single && !twofold ? '"' : '\'';
	int r = pcs_buf_add(ret, &quote, 1);
	for (size_t i = 0; i < len && r == 0;) {
		uint32_t c = 0;
		size_t n = pcs_utf8_decode(bytes + i, len - i, &c);
		if (n == 0)
			r = pcs_buf_printf(ret, "\\udc%02x", (unsigned char)bytes[i]);
		else if (c == (uint32_t)quote || c == '\\')
			r = pcs_buf_printf(ret, "\\%c", (char)c);
		else if (!is_printable(c))
			r = add_escaped(ret, c);
		else
			r = pcs_buf_add(ret, bytes + i, n);
		i += n ? n : 1;
	}
	return r < 0 ? r : pcs_buf_add(ret, &quote, 1);
}

/* PEP 3151. */
static const char *const classes[] = {
	[EPERM] = "PermissionError",    [EACCES] = "PermissionError",
	[ENOENT] = "FileNotFoundError", [EEXIST] = "FileExistsError",
	[EISDIR] = "IsADirectoryError", [ENOTDIR] = "NotADirectoryError",
	[EAGAIN] = "BlockingIOError",   [EINTR] = "InterruptedError",
};

int pcs_py_oserror(struct pcs_buf *ret, int error, const char *path)
{
	size_t n = (size_t)-error;
	const char *class = n < PCS_ARRAY_SIZE(classes) ? classes[n] : NULL;
	int r = pcs_buf_printf(ret, "%s: [Errno %d] %s", class ? class : "OSError", -error,
			       strerror(-error));
	if (r == 0 && path)
		r = pcs_buf_adds(ret, ": ");
	return r < 0 || !path ? r : pcs_py_repr(ret, path, strlen(path));
}

static uint32_t next_character(const char **s)
{
	uint32_t c;
	size_t n = pcs_utf8_decode(*s, strlen(*s), &c);
	if (n == 0)
		c = 0xdc00u + (unsigned char)**s;
	*s += n ? n : 1;
	return c;
}

int pcs_py_compare(const char *a, const char *b)
{
	while (*a && *b) {
		uint32_t x = next_character(&a), y = next_character(&b);
		if (x != y)
			return x < y ? -1 : 1;
	}
	return *a ? 1 : *b ? -1 : 0;
}
