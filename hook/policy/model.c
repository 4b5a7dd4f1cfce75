#include "policy/model.h"

#include <stdarg.h>
#include <string.h>

#include "base/regex.h"

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

static int copy_list(struct pcs_policy *p, struct pcs_list *to, const struct pcs_list *from)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < from->n; i++)
		r = pcs_policy_add(p, to, from->items[i], strlen(from->items[i]), from->origins[i]);
	return r;
}

static int copy_choice(struct pcs_policy *p, struct pcs_choice *to, const struct pcs_choice *from)
{
	*to = (struct pcs_choice){ .chosen = from->chosen,
				   .automatic = from->automatic,
				   .use_origin = from->use_origin,
				   .exclude_origin = from->exclude_origin };
	int r = copy_list(p, &to->use, &from->use);
	return r < 0 ? r : copy_list(p, &to->exclude, &from->exclude);
}

int pcs_policy_add_tree(struct pcs_policy *p, const char *path, size_t len,
			struct pcs_origin origin, const struct pcs_tree *tree)
{
	struct pcs_tree *items =
		pcs_grow(p->tree_items, &p->tree_items_cap, p->trees.n + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	p->tree_items = items;
	struct pcs_tree *copy = &items[p->trees.n];
	*copy = *tree;
	int r = copy_choice(p, &copy->interpreters, &tree->interpreters);
	if (r == 0)
		r = pcs_policy_add(p, &p->trees, path, len, origin);
	if (r < 0)
		pcs_choice_done(&copy->interpreters);
	return r;
}

/* NULL stays NULL. */
static int copy_string(struct pcs_policy *p, const char **to, const char *from)
{
	*to = from ? pcs_arena_dup(&p->strings, from, strlen(from)) : NULL;
	return from && !*to ? -ENOMEM : 0;
}

int pcs_policy_add_rule(struct pcs_policy *p, const struct pcs_rule *rule)
{
	struct pcs_rule *rules = pcs_grow(p->rules, &p->rules_cap, p->n_rules + 1, sizeof(*rules));
	if (!rules)
		return -ENOMEM;
	p->rules = rules;
	struct pcs_rule copy = *rule;
	copy.regex = NULL;
	if (copy_string(p, &copy.name, rule->name) < 0 ||
	    copy_string(p, &copy.match, rule->match) < 0 ||
	    copy_string(p, &copy.pattern, rule->pattern) < 0 ||
	    copy_string(p, &copy.package, rule->package) < 0)
		return -ENOMEM;
	rules[p->n_rules++] = copy;
	return 0;
}

void pcs_list_clear(struct pcs_list *list)
{
	list->n = 0;
	if (list->items)
		list->items[0] = NULL;
}

bool pcs_list_has(const struct pcs_list *list, const char *s)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->items[i], s) == 0)
			return true;
	return false;
}

static void list_done(struct pcs_list *list)
{
	free(list->items);
	free(list->origins);
	*list = (struct pcs_list){ 0 };
}

void pcs_choice_done(struct pcs_choice *c)
{
	list_done(&c->use);
	list_done(&c->exclude);
}

void pcs_policy_free(struct pcs_policy *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->trees.n; i++)
		pcs_choice_done(&p->tree_items[i].interpreters);
	for (size_t i = 0; i < p->n_rules; i++)
		pcs_regex_free(p->rules[i].regex);
	list_done(&p->layers);
	list_done(&p->trees);
	list_done(&p->disabled);
	list_done(&p->keep);
	pcs_choice_done(&p->interpreters);
	free(p->tree_items);
	free(p->rules);
	pcs_arena_done(&p->strings);
	free(p);
}

static int copy_into(struct pcs_policy *p, const struct pcs_policy *base)
{
	p->defaults = base->defaults;
	p->epoch_use = base->epoch_use;
	p->clamp_mtime = base->clamp_mtime;
	memcpy(p->origins, base->origins, sizeof(p->origins));
	int r = copy_list(p, &p->layers, &base->layers);
	if (r == 0)
		r = copy_choice(p, &p->interpreters, &base->interpreters);
	for (size_t i = 0; r == 0 && i < base->trees.n; i++)
		r = pcs_policy_add_tree(p, base->trees.items[i], strlen(base->trees.items[i]),
					base->trees.origins[i], &base->tree_items[i]);
	for (size_t i = 0; r == 0 && i < base->n_rules; i++)
		r = pcs_policy_add_rule(p, &base->rules[i]);
	if (r == 0)
		r = copy_list(p, &p->disabled, &base->disabled);
	if (r == 0)
		r = copy_list(p, &p->keep, &base->keep);
	if (r == 0)
		r = copy_string(p, &p->prefix, base->prefix);
	if (r == 0)
		r = copy_string(p, &p->strip_dir, base->strip_dir);
	return r < 0 ? r : copy_string(p, &p->prepend_dir, base->prepend_dir);
}

int pcs_policy_copy(const struct pcs_policy *base, struct pcs_policy **ret)
{
	PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	/* Every key has a value, whatever the layers leave out. */
	p->interpreters = (struct pcs_choice){ .chosen = true, .automatic = true };
	p->strip_dir = "auto";
	p->prepend_dir = "/";
	p->defaults = (struct pcs_rule){
		.set = (1u << PCS_N_KEYS) - 1,
		.value = { .compile = true,
			   .levels = 1u << 0,
			   .hardlink_dupes = true,
			   .seconds = 60,
			   .memory = (uint64_t)1 << 30 },
	};
	if (base && copy_into(p, base) < 0)
		return -ENOMEM;
	*ret = PCS_TAKE(p);
	return 0;
}

int pcs_policy_ready(struct pcs_policy *p)
{
	for (size_t i = 0; i < p->n_rules; i++) {
		struct pcs_rule *rule = &p->rules[i];
		PCS_BUF struct pcs_buf why = { 0 };
		rule->disabled = rule->name && pcs_list_has(&p->disabled, rule->name);
		if (!rule->pattern || rule->regex || rule->disabled)
			continue;
		int r = pcs_regex_new(rule->pattern, &rule->regex, &why);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_line(struct pcs_diags *d, char *line)
{
	char **lines = pcs_grow(d->lines, &d->cap, d->n + 1, sizeof(*lines));
	if (!lines) {
		free(line);
		return -ENOMEM;
	}
	d->lines = lines;
	d->lines[d->n++] = line;
	return 0;
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
	return r < 0 ? r : add_line(d, PCS_TAKE(b.data));
}

int pcs_diags_say(struct pcs_diags *d, const char *fmt, ...)
{
	PCS_BUF struct pcs_buf b = { 0 };
	va_list ap;
	va_start(ap, fmt);
	int r = pcs_buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return r < 0 ? r : add_line(d, PCS_TAKE(b.data));
}

void pcs_diags_done(struct pcs_diags *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->lines[i]);
	free(d->lines);
	*d = (struct pcs_diags){ 0 };
}
