/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/check.h"

#include <string.h>

#include "base/path.h"
#include "policy/diags.h"
#include "policy/fault.h"
#include "policy/match.h"
#include "policy/model.h"
#include "policy/query.h"

/* Sources larger than this are not read: see PCS_SOURCE_MAX in base/fs.h. */
#define LARGEST_SOURCE ((uint64_t)256 << 20)

/* "on line 3", or "on line 3 of FILE" where that is another file. */
static int add_place(struct pcs_buf *b, const struct pcs_policy *p, struct pcs_origin at,
		     uint32_t layer)
{
	int r = pcs_buf_printf(b, "on line %u", at.line);
	return r < 0 || at.layer == layer ?
		       r :
		       pcs_buf_printf(b, " of %s", pcs_policy_layer(p, at.layer));
}

/* A fault at `at`: "BEFORE on line N AFTER". */
static void clash(struct pcs_load *load, struct pcs_origin at, const char *before,
		  struct pcs_origin other, const char *after)
{
	PCS_BUF struct pcs_buf place = { 0 };
	if (add_place(&place, load->policy, other, load->layer) < 0)
		load->err = -ENOMEM;
	else
		pcs_load_fault(load, at.line, at.column, "%s %s%s", before, place.data, after);
}

/* ---- trees ---- */

/* Whether two trees can be the same directory; nested ones are not. */
static bool same_place(const char *a, const char *b)
{
	const char *version;
	size_t len;
	return strcmp(a, b) == 0 || pcs_tree_match(a, b, &version, &len) == strlen(b) ||
	       pcs_tree_match(b, a, &version, &len) == strlen(a);
}

static void check_trees(struct pcs_load *load)
{
	const struct pcs_list *trees = &load->policy->trees;
	for (size_t i = 0; i < trees->n; i++) {
		if (trees->origins[i].layer != load->layer)
			continue;
		for (size_t k = 0; k < i; k++) {
			PCS_BUF struct pcs_buf words = { 0 };
			if (!same_place(trees->items[i], trees->items[k]))
				continue;
			if (pcs_buf_printf(&words, "trees: '%s' overlaps '%s'", trees->items[i],
					   trees->items[k]) < 0)
				load->err = -ENOMEM;
			else
				clash(load, trees->origins[i], words.data, trees->origins[k], "");
			break;
		}
	}
}

/* The caches would be looked for sources, and theirs for caches. */
static void check_prefix(struct pcs_load *load)
{
	const struct pcs_policy *p = load->policy;
	struct pcs_origin at = p->origins[PCS_WHOLE_PREFIX];
	const char *prefix = pcs_policy_prefix(p);
	for (size_t i = 0; prefix && i < p->trees.n; i++) {
		const char *tree = p->trees.items[i], *version;
		size_t len;
		struct pcs_origin of_tree = p->trees.origins[i];
		if (!pcs_tree_match(tree, prefix, &version, &len) && !pcs_path_within(tree, prefix))
			continue;
		if (at.layer == load->layer)
			clash(load, at, "pycache-prefix: it and the tree", of_tree,
			      " lie one in the other");
		else if (of_tree.layer == load->layer)
			clash(load, of_tree, "trees: it and the pycache-prefix", at,
			      " lie one in the other");
	}
}

/* ---- the rest ---- */

static void check_choice(struct pcs_load *load, const struct pcs_choice *c)
{
	for (size_t i = 0; i < c->exclude.n; i++) {
		struct pcs_origin at = c->exclude.origins[i];
		for (size_t k = 0; k < c->use.n; k++) {
			PCS_BUF struct pcs_buf words = { 0 };
			struct pcs_origin other = c->use.origins[k];
			bool here = at.layer == load->layer;
			if (strcmp(c->exclude.items[i], c->use.items[k]) != 0 ||
			    (!here && other.layer != load->layer))
				continue;
			if (pcs_buf_printf(&words, "%s: '%s' is %s", here ? "exclude" : "use",
					   c->use.items[k], here ? "used" : "excluded") < 0)
				load->err = -ENOMEM;
			else
				clash(load, here ? at : other, words.data, here ? other : at, "");
		}
	}
}

