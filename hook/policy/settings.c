/* The keys of a rule, a tree and the defaults that say how sources are compiled. */

#include "policy/keys.h"

#include <string.h>

enum { MAX_SECONDS = 24 * 60 * 60 };

#define MIN_MEMORY ((uint64_t)64 << 20)
#define MAX_MEMORY ((uint64_t)1 << 40)

/* ---- scalars ---- */

bool pcs_is_plain(const struct pcs_node *n, const char *text)
{
	return n->kind == PCS_NODE_SCALAR && n->plain && strcmp(n->text, text) == 0;
}

int pcs_find_word(const struct pcs_node *n, const char *const *words)
{
	for (int i = 0; n->kind == PCS_NODE_SCALAR && words[i]; i++)
		if (strcmp(n->text, words[i]) == 0)
			return i;
	return -1;
}

bool pcs_read_bool(struct pcs_load *load, const char *name, const struct pcs_node *n, bool *ret)
{
	bool yes = pcs_is_plain(n, "true");
	if (!yes && !pcs_is_plain(n, "false")) {
		pcs_expected(load, name, n, "true or false");
		return false;
	}
	*ret = yes;
	return true;
}

/* The decimal number that a scalar starts with, up to 18 digits; *ret_rest is behind it. A number
 * alone must be plain: in quotes it is a text. */
static bool read_number(const struct pcs_node *n, uint64_t *ret, const char **ret_rest)
{
	if (n->kind != PCS_NODE_SCALAR)
		return false;
	size_t len = strspn(n->text, "0123456789");
	/* A leading zero is octal to some readers of YAML and decimal to others. */
	if (len == 0 || len > 18 || (len > 1 && n->text[0] == '0'))
		return false;
	uint64_t value = 0;
	for (size_t i = 0; i < len; i++)
		value = value * 10 + (uint64_t)(n->text[i] - '0');
	*ret = value;
	*ret_rest = n->text + len;
	return n->plain || n->text[len];
}

bool pcs_read_size(const struct pcs_node *n, uint64_t min, uint64_t max, uint64_t *ret)
{
	static const struct {
		const char *name;
		unsigned shift;
	} units[] = { { "", 0 }, { "KiB", 10 }, { "MiB", 20 }, { "GiB", 30 } };
	uint64_t number;
	const char *rest;
	if (!read_number(n, &number, &rest))
		return false;
	for (size_t u = 0; u < PCS_ARRAY_SIZE(units); u++) {
		/* Not above `max` before the shift, so that it cannot overflow. */
		if (strcmp(rest, units[u].name) != 0 || number > max >> units[u].shift)
			continue;
		*ret = number << units[u].shift;
		return *ret >= min;
	}
	return false;
}

static void set_key(const struct pcs_load *load, struct pcs_rule *rule, enum pcs_key key,
		    const struct pcs_node *n)
{
	rule->set |= 1u << key;
	rule->origins[key] = pcs_origin_of(load, n);
}

/* Take one of several words into the byte at `to`. */
static void parse_word(struct pcs_load *load, const char *name, const struct pcs_node *n,
		       const char *const *words, const char *what, struct pcs_rule *rule,
		       enum pcs_key key, uint8_t *to)
{
	int i = pcs_find_word(n, words);
	if (i < 0) {
		pcs_expected(load, name, n, what);
		return;
	}
	*to = (uint8_t)i;
	set_key(load, rule, key, n);
}

/* ---- keys ---- */

void pcs_parse_compile(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	struct pcs_rule *rule = to;
	if (pcs_read_bool(load, name, n, &rule->value.compile))
		set_key(load, rule, PCS_KEY_COMPILE, n);
}

void pcs_parse_reproducible(struct pcs_load *load, const char *name, const struct pcs_node *n,
			    void *to)
{
	struct pcs_rule *rule = to;
	if (pcs_read_bool(load, name, n, &rule->value.reproducible))
		set_key(load, rule, PCS_KEY_REPRODUCIBLE, n);
}

void pcs_parse_hardlink_dupes(struct pcs_load *load, const char *name, const struct pcs_node *n,
			      void *to)
{
	struct pcs_rule *rule = to;
	if (pcs_read_bool(load, name, n, &rule->value.hardlink_dupes))
		set_key(load, rule, PCS_KEY_HARDLINK_DUPES, n);
}

