/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/pyc.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"
#include "pkg/managers.h"
#include "pyc/canon.h"
#include "workers/interp.h"

/* The interpreter with the tag of a pyc; for one without a tag, with its magic number. */
static const struct pcs_interp *interp_of(const struct pcs_verify *v, const struct pcs_seen *c)
{
	const struct pcs_interps *const lists[] = { v->site->interps, v->known };
	for (size_t k = 0; k < PCS_ARRAY_SIZE(lists); k++)
		for (size_t i = 0; lists[k] && i < lists[k]->n; i++) {
			const struct pcs_interp *in = &lists[k]->list[i];
			if (c->parsed.tag ? in->magic && pcs_pyc_name_has_tag(&c->parsed, in->tag) :
					    in->magic == c->header.magic)
				return in;
		}
	return NULL;
}

/* PyPy has no library to be found by. */
static bool has_pypy(unsigned minor)
{
	PCS_FREE char *path = NULL;
	return asprintf(&path, "/usr/bin/pypy3.%u", minor) < 0 || access(path, F_OK) == 0 ||
	       !pcs_is_absence(errno);
}

void pcs_verify_tag(const struct pcs_verify *v, bool any, struct pcs_seen *c)
{
	const struct pcs_pyc_name *name = &c->parsed;
	const struct pcs_interp *in = interp_of(v, c);
	any |= v->site->interps->unseen || (v->known && v->known->unseen);
	if (in) {
		c->tag_known = true;
		c->tag_magic = in->magic;
		c->minor = in->minor;
	} else if (pcs_tag_parse(name->tag, name->tag_len, &c->minor)) {
		if (memcmp(name->tag, "pypy", 4) == 0)
			c->tag_known = any || has_pypy(c->minor);
		else
			c->tag_known = any && pcs_magic_of(c->minor, &c->tag_magic);
	}
}

/* The version of a pyc without a tag, if its magic number is known. */
static void find_minor(const struct pcs_verify *v, struct pcs_seen *c)
{
	const struct pcs_interp *in = interp_of(v, c);
	if (in)
		c->minor = in->minor;
	if (in || pcs_minor_of(c->header.magic, &c->minor))
		c->tag_magic = c->header.magic;
}

void pcs_verify_content(struct pcs_verify_part *p, bool any, struct pcs_seen *c, const char *data,
			size_t len)
{
	c->whole = pcs_pyc_header_get((const uint8_t *)data, len, &c->header);
	c->foreign = !pcs_pyc_looks_like_one((const uint8_t *)data, len);
	p->peek.filename = p->peek.other = NULL;
	if (c->parsed.tag)
		pcs_verify_tag(p->verify, any, c);
	else if (c->whole)
		find_minor(p->verify, c);
	if (!c->whole || c->header.magic != c->tag_magic ||
	    (c->parsed.tag && memcmp(c->parsed.tag, "cpython-", 8) != 0))
		return;
	c->body = (uint8_t)pcs_peek_body(&p->peek, c->minor, data + PCS_PYC_HEADER,
					 len - PCS_PYC_HEADER);
	if (c->body == PCS_BODY_UNKNOWN && c->minor <= PCS_MINOR_NEWEST) {
		c->as = PCS_SEEN_UNREADABLE;
		c->error = -ENOMEM;
	}
}

bool pcs_verify_is_canonical(struct pcs_verify_part *p, const char *data, size_t len)
{
	struct pcs_refusal why;
	struct pcs_buf *b = &p->other;
	b->len = 0;
	if (pcs_pyc_canonical((const uint8_t *)data, len, b, &why) < 0)
		return true; /* what has none is written as it is */
	return b->len == len && memcmp(b->data, data, len) == 0;
}

bool pcs_verify_is_build_place(const char *path)
{
	static const char *const places[] = { "/build",   "/builddir", "/tmp",
					      "/var/tmp", "/home",     "/root" };
	for (size_t i = 0; i < PCS_ARRAY_SIZE(places); i++)
		if (pcs_path_within(path, places[i]))
			return true;
	return strstr(path, "/BUILDROOT/") != NULL;
}

static int compare(struct pcs_verify_part *p, struct pcs_seen *c, const char *path,
		   pcs_verify_recorded *again, void *ctx)
{
	const char *recorded = p->words.data;
	if (strcmp(recorded, path) == 0)
		return 0;
	c->recorded = pcs_ends_with(recorded, path) || pcs_verify_is_build_place(recorded) ?
			      PCS_RECORDED_LEAKS :
			      PCS_RECORDED_ELSEWHERE;
	again(ctx, c, recorded, path);
	c->recorded_path = pcs_arena_dup(&p->strings, recorded, p->words.len);
	return c->recorded_path ? 0 : -ENOMEM;
}

int pcs_verify_compare(struct pcs_verify_part *p, struct pcs_seen *c, const char *path,
		       pcs_verify_recorded *again, void *ctx)
{
	const struct pcs_peek *k = &p->peek;
	const char *const names[] = { k->filename, k->other };
	const size_t lens[] = { k->filename_len, k->other_len };
	int r = 0;
	c->recorded = PCS_RECORDED_RIGHT;
	for (size_t i = 0; i < 2 && r == 0 && names[i] && c->recorded == PCS_RECORDED_RIGHT; i++) {
		if (lens[i] == strlen(path) && memcmp(names[i], path, lens[i]) == 0)
			continue;
		p->words.len = 0;
		r = pcs_peek_path(names[i], lens[i], &p->words);
		if (r == 0)
			r = pcs_buf_adds(&p->words, "");
		if (r == 0)
			r = compare(p, c, path, again, ctx);
	}
	return r;
}

bool pcs_verify_is_temporary(const char *name)
{
	struct pcs_pyc_name parsed;
	if (pcs_tmp_is_name(name))
		return true;
	const char *pyc = strstr(name, ".pyc");
	for (const char *next; pyc && (next = strstr(pyc + 1, ".pyc"));)
		pyc = next;
	if (!pyc || !pyc[4])
		return false;
	char *before = strndupa(name, (size_t)(pyc - name) + 4);
	if (!pcs_pyc_name_parse(before, &parsed) && !pcs_is_pytest_name(before))
		return false;
	/* The importer appends a number (importlib's _write_atomic), and so does pytest. */
	const char *rest = pyc + 4;
	if (rest[0] == '.' && rest[1] && rest[1 + strspn(rest + 1, "0123456789")] == '\0')
		return true;
	return pcs_is_manager_suffix(rest);
}
