#pragma once
/*
 * The policy from inside: what the loader fills in and the queries read. Everything that was read
 * keeps its origin, so that a decision can be traced to a file and a line.
 */

#include "base/buf.h"
#include "policy/policy.h"

/* The keys that a rule can set, each on its own. */
enum pcs_key {
	PCS_KEY_COMPILE,
	PCS_KEY_OPTIMIZE,
	PCS_KEY_INVALIDATION,
	PCS_KEY_ON_ERROR,
	PCS_KEY_SECONDS,
	PCS_KEY_MEMORY,
	PCS_N_KEYS,
};

struct pcs_origin {
	uint32_t layer; /* index into pcs_policy.layers */
	uint32_t line;  /* from 1; 0: built into the program, no line has it */
};

/* A pattern and what it sets. */
struct pcs_rule {
	const char *match; /* in the policy's arena; NULL: every path (the defaults) */
	struct pcs_origin origin;
	unsigned set;              /* bit N: the key N of enum pcs_key is set */
	struct pcs_settings value; /* of the keys that are set */
	struct pcs_origin origins[PCS_N_KEYS];
};

/* Strings of the policy's arena, with a NULL behind the last. */
struct pcs_list {
	const char **items;
	struct pcs_origin *origins; /* one for each item */
	size_t n, cap, origins_cap;
};

struct pcs_policy {
	struct pcs_arena strings;
	struct pcs_list layers;       /* file names, the lowest layer first */
	struct pcs_list interpreters; /* empty: `auto` */
	struct pcs_list trees;
	struct pcs_origin interpreters_origin, trees_origin, rules_origin;
	struct pcs_rule defaults;
	struct pcs_rule *rules;
	size_t n_rules, rules_cap;
};

/*
 * A copy of `base` that owns all it points to; with NULL, a policy that has defaults and nothing
 * else. 0 or -ENOMEM. Freed by pcs_policy_free().
 */
int pcs_policy_copy(const struct pcs_policy *base, struct pcs_policy **ret);

/* Append a copy of a string to a list of the policy `p`. 0 or -ENOMEM, then the list is as it was.
 */
int pcs_policy_add(struct pcs_policy *p, struct pcs_list *list, const char *s, size_t len,
		   struct pcs_origin origin);

/* Append a rule; its pattern is copied, if it has one. 0 or -ENOMEM, then `p` is as it was. */
int pcs_policy_add_rule(struct pcs_policy *p, const struct pcs_rule *rule);

/* Make a list empty; its strings stay in the arena until the policy goes. */
void pcs_list_clear(struct pcs_list *list);

/* config/policy.yaml, put into the program when it is built. */
extern const char pcs_default_policy[];
extern const size_t pcs_default_policy_len;
