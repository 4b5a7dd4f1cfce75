#include "policy/model.h"

#include <stdarg.h>
#include <string.h>

#include "policy/match.h"

int pcs_policy_add(struct pcs_policy *p, struct pcs_list *list, const char *s, size_t len,
		   struct pcs_origin origin)
{
	const char **items = pcs_grow(list->items, &list->cap, list->n + 2, sizeof(*items));
	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->n] = NULL;
	struct pcs_origin *origins =
		pcs_grow(list->origins, &list->origins_cap, list->n + 1, sizeof(*origins));
	if (!origins)
		return -ENOMEM;
	list->origins = origins;
	char *copy = pcs_arena_dup(&p->strings, s, len);
	if (!copy)
		return -ENOMEM;
	origins[list->n] = origin;
	items[list->n++] = copy;
	items[list->n] = NULL;
	return 0;
}

int pcs_policy_add_rule(struct pcs_policy *p, const struct pcs_rule *rule)
{
	struct pcs_rule *rules = pcs_grow(p->rules, &p->rules_cap, p->n_rules + 1, sizeof(*rules));
	if (!rules)
		return -ENOMEM;
	p->rules = rules;
	const char *match = rule->match;
	if (match)
		match = pcs_arena_dup(&p->strings, match, strlen(match));
	if (rule->match && !match)
		return -ENOMEM;
	rules[p->n_rules] = *rule;
	rules[p->n_rules++].match = match;
	return 0;
}

void pcs_list_clear(struct pcs_list *list)
{
	list->n = 0;
	if (list->items)
		list->items[0] = NULL;
}

static void list_done(struct pcs_list *list)
{
	free(list->items);
	free(list->origins);
	*list = (struct pcs_list){ 0 };
}

void pcs_policy_free(struct pcs_policy *p)
{
	if (!p)
		return;
	list_done(&p->layers);
	list_done(&p->interpreters);
	list_done(&p->trees);
	free(p->rules);
	pcs_arena_done(&p->strings);
	free(p);
}

static int copy_list(struct pcs_policy *p, struct pcs_list *to, const struct pcs_list *from)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < from->n; i++)
		r = pcs_policy_add(p, to, from->items[i], strlen(from->items[i]), from->origins[i]);
	return r;
}

static int copy_into(struct pcs_policy *p, const struct pcs_policy *base)
{
	p->interpreters_origin = base->interpreters_origin;
	p->trees_origin = base->trees_origin;
	p->rules_origin = base->rules_origin;
	p->defaults = base->defaults;
	int r = copy_list(p, &p->layers, &base->layers);
	if (r == 0)
		r = copy_list(p, &p->interpreters, &base->interpreters);
	if (r == 0)
		r = copy_list(p, &p->trees, &base->trees);
	for (size_t i = 0; r == 0 && i < base->n_rules; i++)
		r = pcs_policy_add_rule(p, &base->rules[i]);
	return r;
}

int pcs_policy_copy(const struct pcs_policy *base, struct pcs_policy **ret)
{
	PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	/* Every key has a value, whatever the layers leave out. */
	p->defaults = (struct pcs_rule){
		.set = (1u << PCS_N_KEYS) - 1,
		.value = { .compile = true,
			   .levels = 1u << 0,
			   .seconds = 60,
			   .memory = (uint64_t)1 << 30 },
	};
	if (base && copy_into(p, base) < 0)
		return -ENOMEM;
	*ret = PCS_TAKE(p);
	return 0;
}

const char *const *pcs_policy_interpreters(const struct pcs_policy *p)
{
	return p->interpreters.n ? p->interpreters.items : NULL;
}

const char *const *pcs_policy_trees(const struct pcs_policy *p)
{
	static const char *const none[] = { NULL };
	return p->trees.n ? p->trees.items : none;
}

void pcs_policy_tree(const struct pcs_policy *p, const char *path, struct pcs_tree_hit *ret)
{
	struct pcs_tree_hit best = { 0 };
	for (size_t i = 0; i < p->trees.n; i++) {
		struct pcs_tree_hit hit = { 0 };
		hit.root_len =
			pcs_tree_match(p->trees.items[i], path, &hit.version, &hit.version_len);
		if (hit.root_len > best.root_len)
			best = hit;
	}
	*ret = best;
}

static void apply(const struct pcs_rule *rule, struct pcs_settings *to)
{
	const struct pcs_settings *from = &rule->value;
	if (rule->set & 1u << PCS_KEY_COMPILE)
		to->compile = from->compile;
	if (rule->set & 1u << PCS_KEY_OPTIMIZE)
		to->levels = from->levels;
	if (rule->set & 1u << PCS_KEY_INVALIDATION)
		to->invalidation = from->invalidation;
	if (rule->set & 1u << PCS_KEY_ON_ERROR)
		to->on_error = from->on_error;
	if (rule->set & 1u << PCS_KEY_SECONDS)
		to->seconds = from->seconds;
	if (rule->set & 1u << PCS_KEY_MEMORY)
		to->memory = from->memory;
}

void pcs_policy_settings(const struct pcs_policy *p, const char *path, const char *version,
			 struct pcs_settings *ret)
{
	*ret = p->defaults.value;
	for (size_t i = 0; i < p->n_rules; i++)
		if (pcs_glob_match(p->rules[i].match, path, version))
			apply(&p->rules[i], ret);
}

int pcs_diags_add(struct pcs_diags *d, const char *file, size_t line, size_t column,
		  const char *fmt, ...)
{
	PCS_BUF struct pcs_buf b = { 0 };
	int r = pcs_buf_printf(&b, "%s:%zu:%zu: ", file, line, column);
	if (r == 0) {
		va_list ap;
		va_start(ap, fmt);
		r = pcs_buf_vprintf(&b, fmt, ap);
		va_end(ap);
	}
	if (r < 0)
		return r;
	char **lines = pcs_grow(d->lines, &d->cap, d->n + 1, sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	d->lines = lines;
	d->lines[d->n++] = PCS_TAKE(b.data);
	return 0;
}

void pcs_diags_done(struct pcs_diags *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->lines[i]);
	free(d->lines);
	*d = (struct pcs_diags){ 0 };
}
