#pragma once
/*
 * The policy from inside: what the loader fills in and the queries read. Everything that was read
 * keeps its origin, so that a decision can be traced to a file and a line.
 */

#include "base/buf.h"
#include "policy/policy.h"

struct pcs_regex;

/* What of the whole, outside of defaults, trees and rules, has an origin of its own. */
enum pcs_whole {
	PCS_WHOLE_TREES,
	PCS_WHOLE_RULES,
	PCS_WHOLE_DISABLED,
	PCS_WHOLE_KEEP,
	PCS_WHOLE_PREFIX,
	PCS_WHOLE_EPOCH_USE,
	PCS_WHOLE_CLAMP_MTIME,
	PCS_WHOLE_STRIP_DIR,
	PCS_WHOLE_PREPEND_DIR,
	PCS_N_WHOLE,
};

/* Settings, and on what they depend. */
struct pcs_rule {
	/* All in the policy's arena; NULL: not asked. */
	const char *name;
	const char *match, *pattern, *package;
	struct pcs_regex *regex; /* of `pattern`, made by pcs_policy_ready() */
	uint64_t size_over;      /* 0: not asked; else one more than the size that is too small */
	bool disabled;           /* its name is in disable-rules; found by pcs_policy_ready() */
	bool adds_levels;        /* `optimize+`: the levels are added to those there are */
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

/* A choice of interpreters. */
struct pcs_choice {
	bool chosen;    /* `use` was said; always true of the whole policy's */
	bool automatic; /* every one that is found, besides those in `use` */
	struct pcs_list use, exclude;
	struct pcs_origin use_origin, exclude_origin;
};

/* What a tree says besides its path, which is in the list of paths. */
struct pcs_tree {
	struct pcs_choice interpreters;
	struct pcs_rule own; /* without conditions */
};

struct pcs_policy {
	struct pcs_arena strings;
	struct pcs_list layers; /* file names, the lowest layer first */
	struct pcs_choice interpreters;
	struct pcs_rule defaults;
	struct pcs_list trees;       /* paths */
	struct pcs_tree *tree_items; /* one for each path */
	size_t tree_items_cap;
	struct pcs_rule *rules;
	size_t n_rules, rules_cap;
	struct pcs_list disabled;            /* names of rules */
	struct pcs_list keep;                /* versions */
	const char *prefix;                  /* NULL: none */
	const char *strip_dir, *prepend_dir; /* strip_dir: a path, "auto" or "none" */
	struct pcs_rule over;                /* over all rules: see pcs_policy_be_staging() */
	uint8_t epoch_use;                   /* enum pcs_epoch_use */
	bool clamp_mtime;
	struct pcs_origin origins[PCS_N_WHOLE];
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

/* Append a tree; it is copied with all its strings. 0 or -ENOMEM, then `p` is as it was. */
int pcs_policy_add_tree(struct pcs_policy *p, const char *path, size_t len,
			struct pcs_origin origin, const struct pcs_tree *tree);

/* Append a rule; its strings are copied. 0 or -ENOMEM, then `p` is as it was. */
int pcs_policy_add_rule(struct pcs_policy *p, const struct pcs_rule *rule);

/* Make a list empty; its strings stay in the arena until the policy goes. */
void pcs_list_clear(struct pcs_list *list);

/* Whether the string is in the list. */
bool pcs_list_has(const struct pcs_list *list, const char *s);

void pcs_choice_done(struct pcs_choice *c);

/* config/policy.yaml, put into the program when it is built. */
extern const char pcs_default_policy[];
extern const size_t pcs_default_policy_len;
