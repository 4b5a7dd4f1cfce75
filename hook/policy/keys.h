/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The keys of a policy: one row each. Parsing, merging, showing and explaining walk this table, and
 * a unit test compares it with the JSON Schema and the manual. See "Adding a policy key" in
 * docs/CONTRIBUTING.md.
 */

#include <stddef.h>

#include "policy/settings.h"

/* The mappings that a key can stand in, and the object that its offsets count from. */
enum pcs_place {
	PCS_IN_TOP = 1 << 0,          /* struct pcs_policy */
	PCS_IN_DEFAULTS = 1 << 1,     /* struct pcs_rule */
	PCS_IN_LIMITS = 1 << 2,       /* struct pcs_rule */
	PCS_IN_STAGING = 1 << 3,      /* struct pcs_policy */
	PCS_IN_EPOCH = 1 << 4,        /* struct pcs_policy */
	PCS_IN_INTERPRETERS = 1 << 5, /* struct pcs_choice */
	PCS_IN_RULE = 1 << 6,         /* struct pcs_rule */
	PCS_IN_TREE = 1 << 7,         /* struct pcs_tree, which begins with a struct pcs_rule */
	PCS_IN_STORE = 1 << 8,        /* struct pcs_policy */
	PCS_IN_ALL = 1 << 9,          /* one more than the last */
};

/* What a value looks like and what its field is. */
enum pcs_type {
	PCS_TYPE_VERSION,   /* the word `value` and no other; no field */
	PCS_TYPE_BOOL,      /* bool */
	PCS_TYPE_WORD,      /* uint8_t: index in `words` */
	PCS_TYPE_NUMBER,    /* uint32_t from `min` to `max` */
	PCS_TYPE_SIZE,      /* uint64_t from `min` to `max`, in bytes */
	PCS_TYPE_SIZE_OVER, /* the same, but the field is one more */
	PCS_TYPE_LEVELS,    /* uint8_t: a set of numbers from 0 to `max` */
	PCS_TYPE_DIR,       /* const char *: an absolute path, or one of `words` */
	PCS_TYPE_PREFIX,    /* the same, but not "/" */
	PCS_TYPE_NAME,      /* const char *, like those below: the name of a rule */
	PCS_TYPE_MATCH,     /* a pattern of paths */
	PCS_TYPE_REGEX,     /* a regular expression */
	PCS_TYPE_PACKAGE,   /* a pattern of names of packages */
	PCS_TYPE_NAMES,     /* struct pcs_list of at most `max` names of rules */
	PCS_TYPE_VERSIONS,  /* struct pcs_list of at most `max` versions */
	PCS_TYPE_DIRS,      /* struct pcs_list of at most `max` absolute paths */
	PCS_TYPE_EXCLUDE,   /* struct pcs_list of at most `max` interpreters */
	PCS_TYPE_USE,       /* the whole struct pcs_choice, but for `exclude` */
	PCS_TYPE_CHOICE,    /* struct pcs_choice: as PCS_TYPE_USE, or a mapping */
	PCS_TYPE_TREES,     /* the policy's trees, at most `max` */
	PCS_TYPE_RULES,     /* the policy's rules, at most `max` */
	PCS_TYPE_STORE,     /* the policy's store: `none` or the mapping `inner` */
	PCS_TYPE_MAPPING,   /* the object that the keys of `inner` count from */
};

enum pcs_key_flags {
	PCS_KEY_ADDS = 1 << 0,   /* `name+` is known too */
	PCS_KEY_NEEDED = 1 << 1, /* its mapping must have this key, or another one with this flag */
	PCS_KEY_LEADS = 1 << 2,  /* shown before the other keys of its mapping */
	PCS_KEY_STRICT = 1 << 3, /* in a staging root its default is 1; unsaid, it is not shown */
};

struct pcs_key_row {
	const char *name;
	enum pcs_type type;
	unsigned places;          /* enum pcs_place */
	size_t field, size;       /* offset and, of settings, size of the field */
	size_t origin;            /* offset of its struct pcs_origin; 0: it has none */
	unsigned setting;         /* its bit in the `set` of a struct pcs_rule, or 0 */
	unsigned flags;           /* enum pcs_key_flags */
	const char *value;        /* the default as YAML has it; NULL: none */
	const char *expected;     /* completes "expected ..." in messages */
	const char *const *words; /* NULL-terminated; NULL: none */
	uint64_t min, max;
	enum pcs_place inner;
};

/* The row behind `row` among those that may stand in one of `places`; with NULL, the first one.
 * NULL behind the last. */
const struct pcs_key_row *pcs_key_next(const struct pcs_key_row *row, unsigned places);
#define PCS_EACH_KEY(row, places)                                                       \
	for (const struct pcs_key_row *row = pcs_key_next(NULL, (places)); row != NULL; \
	     row = pcs_key_next(row, (places)))

/* The row of a key that may stand in `place`, or NULL. */
const struct pcs_key_row *pcs_key_find(const char *name, size_t len, enum pcs_place place);

/* The place of a row in the table. */
enum { PCS_KEYS_MAX = 64 }; /* above all of them */
size_t pcs_key_index(const struct pcs_key_row *row);

/* The row of a setting. */
const struct pcs_key_row *pcs_key_of(enum pcs_key key);

/* A mapping as messages name it: "'limits'", "a rule". */
const char *pcs_place_name(enum pcs_place place);

/* A value of a key in the object that its place fills in, and where that value comes from. */
static inline void *pcs_key_field(const struct pcs_key_row *row, const void *object)
{
	return (char *)object + row->field;
}
static inline struct pcs_origin *pcs_key_origin(const struct pcs_key_row *row, const void *object)
{
	return row->origin ? (struct pcs_origin *)((char *)object + row->origin) : NULL;
}
