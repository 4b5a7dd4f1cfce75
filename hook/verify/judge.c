/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/judge.h"

#include "base/fs.h"
#include "tree/fresh.h"
#include "verify/beside.h"

struct verdicts {
	struct pcs_verdict *out;
	size_t n, max;
};

static void emit(struct verdicts *v, enum pcs_finding_code code, const struct pcs_seen *seen)
{
	if (v->n < v->max)
		v->out[v->n++] = (struct pcs_verdict){ .code = (uint8_t)code,
						       .level = PCS_LEVEL_OTHER,
						       .seen = seen };
}

bool pcs_expects(const struct pcs_expect *e, const struct pcs_want *want,
		 const struct pcs_pyc_name *name)
{
	bool as_if = e->flags & PCS_EXPECT_LEVELS && name->level < PCS_LEVELS;
	return want->compile &&
	       (pcs_want_for(name, want, 1) || (as_if && pcs_pyc_name_has_tag(name, want->tag)));
}

static const struct pcs_want *want_of(const struct pcs_seen *c, const struct pcs_expect *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (pcs_expects(e, &e->wants[i], &c->parsed))
			return &e->wants[i];
	return NULL;
}

/* The importer's rule, and beyond it that of ctimes unless `no_ctime`. */
static enum pcs_stale how_stale(const struct pcs_source_facts *f, const struct pcs_seen *c,
				const struct pcs_expect *e, bool no_ctime)
{
	const struct pcs_made pyc = {
		.header = &c->header,
		.written = c->written,
		.hash = c->hash,
		.slack = e->slack,
		.no_times = e->flags & PCS_EXPECT_NO_TIMES,
		.no_ctime = no_ctime,
	};
	return pcs_stale(f, &pyc);
}

bool pcs_judge_loads(const struct pcs_source_facts *f, const struct pcs_seen *c,
		     const struct pcs_expect *e)
{
	if (f->state != PCS_SOURCE_REGULAR || c->as != PCS_SEEN_FILE ||
	    c->link == PCS_LINKED_BROKEN || !c->whole ||
	    (c->tag_magic && c->header.magic != c->tag_magic) || c->body == PCS_BODY_DAMAGED ||
	    c->body == PCS_BODY_TRUNCATED)
		return false;
	enum pcs_stale how = how_stale(f, c, e, true);
	return how == PCS_STALE_NO || how == PCS_STALE_UNKNOWN ||
	       c->header.flags == PCS_PYC_UNCHECKED_HASH;
}

/* Whether the source is compiled, and not to this. */
static bool is_extra(const struct pcs_seen *c, const struct pcs_expect *e)
{
	bool compiled = false;
	for (size_t i = 0; i < e->n; i++)
		compiled |= e->wants[i].compile;
	return e->flags & PCS_EXPECT_NO_EXTRA && compiled && !want_of(c, e);
}

/* How the pyc is stale. PCS_FOUND_CODES for one that is fresh. */
static enum pcs_finding_code staleness(const struct pcs_source_facts *f, const struct pcs_seen *c,
				       const struct pcs_expect *e)
{
	static const uint8_t codes[] = {
		[PCS_STALE_NO] = PCS_FOUND_CODES,
		[PCS_STALE_MTIME] = PCS_FOUND_STALE_MTIME,
		[PCS_STALE_SIZE] = PCS_FOUND_STALE_SIZE,
		[PCS_STALE_HASH] = PCS_FOUND_STALE_HASH,
		[PCS_STALE_CTIME] = PCS_FOUND_STALE_CTIME,
		[PCS_STALE_UNKNOWN] = PCS_FOUND_CODES,
	};
	if (c->changed)
		return PCS_FOUND_STALE_CONTENT;
	bool no_ctime =
		c->proven || c->linked || e->flags & (PCS_EXPECT_NO_CTIME | PCS_EXPECT_OWNED);
	return codes[how_stale(f, c, e, no_ctime)];
}

/* What nobody asks for does harm only where the importer would take it all the same. */
static enum pcs_finding_code soften(enum pcs_finding_code code, const struct pcs_seen *c)
{
	bool unchecked = c->header.flags == PCS_PYC_UNCHECKED_HASH;
	if (code == PCS_FOUND_CODES || code == PCS_FOUND_STALE_CTIME ||
	    code == PCS_FOUND_STALE_CONTENT || (code == PCS_FOUND_STALE_HASH && unchecked))
		return code;
	return PCS_FOUND_STALE_UNWANTED;
}

