/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/note.h"

#include <string.h>

#include "base/path.h"
#include "policy/value.h"
#include "tree/fresh.h"
#include "tree/staged.h"
#include "verify/beside.h"
#include "verify/blame.h"
#include "verify/judge_words.h"

static uint8_t blame(const struct pcs_verify_part *p, enum pcs_finding_code code, const char *path,
		     const char *source)
{
	bool fixed = pcs_code_info(code)->fix != PCS_FIX_NOTHING;
	return fixed ? pcs_blame(p->verify->site, path, source) : PCS_NOBODYS;
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
				       .level = PCS_LEVEL_OTHER,
				       .owned = archive[0] ? PCS_NOBODYS :
							     blame(p, code, path, "") };
	return pcs_findings_add(&p->found, &f);
}

static void version_of(const struct pcs_verdict *v, char ret[PCS_TAG_MAX])
{
	const char *tag = "";
	size_t len = 0;
	if (v->want) {
		tag = v->want->tag;
		len = strlen(tag);
	} else if (v->seen && v->seen->parsed.tag) {
		tag = v->seen->parsed.tag;
		len = v->seen->parsed.tag_len;
	}
	pcs_tag_version(tag, len, ret);
}

/* Whether sync makes what a package does not own of the bytecode at hand. */
static bool is_completed(const struct pcs_about *s, const struct pcs_verdict *v)
{
	const struct pcs_want *w =
		v->want ? v->want :
		v->seen ? pcs_want_for(&v->seen->parsed, s->expect->wants, s->expect->n) :
			  NULL;
	return w && w->settings.owned == PCS_WHERE_OWNED_COMPLETE;
}

/* Whose a pyc is that is there, or is missing. enum pcs_owned_as, or -ENOMEM. */
static int blame_verdict(const struct pcs_verify_part *p, const struct pcs_about *s,
			 const struct pcs_verdict *v, const char *path)
{
	PCS_BUF struct pcs_buf pyc = { 0 };
	bool lacks = v->want;
	unsigned level = v->level < PCS_LEVELS      ? v->level :
			 v->want && v->want->levels ? (unsigned)__builtin_ctz(v->want->levels) :
						      0;
	if (s->archive[0] || (!(s->expect->flags & PCS_EXPECT_OWNED) && s->source[0]))
		return PCS_NOBODYS; /* no package has a part in the source's bytecode */
	int r = lacks ? pcs_path_join(&pyc, s->dir, "") : 0;
	if (r == 0 && lacks)
		r = pcs_buf_adds(&pyc, "/");
	if (r == 0 && lacks)
		r = pcs_pyc_name_add(&pyc, pcs_path_base(s->source), v->want->tag, level);
	if (r < 0)
		return r;
	uint8_t owned = blame(p, v->code, lacks ? pyc.data : path, s->source);
	return owned == PCS_OWNED_BESIDE && is_completed(s, v) ? PCS_NOBODYS : owned;
}

static bool is_asked_for(const struct pcs_expect *e, const struct pcs_seen *c)
{
	for (size_t i = 0; i < e->n; i++)
		if (c->parsed.tag && pcs_expects(e, &e->wants[i], &c->parsed))
			return true;
	return false;
}

/* What fixes a stale pyc: sync may take one that nobody asks for for harmless, and does nothing
 * where nothing is compiled; clean wants a proof. But what a time leaves in doubt is made anew for
 * an interpreter that compiles the source. */
static enum pcs_fix fix_of_stale(const struct pcs_about *s, const struct pcs_verdict *v)
{
	struct pcs_expect e = *s->expect;
	const bool doubt = v->code == PCS_FOUND_STALE_CTIME;
	e.flags |= doubt ? PCS_EXPECT_LEVELS : 0u;
	if (is_asked_for(&e, v->seen))
		return PCS_FIX_OF_CODE;
	return !doubt && pcs_written_before(s->facts, &v->seen->written) ? PCS_FIX_CLEAN :
									   PCS_FIX_REMOVE;
}

