/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/callers.h"

#include <sys/stat.h>

#include "base/err.h"
#include "base/root.h"
#include "pkg/manager.h"
#include "pkg/managers.h"
#include "pkg/places.h"

static int pass_over(void *ctx, const char *path)
{
	(void)ctx;
	(void)path;
	return 0;
}

/* A package brings triggers; a hook may be there without one. */
static const char *called_by(const struct pcs_root *root, const struct pcs_place *p,
			     struct pcs_buf *why)
{
	const struct pcs_path_sink nobody = { .each = pass_over };
	struct stat st;
	int r = p->manager->files(root, p->dir, "pycsync", &nobody, why);
	if (r > 0)
		return "the package pycsync";
	if (r < 0 && !why->len)
		pcs_buf_adds(why, pcs_strerror(r));
	for (const char *const *hook = p->manager->hooks; *hook; hook++)
		if (pcs_root_stat(root, *hook, &st) == 0)
			return *hook;
	return NULL;
}

static int find_in(const struct pcs_root *root, const struct pcs_manager *m,
		   int (*each)(void *ctx, const struct pcs_caller *c), void *ctx)
{
	PCS_CLEANUP(pcs_places_done) struct pcs_places places = { 0 };
	PCS_BUF struct pcs_buf why = { 0 };
	struct pcs_caller c = { .manager = m->name };
	int r = pcs_places_find(root, m, NULL, &places, &why);
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		c.error = why.data ? why.data : pcs_strerror(r);
		return each(ctx, &c);
	}
	for (size_t i = 0; i < places.n && r == 0; i++) {
		why.len = 0;
		c.dir = places.list[i].dir;
		c.by = called_by(root, &places.list[i], &why);
		c.error = why.len ? why.data : NULL;
		r = each(ctx, &c);
	}
	return r;
}

int pcs_callers_find(const struct pcs_root *root,
		     int (*each)(void *ctx, const struct pcs_caller *c), void *ctx)
{
	int r = 0;
	for (const struct pcs_manager *const *m = pcs_managers; *m && r == 0; m++)
		r = find_in(root, *m, each, ctx);
	return r;
}
