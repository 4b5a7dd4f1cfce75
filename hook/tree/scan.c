/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/scan.h"

#include <string.h>

#include "base/fs.h"
#include "base/err.h"
#include "base/path.h"
#include "tree/facts.h"
#include "tree/fresh.h"
#include "tree/proof.h"
#include "tree/site.h"
#include "tree/staged.h"
#include "state/turnover.h"
#include "pyc/canon.h"
#include "pyc/leak.h"
#include "pyc/peek.h"
#include "pyc/source_hash.h"
#include "pyc/text.h"

/* List __pycache__. 0 or -errno. */
static int list_cache(struct pcs_scan *s)
{
	int r = pcs_fs_list(s->dir.cache_fd, &s->cache);
	if (r == 0 && !s->cache.n)
		return 0;
	s->parsed = r < 0 ? NULL : calloc(s->cache.n, sizeof(*s->parsed));
	if (!s->parsed) {
		pcs_listing_done(&s->cache);
		return r < 0 ? r : -ENOMEM;
	}
	for (size_t i = 0; i < s->cache.n; i++)
		pcs_pyc_name_parse(s->cache.entries[i].name, &s->parsed[i]);
	return 0;
}

int pcs_scan_open(const struct pcs_site *site, const char *path, size_t follow_len,
		  struct pcs_scan *ret)
{
	struct pcs_scan s = { .site = site };
	int gone = pcs_dir_open(site->root, path, follow_len, &s.dir);
	if (gone < 0 && (gone != -ENOENT || !site->prefix))
		return gone;
	if (gone < 0)
		pcs_dir_init_gone(site->root, path, &s.dir);
	int r = pcs_dir_open_cache(&s.dir, site->prefix, false);
	if (gone < 0 && r < 0)
		return r;
	if (r == 0)
		r = list_cache(&s);
	if (r < 0 && r != -ENOENT)
		s.cache_error = r;
	*ret = s;
	return 0;
}

void pcs_scan_done(struct pcs_scan *s)
{
	pcs_dir_done(&s->dir);
	pcs_listing_done(&s->cache);
	free(s->parsed);
	free(s->facts);
	pcs_proofs_done(&s->proofs);
}

int pcs_scan_source(struct pcs_scan *s, const char *name, struct pcs_source_facts *ret)
{
	struct stat st;
	int r = s->dir.fd < 0 ? -ENOENT : pcs_dir_stat_source(&s->dir, name, &st);
	*ret = (struct pcs_source_facts){ .state = PCS_SOURCE_GONE, .now = s->site->now };
	if (r == -ENOENT || r == -ELOOP || r == -ENOTDIR) /* a link to nowhere cannot be imported */
		return 0;
	if (r < 0)
		return r;
	ret->state = S_ISREG(st.st_mode) ? PCS_SOURCE_REGULAR : PCS_SOURCE_OTHER;
	ret->mtime = st.st_mtim;
	ret->ctime = st.st_ctim;
	ret->size = st.st_size;
	ret->quick = pcs_row_quick(&st);
	ret->mode = st.st_mode;
	bool users = s->dir.st.st_uid != 0;
	ret->uid = st.st_uid;
	ret->gid = st.st_gid;
	ret->dir_uid = users ? s->dir.st.st_uid : st.st_uid;
	ret->dir_gid = users ? s->dir.st.st_gid : st.st_gid;
	return 0;
}

/* Compare a hash-based cache with the source, which is read once. */
static void check_hash(struct pcs_scan *s, const char *name, struct pcs_cache_facts *c)
{
	unsigned minor;
	if (!pcs_tag_parse(c->parsed.tag, c->parsed.tag_len, &minor))
		return;
	c->error = pcs_proofs_read(&s->proofs, name);
	if (c->error < 0)
		return;
	uint64_t hash = pcs_source_hash(c->header.magic, minor, s->proofs.source.data,
					s->proofs.source.len);
	c->hash = hash == c->header.hash ? PCS_HASH_EQUAL : PCS_HASH_DIFFERS;
}

/* The importer follows links; root reads by some only. */
static void look_behind(struct pcs_scan *s, struct pcs_cache_facts *c)
{
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf pyc = { 0 };
	struct pcs_dir d;
	struct stat st;
	if (pcs_site_cache_dir(s->site, s->dir.path, &path) < 0 ||
	    pcs_dir_open(s->dir.root, path.data, path.len, &d) < 0)
		return;
	int r = pcs_dir_read_linked(&d, c->name, PCS_SOURCE_MAX, &pyc, &st);
	pcs_dir_done(&d);
	c->error = pcs_dir_act(&s->dir);
	c->linked = r == 0 && pcs_pyc_header_get((uint8_t *)pyc.data, pyc.len, &c->header);
	c->pyc = c->whole = c->linked;
	/* Links to sources are younger than what they lead to. */
	c->proven = c->linked;
}

