/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/places.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/root.h"
#include "pkg/manager.h"

void pcs_places_done(struct pcs_places *p)
{
	for (size_t i = 0; i < p->n; i++) {
		p->list[i].manager->done(p->list[i].state);
		free(p->list[i].dir);
	}
	free(p->list);
	*p = (struct pcs_places){ 0 };
}

/* The same directory may have several names. */
static bool is_known(const struct pcs_places *p, const struct pcs_manager *m,
		     const struct pcs_root *root, const struct stat *st)
{
	struct stat other;
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].manager == m && pcs_root_stat(root, p->list[i].dir, &other) == 0 &&
		    other.st_dev == st->st_dev && other.st_ino == st->st_ino)
			return true;
	return false;
}

static int add(const struct pcs_root *root, const struct pcs_manager *m, const char *dir,
	       struct pcs_places *to)
{
	struct stat st;
	if (!m->present(root, dir) ||
	    (pcs_root_stat(root, dir, &st) == 0 && is_known(to, m, root, &st)))
		return 0;
	struct pcs_place *list = pcs_grow(to->list, &to->cap, to->n + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	to->list = list;
	list[to->n] = (struct pcs_place){ .manager = m, .dir = strdup(dir) };
	return list[to->n].dir ? (to->n++, 0) : -ENOMEM;
}

/* A place that somebody names has a database. */
static int add_named(const struct pcs_root *root, const struct pcs_manager *m, const char *dir,
		     struct pcs_places *to, struct pcs_buf *ret_why)
{
	struct stat st;
	int r = pcs_root_stat(root, dir, &st);
	for (size_t i = 0; m->places[i]; i++)
		if (strcmp(m->places[i], dir) == 0)
			return 0;
	if (r < 0)
		pcs_buf_printf(ret_why, "%s's database cannot be read: %s: %s", m->name, dir,
			       pcs_strerror(r));
	return r < 0 ? r : add(root, m, dir, to);
}

int pcs_places_find(const struct pcs_root *root, const struct pcs_manager *m, const char *told,
		    struct pcs_places *ret, struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf named = { 0 };
	int r = 0;
	for (size_t i = 0; m->places[i] && r == 0; i++)
		r = add(root, m, m->places[i], ret);
	if (r == 0 && m->configured)
		r = m->configured(root, &named, ret_why);
	if (r == 0 && named.len)
		r = add_named(root, m, named.data, ret, ret_why);
	return r == 0 && told ? add_named(root, m, told, ret, ret_why) : r;
}
