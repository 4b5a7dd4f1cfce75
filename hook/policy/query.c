/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/query.h"

#include <string.h>

#include "base/buf.h"
#include "base/regex.h"
#include "policy/diags.h"
#include "policy/keys.h"
#include "policy/match.h"
#include "policy/model.h"
#include "policy/policy.h"

static const char *const *items_of(const struct pcs_list *list)
{
	static const char *const none[] = { NULL };
	return list->n ? list->items : none;
}

const char *pcs_policy_layer(const struct pcs_policy *p, uint32_t layer)
{
	return layer < p->layers.n ? p->layers.items[layer] : "built-in policy";
}

uint32_t pcs_policy_layers(const struct pcs_policy *p)
{
	return (uint32_t)p->layers.n;
}

/* That of the whole policy, and behind it those of the trees. */
static struct pcs_choice *choice_at(const struct pcs_policy *p, size_t i)
{
	return i ? &p->tree_items[i - 1].interpreters : (struct pcs_choice *)&p->interpreters;
}

int pcs_policy_each_use(const struct pcs_policy *p,
			int (*each)(void *ctx, const char *name, struct pcs_origin at), void *ctx)
{
	int r = 0;
	for (size_t i = 0; i <= p->trees.n; i++) {
		const struct pcs_list *use = &choice_at(p, i)->use;
		for (size_t k = 0; k < use->n && r == 0; k++)
			r = each(ctx, use->items[k], use->origins[k]);
	}
	return r;
}

int pcs_policy_forget_paths(struct pcs_policy *p, uint32_t layers, struct pcs_diags *diags)
{
	int r = 0;
	for (size_t i = 0; i <= p->trees.n; i++) {
		const struct pcs_list use = choice_at(p, i)->use;
		struct pcs_list kept = { 0 };
		for (size_t k = 0; k < use.n && r == 0; k++) {
			const char *name = use.items[k];
			struct pcs_origin at = use.origins[k];
			if (name[0] != '/' || at.layer >= layers)
				r = pcs_policy_add(p, &kept, name, strlen(name), at);
			else
				r = pcs_diags_add(diags, pcs_policy_layer(p, at.layer), at.line,
						  at.column,
						  "the interpreter '%s' is ignored: nothing in a "
						  "root decides what runs on the host",
						  name);
		}
		choice_at(p, i)->use = kept;
	}
	return r;
}

const char *const *pcs_policy_trees(const struct pcs_policy *p)
{
	return items_of(&p->trees);
}

const char *pcs_policy_prefix(const struct pcs_policy *p)
{
	return p->prefix[0] == '/' ? p->prefix : NULL;
}

const char *const *pcs_policy_keep(const struct pcs_policy *p)
{
	return items_of(&p->keep);
}

static bool sets_warnings(const struct pcs_rule *rule)
{
	return rule->set & 1u << PCS_KEY_WARNINGS && rule->value.warnings != PCS_WARNINGS_IGNORE;
}

bool pcs_policy_wants_warnings(const struct pcs_policy *p)
{
	bool wants = sets_warnings(&p->defaults);
	for (size_t i = 0; i < p->trees.n && !wants; i++)
		wants = sets_warnings(&p->tree_items[i].own);
	for (size_t i = 0; i < p->n_rules && !wants; i++)
		wants = sets_warnings(&p->rules[i]) && !p->rules[i].disabled;
	return wants;
}

bool pcs_policy_choice(const struct pcs_policy *p, int tree, bool *ret_auto,
		       const char *const **ret_use, const char *const **ret_exclude)
{
	const struct pcs_choice *whole = &p->interpreters;
	const struct pcs_choice *own = tree < 0 ? whole : &p->tree_items[tree].interpreters;
	const struct pcs_choice *use = own->chosen ? own : whole;
	*ret_auto = use->automatic;
	*ret_use = items_of(&use->use);
	*ret_exclude = items_of(own->chosen || own->exclude.n ? &own->exclude : &whole->exclude);
	return own->chosen || own->exclude.n;
}

struct pcs_origin pcs_policy_tree_origin(const struct pcs_policy *p, int tree)
{
	return p->trees.origins[tree];
}

void pcs_policy_tree(const struct pcs_policy *p, const char *path, struct pcs_tree_hit *ret)
{
	struct pcs_tree_hit best = { .tree = PCS_NO_TREE };
	for (size_t i = 0; i < p->trees.n; i++) {
		struct pcs_tree_hit hit = { .tree = (int)i };
		hit.root_len =
			pcs_tree_match(p->trees.items[i], path, &hit.version, &hit.version_len);
		if (hit.root_len > best.root_len)
			best = hit;
	}
	*ret = best;
}

static void apply(const struct pcs_rule *rule, struct pcs_rule *to)
{
	if (!rule->set)
		return;
	PCS_EACH_KEY(row, PCS_IN_ALL - 1) {
		uint8_t *field = pcs_key_field(row, to), *from = pcs_key_field(row, rule);
		if (!(rule->set & row->setting))
			continue;
		if (row->type == PCS_TYPE_LEVELS && rule->adds_levels)
			*field = (uint8_t)(*field | *from);
		else
			memcpy(field, from, row->size);
		*pcs_key_origin(row, to) = *pcs_key_origin(row, rule);
	}
}

bool pcs_settings_equal(const struct pcs_settings *a, const struct pcs_settings *b)
{
	const struct pcs_rule x = { .value = *a }, y = { .value = *b };
	bool equal = true;
	PCS_EACH_KEY(row, PCS_IN_ALL - 1)
		if (row->setting && equal)
			equal = memcmp(pcs_key_field(row, &x), pcs_key_field(row, &y), row->size) ==
				0;
	return equal;
}

