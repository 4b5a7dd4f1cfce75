/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/plan.h"

#include <string.h>

#include "base/time.h"
#include "tree/fresh.h"
#include "workers/interp.h"

static const char *const reasons[] = {
	[PCS_WHY_NO_PYC] = "there is no pyc yet",
	[PCS_WHY_DAMAGED] = "the pyc is damaged",
	[PCS_WHY_MAGIC] = "the pyc is of another magic number",
	[PCS_WHY_MODE] = "the pyc is in another invalidation mode",
	[PCS_WHY_MTIME] = "the source has another mtime",
	[PCS_WHY_SIZE] = "the source has another size",
	[PCS_WHY_HASH] = "the source has another hash",
	[PCS_WHY_CTIME] = "the source changed after the pyc was written",
	[PCS_WHY_SOURCE_GONE] = "its source is gone",
	[PCS_WHY_GOING] = "its source is about to be removed",
	[PCS_WHY_ALL] = "all caches are to go",
	[PCS_WHY_MADE] = "pycsync made it",
	[PCS_WHY_STALE] = "it would be imported although the source is newer",
	[PCS_WHY_NOT_COMPILING] = "the source no longer compiles",
	[PCS_WHY_TEMPORARY] = "left over from a run that was killed",
	[PCS_WHY_EMPTY] = "it is empty",
	[PCS_WHY_OWNED] = "a package owns bytecode of this source",
	[PCS_WHY_UNKNOWN_OWNER] = "a package may own bytecode of this source",
	[PCS_WHY_FOREIGN] = "it is not a bytecode cache",
	[PCS_WHY_EXCLUDED] = "the policy excludes it",
	[PCS_WHY_NO_INTERP] = "it is in the tree of an interpreter that is not served",
	[PCS_WHY_NO_FILE] = "something that is not a regular file has the name of the pyc",
	[PCS_WHY_NOT_SOURCE] = "it is not a regular file",
	[PCS_WHY_INTERP_GONE] = "its interpreter is gone",
	[PCS_WHY_NAME] = "the pyc records another name",
	[PCS_WHY_ACCESS] = "permissions or owner are not those of the source",
	[PCS_WHY_CANON] = "the pyc is not in canonical form",
	[PCS_WHY_EXTRA] = "the policy does not ask for it",
	[PCS_WHY_BESIDE] = "it lies beside its source, and not in __pycache__",
	[PCS_WHY_LEGACY] = "a pyc outside of __pycache__ is not right",
	[PCS_WHY_NO_FORM] = "no canonical form of its code is known: builds may differ",
	[PCS_WHY_LISTED] = "it lists pycs that are gone or have other bytes",
	[PCS_WHY_NO_PYC_FILE] = "it is named like a pyc, but is not one",
	[PCS_WHY_FORCED] = "it is to be made anew",
	[PCS_WHY_NOT_MADE] = "it is not known to be made by pycsync",
	[PCS_WHY_FAILED] = "it could not be looked at",
	[PCS_WHY_LINK] = "a link that root does not follow leads there",
	[PCS_WHY_FRESH] = "the importer accepts the pyc",
};

const char *pcs_reason_text(enum pcs_reason why)
{
	return reasons[why];
}

const char *pcs_act_name(enum pcs_act act)
{
	static const char *const names[] = {
		[PCS_COMPILE] = "compile", [PCS_RESTAMP] = "restamp", [PCS_REMOVE] = "remove",
		[PCS_RMDIR] = "rmdir",     [PCS_LEAVE] = "leave",     [PCS_FRESH] = "fresh",
		[PCS_REWRITE] = "rewrite",
	};
	return names[act];
}

struct steps {
	struct pcs_step *out;
	size_t n, max;
};

