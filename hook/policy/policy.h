#pragma once
/*
 * What the administrator wants, merged from layers of YAML. Questions are asked of it here; how it
 * is read is in load.c (libyaml), which files are read in layers.c, how paths match in match.c.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pcs_invalidation {
	PCS_INVALIDATION_AUTO, /* timestamp, and checked-hash in a staging with a fixed epoch */
	PCS_INVALIDATION_TIMESTAMP,
	PCS_INVALIDATION_CHECKED_HASH,
	PCS_INVALIDATION_UNCHECKED_HASH,
};

enum pcs_on_error {
	PCS_ON_ERROR_WARN, /* a trigger succeeds although a source failed */
	PCS_ON_ERROR_FAIL,
};

enum pcs_warnings {
	PCS_WARNINGS_IGNORE,
	PCS_WARNINGS_SHOW,
	PCS_WARNINGS_ERROR, /* a source that CPython warns of fails */
};

enum pcs_epoch_use {
	PCS_EPOCH_HONOR, /* SOURCE_DATE_EPOCH counts where it is set */
	PCS_EPOCH_IGNORE,
	PCS_EPOCH_REQUIRE, /* a staging without it is an error */
};

/* What applies to one source. */
struct pcs_settings {
	bool compile;         /* false: the source is left alone */
	uint8_t levels;       /* optimization levels: bit N set for level N, 0 to 2 */
	uint8_t on_error;     /* enum pcs_on_error */
	uint8_t invalidation; /* enum pcs_invalidation */
	uint32_t seconds;     /* wall-clock limit of one compilation */
	uint64_t memory;      /* limit of the worker's address space, in bytes */
	uint8_t warnings;     /* enum pcs_warnings */
	bool reproducible;    /* canonical bytes */
	bool hardlink_dupes;  /* levels with equal bytes are one inode */
};

/* The settings that a tree or a rule can have, each on its own. */
enum pcs_key {
	PCS_KEY_COMPILE,
	PCS_KEY_OPTIMIZE,
	PCS_KEY_INVALIDATION,
	PCS_KEY_REPRODUCIBLE,
	PCS_KEY_HARDLINK_DUPES,
	PCS_KEY_ON_ERROR,
	PCS_KEY_WARNINGS,
	PCS_KEY_SECONDS,
	PCS_KEY_MEMORY,
	PCS_N_KEYS,
};

/* The place in a file that decided something. */
struct pcs_origin {
	uint32_t layer; /* see pcs_policy_layer() */
	uint32_t line;  /* from 1; 0: built into the program, no line has it */
	uint32_t column;
};

struct pcs_policy;
struct pcs_diags;

/* The policy that is compiled in (config/policy.yaml). 0, -ENOMEM. Freed by pcs_policy_free(). */
int pcs_policy_builtin(struct pcs_policy **ret);

/*
 * Read one layer from `text` over `base`: keys that the layer has replace those of `base`, lists as
 * wholes; `key+` appends to them. `name` is the file's name for messages. On -PCS_EPOLICY the
 * faults were added to `diags` and *ret is untouched. `base` stays valid and is not needed by the
 * result.
 */
int pcs_policy_load(const struct pcs_policy *base, const char *name, const char *text, size_t len,
		    struct pcs_diags *diags, struct pcs_policy **ret);

/* Get ready for questions, once the last layer was read. 0 or -ENOMEM. */
int pcs_policy_ready(struct pcs_policy *p);
void pcs_policy_free(struct pcs_policy *p);
static inline void pcs_policy_freep(struct pcs_policy **p)
{
	pcs_policy_free(*p);
}

/* The name of a layer's file; owned by the policy. */
const char *pcs_policy_layer(const struct pcs_policy *p, uint32_t layer);

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

/* What a policy says of staging roots alone. Strings are owned by the policy. */
struct pcs_staging {
	const char *strip_dir;   /* an absolute path, "auto" or "none" */
	const char *prepend_dir; /* an absolute path */
	uint8_t epoch_use;       /* enum pcs_epoch_use */
	bool clamp_mtime;
};
void pcs_policy_staging(const struct pcs_policy *p, struct pcs_staging *ret);

/*
 * From now on the policy is that of a staging root: where no file says otherwise for all sources, a
 * source that does not compile is a failure, and bytes are canonical. Trees and rules stay over
 * that, and over them the settings of `over` whose bits (of enum pcs_key) are in `set`.
 */
void pcs_policy_be_staging(struct pcs_policy *p, unsigned set, const struct pcs_settings *over);

/* Faults found in a policy: "FILE:LINE:COLUMN: what was found, what was expected". */
struct pcs_diags {
	char **lines; /* each malloc'ed */
	size_t n, cap;
};

int pcs_diags_add(struct pcs_diags *d, const char *file, size_t line, size_t column,
		  const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* A line that has no place in a file. 0 or -ENOMEM. */
int pcs_diags_say(struct pcs_diags *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void pcs_diags_done(struct pcs_diags *d);

/* What is valid and yet probably no one's wish, such as a rule that never matches. Diagnostics of
 * the layers from `first` on are added. 0 or -ENOMEM. */
int pcs_policy_doubts(const struct pcs_policy *p, uint32_t first, struct pcs_diags *diags);

/*
 * Append the whole policy as YAML, with the place that each line comes from in a comment, or with
 * `json` as one JSON object: "policy" holds the same, "origins" the places by name of the key. The
 * YAML is a policy that means the same. 0 or -ENOMEM.
 */
struct pcs_buf;
int pcs_policy_show(const struct pcs_policy *p, bool json, struct pcs_buf *ret);

/* Append what decided something: "FILE:LINE". 0 or -ENOMEM. */
int pcs_policy_add_origin(const struct pcs_policy *p, struct pcs_origin at, struct pcs_buf *ret);

/* Append the value of one of the settings as YAML has it, "[0, 1]"; its name is
 * pcs_policy_key_name(). 0 or -ENOMEM. */
int pcs_policy_add_value(const struct pcs_settings *s, enum pcs_key key, struct pcs_buf *ret);
const char *pcs_policy_key_name(enum pcs_key key);
