/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/restamp.h"

#include <string.h>

#include "base/err.h"
#include "base/fs.h"
#include "pyc/source_hash.h"
#include "state/memory.h"
#include "sync/actions.h"
#include "sync/handles.h"
#include "sync/publish.h"
#include "tree/dir.h"
#include "tree/proof.h"
#include "tree/site.h"
#include "workers/interp.h"

struct pcs_restamper {
	const struct pcs_site *site;
	struct pcs_handles *handles;
	struct pcs_publisher *publisher;
	const struct pcs_place *place; /* that the rows are of */
	struct pcs_buf bytes;
	struct pcs_rows rows;
	struct pcs_buf source, pyc, path;
};

int pcs_restamper_new(const struct pcs_site *site, struct pcs_handles *handles,
		      struct pcs_publisher *publisher, struct pcs_restamper **ret)
{
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	**ret = (struct pcs_restamper){ .site = site, .handles = handles, .publisher = publisher };
	return 0;
}

static void forget_rows(struct pcs_restamper *r)
{
	pcs_rows_done(&r->rows);
	r->bytes.len = 0;
	r->place = NULL;
}

void pcs_restamper_free(struct pcs_restamper *r)
{
	if (!r)
		return;
	forget_rows(r);
	pcs_buf_done(&r->bytes);
	pcs_buf_done(&r->source);
	pcs_buf_done(&r->pyc);
	pcs_buf_done(&r->path);
	free(r);
}

/* What is remembered of the pyc of an action, which is named in `name`; or NULL. */
static const struct pcs_row *find_row(struct pcs_restamper *r, const struct pcs_action *a,
				      const char *name)
{
	if (r->place != a->place) {
		forget_rows(r);
		if (pcs_memory_rows(r->site->memory, a->place->path, &r->bytes, &r->rows) < 0)
			return NULL;
		r->place = a->place;
	}
	const struct pcs_row *row = pcs_rows_find(&r->rows, name);
	return row && row->kind != PCS_ROW_FAILED ? row : NULL;
}

static bool is_digest_of(const uint8_t *digest, const char *data, size_t len)
{
	uint8_t is[PCS_DIGEST];
	return pcs_digest(data, len, is) == 0 && memcmp(is, digest, sizeof(is)) == 0;
}

/* Whether what was read is what the row is of. */
static bool is_proven(struct pcs_restamper *r, const struct pcs_actions *l,
		      const struct pcs_action *a, const struct pcs_row *row)
{
	return row->maker &&
	       row->maker == pcs_maker(r->site, a->interp, a->level, pcs_action_settings(l, a),
				       r->path.data) &&
	       r->pyc.len > PCS_PYC_HEADER &&
	       is_digest_of(row->source, r->source.data, r->source.len) &&
	       is_digest_of(row->body, r->pyc.data + PCS_PYC_HEADER, r->pyc.len - PCS_PYC_HEADER);
}

static void publish(struct pcs_restamper *r, struct pcs_action *a, struct pcs_dir *dir,
		    const struct pcs_row *row, const struct stat *st, struct pcs_present *present)
{
	const struct pcs_interp *in = &r->site->interps->list[a->interp];
	struct pcs_pyc pyc = { .action = a,
			       .dir = dir,
			       .code = r->pyc.data + PCS_PYC_HEADER,
			       .code_len = r->pyc.len - PCS_PYC_HEADER,
			       .present = present,
			       .digest = row->source,
			       .body = row->body,
			       .quick = pcs_read_quick(st),
			       .source = st };
	struct pcs_pyc_header h = { .magic = in->magic,
				    .flags = a->flags,
				    .mtime = pcs_pyc_mtime(&st->st_mtim),
				    .size = (uint32_t)st->st_size };
	if (a->flags != PCS_PYC_TIMESTAMP)
		h.hash = pcs_source_hash(in->magic, in->minor, r->source.data, r->source.len);
	pcs_pyc_header_put(pyc.header, &h);
	pcs_publish(r->publisher, &pyc);
}

/* Read the pyc, and keep it open where it can be changed in place. 0, -errno, or another number
 * where it is not whole. */
static int read_pyc(struct pcs_restamper *r, struct pcs_dir *dir, const char *name,
		    struct pcs_present *ret)
{
	int k = dir->cache_fd < 0 ? pcs_dir_open_cache(dir, r->site->prefix, false) : 0;
	if (k == 0)
		k = pcs_dir_act_in_cache(dir);
	if (k == 0)
		k = pcs_fs_open_to_change(dir->cache_fd, name, &ret->fd) == 0 ?
			    pcs_fs_read_once(ret->fd, &r->pyc, &ret->st) :
			    pcs_fs_read(dir->cache_fd, name, PCS_SOURCE_MAX, &r->pyc, &ret->st);
	ret->header = r->pyc.data;
	return k;
}

/* 1, 0 where there is a doubt, or -errno. */
static int try(struct pcs_restamper *r, const struct pcs_actions *l, struct pcs_action *a,
	       struct pcs_dir *dir, struct pcs_present *present)
{
	PCS_BUF struct pcs_buf name = { 0 };
	struct stat st;
	r->source.len = r->pyc.len = r->path.len = 0;
	int e = pcs_pyc_name_add(&name, a->source, r->site->interps->list[a->interp].tag, a->level);
	if (e == 0)
		e = pcs_action_path(a, &r->path);
	const struct pcs_row *row = e == 0 ? find_row(r, a, name.data) : NULL;
	if (e < 0 || !row)
		return e;
	e = pcs_dir_read_source(dir, a->source, &r->source, &st);
	if (e == 0)
		e = read_pyc(r, dir, name.data, present);
	if (e != 0 || !is_proven(r, l, a, row))
		return e < 0 ? e : 0;
	publish(r, a, dir, row, &st, present);
	return 1;
}

void pcs_restamp(struct pcs_restamper *r, const struct pcs_actions *l, struct pcs_action *a)
{
	struct pcs_dir *dir = NULL;
	struct pcs_present present = { .fd = -1 };
	int e = pcs_handles_get(r->handles, a->place, &dir);
	if (e >= 0)
		e = try(r, l, a, dir, &present);
	pcs_close(present.fd);
	pcs_handles_put(r->handles, dir);
	if (e == -ENOMEM)
		pcs_action_fail(a, "%s", pcs_strerror(e));
	else if (e <= 0) /* what cannot be read is made anew */
		a->act = PCS_COMPILE;
}