/* `want`: of the interpreter that it is for, or NULL. */
static void emit(struct steps *s, enum pcs_act act, enum pcs_reason why,
		 const struct pcs_want *want, unsigned level, const struct pcs_cache_facts *cache)
{
	if (s->n < s->max)
		s->out[s->n++] = (struct pcs_step){ .act = (uint8_t)act,
						    .reason = (uint8_t)why,
						    .interp = want ? want->interp : PCS_NO_INTERP,
						    .level = (uint8_t)level,
						    .cache = cache,
						    .want = want };
}

static bool wants_level(const struct pcs_want *w, unsigned level)
{
	return level < PCS_LEVELS && w->levels & 1u << level;
}

static enum pcs_stale stale(const struct pcs_source_facts *f, const struct pcs_cache_facts *c)
{
	const struct pcs_made pyc = {
		.header = &c->header, .written = c->written, .hash = c->hash, .no_ctime = c->proven
	};
	return c->changed ? PCS_STALE_HASH : pcs_stale(f, &pyc);
}

static enum pcs_reason judge_header(const struct pcs_source_facts *f,
				    const struct pcs_cache_facts *c, uint32_t magic, uint32_t flags)
{
	static const uint8_t whys[] = {
		[PCS_STALE_NO] = PCS_WHY_FRESH,    [PCS_STALE_MTIME] = PCS_WHY_MTIME,
		[PCS_STALE_SIZE] = PCS_WHY_SIZE,   [PCS_STALE_HASH] = PCS_WHY_HASH,
		[PCS_STALE_CTIME] = PCS_WHY_CTIME, [PCS_STALE_UNKNOWN] = PCS_WHY_HASH,
	};
	if (!c->whole)
		return PCS_WHY_DAMAGED;
	if (c->header.magic != magic)
		return PCS_WHY_MAGIC;
	if (c->header.flags != flags)
		return PCS_WHY_MODE;
	return f->unclamped && flags == PCS_PYC_TIMESTAMP ? PCS_WHY_MTIME : whys[stale(f, c)];
}

/* A package must not ship what somebody else left in the staging root. */
static enum pcs_reason judge(const struct pcs_source_facts *f, const struct pcs_cache_facts *c,
			     const struct pcs_want *w)
{
	enum pcs_reason why = judge_header(f, c, w->magic, w->flags);
	if (why == PCS_WHY_FRESH && c->renamed)
		why = PCS_WHY_NAME;
	if (why == PCS_WHY_FRESH && c->raw && w->settings.reproducible)
		why = PCS_WHY_CANON;
	if (why == PCS_WHY_FRESH && c->access)
		why = PCS_WHY_ACCESS;
	return why;
}

/* A symbolic link is not written through, but the importer takes what is behind it. */
static enum pcs_reason judge_linked(const struct pcs_source_facts *f,
				    const struct pcs_cache_facts *c, const struct pcs_want *w)
{
	bool right = c->linked && judge(f, c, w) == PCS_WHY_FRESH;
	return right ? PCS_WHY_FRESH : PCS_WHY_NO_FILE;
}

/* What is wrong with a cache that nobody asked for, which is harmless unless the importer takes it
 * for a source that changed, or it shows what its source does not any more. A time alone is a doubt
 * and no proof. */
enum misleading { NO, PERHAPS, YES };

static enum misleading misleads(const struct pcs_source_facts *f, const struct pcs_cache_facts *c)
{
	if (!c->regular || !c->pyc || c->gone || !c->whole)
		return NO;
	enum pcs_stale how = stale(f, c);
	if (c->changed || (how == PCS_STALE_HASH && c->header.flags == PCS_PYC_UNCHECKED_HASH))
		return YES;
	return how == PCS_STALE_CTIME || (c->access && !f->tidied) ? PERHAPS : NO;
}

static const struct pcs_cache_facts *find_cache(const struct pcs_source_facts *f, const char *tag,
						unsigned level)
{
	for (size_t i = 0; i < f->n_caches; i++)
		if (f->caches[i].parsed.level == level &&
		    pcs_pyc_name_has_tag(&f->caches[i].parsed, tag))
			return &f->caches[i];
	return NULL;
}

