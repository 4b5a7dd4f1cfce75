/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/installed.h"

#include <string.h>

#include "base/err.h"
#include "pkg/manager.h"
#include "pkg/managers.h"
#include "pkg/places.h"

/* No manager has other names, and none of these can be an option, a path or a pattern. */
static bool is_name(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789@._+-:~^";
	return s[0] && s[0] != '-' && s[0] != '.' && s[strspn(s, letters)] == '\0';
}

int pcs_installed_files(const struct pcs_root *root, const char *name,
			int (*each)(void *ctx, const char *path), void *ctx,
			struct pcs_buf *ret_why)
{
	const struct pcs_path_sink to = { .each = each, .ctx = ctx };
	int known = 0;
	if (!is_name(name)) {
		pcs_buf_adds(ret_why, "this is not the name of a package");
		return -EINVAL;
	}
	PCS_CLEANUP(pcs_places_done) struct pcs_places places = { 0 };
	int r = 0;
	for (const struct pcs_manager *const *m = pcs_managers; *m && r >= 0; m++)
		r = pcs_places_find(root, *m, NULL, &places, ret_why);
	for (size_t i = 0; i < places.n && r >= 0; i++) {
		const struct pcs_place *p = &places.list[i];
		r = p->manager->files(root, p->dir, name, &to, ret_why);
		if (r < 0 && !ret_why->len)
			pcs_buf_printf(ret_why, "%s's database cannot be read: %s",
				       p->manager->name, pcs_strerror(r));
		known += r;
	}
	if (r < 0)
		return r;
	return known;
}
