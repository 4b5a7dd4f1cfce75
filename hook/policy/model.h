/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The policy from inside: what the loader fills in and the queries read. Everything that was read
 * keeps its origin, so that a decision can be traced to a file and a line. Types only.
 */

#include <stddef.h>

#include "policy/settings.h"

struct pcs_regex;
struct pcs_pool;

/* An array of a policy may be shared with the policy that it was copied from. Only the one whose
 * layer this is may write to it, and only that one makes it larger. */
struct pcs_room {
	size_t cap;
	uint32_t layer;
};

/* Settings, and on what they depend. Strings live as long as the policy. */
struct pcs_rule {
	const char *name;
	const char *match, *pattern, *package; /* NULL: not asked */
	struct pcs_regex *regex;               /* of `pattern`, made by pcs_policy_ready() */
	uint64_t size_over;        /* 0: not asked; else one more than the size that is too small */
	bool disabled;             /* its name is in disable-rules; found by pcs_policy_ready() */
	bool adds_levels;          /* `optimize+`: the levels are added to those there are */
	unsigned set;              /* bit N: the key N of enum pcs_key is set */
	struct pcs_origin origin;  /* of the rule; in a tree, of its path */
	struct pcs_settings value; /* of the keys that are set */
	struct pcs_origin origins[PCS_N_KEYS];
};

/* Strings, with a NULL behind the last unless the list is empty. */
struct pcs_list {
	const char **items;
	struct pcs_origin *origins; /* one for each item */
	size_t n;
	struct pcs_room room;
};

/* A choice of interpreters. */
struct pcs_choice {
	bool chosen;    /* `use` was said; always true of the whole policy's */
	bool automatic; /* every one that is found, besides those in `use` */
	struct pcs_list use, exclude;
	struct pcs_origin use_origin, exclude_origin;
};

struct pcs_tree {
	struct pcs_rule own; /* without conditions; first, so that its keys are read as a rule's */
	const char *path;    /* also in the policy's list of paths */
	struct pcs_choice interpreters;
};

/* `store`. */
struct pcs_store_keys {
	const char *path; /* NULL: none */
	uint64_t size;
	struct pcs_list read;
};

struct pcs_policy {
	struct pcs_pool *pool;  /* all strings and arrays; shared with copies of this policy */
	uint32_t layer;         /* index of the layer that was read last */
	struct pcs_list layers; /* file names, the lowest layer first */
	struct pcs_choice interpreters;
	struct pcs_rule defaults;
	struct pcs_list trees;       /* paths */
	struct pcs_tree *tree_items; /* one for each path */
	struct pcs_room tree_room;
	struct pcs_rule *rules;
	size_t n_rules;
	struct pcs_room rule_room;
	struct pcs_list disabled; /* names of rules */
	struct pcs_list keep;     /* versions */
	const char *prefix;       /* an absolute path or "none" */
	struct pcs_staging staging;
	struct pcs_store_keys store;
	struct pcs_rule over; /* over all rules: see pcs_policy_be_staging() */
	struct pcs_origin origins[PCS_N_WHOLE];
};
