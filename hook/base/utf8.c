/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/utf8.h"

#include "base/util.h"

size_t pcs_utf8_decode(const char *bytes, size_t left, uint32_t *ret)
{
	static const struct {
		unsigned char lo, hi, second_lo, second_hi, mask;
		size_t len;
	} forms[] = {
		{ 0x00, 0x7f, 0, 0, 0x7f, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 0x1f, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 0x0f, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 0x0f, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 0x0f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 0x0f, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 0x07, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 0x07, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 0x07, 4 },
	};
	const unsigned char *s = (const unsigned char *)bytes;
	for (size_t i = 0; left && i < PCS_ARRAY_SIZE(forms); i++) {
		if (s[0] < forms[i].lo || s[0] > forms[i].hi || forms[i].len > left)
			continue;
		if (forms[i].len > 1 && (s[1] < forms[i].second_lo || s[1] > forms[i].second_hi))
			return 0;
		uint32_t c = s[0] & forms[i].mask;
		for (size_t k = 1; k < forms[i].len; k++) {
			if ((s[k] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (s[k] & 0x3f);
		}
		*ret = c;
		return forms[i].len;
	}
	return 0;
}

bool pcs_utf8_is_control(uint32_t c)
{
	bool plain = c < 0x20 || (c >= 0x7f && c < 0xa0);
	bool mark = c == 0x61c || c == 0x200e || c == 0x200f;
	return plain || mark || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

size_t pcs_utf8_step(const char *s, size_t left, bool *ret_control)
{
	uint32_t c = (unsigned char)*s;
	size_t n = pcs_utf8_decode(s, left, &c);
	*ret_control = pcs_utf8_is_control(c);
	return n ? n : 1;
}