static void look_into(struct pcs_scan *s, struct pcs_cache_facts *c)
{
	uint8_t head[PCS_PYC_HEADER];
	struct stat st;
	ssize_t n = pcs_fs_peek(s->dir.cache_fd, c->name, head, sizeof(head), &st);
	bool special = n == -EINVAL || n == -ELOOP || n == -ENXIO || n == -EISDIR;
	if (n < 0 && !special && n != -ENOENT)
		c->error = (int)n;
	c->regular = !special && !c->error;
	if (n == -ELOOP)
		look_behind(s, c);
	if (n < 0)
		return;
	const struct pcs_row *row = pcs_proofs_row(&s->proofs, c->name);
	c->made = n == PCS_PYC_HEADER && pcs_proves_made(&s->proofs, row, c->name, &st, head);
	c->given = c->made && row && row->kind == PCS_ROW_GIVEN;
	c->written = pcs_written(&st, c->made);
	c->pyc = pcs_pyc_looks_like_one(head, (size_t)n);
	c->whole = pcs_pyc_header_get(head, (size_t)n, &c->header);
}

/* Whether marshal would load the body, as far as the layout of that version is known. */
static bool is_body_whole(const struct pcs_cache_facts *c, const struct pcs_buf *pyc)
{
	struct pcs_peek peek = { 0 };
	unsigned minor;
	if (!pcs_minor_of(c->header.magic, &minor))
		return true;
	enum pcs_body body =
		pcs_peek_body(&peek, minor, pyc->data + PCS_PYC_HEADER, pyc->len - PCS_PYC_HEADER);
	pcs_peek_done(&peek);
	return body == PCS_BODY_WHOLE || body == PCS_BODY_UNKNOWN;
}

/* Whether the pyc shows where the root is. What its source says would be in it anew. */
static bool shows_root(struct pcs_scan *s, const char *name, const char *recorded)
{
	const char *host = s->site->staged->host;
	const struct pcs_buf *source = &s->proofs.source;
	if (!pcs_pyc_shows_dir(&s->proofs.pyc, host, recorded))
		return false;
	return !pcs_pyc_records_only(&s->proofs.pyc, recorded) ||
	       pcs_proofs_read(&s->proofs, name) < 0 ||
	       !memmem(source->data, source->len, host, strlen(host));
}

/*
 * A pyc in a staging root may be anybody's: its header tells nothing of the name that it records,
 * which may have the build's directories in it, nor of its body, which a build that was killed may
 * not have ended. What cannot be read is made anew.
 */
static void look_for_leaks(struct pcs_scan *s, const char *name, const struct pcs_source_facts *f,
			   struct pcs_cache_facts *c)
{
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf recorded = { 0 };
	PCS_BUF struct pcs_buf canonical = { 0 };
	struct pcs_refusal why;
	struct stat st;
	s->proofs.pyc.len = 0;
	c->renamed = true;
	if (pcs_path_join(&path, s->dir.path, name) < 0 ||
	    pcs_staged_recorded(s->site->staged, path.data, &recorded) < 0 ||
	    pcs_fs_read(s->dir.cache_fd, c->name, PCS_SOURCE_MAX, &s->proofs.pyc, &st) < 0)
		return;
	c->access = !pcs_right_permissions(f->mode, st.st_mode) ||
		    !pcs_right_owner(f, st.st_uid, st.st_gid);
	const uint8_t *pyc = (const uint8_t *)s->proofs.pyc.data;
	c->renamed = !pcs_pyc_holds_text(pyc, s->proofs.pyc.len, recorded.data) ||
		     shows_root(s, name, recorded.data);
	c->whole = is_body_whole(c, &s->proofs.pyc);
	int r = pcs_pyc_canonical(pyc, s->proofs.pyc.len, &canonical, &why);
	c->raw = r < 0 ? r != -PCS_ECANON :
			 canonical.len != s->proofs.pyc.len ||
				 memcmp(canonical.data, pyc, canonical.len) != 0;
}

/* Whether memory vouches for a cache with the very header that is wanted: then it need not be
 * opened. Three of five system calls are spared for most files of most runs. */
static bool is_vouched(struct pcs_scan *s, const struct pcs_source_facts *f,
		       const struct pcs_want *want, struct pcs_cache_facts *c)
{
	const struct pcs_row *row = pcs_proofs_row(&s->proofs, c->name);
	struct stat st;
	bool fresh;
	if (!row || pcs_fs_lstat(s->dir.cache_fd, c->name, &st) < 0 || !S_ISREG(st.st_mode) ||
	    !pcs_proves_quickly(row, f, want, &st, &fresh))
		return false;
	pcs_pyc_header_get(row->header, PCS_PYC_HEADER, &c->header);
	c->regular = c->pyc = c->whole = true;
	c->made = pcs_row_is_made(row);
	c->given = row->kind == PCS_ROW_GIVEN;
	c->written = pcs_written(&st, c->made);
	c->hash = c->header.flags == PCS_PYC_TIMESTAMP ? PCS_HASH_UNKNOWN : PCS_HASH_EQUAL;
	c->proven = fresh;
	return true;
}

/*
 * What nobody asks for is opened only where it might mislead: when it is older than the source, or
 * when the source is gone; and in a staging root, where it would get into the package.
 */
