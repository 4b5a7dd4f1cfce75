/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/managers.h"

#include <string.h>

#include "base/path.h"
#include "pkg/alpm.h"
#include "pkg/dpkg.h"
#include "pkg/rpm.h"

const struct pcs_manager *const pcs_managers[] = { &pcs_alpm, &pcs_dpkg, &pcs_rpm, NULL };

const struct pcs_trigger *pcs_trigger_find(const char *name, const struct pcs_manager **ret)
{
	for (size_t i = 0; pcs_managers[i]; i++)
		for (const struct pcs_trigger *t = pcs_managers[i]->triggers; t->name; t++)
			if (strcmp(t->name, name) == 0) {
				*ret = pcs_managers[i];
				return t;
			}
	return NULL;
}

static bool is_wide(const struct pcs_manager *m, const char *name)
{
	for (const char *const *wide = m->wide; *wide; wide++)
		if (strcmp(*wide, name) == 0)
			return true;
	return false;
}

bool pcs_trigger_tells(const struct pcs_manager *m, const char *name, const char *tree)
{
	static const char usr[] = "/usr", lib[] = "/lib/";
	const size_t n = sizeof(usr) - 1;
	if (is_wide(m, name) && m->has_name(tree))
		return false;
	if (strncmp(name, lib, sizeof(lib) - 1) == 0 && strncmp(tree, usr, n) == 0)
		tree += n;
	return pcs_path_within(tree, name) || pcs_path_within(name, tree);
}

bool pcs_is_package_name(const char *name)
{
	for (size_t i = 0; pcs_managers[i]; i++)
		for (const char *const *end = pcs_managers[i]->archives; *end; end++)
			if (pcs_ends_with(name, *end))
				return true;
	return false;
}

static bool is_temporary(const char *suffix, const char *pattern)
{
	size_t n = strcspn(pattern, "#");
	if (strncmp(suffix, pattern, n) != 0)
		return false;
	const char *rest = suffix + n;
	return pattern[n] ? *rest && !rest[strspn(rest, "0123456789abcdef")] : !*rest;
}

bool pcs_is_manager_suffix(const char *suffix)
{
	for (size_t i = 0; pcs_managers[i]; i++)
		for (const char *const *p = pcs_managers[i]->temporaries; *p; p++)
			if (is_temporary(suffix, *p))
				return true;
	return false;
}