static void judge_freshness(struct verdicts *v, const struct pcs_source_facts *f,
			    const struct pcs_seen *c, const struct pcs_expect *e)
{
	const struct pcs_want *want = want_of(c, e);
	enum pcs_finding_code code = staleness(f, c, e);
	if (!want && !(e->flags & PCS_EXPECT_ALL))
		code = soften(code, c);
	if (code != PCS_FOUND_CODES)
		emit(v, code, c);
	if (code == PCS_FOUND_STALE_MTIME && c->header.size != (uint32_t)f->size)
		emit(v, PCS_FOUND_STALE_SIZE, c);
	if (want && !(e->flags & (PCS_EXPECT_ANY_MODE | PCS_EXPECT_OWNED)) &&
	    c->header.flags != want->flags)
		emit(v, PCS_FOUND_WRONG_MODE, c);
}

static void judge_access(struct verdicts *v, const struct pcs_source_facts *f,
			 const struct pcs_seen *c)
{
	if (!pcs_right_permissions(f->mode, c->mode))
		emit(v, PCS_FOUND_WRONG_PERMISSIONS, c);
	if (!pcs_right_owner(f, c->uid, c->gid))
		emit(v, PCS_FOUND_WRONG_OWNER, c);
}

/* What can be said without the source: the worst, or PCS_FOUND_CODES where there is nothing. */
static enum pcs_finding_code form(const struct pcs_seen *c)
{
	if (!c->whole)
		return c->size < PCS_PYC_HEADER ? PCS_FOUND_TRUNCATED : PCS_FOUND_DAMAGED;
	/* PyPy's numbers are not known; a pyc outside of __pycache__ may be of any version. */
	if (c->header.magic != c->tag_magic && (c->tag_magic || !c->parsed.tag))
		return PCS_FOUND_WRONG_MAGIC;
	return c->body == PCS_BODY_DAMAGED   ? PCS_FOUND_DAMAGED :
	       c->body == PCS_BODY_TRUNCATED ? PCS_FOUND_TRUNCATED :
					       PCS_FOUND_CODES;
}

/* The same of what cannot be looked into at all. */
static enum pcs_finding_code kind(const struct pcs_seen *c)
{
	static const uint8_t codes[] = {
		[PCS_SEEN_FILE] = PCS_FOUND_CODES,
		[PCS_SEEN_NO_FILE] = PCS_FOUND_NO_FILE,
		[PCS_SEEN_UNREADABLE] = PCS_FOUND_NOT_EXAMINED,
		[PCS_SEEN_TOO_LARGE] = PCS_FOUND_TOO_LARGE,
		[PCS_SEEN_ELSEWHERE] = PCS_FOUND_NOT_EXAMINED,
	};
	return c->as == PCS_SEEN_FILE && c->link == PCS_LINKED_BROKEN ? PCS_FOUND_LINK_BROKEN :
									codes[c->as];
}

/* What is wrong in one way may be so in others: all is told that can be known of it. */
static void judge_content(struct verdicts *v, const struct pcs_source_facts *f,
			  const struct pcs_seen *c, const struct pcs_expect *e)
{
	enum pcs_finding_code code = form(c);
	unsigned minor;
	if (code != PCS_FOUND_CODES)
		emit(v, code, c);
	if (c->link == PCS_LINKED_WRONG)
		emit(v, PCS_FOUND_LINK_WRONG, c);
	/* Of a number that nobody knows the header may be another one. */
	bool known = code != PCS_FOUND_WRONG_MAGIC || pcs_minor_of(c->header.magic, &minor);
	if (c->whole && known && c->link != PCS_LINKED_WRONG)
		judge_freshness(v, f, c, e);
}

static void judge_pyc(struct verdicts *v, const struct pcs_source_facts *f,
		      const struct pcs_seen *c, const struct pcs_expect *e)
{
	enum pcs_finding_code code = kind(c);
	bool large = code == PCS_FOUND_TOO_LARGE;
	if (large) /* all that its content does not tell is told of it, too */
		emit(v, code, c);
	if (code == PCS_FOUND_CODES || large)
		code = f->state == PCS_SOURCE_GONE ? PCS_FOUND_ORPHAN :
		       is_extra(c, e)              ? PCS_FOUND_EXTRA :
		       !c->tag_known && !large     ? PCS_FOUND_UNKNOWN_TAG :
						     PCS_FOUND_CODES;
	if (code != PCS_FOUND_CODES)
		return emit(v, code, c);
	if (!large)
		judge_content(v, f, c, e);
	bool anothers = c->link == PCS_LINKED_WRONG;
	if (c->recorded == PCS_RECORDED_ELSEWHERE && !anothers)
		emit(v, PCS_FOUND_WRONG_PATH, c);
	if (c->recorded == PCS_RECORDED_LEAKS && !anothers)
		emit(v, PCS_FOUND_LEAKING_PATH, c);
	if (c->link == PCS_LINK_LACKING)
		emit(v, PCS_FOUND_LINK_BROKEN, c);
	if (c->shuffled)
		emit(v, PCS_FOUND_NON_CANONICAL, c);
	if (!(e->flags & PCS_EXPECT_NO_ACCESS))
		judge_access(v, f, c);
}

