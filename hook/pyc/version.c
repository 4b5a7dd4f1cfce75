/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pyc/version.h"

#include <stdio.h>
#include <string.h>

#include "base/util.h"

/* cpython:Lib/importlib/_bootstrap_external.py, from 3.14 on Include/internal/pycore_magic_number.h
 */
static const uint16_t magic_numbers[] = {
	3413, /* 3.8 */
	3425, /* 3.9 */
	3439, /* 3.10 */
	3495, /* 3.11 */
	3531, /* 3.12 */
	3571, /* 3.13 */
	3627, /* 3.14 */
	3666, /* 3.15 */
};
_Static_assert(PCS_ARRAY_SIZE(magic_numbers) == PCS_MINOR_NEWEST - PCS_MINOR_OLDEST + 1,
	       "each known version has its magic number");

/* What a tag begins with, and whether it ends with a t where the interpreter is free-threaded. */
static const struct {
	const char *maker;
	bool threads;
} tags[] = { { "cpython-", true }, { "pypy", false } };

enum { CPYTHON_MAGIC_FIRST = 3000 };

bool pcs_magic_of(unsigned minor, uint32_t *ret)
{
	if (minor < PCS_MINOR_OLDEST || minor > PCS_MINOR_NEWEST)
		return false;
	*ret = magic_numbers[minor - PCS_MINOR_OLDEST] | (uint32_t)'\r' << 16 |
	       (uint32_t)'\n'
		       << 24;
	return true;
}

bool pcs_minor_of(uint32_t magic, unsigned *ret)
{
	uint32_t known;
	for (unsigned minor = PCS_MINOR_OLDEST; pcs_magic_of(minor, &known); minor++)
		if (known == magic) {
			*ret = minor;
			return true;
		}
	return false;
}

bool pcs_magic_is_pypy(uint32_t magic)
{
	return (magic & 0xffff) < CPYTHON_MAGIC_FIRST;
}

/* "311" is 3.11: one digit of the major version, then the minor one. */
static size_t parse_version(const char *s, size_t len, unsigned *ret_minor)
{
	size_t i = 1;
	unsigned minor = 0;
	if (len < 2 || s[0] != '3')
		return 0;
	for (; i < len && i < 4 && s[i] >= '0' && s[i] <= '9'; i++)
		minor = minor * 10 + (unsigned)(s[i] - '0');
	if (i == 1)
		return 0;
	if (ret_minor)
		*ret_minor = minor;
	return i;
}

bool pcs_tag_parse(const char *tag, size_t len, unsigned *ret_minor)
{
	for (size_t i = 0; i < PCS_ARRAY_SIZE(tags); i++) {
		size_t n = strlen(tags[i].maker);
		if (len <= n || memcmp(tag, tags[i].maker, n) != 0)
			continue;
		size_t v = parse_version(tag + n, len - n, ret_minor);
		if (v && n + v < len && tag[n + v] == 't' && tags[i].threads)
			v++;
		return v && n + v == len && len < PCS_TAG_MAX;
	}
	return false;
}

void pcs_tag_of(unsigned minor, char ret[PCS_TAG_MAX])
{
	snprintf(ret, PCS_TAG_MAX, "%s3%u", tags[0].maker, minor);
}

bool pcs_tag_version(const char *tag, size_t len, char ret[PCS_TAG_MAX])
{
	unsigned minor;
	ret[0] = '\0';
	if (!pcs_tag_parse(tag, len, &minor))
		return false;
	snprintf(ret, PCS_TAG_MAX, "%s3.%u%s", tag[0] == 'p' ? tags[1].maker : "", minor,
		 tag[len - 1] == 't' ? "t" : "");
	return true;
}

bool pcs_version_tag(const char *version, size_t len, char ret[PCS_TAG_MAX])
{
	size_t pypy = strlen(tags[1].maker), skip = 0;
	if (len > pypy && memcmp(version, tags[1].maker, pypy) == 0)
		skip = pypy;
	else if (len > 1 && version[len - 1] == 't')
		len--;
	if (len < skip + 3 || len > skip + 5 || memcmp(version + skip, "3.", 2) != 0)
		return false;
	int n = snprintf(ret, PCS_TAG_MAX, "%s3%.*s", tags[skip ? 1 : 0].maker,
			 (int)(len - skip - 2), version + skip + 2);
	return pcs_tag_parse(ret, (size_t)n, NULL);
}
