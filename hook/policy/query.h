/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What the rest of the program asks of a policy, once it is ready. */

#include <stddef.h>

#include "policy/settings.h"

struct pcs_diags;
struct pcs_policy;

/* The name of a layer's file; owned by the policy. */
const char *pcs_policy_layer(const struct pcs_policy *p, uint32_t layer);

/* How many layers the policy has. */
uint32_t pcs_policy_layers(const struct pcs_policy *p);

/* Tell of each interpreter that the policy or a tree of it names to be used, and where. A negative
 * code ends it, and is returned; else 0. */
int pcs_policy_each_use(const struct pcs_policy *p,
			int (*each)(void *ctx, const char *name, struct pcs_origin at), void *ctx);

/* Paths of the trees as written, "{version}" included; NULL-terminated; owned by the policy. */
const char *const *pcs_policy_trees(const struct pcs_policy *p);

/* Where caches are instead of __pycache__, as sys.pycache_prefix; NULL: in __pycache__. */
const char *pcs_policy_prefix(const struct pcs_policy *p);

/* Versions whose caches stay when their interpreter is gone; NULL-terminated; owned by the policy.
 */
const char *const *pcs_policy_keep(const struct pcs_policy *p);

/* Whether any source's warnings may be wanted. */
bool pcs_policy_wants_warnings(const struct pcs_policy *p);

enum { PCS_NO_TREE = -1 };

/*
 * The interpreters that a tree is compiled for; of PCS_NO_TREE, those for sources in no tree and in
 * trees that do not say. `*ret_auto`: every one that is found. Besides, or instead, those of the
 * NULL-terminated list `*ret_use`, versions ("3.11") and absolute paths; never one of
 * `*ret_exclude`. All owned by the policy. Returns false where the tree has no choice of its own.
 */
bool pcs_policy_choice(const struct pcs_policy *p, int tree, bool *ret_auto,
		       const char *const **ret_use, const char *const **ret_exclude);

/* Where a tree comes from. */
struct pcs_origin pcs_policy_tree_origin(const struct pcs_policy *p, int tree);

struct pcs_tree_hit {
	int tree;            /* its index in pcs_policy_trees(), or PCS_NO_TREE */
	size_t root_len;     /* length of the part of the path that is the tree's root, or 0 */
	const char *version; /* the version that the path binds, inside the path, or NULL */
	size_t version_len;
};

/* The most specific tree that holds `path` (absolute, normalised): the one with the longest root.
 */
void pcs_policy_tree(const struct pcs_policy *p, const char *path, struct pcs_tree_hit *ret);

/* One source and one interpreter, of which it is asked what applies. */
struct pcs_subject {
	const char *path;    /* absolute, normalised */
	const char *version; /* "3.11" */
	uint64_t size;       /* of the source, in bytes */
	int tree;            /* as in struct pcs_tree_hit */
	/* The name of the package that owns the source, or NULL; called only where a rule depends
	 * on it. May be NULL itself. */
	const char *(*package)(void *ctx);
	void *ctx;
};

/*
 * What applies: the defaults, over them what the tree says, then each rule that fits, the last one
 * winning key by key. `origins` (PCS_N_KEYS of them, or NULL) become the places that decided.
 */
void pcs_policy_settings(const struct pcs_policy *p, const struct pcs_subject *subject,
			 struct pcs_settings *ret, struct pcs_origin *origins);

/* The rules that may fit some of the sources in one directory and not others. */
struct pcs_exceptions {
	const char **names; /* of each the pattern of the source's name; owned by the policy */
	size_t n, cap;
};

/* Those of the directory `dir` (absolute, normalised), whatever the version. 0 or -ENOMEM. */
int pcs_policy_exceptions(const struct pcs_policy *p, const char *dir, struct pcs_exceptions *ret);
void pcs_exceptions_done(struct pcs_exceptions *e);

/* Whether one of them may fit the source `name`. All sources in the directory of which this is not
 * so have the same settings, for each version, whatever their size and package. */
bool pcs_exceptions_have(const struct pcs_exceptions *e, const char *name);

/*
 * Forget the interpreters to be used that are named by path in one of the first `layers`, with a
 * line for each in `diags`: nothing in a root decides what runs on the host. 0 or -ENOMEM.
 */
int pcs_policy_forget_paths(struct pcs_policy *p, uint32_t layers, struct pcs_diags *diags);

/* What the policy says of staging roots. Strings are owned by the policy. */
void pcs_policy_staging(const struct pcs_policy *p, struct pcs_staging *ret);

/* Where the policy has code kept. Strings are owned by the policy. */
void pcs_policy_store(const struct pcs_policy *p, struct pcs_storing *ret);

/* From now on bytes are canonical where no file says otherwise for all sources. */
void pcs_policy_be_canonical(struct pcs_policy *p);

/*
 * From now on the policy is that of a staging root: where no file says otherwise for all sources, a
 * source that does not compile is a failure, and bytes are canonical. Trees and rules stay over
 * that, and over them the settings of `over` whose bits (of enum pcs_key) are in `set`.
 */
void pcs_policy_be_staging(struct pcs_policy *p, unsigned set, const struct pcs_settings *over);

/* From now on the settings of `over` whose bits (of enum pcs_key) are in `set` apply to all
 * sources.
 */
void pcs_policy_override(struct pcs_policy *p, unsigned set, const struct pcs_settings *over);

/* Whether two sources are to be treated alike: each setting is the same. */
bool pcs_settings_equal(const struct pcs_settings *a, const struct pcs_settings *b);
