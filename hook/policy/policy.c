/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/policy.h"

#include <string.h>

#include "base/regex.h"
#include "policy/model.h"

/* Memory that is freed with the last of the policies that share it. */
struct pcs_pool {
	size_t users;
	struct block {
		struct block *next;
		max_align_t data[];
	} * blocks;
};

static void *pool_alloc(struct pcs_pool *pool, size_t size)
{
	struct block *b = malloc(sizeof(*b) + size);
	if (!b)
		return NULL;
	b->next = pool->blocks;
	pool->blocks = b;
	return b->data;
}

static void pool_unref(struct pcs_pool *pool)
{
	if (--pool->users)
		return;
	for (struct block *b = pool->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(pool);
}

static bool has_room(const struct pcs_policy *p, const struct pcs_room *room, size_t n)
{
	return room->layer == p->layer && n < room->cap;
}

/* A copy of an array of `n` items of `size` bytes with place for `cap`. */
static void *larger(struct pcs_policy *p, const void *array, size_t n, size_t cap, size_t size)
{
	void *copy = pool_alloc(p->pool, cap * size);
	if (copy && n)
		memcpy(copy, array, n * size);
	return copy;
}

static struct pcs_room room_of(const struct pcs_policy *p, size_t n)
{
	return (struct pcs_room){ .cap = 2 * n + 8, .layer = p->layer };
}

const char *pcs_policy_dup(struct pcs_policy *p, const char *s, size_t len)
{
	char *copy = pool_alloc(p->pool, len + 1);
	if (!copy)
		return NULL;
	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

int pcs_policy_add(struct pcs_policy *p, struct pcs_list *list, const char *s, size_t len,
		   struct pcs_origin origin)
{
	const char *copy = pcs_policy_dup(p, s, len);
	if (!copy)
		return -ENOMEM;
	if (!has_room(p, &list->room, list->n)) {
		struct pcs_room room = room_of(p, list->n);
		void *items = larger(p, list->items, list->n, room.cap + 1, sizeof(*list->items));
		void *origins = larger(p, list->origins, list->n, room.cap, sizeof(*list->origins));
		if (!items || !origins)
			return -ENOMEM;
		list->items = items;
		list->origins = origins;
		list->room = room;
	}
	list->origins[list->n] = origin;
	list->items[list->n++] = copy;
	list->items[list->n] = NULL;
	return 0;
}

int pcs_policy_add_tree(struct pcs_policy *p, const struct pcs_tree *tree)
{
	size_t n = p->trees.n;
	if (!has_room(p, &p->tree_room, n)) {
		struct pcs_room room = room_of(p, n);
		void *items = larger(p, p->tree_items, n, room.cap, sizeof(*p->tree_items));
		if (!items)
			return -ENOMEM;
		p->tree_items = items;
		p->tree_room = room;
	}
	p->tree_items[n] = *tree;
	return pcs_policy_add(p, &p->trees, tree->path, strlen(tree->path), tree->own.origin);
}

/* Make the array of rules one that this policy may write to, with place for one more. */
static int own_rules(struct pcs_policy *p)
{
	if (has_room(p, &p->rule_room, p->n_rules))
		return 0;
	struct pcs_room room = room_of(p, p->n_rules);
	struct pcs_rule *rules = larger(p, p->rules, p->n_rules, room.cap, sizeof(*rules));
	if (!rules)
		return -ENOMEM;
	for (size_t i = 0; i < p->n_rules; i++)
		rules[i].regex = NULL; /* it is freed with the policy that made it */
	p->rules = rules;
	p->rule_room = room;
	return 0;
}

int pcs_policy_add_rule(struct pcs_policy *p, const struct pcs_rule *rule)
{
	int r = own_rules(p);
	if (r == 0)
		p->rules[p->n_rules++] = *rule;
	return r;
}

bool pcs_list_has(const struct pcs_list *list, const char *s)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->items[i], s) == 0)
			return true;
	return false;
}

void pcs_policy_free(struct pcs_policy *p)
{
	if (!p)
		return;
	for (size_t i = 0; p->rule_room.layer == p->layer && i < p->n_rules; i++)
		pcs_regex_free(p->rules[i].regex);
	pool_unref(p->pool);
	free(p);
}

int pcs_policy_copy(const struct pcs_policy *base, struct pcs_policy **ret)
{
	PCS_FREE struct pcs_policy *p = calloc(1, sizeof(*p));
	struct pcs_pool *pool = base ? base->pool : calloc(1, sizeof(*pool));
	if (!p || !pool) {
		if (!base)
			free(pool);
		return -ENOMEM;
	}
	if (base) {
		*p = *base;
		p->layer++;
	}
	p->pool = pool;
	pool->users++;
	*ret = PCS_TAKE(p);
	return 0;
}

int pcs_policy_ready(struct pcs_policy *p)
{
	int r = own_rules(p);
	for (size_t i = 0; i < p->n_rules && r == 0; i++) {
		struct pcs_rule *rule = &p->rules[i];
		PCS_BUF struct pcs_buf why = { 0 };
		rule->disabled = rule->name && pcs_list_has(&p->disabled, rule->name);
		if (rule->pattern && !rule->regex && !rule->disabled)
			r = pcs_regex_new(rule->pattern, &rule->regex, &why);
	}
	return r;
}