static void check_epoch(struct pcs_load *load)
{
	const struct pcs_policy *p = load->policy;
	struct pcs_origin use = p->origins[PCS_WHOLE_EPOCH_USE];
	struct pcs_origin clamp = p->origins[PCS_WHOLE_CLAMP_MTIME];
	if (!p->staging.clamp_mtime || p->staging.epoch_use != PCS_EPOCH_IGNORE)
		return;
	if (clamp.layer == load->layer)
		clash(load, clamp, "clamp-mtime: 'true' goes with 'use: honor' or 'use: require';",
		      use, " it is 'ignore'");
	else if (use.layer == load->layer)
		clash(load, use, "use: 'ignore' cannot be combined with 'clamp-mtime: true'", clamp,
		      "");
}

void pcs_check_together(struct pcs_load *load)
{
	const struct pcs_policy *p = load->policy;
	check_trees(load);
	check_prefix(load);
	check_choice(load, &p->interpreters);
	for (size_t i = 0; i < p->trees.n; i++)
		check_choice(load, &p->tree_items[i].interpreters);
	check_epoch(load);
}

/* ---- doubts ---- */

static bool is_special(char c)
{
	return c == '*' || c == '?' || c == '[' || c == '{' || c == '\\';
}

/* Whether no name that the last component matches ends in ".py". */
static bool misses_sources(const char *pattern)
{
	size_t len = strlen(pattern);
	for (size_t i = 1; i <= 3 && i <= len; i++) {
		char c = pattern[len - i];
		if (c == '/') /* "/py" and the like: too short for a stem */
			return true;
		if (is_special(c) || c == ']' || c == '}')
			return false;
		if (c != ".py"[3 - i])
			return true;
	}
	return false;
}

