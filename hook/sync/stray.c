/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/stray.h"

#include <string.h>

#include "base/err.h"
#include "base/fs.h"
#include "pkg/owner.h"
#include "sync/goal.h"
#include "tree/site.h"
#include "tree/visit.h"

struct stray {
	struct pcs_visit *visit;
	const struct pcs_goal *goal;
};

bool pcs_may_be_strangers(struct pcs_visit *v, const struct pcs_goal *goal, const char *name,
			  const struct pcs_source_facts *f)
{
	struct pcs_owner *o = v->site->owner;
	const char *real = pcs_visit_real_path(v);
	if (!(goal->flags & PCS_GOAL_LISTED) || !v->listed || !f->n_caches ||
	    f->state == PCS_SOURCE_GONE)
		return false;
	if (real && strcmp(real, v->path) != 0 && pcs_owner_package(o, v->path, name))
		return false;
	return !real || pcs_owner_of_source(o, real, name) == PCS_OWNED_UNKNOWN;
}

/* Whether a source that is there counts as gone. */
static bool is_going(void *ctx, const char *name)
{
	const struct stray *s = ctx;
	return pcs_goal_is_removal(s->goal) && s->goal->kind != PCS_GOAL_CLEAN &&
	       pcs_visit_asks(s->visit, name);
}

/* Whether a package may own a stray, or bytecode of a source that it may be of. */
static bool is_owned(struct stray *s, const char *entry)
{
	struct pcs_visit *v = s->visit;
	const struct pcs_source_facts f = { .state = PCS_SOURCE_GOING, .n_caches = 1 };
	PCS_BUF struct pcs_buf dir = { 0 };
	PCS_BUF struct pcs_buf name = { 0 };
	const char *real = pcs_visit_real_path(v);
	if (!v->site->owner)
		return false;
	if (!real || pcs_site_cache_dir(v->site, real, &dir) < 0 ||
	    pcs_owner_of_pyc(v->site->owner, dir.data, entry) != PCS_OWNED_NO)
		return true;
	for (size_t len = 0; !v->site->prefix && (len = pcs_stray_stem(entry, len));) {
		name.len = 0;
		if (pcs_buf_printf(&name, "%.*s.py", (int)len, entry) < 0 ||
		    pcs_visit_owner(v, name.data) != PCS_OWNED_NO ||
		    (is_going(s, name.data) && pcs_may_be_strangers(v, s->goal, name.data, &f)))
			return true;
	}
	return false;
}

enum pcs_reason pcs_judge_stray(struct pcs_visit *v, const struct pcs_goal *goal, const char *entry,
				int *ret_error)
{
	struct stray s = { .visit = v, .goal = goal };
	uint8_t head[PCS_PYC_HEADER];
	struct stat st;
	bool asked = pcs_visit_asks_stray(v, entry);
	int there = asked ? pcs_stray_has_source(&v->scan.dir, entry, is_going, &s) : 1;
	ssize_t n = there ? 0 : pcs_fs_peek(v->scan.dir.cache_fd, entry, head, sizeof(head), &st);
	bool special = n == -EINVAL || n == -ELOOP || n == -ENXIO || n == -EISDIR;
	*ret_error = there < 0 ? there : special || n == -ENOENT || n >= 0 ? 0 : (int)n;
	if (*ret_error)
		return PCS_WHY_FAILED;
	if (there || n < 0 || !pcs_pyc_looks_like_one(head, (size_t)n))
		return PCS_WHY_FOREIGN;
	if (goal->kind == PCS_GOAL_PURGE_MADE)
		return PCS_WHY_NOT_MADE;
	if (is_owned(&s, entry))
		return PCS_WHY_OWNED;
	return pcs_stray_has_source(&v->scan.dir, entry, NULL, NULL) ? PCS_WHY_GOING :
								       PCS_WHY_SOURCE_GONE;
}
