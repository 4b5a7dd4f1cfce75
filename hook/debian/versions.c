/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debian/versions.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { MINOR_MAX = 0xffff };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

uint32_t pcs_deb_parse_version(const char *text, size_t *ret_len)
{
	unsigned minor = 0;
	size_t len = 2;
	if (!is_digit(text[0]) || text[1] != '.' || !is_digit(text[2]))
		return 0;
	for (; is_digit(text[len]); len++)
		minor = minor > MINOR_MAX / 10 ? MINOR_MAX :
						 minor * 10 + (unsigned)(text[len] - '0');
	if (ret_len)
		*ret_len = len;
	return pcs_deb_version((unsigned)(text[0] - '0'), minor);
}

uint32_t pcs_deb_find(const struct pcs_deb_versions *v, uint32_t version)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->list[i] == version)
			return UINT32_C(1) << i;
	return 0;
}

uint32_t pcs_deb_add(struct pcs_deb_versions *v, uint32_t version)
{
	uint32_t set = pcs_deb_find(v, version);
	if (set || v->n == PCS_DEB_VERSIONS)
		return set;
	v->list[v->n] = version;
	return UINT32_C(1) << v->n++;
}

/* A version of the lists, which end in a comma, a newline or a NUL. */
static uint32_t read_version(const char *text)
{
	size_t len = 0;
	text += strspn(text, " \t\n");
	if (strncmp(text, "python", 6) == 0)
		text += 6;
	uint32_t version = pcs_deb_parse_version(text, &len);
	const char *end = text + len + strspn(text + len, " \t\n");
	return version && (*end == '\0' || *end == ',') ? version : 0;
}

int pcs_deb_read_versions(struct pcs_deb_versions *v, const char *supported, const char *standard)
{
	const char *at = supported;
	while (at) {
		uint32_t version = read_version(at);
		if (!version)
			return -EINVAL;
		v->supported |= pcs_deb_add(v, version);
		at = strchr(at, ',');
		at = at ? at + 1 : NULL;
	}
	v->standard = strchr(standard, ',') ? 0 : read_version(standard);
	return v->standard ? 0 : -EINVAL;
}

const char *pcs_deb_default(const char *text, const char *key, size_t *ret_len)
{
	const size_t len = strlen(key);
	for (const char *line = text; line && *line;) {
		const char *end = strchrnul(line, '\n');
		const char *value = line + len;
		if (strncasecmp(line, key, len) == 0) {
			value += strspn(value, " \t");
			if (*value == '=' || *value == ':') {
				value++;
				value += strspn(value, " \t");
				while (end > value && isspace((unsigned char)end[-1]))
					end--;
				*ret_len = end > value ? (size_t)(end - value) : 0;
				return value;
			}
		}
		line = *end ? end + 1 : end;
	}
	return NULL;
}

int pcs_deb_parse_range(const char *text, struct pcs_deb_range *ret)
{
	struct pcs_deb_range range = { 0 };
	const bool below = text[0] == '-';
	size_t len;
	if (strcmp(text, "") == 0 || strcmp(text, "-") == 0) {
		*ret = range;
		return 0;
	}
	uint32_t version = pcs_deb_parse_version(text + below, &len);
	if (!version)
		return -EINVAL;
	const char *rest = text + below + len;
	if (below)
		range.max = version;
	else if (*rest == '-')
		range = (struct pcs_deb_range){ version, pcs_deb_parse_version(rest + 1, NULL) };
	else
		range = (struct pcs_deb_range){ version, version };
	if (range.max && range.min > range.max)
		return -EINVAL;
	*ret = range;
	return 0;
}

uint32_t pcs_deb_pick(const struct pcs_deb_versions *v, struct pcs_deb_range range)
{
	uint32_t set = 0;
	for (size_t i = 0; i < v->n; i++) {
		uint32_t version = v->list[i];
		bool in = version >= range.min && (!range.max || version < range.max);
		if (range.max && range.min == range.max)
			in = version == range.min;
		set |= in ? UINT32_C(1) << i : 0;
	}
	return set & v->supported & v->installed;
}

/* Whether `a` comes before `b`, which is in the set as well. */
static bool comes_before(const struct pcs_deb_versions *v, uint32_t a, uint32_t b)
{
	if ((a < v->standard) != (b < v->standard))
		return a >= v->standard;
	return a < v->standard ? a > b : a < b;
}

uint32_t pcs_deb_first(const struct pcs_deb_versions *v, uint32_t set)
{
	size_t first = v->n;
	for (size_t i = 0; i < v->n; i++)
		if (set & UINT32_C(1) << i &&
		    (first == v->n || comes_before(v, v->list[i], v->list[first])))
			first = i;
	return first < v->n ? UINT32_C(1) << first : 0;
}