/* It is known that this level does not compile: its old pyc, which is not right, is of no use. */
static void plan_failing(const struct pcs_want *w, unsigned level, const struct pcs_cache_facts *c,
			 struct steps *s)
{
	emit(s, PCS_LEAVE, PCS_WHY_NOT_COMPILING, w, level, NULL);
	if (c && c->pyc)
		emit(s, PCS_REMOVE, PCS_WHY_NOT_COMPILING, NULL, level, c);
}

static enum pcs_act act_on(const struct pcs_cache_facts *c, enum pcs_reason why)
{
	if (why == PCS_WHY_FRESH)
		return PCS_FRESH;
	if (why == PCS_WHY_NO_FILE || why == PCS_WHY_FAILED)
		return PCS_LEAVE;
	return c && c->restamp ? PCS_RESTAMP : PCS_COMPILE;
}

/* Whether a level that nobody asked for is made right all the same: in a package, as it would get
 * into it, and elsewhere as the importer might take it. */
static bool is_kept_right(const struct pcs_source_facts *f, const struct pcs_cache_facts *c)
{
	if (f->tidied)
		return f->extra == PCS_EXTRA_FIX && c->parsed.level < PCS_LEVELS && !c->error &&
		       c->regular && c->pyc;
	return misleads(f, c) == PERHAPS;
}

static void plan_level(const struct pcs_source_facts *f, const struct pcs_want *w, unsigned level,
		       uint8_t failing, struct steps *s)
{
	const struct pcs_cache_facts *c = find_cache(f, w->tag, level);
	if (!wants_level(w, level) && (!c || !is_kept_right(f, c)))
		return;
	enum pcs_reason why = !c          ? PCS_WHY_NO_PYC :
			      c->error    ? PCS_WHY_FAILED :
			      !c->regular ? judge_linked(f, c, w) :
					    judge(f, c, w);
	enum pcs_act act = act_on(c, why);
	if (act == PCS_COMPILE && failing & 1u << level)
		plan_failing(w, level, c, s);
	else
		emit(s, act, why, w, level, c);
}

/* Whether it is of one of the interpreters that compile the source. */
static bool has_compiler(const struct pcs_cache_facts *c, const struct pcs_want *wants, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (wants[i].compile && pcs_pyc_name_has_tag(&c->parsed, wants[i].tag))
			return true;
	return false;
}

/* What is there that nobody asked for. Where sources are compiled, what cannot be is not left in
 * doubt; whoever but cleans needs a proof. */
static void plan_unwanted(const struct pcs_source_facts *f, const struct pcs_cache_facts *c,
			  const struct pcs_want *wants, size_t n, struct steps *s)
{
	enum misleading how = misleads(f, c);
	bool compiled = has_compiler(c, wants, n);
	if (c->error)
		emit(s, PCS_LEAVE, PCS_WHY_FAILED, NULL, c->parsed.level, c);
	else if (how == YES || (how == PERHAPS && n && !compiled))
		emit(s, PCS_REMOVE, PCS_WHY_STALE, NULL, c->parsed.level, c);
	else if (how == PERHAPS && !n)
		emit(s, PCS_LEAVE, PCS_WHY_CTIME, NULL, c->parsed.level, c);
}

/* What is wrong with a cache that nothing is compiled in the place of; or PCS_WHY_FRESH. A time
 * alone is a doubt and no proof. */
static enum pcs_reason judge_as_is(const struct pcs_source_facts *f,
				   const struct pcs_cache_facts *c, const struct pcs_want *wants,
				   size_t n)
{
	enum pcs_reason why = judge_header(f, c, c->header.magic, c->header.flags);
	bool known = n == 0 || wants[0].interp == PCS_NO_INTERP;
	for (size_t i = 0; i < n && !known; i++)
		known = pcs_pyc_name_has_tag(&c->parsed, wants[i].tag);
	if (!known)
		return PCS_WHY_EXTRA;
	if (why == PCS_WHY_CTIME)
		why = PCS_WHY_FRESH;
	if (why == PCS_WHY_FRESH && c->renamed)
		return PCS_WHY_NAME;
	return why == PCS_WHY_FRESH && c->access ? PCS_WHY_ACCESS : why;
}

