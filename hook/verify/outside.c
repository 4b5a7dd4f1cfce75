/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/outside.h"

#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "verify/look.h"
#include "verify/note.h"

/* A pyc that is not in a __pycache__; `dirfd` is of the directory `dir` that it lies in. */
static int look_at_pyc(struct pcs_look *k, int dirfd, const char *dir, const char *name)
{
	struct pcs_seen c = { .name = name };
	PCS_BUF struct pcs_buf path = { 0 };
	struct stat st;
	pcs_look_read(k, dirfd, dir, &c, &st);
	if (c.error == -ENOENT)
		return 0;
	k->p->found.pycs++;
	int beside = pcs_beside_in_tree(&k->beside, dir, name, c.minor);
	if (beside >= 0)
		return pcs_verify_legacy(k->p, &c, (unsigned)beside, dir, "");
	int r = pcs_path_join(&path, dir, name);
	return r < 0 ? r :
		       pcs_findings_add_unexamined(&k->p->found, "", path.data, "",
						   pcs_strerror(beside));
}

int pcs_look_at_legacy(struct pcs_visit *v, const char *name)
{
	int r = pcs_dir_act(&v->scan.dir);
	return r < 0 ? pcs_look_unexamined(v->ctx, v->path, name, r) :
		       look_at_pyc(v->ctx, v->scan.dir.fd, v->path, name);
}

int pcs_look_at_package(struct pcs_look *k, const char *name)
{
	PCS_BUF struct pcs_buf path = { 0 };
	struct pcs_dir d;
	char *stem = strndupa(name, pcs_source_stem_len(name));
	int r = pcs_path_join(&path, k->v->path, stem);
	if (r == 0)
		r = pcs_dir_open(k->site->root, path.data, path.len, &d);
	if (pcs_is_absence(r) || r == -ELOOP)
		return 0;
	if (r < 0)
		return pcs_look_unexamined(k, path.data, stem, r);
	r = pcs_dir_act(&d);
	if (r == 0)
		r = look_at_pyc(k, d.fd, path.data, "__init__.pyc");
	pcs_dir_done(&d);
	return r;
}
