/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/look.h"

#include <string.h>

#include "base/err.h"
#include "base/fs.h"
#include "verify/pyc.h"

int pcs_look_unexamined(struct pcs_look *k, const char *path, const char *name, int error)
{
	PCS_BUF struct pcs_buf why = { 0 };
	k->living++; /* what is cached may be of it */
	int r = pcs_dir_add_error(&k->v->scan.dir, name, error, &why);
	return r < 0 ? r : pcs_findings_add_unexamined(&k->p->found, "", path, "", why.data);
}

void pcs_look_keep_stat(struct pcs_seen *c, const struct stat *st)
{
	c->size = (uint64_t)st->st_size;
	c->written = st->st_ctim;
	c->mode = st->st_mode;
	c->uid = st->st_uid;
	c->gid = st->st_gid;
	c->dev = st->st_dev;
	c->ino = st->st_ino;
	c->links = st->st_nlink;
}

static enum pcs_seen_as seen_as(int r)
{
	switch (r) {
	case 0:
		return PCS_SEEN_FILE;
	case -EINVAL:
	case -ELOOP:
	case -ENXIO:
	case -EISDIR:
		return PCS_SEEN_NO_FILE;
	case -EFBIG:
		return PCS_SEEN_TOO_LARGE;
	}
	return PCS_SEEN_UNREADABLE;
}

/* The importer follows links; root reads by some only. */
static int read_linked(struct pcs_look *k, const char *dir, const char *name, struct stat *ret)
{
	struct pcs_dir d;
	int r = pcs_dir_open(k->site->root, dir, strlen(dir), &d);
	if (r < 0)
		return r;
	r = pcs_dir_read_linked(&d, name, PCS_PYC_MAX, &k->p->body, ret);
	pcs_dir_done(&d);
	int acted = pcs_dir_act(&k->v->scan.dir);
	return pcs_is_absence(r) ? -ELOOP : r < 0 ? r : acted;
}

bool pcs_look_read(struct pcs_look *k, int dirfd, const char *dir, struct pcs_seen *c,
		   struct stat *ret)
{
	struct pcs_verify_part *p = k->p;
	*ret = (struct stat){ 0 };
	p->body.len = 0;
	int r = pcs_fs_read(dirfd, c->name, PCS_PYC_MAX, &p->body, ret);
	c->linked = r == -ELOOP;
	if (c->linked && !k->site->staged) /* 'stage' follows none */
		r = read_linked(k, dir, c->name, ret);
	c->as = (uint8_t)seen_as(r);
	c->error = r;
	pcs_look_keep_stat(c, ret);
	if (r == 0)
		pcs_verify_content(p, p->verify->flags & PCS_VERIFY_ANY_VERSION, c, p->body.data,
				   p->body.len);
	return r == 0;
}

const char *pcs_look_cache_path(struct pcs_look *k)
{
	struct pcs_buf *b = &k->p->words;
	b->len = 0;
	return pcs_site_cache_dir(k->site, k->v->path, b) < 0 ? NULL : b->data;
}