/* What a staging root has that nobody asked for, and that is not made right. */
static void plan_extra(const struct pcs_source_facts *f, const struct pcs_cache_facts *c,
		       enum pcs_reason why, struct steps *s)
{
	unsigned level = c->parsed.level;
	if (c->error)
		emit(s, PCS_LEAVE, PCS_WHY_FAILED, NULL, level, c);
	else if (!c->regular)
		emit(s, PCS_LEAVE, PCS_WHY_NO_FILE, NULL, level, c);
	else if (!c->pyc)
		emit(s, PCS_LEAVE, PCS_WHY_NO_PYC_FILE, NULL, level, c);
	else if (f->extra == PCS_EXTRA_FAIL)
		emit(s, PCS_LEAVE, PCS_WHY_EXTRA, NULL, level, c);
	else
		emit(s, PCS_REMOVE, why, NULL, level, c);
}

/* `compiled`: the source is. Where it is not, what is right is left alone, as the source is. */
static void plan_extras(const struct pcs_source_facts *f, const struct pcs_want *wants, size_t n,
			bool compiled, struct steps *s)
{
	for (size_t i = 0; i < f->n_caches; i++) {
		const struct pcs_cache_facts *c = &f->caches[i];
		bool wanted = pcs_want_for(&c->parsed, wants, n) || is_kept_right(f, c);
		enum pcs_reason why = compiled ? PCS_WHY_EXTRA : judge_as_is(f, c, wants, n);
		if (why != PCS_WHY_FRESH && !(compiled && wanted && has_compiler(c, wants, n)))
			plan_extra(f, c, why, s);
	}
}

/* Why a cache of a source that is gone stays; or `why`, for which it goes. */
static enum pcs_reason judge_gone(const struct pcs_source_facts *f, const struct pcs_cache_facts *c,
				  enum pcs_reason why)
{
	if (c->error)
		return PCS_WHY_FAILED;
	if (!c->regular || !c->pyc) /* a package would have it in it */
		return !f->tidied ? PCS_WHY_FOREIGN :
		       c->regular ? PCS_WHY_NO_PYC_FILE :
				    PCS_WHY_NO_FILE;
	if (c->made && !(c->given && f->only_made))
		return why;
	return f->owned         ? PCS_WHY_OWNED :
	       f->unknown_owner ? PCS_WHY_UNKNOWN_OWNER :
	       f->only_made     ? PCS_WHY_NOT_MADE :
				  why;
}

static void plan_gone(const struct pcs_source_facts *f, struct steps *s)
{
	enum pcs_reason why = f->state == PCS_SOURCE_GONE ? PCS_WHY_SOURCE_GONE : PCS_WHY_GOING;
	for (size_t i = 0; i < f->n_caches; i++) {
		const struct pcs_cache_facts *c = &f->caches[i];
		enum pcs_reason judged = judge_gone(f, c, why);
		size_t before = s->n;
		emit(s, judged == why ? PCS_REMOVE : PCS_LEAVE, judged, NULL, c->parsed.level, c);
		if (s->n > before)
			s->out[before].extra = f->tidied && judged != why;
	}
}

/* Whether what a package does not own of the source's bytecode is made for that want. */
static bool completes(const struct pcs_want *w)
{
	return w && w->compile && w->settings.owned == PCS_WHERE_OWNED_COMPLETE;
}

/* A package has begun to ship bytecode of the source, of one interpreter or level: what pycsync
 * made of the others would be stale from the next update on. */