static void look_at(struct pcs_scan *s, const char *name, const struct pcs_source_facts *f,
		    const struct pcs_want *wanted, struct pcs_cache_facts *c)
{
	bool gone = f->state == PCS_SOURCE_GONE || f->state == PCS_SOURCE_GOING;
	struct stat st;
	if (wanted && !gone && is_vouched(s, f, wanted, c)) {
		pcs_prove(&s->proofs, name, f, wanted, c);
		return;
	}
	if (!wanted && !gone && !c->gone && !s->site->staged) {
		int r = pcs_fs_lstat(s->dir.cache_fd, c->name, &st);
		if (r < 0 && r != -ENOENT)
			c->error = r;
		if (r < 0)
			return;
		c->regular = S_ISREG(st.st_mode);
		c->written = st.st_ctim;
		if (!c->regular ||
		    (!pcs_written_before(f, &c->written) && !pcs_proofs_row(&s->proofs, c->name)))
			return;
	}
	look_into(s, c);
	if (c->whole && c->header.flags != PCS_PYC_TIMESTAMP && !gone)
		check_hash(s, name, c);
	if (!gone)
		pcs_prove(&s->proofs, name, f, wanted, c);
	if (s->site->staged && c->whole && !gone)
		look_for_leaks(s, name, f, c);
}

static struct pcs_cache_facts *new_fact(struct pcs_scan *s, size_t n)
{
	struct pcs_cache_facts *facts = pcs_grow(s->facts, &s->cap_facts, n + 1, sizeof(*facts));
	if (!facts)
		return NULL;
	s->facts = facts;
	facts[n] = (struct pcs_cache_facts){ 0 };
	return &facts[n];
}

/* The first entry that is not before `start`, the first `len` bytes of a source's name ("mod."). */
static size_t first_from(const struct pcs_scan *s, const char *start, size_t len)
{
	const struct pcs_listing *l = &s->cache;
	size_t at = s->next;
	bool after = at == 0 || strncmp(l->entries[at - 1].name, start, len) < 0;
	if (after && (at == l->n || strncmp(l->entries[at].name, start, len) >= 0))
		return at;
	return pcs_listing_lower_bound(l, strndupa(start, len));
}

const char *pcs_scan_next(struct pcs_scan *s, const char *name, size_t *at,
			  struct pcs_pyc_name *ret)
{
	size_t stem_len = pcs_source_stem_len(name);
	const struct pcs_listing *l = &s->cache;
	if (*at == SIZE_MAX)
		*at = first_from(s, name, stem_len + 1);
	for (; *at < l->n && strncmp(l->entries[*at].name, name, stem_len + 1) == 0; ++*at)
		if (s->parsed[*at].stem_len == stem_len) {
			*ret = s->parsed[*at];
			return l->entries[(*at)++].name;
		}
	s->next = *at;
	return NULL;
}

int pcs_stray_has_source(const struct pcs_dir *dir, const char *entry,
			 bool (*going)(void *ctx, const char *name), void *ctx)
{
	struct stat st;
	if (!pcs_stray_stem(entry, 0))
		return 1;
	for (size_t len = 0; (len = pcs_stray_stem(entry, len));) {
		PCS_BUF struct pcs_buf name = { 0 };
		int r = pcs_buf_printf(&name, "%.*s.py", (int)len, entry);
		if (r == 0 && going && going(ctx, name.data))
			continue;
		if (r == 0)
			r = dir->fd < 0 ? -ENOENT : pcs_dir_stat_source(dir, name.data, &st);
		if (!pcs_is_absence(r) && r != -ELOOP)
			return r < 0 ? r : 1;
	}
	return 0;
}

bool pcs_scan_has_stray(const struct pcs_scan *s, const char *name)
{
	size_t stem_len = pcs_source_stem_len(name);
	const struct pcs_listing *l = &s->cache;
	for (size_t i = pcs_listing_lower_bound(l, strndupa(name, stem_len + 1)); i < l->n; i++) {
		const char *entry = l->entries[i].name;
		if (strncmp(entry, name, stem_len + 1) != 0)
			break;
		if (!s->parsed[i].tag && pcs_stray_stem(entry, stem_len - 1) == stem_len)
			return true;
	}
	return false;
}

int pcs_scan_caches(struct pcs_scan *s, const char *name, const struct pcs_want *wants, size_t n,
		    struct pcs_source_facts *ret)
{
	struct pcs_pyc_name parsed;
	size_t found = 0, at = SIZE_MAX;
	pcs_proofs_forget(&s->proofs);
	for (const char *entry; (entry = pcs_scan_next(s, name, &at, &parsed)); found++) {
		struct pcs_cache_facts *c = new_fact(s, found);
		if (!c)
			return -ENOMEM;
		c->name = entry;
		c->parsed = parsed;
		c->gone = pcs_turnover_is_gone(s->site->gone_tags, parsed.tag, parsed.tag_len,
					       s->version, s->version_len);
		look_at(s, name, ret, pcs_want_for(&parsed, wants, n), c);
	}
	ret->caches = s->facts;
	ret->n_caches = found;
	return s->proofs.quick ? pcs_prove_failing(&s->proofs, name, wants, n, ret) : 0;
}
