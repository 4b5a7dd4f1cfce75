/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debian/modules.h"

#include <string.h>

#include "base/path.h"
#include "debian/versions.h"

bool pcs_deb_is_source(const char *path)
{
	return pcs_ends_with(path, ".py");
}

/* Behind "/usr/lib/python" in `path`: the version, and where it ends, if it is that of a public
 * directory. */
static size_t version_len(const char *text)
{
	size_t len = strspn(text, "0123456789");
	if (len != 1)
		return 0;
	if (text[len] == '.')
		len += 1 + strspn(text + len + 1, "0123456789");
	return len != 2 && (strncmp(text + len, "/dist-packages", 14) == 0 ||
			    strncmp(text + len, "/site-packages", 14) == 0) ?
		       len :
		       0;
}

static const char *find_public(const char *path, size_t *ret_len)
{
	static const char lib[] = "/usr/lib/python";
	for (const char *at = path; (at = strstr(at, lib)); at++) {
		*ret_len = version_len(at + strlen(lib));
		if (*ret_len)
			return at + strlen(lib);
	}
	return NULL;
}

uint32_t pcs_deb_public(const struct pcs_deb_versions *v, const char *path, uint32_t set,
			uint32_t *ret_version)
{
	size_t len;
	const char *text = find_public(path, &len);
	*ret_version = text && len > 1 ? pcs_deb_parse_version(text, NULL) : 0;
	if (!text || len > 1)
		return *ret_version ? pcs_deb_find(v, *ret_version) : 0;
	uint32_t found = 0;
	for (size_t i = 0; i < v->n; i++)
		if (pcs_deb_major(v->list[i]) == (unsigned)(text[0] - '0'))
			found |= UINT32_C(1) << i;
	return found & set;
}