/* Whether all conditions hold, the cheapest first; negative where an expression takes too long. */
static int fits(const struct pcs_rule *rule, const struct pcs_subject *s)
{
	if (rule->disabled || (rule->size_over && s->size < rule->size_over))
		return 0;
	if (rule->match && !pcs_glob_match(rule->match, s->path, s->version))
		return 0;
	int fit = !rule->pattern ? 1 :
		  !rule->regex   ? 0 :
				   pcs_regex_search(rule->regex, s->path, strlen(s->path));
	if (fit == 0 || !rule->package)
		return fit;
	const char *package = s->package ? s->package(s->ctx) : NULL;
	return package && pcs_word_match(rule->package, package) ? fit : 0;
}

void pcs_policy_settings(const struct pcs_policy *p, const struct pcs_subject *subject,
			 struct pcs_settings *ret, struct pcs_origin *origins)
{
	struct pcs_rule result = p->defaults;
	if (subject->tree >= 0)
		apply(&p->tree_items[subject->tree].own, &result);
	for (size_t i = 0; i < p->n_rules; i++) {
		int fit = fits(&p->rules[i], subject);
		if (fit > 0)
			apply(&p->rules[i], &result);
		else if (fit < 0 && !result.value.undecided.line)
			result.value.undecided = p->rules[i].origin;
	}
	apply(&p->over, &result);
	if (result.value.undecided.line) {
		result.value.compile = false;
		result.origins[PCS_KEY_COMPILE] = result.value.undecided;
	}
	result.value.insists =
		result.value.reproducible && (p->over.set & 1u << PCS_KEY_REPRODUCIBLE ||
					      result.origins[PCS_KEY_REPRODUCIBLE].line);
	*ret = result.value;
	if (origins)
		memcpy(origins, result.origins, sizeof(result.origins));
}

static const char ALL_BELOW[] = "**";

/* The last component of a pattern. It takes the last one of a path, which is the source's name; but
 * at the end `**` takes any number of components. */
static const char *name_part(const char *pattern)
{
	const char *slash = strrchr(pattern, '/');
	return slash ? slash + 1 : pattern;
}

/* Whether a pattern fits any source in a directory, of which `path` is one: 1, 0 or -ENOMEM. */
static int fits_some(const char *pattern, const char *path)
{
	const char *name = name_part(pattern);
	PCS_BUF struct pcs_buf any = { 0 };
	if (strcmp(name, ALL_BELOW) == 0)
		return pcs_glob_match(pattern, path, NULL);
	int r = pcs_buf_add(&any, pattern, (size_t)(name - pattern));
	if (r == 0)
		r = pcs_buf_adds(&any, "*");
	return r < 0 ? r : pcs_glob_match(any.data, path, NULL);
}

/* Add a rule, unless it fits none of the sources or all. 0 or -ENOMEM. */
static int add_rule(struct pcs_exceptions *e, const struct pcs_rule *rule, const char *path)
{
	bool by_path = !rule->pattern && !rule->package && !rule->size_over;
	const char *name = rule->match ? name_part(rule->match) : "*";
	int fits = rule->disabled ? 0 : rule->match ? fits_some(rule->match, path) : 1;
	if (fits <= 0 || (by_path && strcmp(name, ALL_BELOW) == 0))
		return fits;
	const char **room = PCS_ROOM(e->names, e->n, e->cap);
	if (!room)
		return -ENOMEM;
	*room = name;
	e->n++;
	return 0;
}

int pcs_policy_exceptions(const struct pcs_policy *p, const char *dir, struct pcs_exceptions *ret)
{
	PCS_BUF struct pcs_buf path = { 0 };
	*ret = (struct pcs_exceptions){ 0 };
	int r = pcs_buf_printf(&path, "%s/x", dir[1] ? dir : "");
	for (size_t i = 0; i < p->n_rules && r >= 0; i++)
		r = add_rule(ret, &p->rules[i], path.data);
	return r < 0 ? r : 0;
}

void pcs_exceptions_done(struct pcs_exceptions *e)
{
	free(e->names);
	*e = (struct pcs_exceptions){ 0 };
}

bool pcs_exceptions_have(const struct pcs_exceptions *e, const char *name)
{
	for (size_t i = 0; i < e->n; i++)
		if (pcs_word_match(e->names[i], name))
			return true;
	return false;
}

void pcs_policy_staging(const struct pcs_policy *p, struct pcs_staging *ret)
{
	*ret = p->staging;
}

void pcs_policy_store(const struct pcs_policy *p, struct pcs_storing *ret)
{
	*ret = (struct pcs_storing){ .path = p->store.path,
				     .read = items_of(&p->store.read),
				     .size = p->store.size };
}

void pcs_policy_be_canonical(struct pcs_policy *p)
{
	if (p->defaults.origins[PCS_KEY_REPRODUCIBLE].line == 0)
		p->defaults.value.reproducible = true;
}

void pcs_policy_be_staging(struct pcs_policy *p, unsigned set, const struct pcs_settings *over)
{
	struct pcs_rule *d = &p->defaults;
	/* A line 0 is nobody's: the value is what the program begins with. */
	PCS_EACH_KEY(row, PCS_IN_DEFAULTS)
		if (row->flags & PCS_KEY_STRICT && pcs_key_origin(row, d)->line == 0)
			*(uint8_t *)pcs_key_field(row, d) = 1;
	pcs_policy_override(p, set, over);
}

void pcs_policy_override(struct pcs_policy *p, unsigned set, const struct pcs_settings *over)
{
	p->over = (struct pcs_rule){ .set = set, .value = *over };
}