static void plan_superseded(const struct pcs_source_facts *f, const struct pcs_want *wants,
			    size_t n, struct steps *s)
{
	for (size_t i = 0; i < f->n_caches; i++)
		if (f->caches[i].made && !completes(pcs_want_for(&f->caches[i].parsed, wants, n)))
			emit(s, PCS_REMOVE, PCS_WHY_OWNED, NULL, f->caches[i].parsed.level,
			     &f->caches[i]);
}

/* Why nothing is compiled for a source that is there, or PCS_WHY_FRESH where something may be. */
static enum pcs_reason why_left(const struct pcs_source_facts *f, const struct pcs_want *wants,
				size_t n)
{
	if (f->state == PCS_SOURCE_OTHER)
		return PCS_WHY_NOT_SOURCE;
	size_t completing = 0;
	for (size_t i = 0; i < n; i++)
		completing += completes(&wants[i]);
	if (f->owned && !completing)
		return PCS_WHY_OWNED;
	if (f->unknown_owner)
		return PCS_WHY_UNKNOWN_OWNER;
	if (f->no_interp)
		return PCS_WHY_NO_INTERP;
	for (size_t i = 0; i < n; i++)
		if (wants[i].compile)
			return PCS_WHY_FRESH;
	return n ? PCS_WHY_EXCLUDED : PCS_WHY_FRESH;
}

/* Caches that no interpreter of the system will look at again. */
static void plan_interp_gone(const struct pcs_source_facts *f, struct steps *s)
{
	for (size_t i = 0; i < f->n_caches; i++) {
		const struct pcs_cache_facts *c = &f->caches[i];
		if (c->gone && c->regular && c->pyc && !f->owned && !f->unknown_owner)
			emit(s, PCS_REMOVE, PCS_WHY_INTERP_GONE, NULL, c->parsed.level, c);
	}
}

static void plan_wanted(const struct pcs_source_facts *f, const struct pcs_want *wants, size_t i,
			unsigned level, struct steps *s)
{
	const struct pcs_want *w = &wants[i];
	if (!f->owned || (completes(w) && !(f->owned_files[i] & 1u << level)))
		plan_level(f, w, level, f->failing[i], s);
	else if (wants_level(w, level))
		emit(s, PCS_LEAVE, PCS_WHY_OWNED, w, level, NULL);
}

/* A source that interpreters compile. */
static void plan_compiled(const struct pcs_source_facts *f, const struct pcs_want *wants, size_t n,
			  struct steps *s)
{
	for (size_t i = 0; i < n; i++)
		for (unsigned level = 0; wants[i].compile && level < PCS_LEVELS; level++)
			plan_wanted(f, wants, i, level, s);
	for (size_t i = 0; i < f->n_caches && !f->tidied && !f->owned; i++)
		if (!pcs_want_for(&f->caches[i].parsed, wants, n))
			plan_unwanted(f, &f->caches[i], wants, n, s);
}

static void mark_extra(const struct pcs_want *wants, size_t n, struct steps *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->out[i].extra =
			s->out[i].cache && !pcs_want_for(&s->out[i].cache->parsed, wants, n);
}

size_t pcs_plan_source(const struct pcs_source_facts *f, const struct pcs_want *wants, size_t n,
		       struct pcs_step *ret, size_t max)
{
	struct steps s = { .out = ret, .max = max };
	if (f->state == PCS_SOURCE_GONE || f->state == PCS_SOURCE_GOING) {
		plan_gone(f, &s);
		return s.n;
	}
	plan_interp_gone(f, &s);
	if (f->owned)
		plan_superseded(f, wants, n, &s);
	enum pcs_reason left = why_left(f, wants, n);
	if (left != PCS_WHY_FRESH)
		emit(&s, PCS_LEAVE, left, NULL, 0, NULL);
	if (f->tidied && f->state == PCS_SOURCE_REGULAR)
		plan_extras(f, wants, n, left == PCS_WHY_FRESH, &s);
	if (left == PCS_WHY_FRESH)
		plan_compiled(f, wants, n, &s);
	if (f->tidied)
		mark_extra(wants, n, &s);
	return s.n;
}
