/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/proof.h"

#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"
#include "base/time.h"
#include "pyc/source_hash.h"
#include "state/memory.h"
#include "tree/facts.h"
#include "tree/fresh.h"
#include "tree/dir.h"
#include "tree/site.h"
#include "workers/build.h"

enum { FORM = 1 }; /* another one where this version of pycsync gives other code */

uint64_t pcs_maker(const struct pcs_site *site, unsigned interp, unsigned level,
		   const struct pcs_settings *settings, const char *path)
{
	PCS_BUF struct pcs_buf name = { 0 };
	struct pcs_interp *in = &site->interps->list[interp];
	const uint64_t parts[] = { pcs_interp_build(in),   in->magic,         FORM, level,
				   settings->reproducible, settings->warnings };
	if (!parts[0])
		return 0;
	int r = pcs_buf_add(&name, parts, sizeof(parts));
	if (r == 0)
		r = pcs_site_recorded(site, path, &name);
	if (r < 0)
		pcs_memory_fail(site->memory, r);
	return r < 0 ? 0 : pcs_source_hash(0, 8, name.data, name.len) | 1;
}

uint64_t pcs_read_quick(const struct stat *st)
{
	const long tick = 20 * 1000 * 1000;
	struct timespec since;
	clock_gettime(CLOCK_REALTIME, &since);
	since.tv_sec -=
		st->st_ctim.tv_nsec ? 0 : 2; /* some file systems have whole seconds, or two */
	since.tv_nsec -= tick;
	if (since.tv_nsec < 0) {
		since.tv_nsec += 1000000000;
		since.tv_sec--;
	}
	return pcs_time_earlier(&st->st_ctim, &since) ? pcs_row_quick(st) : 0;
}

void pcs_proofs_forget(struct pcs_proofs *s)
{
	pcs_buf_done(&s->source);
	s->digested = false;
}

void pcs_proofs_done(struct pcs_proofs *s)
{
	pcs_proofs_forget(s);
	pcs_buf_done(&s->pyc);
	pcs_rows_done(&s->rows);
	pcs_buf_done(&s->row_bytes);
}

int pcs_proofs_read(struct pcs_proofs *s, const char *name)
{
	struct stat st;
	if (s->source.data)
		return 0;
	int r = pcs_dir_read_source(s->dir, name, &s->source, &st);
	if (r < 0) {
		pcs_proofs_forget(s);
		return r;
	}
	s->source_quick = pcs_row_quick(&st);
	s->safe_quick = pcs_read_quick(&st);
	return 0;
}

static void read_rows(struct pcs_proofs *s)
{
	if (s->quick && !s->rows_read)
		pcs_memory_rows(s->site->memory, s->dir->path, &s->row_bytes, &s->rows);
	s->rows_read = true;
}

const struct pcs_row *pcs_proofs_row(struct pcs_proofs *s, const char *entry)
{
	read_rows(s);
	return pcs_rows_find(&s->rows, entry);
}

static bool is_same_file(const struct pcs_row *row, const struct stat *st)
{
	return row->file == pcs_row_file(st);
}

static bool is_of_pyc(const struct pcs_row *row)
{
	return pcs_row_is_made(row) || row->kind == PCS_ROW_ALIKE;
}

static bool is_untouched(const struct pcs_row *row, const struct stat *st)
{
	return is_same_file(row, st) && row->change == pcs_row_change(st);
}

static bool is_known(const uint8_t digest[PCS_DIGEST])
{
	static const uint8_t none[PCS_DIGEST];
	return memcmp(digest, none, PCS_DIGEST) != 0;
}

bool pcs_proves_body(const struct pcs_row *row)
{
	return is_of_pyc(row) && is_known(row->body);
}

/* Whether the body of a pyc is the one that was made. It is read. 1, 0 or -errno. */
static int has_body(struct pcs_proofs *s, const struct pcs_row *row, const char *entry)
{
	uint8_t digest[PCS_DIGEST];
	struct stat st;
	s->pyc.len = 0;
	if (!is_known(row->body))
		return 0;
	int r = pcs_fs_read(s->dir->cache_fd, entry, PCS_SOURCE_MAX, &s->pyc, &st);
	if (r == 0 && s->pyc.len <= PCS_PYC_HEADER)
		return 0;
	if (r == 0)
		r = pcs_digest(s->pyc.data + PCS_PYC_HEADER, s->pyc.len - PCS_PYC_HEADER, digest);
	return r < 0 ? r : memcmp(digest, row->body, sizeof(digest)) == 0;
}