/* Add a level to a set of levels. */
static void parse_level(struct pcs_load *load, const char *name, const struct pcs_node *n,
			const char *what, uint8_t *levels)
{
	uint64_t level;
	const char *rest;
	if (!read_number(n, &level, &rest) || *rest || level > 2)
		pcs_expected(load, name, n, what);
	else if (*levels & 1u << level)
		pcs_wrong(load, name, n, "is there twice");
	else
		*levels = (uint8_t)(*levels | 1u << level);
}

void pcs_parse_optimize(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	struct pcs_rule *rule = to;
	uint8_t levels = 0;
	bool add = load->add;
	if (n->kind != PCS_NODE_LIST)
		parse_level(load, name, n, "0, 1, 2 or a list of them", &levels);
	else if (n->closed && !n->child)
		pcs_expected(load, name, n, "at least one of 0, 1, 2");
	else
		for (const struct pcs_node *i = n->child; i; i = i->next)
			parse_level(load, name, i, "0, 1 or 2", &levels);
	/* The defaults have levels already; a tree or a rule adds when it is applied. */
	bool now = rule == &load->policy->defaults;
	rule->adds_levels = add && !now;
	rule->value.levels = (uint8_t)(levels | (add && now ? rule->value.levels : 0));
	set_key(load, rule, PCS_KEY_OPTIMIZE, n);
}

void pcs_parse_invalidation(struct pcs_load *load, const char *name, const struct pcs_node *n,
			    void *to)
{
	static const char *const words[] = {
		[PCS_INVALIDATION_AUTO] = "auto",
		[PCS_INVALIDATION_TIMESTAMP] = "timestamp",
		[PCS_INVALIDATION_CHECKED_HASH] = "checked-hash",
		[PCS_INVALIDATION_UNCHECKED_HASH] = "unchecked-hash",
		NULL,
	};
	struct pcs_rule *rule = to;
	parse_word(load, name, n, words, "auto, timestamp, checked-hash or unchecked-hash", rule,
		   PCS_KEY_INVALIDATION, &rule->value.invalidation);
}

void pcs_parse_on_error(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	static const char *const words[] = {
		[PCS_ON_ERROR_WARN] = "warn",
		[PCS_ON_ERROR_FAIL] = "fail",
		NULL,
	};
	struct pcs_rule *rule = to;
	parse_word(load, name, n, words, "warn or fail", rule, PCS_KEY_ON_ERROR,
		   &rule->value.on_error);
}

void pcs_parse_warnings(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	static const char *const words[] = {
		[PCS_WARNINGS_IGNORE] = "ignore",
		[PCS_WARNINGS_SHOW] = "show",
		[PCS_WARNINGS_ERROR] = "error",
		NULL,
	};
	struct pcs_rule *rule = to;
	parse_word(load, name, n, words, "ignore, show or error", rule, PCS_KEY_WARNINGS,
		   &rule->value.warnings);
}

static void parse_seconds(struct pcs_load *load, const char *name, const struct pcs_node *n,
			  void *to)
{
	struct pcs_rule *rule = to;
	uint64_t seconds;
	const char *rest;
	if (!read_number(n, &seconds, &rest) || *rest || seconds < 1 || seconds > MAX_SECONDS) {
		pcs_expected(load, name, n, "a number from 1 to 86400");
		return;
	}
	rule->value.seconds = (uint32_t)seconds;
	set_key(load, rule, PCS_KEY_SECONDS, n);
}

static void parse_memory(struct pcs_load *load, const char *name, const struct pcs_node *n,
			 void *to)
{
	struct pcs_rule *rule = to;
	if (pcs_read_size(n, MIN_MEMORY, MAX_MEMORY, &rule->value.memory))
		set_key(load, rule, PCS_KEY_MEMORY, n);
	else
		pcs_expected(load, name, n,
			     "a size from 64MiB to 1024GiB, in bytes or with KiB, MiB or GiB");
}

const struct pcs_key_def pcs_limits_keys[] = {
	{ "seconds", parse_seconds, false },
	{ "memory", parse_memory, false },
	{ 0 },
};

void pcs_parse_limits(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	if (n->kind == PCS_NODE_MAPPING)
		pcs_parse_mapping(load, pcs_limits_keys, n, to);
	else
		pcs_expected(load, name, n, "a mapping with 'seconds' or 'memory'");
}
