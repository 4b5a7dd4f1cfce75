#pragma once
/* Between the files that know the keys: keys.c (the mappings), settings.c (what a tree or a rule
 * may set), words.c (what is said of a fault). */

#include "policy/node.h"

enum {
	PCS_KEY_LEN_MAX = 24, /* the longest key that is known, at most */
	PCS_KEYS_MAX = 16,    /* of one mapping */
};

/* Take the value of a key; `to` is what its mapping fills in. With load->add, add it to that. */
typedef void pcs_parse_key(struct pcs_load *load, const char *name, const struct pcs_node *value,
			   void *to);

struct pcs_key_def {
	const char *name;
	pcs_parse_key *parse;
	bool adds; /* `name+` is known too */
};

/* ---- keys.c ---- */

/* Parse each pair of a mapping once. Returns the keys that were there: bit N for keys[N]. */
unsigned pcs_parse_mapping(struct pcs_load *load, const struct pcs_key_def *keys,
			   const struct pcs_node *mapping, void *to);

/* A mapping whose keys are in `known` but not in these; NULL-terminated names and tables. */
struct pcs_key_place {
	const char *name; /* "a rule" */
	const struct pcs_key_def *keys;
};
extern const struct pcs_key_place pcs_key_places[];

static inline struct pcs_origin pcs_origin_of(const struct pcs_load *load, const struct pcs_node *n)
{
	return (struct pcs_origin){ .layer = load->layer,
				    .line = (uint32_t)n->line,
				    .column = (uint32_t)n->column };
}

/* ---- settings.c; `to` is a struct pcs_rule ---- */

pcs_parse_key pcs_parse_compile, pcs_parse_optimize, pcs_parse_invalidation, pcs_parse_reproducible,
	pcs_parse_hardlink_dupes, pcs_parse_on_error, pcs_parse_warnings, pcs_parse_limits;
extern const struct pcs_key_def pcs_limits_keys[];

/* The keys of struct pcs_settings that the defaults, trees and rules have in common. */
#define PCS_SETTINGS_KEYS                                              \
	{ "optimize", pcs_parse_optimize, true },                      \
		{ "invalidation", pcs_parse_invalidation, false },     \
		{ "reproducible", pcs_parse_reproducible, false },     \
		{ "hardlink-dupes", pcs_parse_hardlink_dupes, false }, \
		{ "on-error", pcs_parse_on_error, false },             \
		{ "warnings", pcs_parse_warnings, false },             \
	{                                                              \
		"limits", pcs_parse_limits, false                      \
	}

/* ---- words.c ---- */

/* "NAME: expected SO, found THIS" */
void pcs_expected(struct pcs_load *load, const char *name, const struct pcs_node *n,
		  const char *what);

/* "NAME: 'THIS' WHAT IS WRONG WITH IT" */
void pcs_wrong(struct pcs_load *load, const char *name, const struct pcs_node *n, const char *what);

/* What is said of a key that is not in `keys`. */
void pcs_unknown_key(struct pcs_load *load, const struct pcs_key_def *keys,
		     const struct pcs_node *n);

/* ---- settings.c: scalars ---- */

/* Whether it is that word, without quotes. */
bool pcs_is_plain(const struct pcs_node *n, const char *text);

/* The index of the word among `words` (NULL-terminated), or -1. */
int pcs_find_word(const struct pcs_node *n, const char *const *words);

/* Take true or false; returns whether it is one of them, the fault is noted. */
bool pcs_read_bool(struct pcs_load *load, const char *name, const struct pcs_node *n, bool *ret);

/* A number of bytes, perhaps with KiB, MiB or GiB behind it, from `min` to `max` (2^40 at most). */
bool pcs_read_size(const struct pcs_node *n, uint64_t min, uint64_t max, uint64_t *ret);
