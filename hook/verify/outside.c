/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/outside.h"

#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "pyc/leak.h"
#include "tree/staged.h"
#include "verify/beside.h"
#include "verify/look.h"
#include "verify/note.h"

/* As for 'stage', which sees to it that a package shows nobody where it was built. */
static bool leaks(const struct pcs_look *k, const struct pcs_seen *c, const char *source)
{
	const struct pcs_peek *peek = &k->p->peek;
	size_t len = strlen(source);
	if (c->as != PCS_SEEN_FILE || c->body != PCS_BODY_WHOLE)
		return false;
	return (peek->filename && peek->filename_len > len &&
		memcmp(peek->filename + peek->filename_len - len, source, len) == 0) ||
	       pcs_pyc_shows_dir(&k->p->body, k->site->staged->host, source);
}

/*
 * What is different in a staging root, where the policy has the source compiled or would, if it
 * were there: a pyc beside its source goes, and what is a module by itself is of an interpreter
 * that there is. 0 or -ENOMEM.
 */
static int stage(struct pcs_look *k, const char *dir, struct pcs_seen *c, unsigned *beside)
{
	struct pcs_want wants[PCS_INTERPS_MAX] = { 0 };
	const struct pcs_source_facts none = { 0 };
	PCS_BUF struct pcs_buf path = { 0 };
	char *source = strndupa(c->name, strlen(c->name) - strlen("c"));
	bool no_interp, taken = false;
	if (!k->site->staged || k->site->staged->extra == PCS_EXTRA_KEEP ||
	    strcmp(dir, k->v->path) != 0)
		return 0;
	int r = pcs_path_join(&path, dir, source);
	if (r < 0)
		return r;
	int n = pcs_visit_wants(k->v, source, &none, wants, &no_interp);
	if (n < 0 || !wants[0].settings.compile)
		return n < 0 ? n : 0;
	*beside |= PCS_BESIDE_TIDIED;
	for (int i = 0; i < n; i++)
		taken |= wants[i].interp == PCS_NO_INTERP || wants[i].magic == c->header.magic;
	if (n && !taken)
		c->tag_magic = 0; /* as if of no version */
	if (leaks(k, c, path.data))
		c->recorded = PCS_RECORDED_LEAKS;
	return 0;
}

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
	if (beside >= 0) {
		unsigned flags = (unsigned)beside;
		int staged = stage(k, dir, &c, &flags);
		return staged < 0 ? staged : pcs_verify_legacy(k->p, &c, flags, dir, "");
	}
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