/* Whether the pattern's plain start leads neither into a tree nor to one. */
static bool misses_trees(const struct pcs_policy *p, const char *pattern)
{
	size_t plain = 0;
	for (size_t i = 0; pattern[i] && !is_special(pattern[i]); i++)
		if (pattern[i] == '/')
			plain = i;
	if (plain == 0)
		return false;
	char *start = strndupa(pattern, plain);
	for (size_t i = 0; i < p->trees.n; i++) {
		const char *tree = p->trees.items[i], *version;
		size_t len, fixed = strcspn(tree, "{");
		/* As far as the tree's path is fixed it is compared; beyond, it may be anything. */
		if (pcs_tree_match(tree, start, &version, &len) ||
		    strncmp(tree, start, fixed < plain ? fixed : plain) == 0)
			return false;
	}
	return true;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Whether all that `a` sets, `b` sets under the same conditions. */
static bool is_covered(const struct pcs_rule *a, const struct pcs_rule *b)
{
	return same_text(a->match, b->match) && same_text(a->pattern, b->pattern) &&
	       same_text(a->package, b->package) && a->size_over == b->size_over && !b->disabled &&
	       !b->adds_levels && (a->set & ~b->set) == 0;
}

static const struct pcs_rule *find_cover(const struct pcs_policy *p, size_t i)
{
	for (size_t k = i + 1; k < p->n_rules; k++)
		if (is_covered(&p->rules[i], &p->rules[k]))
			return &p->rules[k];
	return NULL;
}

static int doubt(const struct pcs_policy *p, struct pcs_origin at, struct pcs_diags *diags,
		 const char *words)
{
	return pcs_diags_add(diags, pcs_policy_layer(p, at.layer), at.line, at.column, "%s", words);
}

static int doubt_cover(const struct pcs_policy *p, const struct pcs_rule *rule,
		       const struct pcs_rule *cover, struct pcs_diags *diags)
{
	PCS_BUF struct pcs_buf words = { 0 };
	int r = pcs_buf_adds(&words, "the rule has no effect: what it sets is set by that ");
	if (r == 0)
		r = add_place(&words, p, cover->origin, rule->origin.layer);
	return r < 0 ? r : doubt(p, rule->origin, diags, words.data);
}

static int doubt_rule(const struct pcs_policy *p, size_t i, struct pcs_diags *diags)
{
	const struct pcs_rule *rule = &p->rules[i];
	const struct pcs_rule *cover = find_cover(p, i);
	const char *words = NULL;
	if (cover)
		return doubt_cover(p, rule, cover, diags);
	if (rule->match && misses_sources(rule->match))
		words = "the rule never matches: no source's name ends like its pattern";
	else if (rule->match && strstr(rule->match, "__pycache__"))
		words = "the rule never matches: sources in a __pycache__ are not looked at";
	else if (rule->size_over > LARGEST_SOURCE)
		words = "the rule never matches: sources over 256MiB are not compiled";
	else if (rule->match && misses_trees(p, rule->match))
		words = "the rule never matches in a tree: its pattern leads into none";
	else if (rule->set & 1u << PCS_KEY_COMPILE && !rule->value.compile &&
		 rule->set != 1u << PCS_KEY_COMPILE)
		words = "with 'compile: false' the rule's other settings have no effect";
	return words ? doubt(p, rule->origin, diags, words) : 0;
}

static int doubt_disabled(const struct pcs_policy *p, size_t i, struct pcs_diags *diags)
{
	const char *name = p->disabled.items[i];
	for (size_t k = 0; k < p->n_rules; k++)
		if (p->rules[k].name && strcmp(p->rules[k].name, name) == 0)
			return 0;
	PCS_BUF struct pcs_buf words = { 0 };
	int r = pcs_buf_printf(&words, "disable-rules: no rule is called '%s'", name);
	return r < 0 ? r : doubt(p, p->disabled.origins[i], diags, words.data);
}

/* A tree in a tree is of use only where it says something of its own. */
static int doubt_tree(const struct pcs_policy *p, size_t i, struct pcs_diags *diags)
{
	const struct pcs_tree *tree = &p->tree_items[i];
	const char *path = p->trees.items[i], *version;
	size_t len;
	if (tree->own.set || tree->interpreters.chosen || tree->interpreters.exclude.n ||
	    strstr(path, "{version}"))
		return 0;
	for (size_t k = 0; k < p->trees.n; k++) {
		PCS_BUF struct pcs_buf words = { 0 };
		const char *outer = p->trees.items[k];
		const struct pcs_tree *around = &p->tree_items[k];
		bool differs = strstr(outer, "{version}") || around->own.set ||
			       around->interpreters.chosen || around->interpreters.exclude.n;
		if (k == i || differs || !pcs_tree_match(outer, path, &version, &len))
			continue;
		int r = pcs_buf_printf(&words, "trees: '%s' lies in '%s', which covers it", path,
				       outer);
		return r < 0 ? r : doubt(p, p->trees.origins[i], diags, words.data);
	}
	return 0;
}

int pcs_policy_doubts(const struct pcs_policy *p, uint32_t first, struct pcs_diags *diags)
{
	int r = 0;
	for (size_t i = 0; i < p->trees.n && r == 0; i++)
		if (p->trees.origins[i].layer >= first)
			r = doubt_tree(p, i, diags);
	for (size_t i = 0; i < p->n_rules && r == 0; i++)
		if (p->rules[i].origin.layer >= first && !p->rules[i].disabled)
			r = doubt_rule(p, i, diags);
	for (size_t i = 0; i < p->disabled.n && r == 0; i++)
		if (p->disabled.origins[i].layer >= first)
			r = doubt_disabled(p, i, diags);
	return r;
}