static void emit_lack(struct verdicts *v, enum pcs_finding_code code, const struct pcs_want *want,
		      unsigned level)
{
	if (v->n < v->max)
		v->out[v->n++] = (struct pcs_verdict){ .code = (uint8_t)code,
						       .level = (uint8_t)level,
						       .want = want };
}

static void judge_want(struct verdicts *v, const struct pcs_seen *seen, size_t n_seen,
		       const struct pcs_want *want, bool owned)
{
	unsigned there = 0;
	bool any = false;
	for (size_t i = 0; i < n_seen; i++) {
		if (!pcs_pyc_name_has_tag(&seen[i].parsed, want->tag))
			continue;
		any = true;
		if (seen[i].parsed.level < PCS_LEVELS)
			there |= 1u << seen[i].parsed.level;
	}
	owned = owned && want->settings.owned == PCS_WHERE_OWNED_LEAVE;
	if (!any)
		return emit_lack(v, owned ? PCS_FOUND_OWNED_MISSING : PCS_FOUND_MISSING, want,
				 PCS_LEVEL_OTHER);
	for (unsigned level = 0; level < PCS_LEVELS && !owned; level++)
		if (want->levels & ~there & 1u << level)
			emit_lack(v, PCS_FOUND_LEVEL_MISSING, want, level);
}

/* The whole one of a tag that has the lowest level. */
static const struct pcs_seen *lowest(const struct pcs_seen *seen, size_t n_seen,
				     const struct pcs_seen *like)
{
	const struct pcs_seen *found = like;
	for (size_t i = 0; i < n_seen; i++)
		if (pcs_pyc_name_same_tag(&seen[i].parsed, &like->parsed) && seen[i].whole &&
		    seen[i].parsed.level < found->parsed.level)
			found = &seen[i];
	return found;
}

static void judge_mix(struct verdicts *v, const struct pcs_seen *seen, size_t n_seen)
{
	for (size_t i = 0; i < n_seen; i++)
		if (seen[i].whole &&
		    seen[i].header.flags != lowest(seen, n_seen, &seen[i])->header.flags)
			emit(v, PCS_FOUND_MIXED_MODE, &seen[i]);
}

size_t pcs_judge_source(const struct pcs_source_facts *f, const struct pcs_seen *seen,
			size_t n_seen, const struct pcs_expect *e, struct pcs_verdict *ret,
			size_t max)
{
	struct verdicts v = { .out = ret, .max = max };
	if (f->state == PCS_SOURCE_OTHER)
		return 0;
	for (size_t i = 0; i < n_seen; i++)
		judge_pyc(&v, f, &seen[i], e);
	if (f->state == PCS_SOURCE_GONE)
		return v.n;
	if (e->flags & PCS_EXPECT_ANY_MODE)
		judge_mix(&v, seen, n_seen);
	for (size_t i = 0; i < e->n; i++)
		if (e->wants[i].compile && e->wants[i].levels)
			judge_want(&v, seen, n_seen, &e->wants[i], e->flags & PCS_EXPECT_OWNED);
	return v.n;
}

/* By what else the importer finds, or would find without it. */
static enum pcs_finding_code legacy(unsigned beside)
{
	const unsigned before = PCS_BESIDE_SOURCE | PCS_BESIDE_EXTENSION | PCS_BESIDE_PACKAGE;
	const unsigned after = PCS_BESIDE_MODULE | PCS_BESIDE_NAMESPACE;
	const unsigned tidied = PCS_BESIDE_SOURCE | PCS_BESIDE_TIDIED;
	return (beside & tidied) == tidied ? PCS_FOUND_EXTRA :
	       beside & before             ? PCS_FOUND_LEGACY_UNUSED :
	       beside & after              ? PCS_FOUND_LEGACY_SHADOW :
					     PCS_FOUND_CODES;
}

size_t pcs_judge_legacy(const struct pcs_seen *seen, unsigned beside, struct pcs_verdict *ret,
			size_t max)
{
	struct verdicts v = { .out = ret, .max = max };
	enum pcs_finding_code code = kind(seen);
	if (code == PCS_FOUND_CODES)
		code = legacy(beside);
	if (code == PCS_FOUND_CODES)
		code = form(seen);
	if (code == PCS_FOUND_CODES && seen->recorded == PCS_RECORDED_LEAKS)
		code = PCS_FOUND_LEAKING_PATH;
	emit(&v, code == PCS_FOUND_CODES ? PCS_FOUND_SOURCELESS : code, seen);
	return v.n;
}

bool pcs_verdicts_grave(const struct pcs_verdict *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pcs_code_info(v[i].code)->severity > PCS_NOTE)
			return true;
	return false;
}

bool pcs_verdicts_doubt(const struct pcs_verdict *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].code == PCS_FOUND_STALE_CTIME)
			return true;
	return false;
}
