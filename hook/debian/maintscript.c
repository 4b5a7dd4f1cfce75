/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debian/maintscript.h"

#include <string.h>

#include "base/path.h"

/* "name.prerm", "name:arch.prerm", or "prerm" of a package that is being unpacked. */
static bool is_prerm(const char *path, const char *package)
{
	const char *base = pcs_path_base(path);
	size_t len = strcspn(package, ":");
	if (strcmp(base, "prerm") == 0)
		return true;
	return pcs_ends_with(base, ".prerm") && strncmp(base, package, len) == 0 &&
	       (strcmp(base + len, ".prerm") == 0 || base[len] == ':');
}

bool pcs_deb_is_upgrade(const char *cmdline, size_t len, const char *package)
{
	bool script = false;
	for (size_t at = 0; at < len;) {
		const char *word = cmdline + at;
		size_t n = strnlen(word, len - at);
		if (n == len - at)
			return false; /* it is cut off */
		if (script)
			return strcmp(word, "upgrade") == 0 || strcmp(word, "failed-upgrade") == 0;
		script = is_prerm(word, package);
		at += n + 1;
	}
	return false;
}