/* Whether a pyc is still the one of the row, by its state or by its body. 1, 0 or -errno. */
static int is_of_row(struct pcs_proofs *s, const struct pcs_row *row, const char *entry,
		     struct stat *ret_st)
{
	int r = pcs_fs_lstat(s->dir->cache_fd, entry, ret_st);
	if (r < 0 || is_untouched(row, ret_st))
		return r < 0 ? r : 1;
	return has_body(s, row, entry);
}

/* Note that a pyc is this file now, and of which source. */
static void note(struct pcs_proofs *s, const struct pcs_row *row, const struct stat *st,
		 const uint8_t *header, uint64_t quick)
{
	struct pcs_row now = *row;
	now.quick = quick;
	if (row->file && !is_same_file(row, st))
		now.kind = PCS_ROW_ALIKE;
	now.file = pcs_row_file(st);
	now.change = pcs_row_change(st);
	memcpy(now.header, header, sizeof(now.header));
	pcs_memory_note(s->site->memory, s->dir->path, &now);
}

bool pcs_proves_made(struct pcs_proofs *s, const struct pcs_row *row, const char *entry,
		     const struct stat *st, const uint8_t *header)
{
	if (!s->quick)
		return false;
	if (row && pcs_row_is_made(row) && is_same_file(row, st) &&
	    memcmp(row->header, header, PCS_PYC_HEADER) == 0)
		return true;
	if (!pcs_memory_had(s->site->memory, st, header))
		return false;
	note(s, &(struct pcs_row){ .name = entry, .kind = PCS_ROW_MADE }, st, header, 0);
	return true;
}

bool pcs_proves_quickly(const struct pcs_row *row, const struct pcs_source_facts *f,
			const struct pcs_want *want, const struct stat *st, bool *ret_fresh)
{
	struct pcs_pyc_header h;
	if (!is_of_pyc(row) || !is_untouched(row, st) ||
	    !pcs_pyc_header_get(row->header, PCS_PYC_HEADER, &h) || h.magic != want->magic ||
	    h.flags != want->flags)
		return false;
	*ret_fresh = row->quick == f->quick && !pcs_is_ahead(f, &f->ctime);
	if (h.flags != PCS_PYC_TIMESTAMP)
		return *ret_fresh;
	bool doubtful = is_known(row->source) && !row->quick;
	return h.mtime == pcs_pyc_mtime(&f->mtime) && h.size == (uint32_t)f->size && !doubtful;
}

/* Whether the source has the bytes that the row was made of: 1 or 0; -PCS_ECHANGED where nothing
 * tells, as the row has none, the file is another one than the facts are of, or no library for
 * digests is there; or -errno. It is read once. */
static int is_source(struct pcs_proofs *s, const char *name, const struct pcs_source_facts *f,
		     const struct pcs_row *row)
{
	if (!is_known(row->source))
		return -PCS_ECHANGED;
	int r = pcs_proofs_read(s, name);
	if (r < 0)
		return r;
	if (s->source_quick != f->quick)
		return -PCS_ECHANGED;
	r = s->digested ? 0 : pcs_digest(s->source.data, s->source.len, s->digest);
	s->digested = r == 0;
	if (r < 0)
		return r == -ELIBACC ? -PCS_ECHANGED : r;
	return memcmp(s->digest, row->source, sizeof(s->digest)) == 0;
}

/* Whether compiling would give the code that the row is of. */
static bool is_maker(struct pcs_proofs *s, const char *name, const struct pcs_row *row,
		     const struct pcs_want *want, unsigned level)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, s->dir->path, name);
	if (r < 0)
		pcs_memory_fail(s->site->memory, r);
	return r == 0 && row->maker &&
	       row->maker == pcs_maker(s->site, want->interp, level, &want->settings, path.data);
}

