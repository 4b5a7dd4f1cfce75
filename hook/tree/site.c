/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/site.h"

#include <string.h>
#include <time.h>

#include "base/path.h"
#include "policy/query.h"
#include "pyc/header.h"
#include "tree/staged.h"
#include "workers/interp.h"

/* The interpreters of one choice, as bits. */
static uint32_t served_by(const struct pcs_policy *policy, struct pcs_interps *l, int tree)
{
	const char *const *use, *const *exclude;
	bool automatic;
	uint32_t bits = 0;
	pcs_policy_choice(policy, tree, &automatic, &use, &exclude);
	for (size_t i = 0; i < l->n && i < PCS_INTERPS_MAX; i++) {
		bool in = automatic && l->list[i].found;
		for (size_t k = 0; use[k] && !in; k++)
			in = pcs_interps_is(l, i, use[k]) > 0;
		for (size_t k = 0; exclude[k] && in; k++)
			in = pcs_interps_is(l, i, exclude[k]) == 0;
		bits |= in ? UINT32_C(1) << i : 0;
	}
	for (size_t i = l->n; i < l->n + l->n_rest; i++)
		for (size_t k = 0; exclude[k]; k++)
			l->list[i].barred |= pcs_interps_is(l, i, exclude[k]) != 0;
	return bits;
}

uint32_t *pcs_served(const struct pcs_policy *policy, struct pcs_interps *interps)
{
	size_t n = 0;
	while (pcs_policy_trees(policy)[n])
		n++;
	uint32_t *served = calloc(n + 1, sizeof(*served));
	if (!served)
		return NULL;
	served[n] = served_by(policy, interps, PCS_NO_TREE);
	for (size_t i = 0; i < n; i++) {
		const char *const *use, *const *exclude;
		bool automatic;
		bool own = pcs_policy_choice(policy, (int)i, &automatic, &use, &exclude);
		served[i] = own ? served_by(policy, interps, (int)i) : served[n];
	}
	return served;
}

void pcs_site_set_now(struct pcs_site *site)
{
	enum { SLACK_SECONDS = 2 }; /* a server's clock may be a little ahead of ours */
	clock_gettime(CLOCK_REALTIME, &site->now);
	site->now.tv_sec += SLACK_SECONDS;
}

void pcs_site_tree(const struct pcs_site *site, const char *path, struct pcs_tree_hit *ret)
{
	pcs_policy_tree(site->policy, path, ret);
	if (site->staged && !ret->version)
		ret->version_len = pcs_staged_version(path, &ret->version);
}

uint32_t pcs_flags_of(unsigned invalidation)
{
	switch (invalidation) {
	case PCS_INVALIDATION_CHECKED_HASH:
		return PCS_PYC_CHECKED_HASH;
	case PCS_INVALIDATION_UNCHECKED_HASH:
		return PCS_PYC_UNCHECKED_HASH;
	default:
		return PCS_PYC_TIMESTAMP;
	}
}

/* As py_compile.py: who sets SOURCE_DATE_EPOCH wants nothing to depend on times. */
static uint32_t flags_of(const struct pcs_site *site, unsigned invalidation)
{
	if (invalidation == PCS_INVALIDATION_AUTO && site->staged && site->staged->has_epoch)
		return PCS_PYC_CHECKED_HASH;
	return pcs_flags_of(invalidation);
}

static bool is_bound(const struct pcs_interp *i, const struct pcs_tree_hit *hit)
{
	return !hit->version || (strlen(i->version) == hit->version_len &&
				 memcmp(i->version, hit->version, hit->version_len) == 0);
}

/* Whether the policy wants interpreter number `i` for `hit`'s tree. */
static bool is_wanted(const struct pcs_site *site, size_t i, const struct pcs_tree_hit *hit)
{
	size_t tree = 0;
	if (!is_bound(&site->interps->list[i], hit))
		return false;
	if (!site->served)
		return true;
	if (hit->tree >= 0)
		tree = (size_t)hit->tree;
	else
		while (pcs_policy_trees(site->policy)[tree])
			tree++;
	return site->served[tree] & UINT32_C(1) << i;
}

bool pcs_site_serves(const struct pcs_site *site, size_t i, const struct pcs_tree_hit *hit)
{
	if (!is_wanted(site, i, hit))
		return false;
	for (size_t k = 0; k < i; k++)
		if (strcmp(site->interps->list[k].tag, site->interps->list[i].tag) == 0 &&
		    is_wanted(site, k, hit))
			return false;
	return true;
}

/* Nobody serves it. What nobody wants compiled is not lacking anything. */
static size_t wants_of_nobody(const struct pcs_site *site, struct pcs_subject *subject,
			      const struct pcs_tree_hit *hit, struct pcs_want *wants,
			      bool *ret_no_interp)
{
	*ret_no_interp = hit->version || (site->served && site->interps->n);
	if (!site->staged || !*ret_no_interp)
		return 0;
	PCS_FREE char *version = hit->version ? strndup(hit->version, hit->version_len) : NULL;
	subject->version = version ? version : "";
	wants[0] = (struct pcs_want){ .tag = "", .interp = PCS_NO_INTERP };
	pcs_policy_settings(site->policy, subject, &wants[0].settings, NULL);
	*ret_no_interp = wants[0].settings.compile;
	return wants[0].settings.compile ? 0 : 1;
}

size_t pcs_site_wants(const struct pcs_site *site, struct pcs_subject *subject,
		      const struct pcs_tree_hit *hit, struct pcs_want *wants, bool *ret_no_interp)
{
	size_t n = 0;
	subject->tree = hit->tree;
	for (size_t i = 0; i < site->interps->n && n < PCS_INTERPS_MAX; i++) {
		const struct pcs_interp *interp = &site->interps->list[i];
		struct pcs_settings s;
		if (!pcs_site_serves(site, i, hit))
			continue;
		subject->version = interp->version;
		pcs_policy_settings(site->policy, subject, &s, NULL);
		if (s.compile && site->excludes)
			s.compile =
				!site->excludes(site->excludes_ctx, subject->path, interp->version);
		wants[n++] = (struct pcs_want){ .tag = interp->tag,
						.magic = interp->magic,
						.interp = (uint8_t)i,
						.levels = s.levels,
						.flags = flags_of(site, s.invalidation),
						.compile = s.compile,
						.settings = s };
	}
	return n ? n : wants_of_nobody(site, subject, hit, wants, ret_no_interp);
}

int pcs_site_cache_dir(const struct pcs_site *site, const char *dir, struct pcs_buf *ret)
{
	if (!site->prefix)
		return pcs_path_join(ret, dir, PCS_CACHE_DIR);
	int r = pcs_buf_adds(ret, site->prefix);
	return r < 0 || strcmp(dir, "/") == 0 ? r : pcs_buf_adds(ret, dir);
}

int pcs_site_recorded(const struct pcs_site *site, const char *path, struct pcs_buf *ret)
{
	return site->staged ? pcs_staged_recorded(site->staged, path, ret) :
			      pcs_buf_adds(ret, path);
}
