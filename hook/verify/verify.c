#include "verify/verify.h"

#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "base/path.h"
#include "pyc/canon.h"
#include "workers/interp.h"

static void trial_done(struct pcs_trial *t)
{
	free(t->path);
	free(t->recorded);
	free(t->source);
	for (size_t i = 0; i < PCS_LEVELS; i++) {
		free(t->pyc[i]);
		free(t->code[i]);
	}
}

static void trials_done(struct pcs_trial *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		trial_done(&list[i]);
	free(list);
}

void pcs_verify_done(struct pcs_verify *v)
{
	trials_done(v->trials, v->n_trials);
	pcs_findings_done(&v->found);
	*v = (struct pcs_verify){ 0 };
}

void pcs_verify_part_done(struct pcs_verify_part *p)
{
	trials_done(p->trials, p->n_trials);
	pcs_findings_done(&p->found);
	free(p->seen);
	pcs_peek_done(&p->peek);
	pcs_buf_done(&p->source);
	pcs_buf_done(&p->body);
	pcs_buf_done(&p->other);
	pcs_buf_done(&p->path);
	pcs_buf_done(&p->words);
	pcs_arena_done(&p->strings);
	*p = (struct pcs_verify_part){ 0 };
}

int pcs_verify_join(struct pcs_verify *v, struct pcs_verify_part *p)
{
	struct pcs_trial *list =
		pcs_grow(v->trials, &v->cap_trials, v->n_trials + p->n_trials + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	v->trials = list;
	if (p->n_trials)
		memcpy(list + v->n_trials, p->trials, p->n_trials * sizeof(*list));
	v->n_trials += p->n_trials;
	p->n_trials = 0;
	return pcs_findings_join(&v->found, &p->found);
}

struct pcs_trial *pcs_verify_trial(struct pcs_verify_part *p, const char *path, unsigned interp)
{
	struct pcs_trial *list =
		pcs_grow(p->trials, &p->cap_trials, p->n_trials + 1, sizeof(*list));
	if (!list)
		return NULL;
	p->trials = list;
	struct pcs_trial t = { .path = strdup(path), .interp = (uint8_t)interp, .archive = "" };
	if (!t.path)
		return NULL;
	list[p->n_trials] = t;
	return &list[p->n_trials++];
}

struct pcs_seen *pcs_verify_seen(struct pcs_verify_part *p)
{
	struct pcs_seen *seen = pcs_grow(p->seen, &p->cap_seen, p->n_seen + 1, sizeof(*seen));
	if (!seen)
		return NULL;
	p->seen = seen;
	seen[p->n_seen] = (struct pcs_seen){ 0 };
	p->found.pycs++;
	return &seen[p->n_seen++];
}

static const struct pcs_interp *with_tag(const struct pcs_interps *l,
					 const struct pcs_pyc_name *name)
{
	for (size_t i = 0; l && i < l->n; i++)
		if (strlen(l->list[i].tag) == name->tag_len &&
		    memcmp(l->list[i].tag, name->tag, name->tag_len) == 0 && l->list[i].magic)
			return &l->list[i];
	return NULL;
}

/* PyPy has no library to be found by. */
static bool has_pypy(unsigned minor)
{
	PCS_FREE char *path = NULL;
	return asprintf(&path, "/usr/bin/pypy3.%u", minor) > 0 && access(path, F_OK) == 0;
}

void pcs_verify_tag(const struct pcs_verify *v, bool any, struct pcs_seen *c, unsigned *ret_minor)
{
	const struct pcs_pyc_name *name = &c->parsed;
	const struct pcs_interp *in = with_tag(v->site->interps, name);
	*ret_minor = 0;
	if (!in)
		in = with_tag(v->known, name);
	if (in) {
		c->tag_known = true;
		c->tag_magic = in->magic;
		*ret_minor = in->minor;
		return;
	}
	if (!pcs_tag_parse(name->tag, name->tag_len, ret_minor))
		return;
	if (memcmp(name->tag, "pypy", 4) == 0)
		c->tag_known = any || has_pypy(*ret_minor);
	else
		c->tag_known = any && pcs_magic_of(*ret_minor, &c->tag_magic);
}

bool pcs_verify_magic(const struct pcs_verify *v, uint32_t magic, unsigned *ret_minor)
{
	const struct pcs_interps *const lists[] = { v->site->interps, v->known };
	for (size_t k = 0; k < PCS_ARRAY_SIZE(lists); k++)
		for (size_t i = 0; lists[k] && i < lists[k]->n; i++)
			if (lists[k]->list[i].magic == magic) {
				*ret_minor = lists[k]->list[i].minor;
				return true;
			}
	return pcs_minor_of(magic, ret_minor);
}

void pcs_verify_content(struct pcs_verify_part *p, struct pcs_seen *c, const char *data, size_t len,
			unsigned minor)
{
	c->whole = pcs_pyc_header_get((const uint8_t *)data, len, &c->header);
	p->peek.filename = p->peek.other = NULL;
	if (!c->whole || c->header.magic != c->tag_magic ||
	    (c->parsed.tag && memcmp(c->parsed.tag, "cpython-", 8) != 0))
		return;
	c->body = (uint8_t)pcs_peek_body(&p->peek, minor, data + PCS_PYC_HEADER,
					 len - PCS_PYC_HEADER);
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

enum pcs_seen_recorded pcs_verify_recorded(const char *recorded, const char *path)
{
	if (strcmp(recorded, path) == 0)
		return PCS_RECORDED_RIGHT;
	return pcs_ends_with(recorded, path) || pcs_verify_is_build_place(recorded) ?
		       PCS_RECORDED_LEAKS :
		       PCS_RECORDED_ELSEWHERE;
}

bool pcs_verify_is_temporary(const char *name)
{
	static const char *const ends[] = { ".dpkg-new", ".dpkg-tmp", ".dpkg-dist", ".pacnew" };
	struct pcs_pyc_name parsed;
	if (pcs_tmp_is_name(name))
		return true;
	const char *pyc = strstr(name, ".pyc");
	for (const char *next; pyc && (next = strstr(pyc + 1, ".pyc"));)
		pyc = next;
	if (!pyc || !pyc[4])
		return false;
	char *before = strndupa(name, (size_t)(pyc - name) + 4);
	if (!pcs_pyc_name_parse(before, &parsed))
		return false;
	/* The importer appends a number (importlib's _write_atomic), rpm a semicolon and digits. */
	const char *rest = pyc + 4;
	if (rest[0] == '.' && rest[1] && rest[1 + strspn(rest + 1, "0123456789")] == '\0')
		return true;
	if (rest[0] == ';' && rest[1] && rest[1 + strspn(rest + 1, "0123456789abcdef")] == '\0')
		return true;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(ends); i++)
		if (strcmp(rest, ends[i]) == 0)
			return true;
	return false;
}

int pcs_verify_add(struct pcs_verify_part *p, enum pcs_finding_code code, const char *archive,
		   const char *path, const char *found)
{
	const struct pcs_finding f = { .path = path,
				       .source = "",
				       .version = "",
				       .found = found ? found : "",
				       .expected = "",
				       .archive = archive,
				       .code = (uint8_t)code,
				       .level = PCS_LEVEL_OTHER };
	return pcs_findings_add(&p->found, &f);
}

/* "3.11", as the tag tells. */
static int version_of(const struct pcs_verdict *v, struct pcs_buf *ret)
{
	unsigned minor;
	const char *tag = v->want ? v->want->tag : v->seen ? v->seen->parsed.tag : NULL;
	size_t len = v->want ? strlen(tag) : tag ? v->seen->parsed.tag_len : 0;
	if (!tag || !pcs_tag_parse(tag, len, &minor))
		return pcs_buf_adds(ret, "");
	return pcs_buf_printf(ret, "3.%u%s", minor, tag[len - 1] == 't' ? "t" : "");
}

int pcs_verify_note(struct pcs_verify_part *p, const struct pcs_about *s,
		    const struct pcs_verdict *v)
{
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf found = { 0 };
	PCS_BUF struct pcs_buf expected = { 0 };
	PCS_BUF struct pcs_buf version = { 0 };
	int r = v->seen ? pcs_path_join(&path, s->dir, v->seen->name) :
			  pcs_buf_adds(&path, s->source);
	if (r == 0)
		r = version_of(v, &version);
	if (r == 0)
		r = pcs_verdict_words(v, s->facts, s->expect, s->source, &found, &expected);
	if (r < 0)
		return r;
	const struct pcs_finding f = { .path = path.data,
				       .source = s->source,
				       .version = version.data,
				       .found = found.data,
				       .expected = expected.data,
				       .archive = s->archive,
				       .code = v->code,
				       .level = v->seen ? (uint8_t)v->seen->parsed.level : v->level,
				       .owned = s->expect->flags & PCS_EXPECT_OWNED };
	return pcs_findings_add(&p->found, &f);
}
