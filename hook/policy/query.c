/* What the rest of the program asks of a policy. */

#include "policy/model.h"

#include <string.h>

#include "base/regex.h"
#include "policy/match.h"

static const char *const *items_of(const struct pcs_list *list)
{
	static const char *const none[] = { NULL };
	return list->n ? list->items : none;
}

const char *pcs_policy_layer(const struct pcs_policy *p, uint32_t layer)
{
	return layer < p->layers.n ? p->layers.items[layer] : "built-in policy";
}

const char *const *pcs_policy_trees(const struct pcs_policy *p)
{
	return items_of(&p->trees);
}

const char *pcs_policy_prefix(const struct pcs_policy *p)
{
	return p->prefix;
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

static void apply(const struct pcs_rule *rule, struct pcs_settings *to, struct pcs_origin *origins)
{
	const struct pcs_settings *from = &rule->value;
	if (rule->set & 1u << PCS_KEY_COMPILE)
		to->compile = from->compile;
	if (rule->set & 1u << PCS_KEY_OPTIMIZE)
		to->levels = (uint8_t)((rule->adds_levels ? to->levels : 0) | from->levels);
	if (rule->set & 1u << PCS_KEY_INVALIDATION)
		to->invalidation = from->invalidation;
	if (rule->set & 1u << PCS_KEY_REPRODUCIBLE)
		to->reproducible = from->reproducible;
	if (rule->set & 1u << PCS_KEY_HARDLINK_DUPES)
		to->hardlink_dupes = from->hardlink_dupes;
	if (rule->set & 1u << PCS_KEY_ON_ERROR)
		to->on_error = from->on_error;
	if (rule->set & 1u << PCS_KEY_WARNINGS)
		to->warnings = from->warnings;
	if (rule->set & 1u << PCS_KEY_SECONDS)
		to->seconds = from->seconds;
	if (rule->set & 1u << PCS_KEY_MEMORY)
		to->memory = from->memory;
	for (unsigned key = 0; origins && key < PCS_N_KEYS; key++)
		if (rule->set & 1u << key)
			origins[key] = rule->origins[key];
}

/* The conditions that cost least come first. */
static bool fits(const struct pcs_rule *rule, const struct pcs_subject *s)
{
	if (rule->disabled || (rule->size_over && s->size < rule->size_over))
		return false;
	if (rule->match && !pcs_glob_match(rule->match, s->path, s->version))
		return false;
	if (rule->pattern &&
	    (!rule->regex || pcs_regex_search(rule->regex, s->path, strlen(s->path)) <= 0))
		return false;
	if (!rule->package)
		return true;
	const char *package = s->package ? s->package(s->ctx) : NULL;
	return package && pcs_word_match(rule->package, package);
}

void pcs_policy_settings(const struct pcs_policy *p, const struct pcs_subject *subject,
			 struct pcs_settings *ret, struct pcs_origin *origins)
{
	*ret = p->defaults.value;
	if (origins)
		memcpy(origins, p->defaults.origins, sizeof(p->defaults.origins));
	if (subject->tree >= 0)
		apply(&p->tree_items[subject->tree].own, ret, origins);
	for (size_t i = 0; i < p->n_rules; i++)
		if (fits(&p->rules[i], subject))
			apply(&p->rules[i], ret, origins);
	apply(&p->over, ret, origins);
}

void pcs_policy_staging(const struct pcs_policy *p, struct pcs_staging *ret)
{
	*ret = (struct pcs_staging){ .strip_dir = p->strip_dir ? p->strip_dir : "none",
				     .prepend_dir = p->prepend_dir,
				     .epoch_use = p->epoch_use,
				     .clamp_mtime = p->clamp_mtime };
}

/* A line 0 is nobody's: the value is what the program begins with. */
void pcs_policy_be_staging(struct pcs_policy *p, unsigned set, const struct pcs_settings *over)
{
	struct pcs_rule *d = &p->defaults;
	if (d->origins[PCS_KEY_ON_ERROR].line == 0)
		d->value.on_error = PCS_ON_ERROR_FAIL;
	if (d->origins[PCS_KEY_REPRODUCIBLE].line == 0)
		d->value.reproducible = true;
	p->over = (struct pcs_rule){ .set = set, .value = *over };
}