/* Whether it is not known what the source holds, and neither that it went or changes. */
static bool is_unread(int error)
{
	return error < 0 && error != -PCS_ECHANGED && error != -EFBIG && !pcs_is_absence(error);
}

/* Whether a pyc that times call right may be of another file than the source is: a link may lead to
 * that now, or a mount, or it changed while it was read. What Python wrote since is none that was
 * made, and has another header. */
static bool is_doubtful(const struct pcs_row *row, const struct pcs_source_facts *f,
			const struct pcs_cache_facts *c)
{
	uint8_t header[PCS_PYC_HEADER];
	pcs_pyc_header_put(header, &c->header);
	return memcmp(header, row->header, sizeof(header)) == 0 &&
	       (!row->quick || row->quick != f->quick);
}

void pcs_prove(struct pcs_proofs *s, const char *name, const struct pcs_source_facts *f,
	       const struct pcs_want *wanted, struct pcs_cache_facts *c)
{
	if (!c->regular || c->error || c->proven)
		return;
	const struct pcs_row *row = pcs_proofs_row(s, c->name);
	const struct pcs_made pyc = { .header = &c->header,
				      .written = c->written,
				      .hash = c->hash };
	struct stat st;
	if (!row || !is_of_pyc(row))
		return;
	enum pcs_stale stale = c->whole ? pcs_stale(f, &pyc) : PCS_STALE_UNKNOWN;
	bool accepted =
		c->whole && (stale == PCS_STALE_NO || stale == PCS_STALE_CTIME) &&
		(!wanted || (c->header.magic == wanted->magic && c->header.flags == wanted->flags));
	if (accepted ? stale == PCS_STALE_NO && !is_doubtful(row, f, c) : !wanted)
		return; /* there is no doubt, or nothing to be done */
	if (!accepted && !is_maker(s, name, row, wanted, c->parsed.level))
		return;
	int same = is_source(s, name, f, row);
	int known = same < 0 ? same : is_of_row(s, row, c->name, &st);
	/* What is compiled anyway needs no proof, but for the source; where memory ends, the next
	 * step fails. */
	bool anyway = wanted && !(accepted && stale == PCS_STALE_NO);
	bool to_be_made = anyway && (same >= 0 || same == -ELIBBAD) && known != -ENOMEM;
	if (is_unread(known) && !to_be_made)
		c->error = known;
	if (known <= 0)
		return;
	c->proven = accepted && same;
	c->changed = accepted && !same;
	/* Its bytes are right, but who may read them may be others than those who may read the
	 * source. */
	c->access = c->proven && (!pcs_right_permissions(f->mode, st.st_mode) ||
				  !pcs_right_owner(f, st.st_uid, st.st_gid));
	c->restamp = c->access ? wanted && is_maker(s, name, row, wanted, c->parsed.level) :
				 !accepted && same;
	if (!c->proven || c->access)
		return;
	uint8_t header[PCS_PYC_HEADER];
	pcs_pyc_header_put(header, &c->header);
	note(s, row, &st, header, s->safe_quick);
}

int pcs_prove_failing(struct pcs_proofs *s, const char *name, const struct pcs_want *wants,
		      size_t n, struct pcs_source_facts *f)
{
	memset(f->failing, 0, sizeof(f->failing));
	read_rows(s);
	for (size_t i = 0; i < n && s->rows.failed; i++) {
		for (unsigned level = 0; level < PCS_LEVELS; level++) {
			PCS_BUF struct pcs_buf entry = { 0 };
			if (!wants[i].compile || !(wants[i].levels & 1u << level))
				continue;
			int r = pcs_pyc_name_add(&entry, name, wants[i].tag, level);
			if (r < 0)
				return r;
			const struct pcs_row *row = pcs_rows_find(&s->rows, entry.data);
			if (!row || row->kind != PCS_ROW_FAILED ||
			    !is_maker(s, name, row, &wants[i], level))
				continue;
			bool quick = row->quick == f->quick && !pcs_is_ahead(f, &f->ctime);
			if (quick || is_source(s, name, f, row) > 0)
				f->failing[i] |= (uint8_t)(1u << level);
		}
	}
	return 0;
}
