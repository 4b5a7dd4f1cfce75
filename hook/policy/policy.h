#pragma once
/*
 * What the administrator wants, merged from layers of YAML. Questions are asked of it here; how it
 * is read is in load.c (libyaml), how paths are matched in match.c.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pcs_invalidation {
	PCS_INVALIDATION_AUTO, /* as CPython: timestamp */
	PCS_INVALIDATION_TIMESTAMP,
	PCS_INVALIDATION_CHECKED_HASH,
	PCS_INVALIDATION_UNCHECKED_HASH,
};

enum pcs_on_error {
	PCS_ON_ERROR_WARN, /* a trigger succeeds although a source failed */
	PCS_ON_ERROR_FAIL,
};

/* What applies to one source. */
struct pcs_settings {
	bool compile;         /* false: the source is left alone */
	uint8_t levels;       /* optimization levels: bit N set for level N, 0 to 2 */
	uint8_t on_error;     /* enum pcs_on_error */
	uint8_t invalidation; /* enum pcs_invalidation */
	uint32_t seconds;     /* wall-clock limit of one compilation */
	uint64_t memory;      /* limit of the worker's address space, in bytes */
};

struct pcs_policy;
struct pcs_diags;

/* The policy that is compiled in (config/policy.yaml). 0, -ENOMEM. Freed by pcs_policy_free(). */
int pcs_policy_builtin(struct pcs_policy **ret);

/*
 * Read one layer from `text` over `base`: keys that the layer has replace those of `base`, lists as
 * wholes. `name` is the file's name for messages. On -PCS_EPOLICY the faults were added to `diags`
 * and *ret is untouched. `base` stays valid and is not needed by the result.
 */
int pcs_policy_load(const struct pcs_policy *base, const char *name, const char *text, size_t len,
		    struct pcs_diags *diags, struct pcs_policy **ret);
void pcs_policy_free(struct pcs_policy *p);
static inline void pcs_policy_freep(struct pcs_policy **p)
{
	pcs_policy_free(*p);
}

/* Interpreters named by the policy: NULL means `auto`; else a NULL-terminated list of versions
 * ("3.11") and absolute paths. Owned by the policy. */
const char *const *pcs_policy_interpreters(const struct pcs_policy *p);

/* Paths of the trees as written, "{version}" included; NULL-terminated; owned by the policy. */
const char *const *pcs_policy_trees(const struct pcs_policy *p);

struct pcs_tree_hit {
	size_t root_len; /* length of the part of the path that is the tree's root; 0: no tree */
	const char *version; /* the version that the path binds, inside the path, or NULL */
	size_t version_len;
};

/* The most specific tree that holds `path` (absolute, normalised): the one with the longest root.
 */
void pcs_policy_tree(const struct pcs_policy *p, const char *path, struct pcs_tree_hit *ret);

/* What applies to the source `path` for the interpreter of `version` ("3.11"): the defaults, then
 * each rule that matches, the last one winning key by key. */
void pcs_policy_settings(const struct pcs_policy *p, const char *path, const char *version,
			 struct pcs_settings *ret);

/* Faults found in a policy: "FILE:LINE:COLUMN: what was found, what was expected". */
struct pcs_diags {
	char **lines; /* each malloc'ed */
	size_t n, cap;
};

int pcs_diags_add(struct pcs_diags *d, const char *file, size_t line, size_t column,
		  const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void pcs_diags_done(struct pcs_diags *d);