/* What fixes a pyc that the code's own fix would leave where it is. */
static uint8_t fix_of(const struct pcs_verify_part *p, const struct pcs_about *s,
		      const struct pcs_verdict *v)
{
	const struct pcs_staged *staged = p->verify->site->staged;
	enum pcs_fix fix = pcs_code_info(v->code)->fix;
	if (!v->seen || s->archive[0] || fix == PCS_FIX_NOTHING)
		return PCS_FIX_OF_CODE;
	if (fix == PCS_FIX_ANEW && s->source[0] && s->facts->state == PCS_SOURCE_GONE)
		return PCS_FIX_REMOVE; /* there is nothing to make it of */
	if (v->seen->linked)
		return (uint8_t)pcs_fix_of_link(v->code);
	if (v->seen->foreign && fix == PCS_FIX_CLEAN)
		return PCS_FIX_REMOVE;
	if (!staged)
		return fix == PCS_FIX_SYNC ? (uint8_t)fix_of_stale(s, v) : PCS_FIX_OF_CODE;
	if (!is_asked_for(s->expect, v->seen) && s->source[0] && !pcs_staged_removes(staged))
		return PCS_FIX_REMOVE;
	if (v->code == PCS_FOUND_LEAKING_PATH && !s->source[0])
		return PCS_FIX_SOURCE;
	if (v->seen->foreign)
		return fix == PCS_FIX_ANEW ? PCS_FIX_ANEW : PCS_FIX_REMOVE;
	return PCS_FIX_OF_CODE;
}

static int note(struct pcs_verify_part *p, const struct pcs_about *s, const struct pcs_verdict *v)
{
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf found = { 0 };
	PCS_BUF struct pcs_buf expected = { 0 };
	char version[PCS_TAG_MAX];
	version_of(v, version);
	int r = v->seen ? pcs_path_join(&path, s->dir, v->seen->name) :
			  pcs_buf_adds(&path, s->source);
	if (r == 0)
		r = pcs_verdict_words(v, s->facts, s->expect, s->recorded ?: s->source, &found,
				      &expected);
	if (r < 0)
		return r;
	int owned = blame_verdict(p, s, v, path.data);
	if (owned < 0)
		return owned;
	const struct pcs_finding f = { .path = path.data,
				       .source = s->source,
				       .version = version,
				       .found = found.data,
				       .expected = expected.data,
				       .archive = s->archive,
				       .code = v->code,
				       .fix = fix_of(p, s, v),
				       .directory = v->seen && S_ISDIR(v->seen->mode),
				       .level = v->seen ? (uint8_t)v->seen->parsed.level : v->level,
				       .owned = (uint8_t)owned };
	return pcs_findings_add(&p->found, &f);
}

int pcs_verify_note(struct pcs_verify_part *p, const struct pcs_about *s,
		    const struct pcs_verdict *v, size_t n)
{
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++)
		r = note(p, s, &v[i]);
	return r;
}

int pcs_verify_undecided(struct pcs_verify_part *p, const struct pcs_about *s)
{
	PCS_BUF struct pcs_buf why = { 0 };
	size_t i = 0;
	while (i < s->expect->n && !s->expect->wants[i].settings.undecided.line)
		i++;
	if (i == s->expect->n)
		return 0;
	int r = pcs_policy_add_origin(p->verify->site->policy,
				      s->expect->wants[i].settings.undecided, &why);
	if (r == 0)
		r = pcs_buf_adds(&why, ": the regex of this rule takes too many steps");
	if (r == 0)
		r = pcs_findings_add_unexamined(&p->found, s->archive, s->source, "", why.data);
	return r < 0 ? r : 1;
}

int pcs_verify_legacy(struct pcs_verify_part *p, const struct pcs_seen *c, unsigned beside,
		      const char *dir, const char *archive)
{
	struct pcs_verdict v[4];
	const struct pcs_source_facts gone = { 0 };
	const struct pcs_expect e = { 0 };
	PCS_BUF struct pcs_buf source = { 0 };
	struct pcs_about s = {
		.facts = &gone, .expect = &e, .source = "", .dir = dir, .archive = archive
	};
	if (beside & PCS_BESIDE_SOURCE && beside & PCS_BESIDE_TIDIED) {
		/* 'stage' goes by it. */
		int r = pcs_path_join(&source, dir, strndupa(c->name, strlen(c->name) - 1));
		if (r < 0)
			return r;
		s.source = source.data;
	}
	return pcs_verify_note(p, &s, v, pcs_judge_legacy(c, beside, v, PCS_ARRAY_SIZE(v)));
}
