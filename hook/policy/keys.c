#include "policy/node.h"

#include <string.h>

#include "base/log.h"
#include "base/path.h"
#include "policy/match.h"

enum {
	MAX_KEYS = 8,          /* of one mapping */
	MAX_KEY_LEN = 16,      /* the longest key that is known, at most */
	MAX_SHOWN = 60,        /* bytes of the file's own text in a message */
	MAX_INTERPRETERS = 64, /* far above any real list; keeps the search for doubles short */
	MAX_SECONDS = 24 * 60 * 60,
};

#define MIN_MEMORY ((uint64_t)64 << 20)
#define MAX_MEMORY ((uint64_t)1 << 40)

/* Take the value of a key. `rule` is what its mapping fills in; NULL: it fills in the policy. */
typedef void parse_key(struct pcs_load *load, const char *name, const struct pcs_node *value,
		       struct pcs_rule *rule);

struct key {
	const char *name;
	parse_key *parse;
};

static parse_key parse_version, parse_interpreters, parse_defaults, parse_trees, parse_rules;
static parse_key parse_match, parse_compile, parse_optimize, parse_invalidation, parse_on_error;
static parse_key parse_limits, parse_seconds, parse_memory, parse_tree_path;

static const struct key top_keys[] = {
	{ "version", parse_version },   { "interpreters", parse_interpreters },
	{ "defaults", parse_defaults }, { "trees", parse_trees },
	{ "rules", parse_rules },       { 0 },
};

static const struct key defaults_keys[] = {
	{ "optimize", parse_optimize },
	{ "invalidation", parse_invalidation },
	{ "on-error", parse_on_error },
	{ "limits", parse_limits },
	{ 0 },
};

static const struct key rule_keys[] = {
	{ "match", parse_match },
	{ "compile", parse_compile },
	{ "optimize", parse_optimize },
	{ "invalidation", parse_invalidation },
	{ "on-error", parse_on_error },
	{ "limits", parse_limits },
	{ 0 },
};

static const struct key limits_keys[] = {
	{ "seconds", parse_seconds },
	{ "memory", parse_memory },
	{ 0 },
};

static const struct key tree_keys[] = {
	{ "path", parse_tree_path },
	{ 0 },
};

static struct pcs_origin origin_of(const struct pcs_load *load, const struct pcs_node *n)
{
	return (struct pcs_origin){ .layer = load->layer, .line = (uint32_t)n->line };
}

/* ---- words for faults ---- */

/* Append text of the file, cut where it gets long (not inside a character). */
static int add_text(struct pcs_buf *b, const struct pcs_node *n)
{
	size_t len = n->len;
	if (len > MAX_SHOWN)
		for (len = MAX_SHOWN; len > 0 && (n->text[len] & 0xc0) == 0x80;)
			len--;
	int r = pcs_buf_add_shown(b, n->text, len);
	return r < 0 || len == n->len ? r : pcs_buf_adds(b, "...");
}

static int add_found(struct pcs_buf *b, const struct pcs_node *n)
{
	if (n->kind == PCS_NODE_LIST)
		return pcs_buf_adds(b, "a list");
	if (n->kind == PCS_NODE_MAPPING)
		return pcs_buf_adds(b, "a mapping");
	if (n->plain && n->len == 0)
		return pcs_buf_adds(b, "nothing");
	int r = pcs_buf_adds(b, n->plain ? "'" : "the text '");
	if (r == 0)
		r = add_text(b, n);
	return r < 0 ? r : pcs_buf_adds(b, "'");
}

/* "NAME: expected SO, found THIS" */
static void expected(struct pcs_load *load, const char *name, const struct pcs_node *n,
		     const char *what)
{
	if (n->kind == PCS_NODE_BAD)
		return;
	PCS_BUF struct pcs_buf found = { 0 };
	if (add_found(&found, n) < 0)
		load->err = -ENOMEM;
	else
		pcs_load_fault(load, n->line, n->column, "%s: expected %s, found %s", name, what,
			       found.data);
}

/* "NAME: 'THIS' WHAT IS WRONG WITH IT" */
static void wrong(struct pcs_load *load, const char *name, const struct pcs_node *n,
		  const char *what)
{
	PCS_BUF struct pcs_buf text = { 0 };
	if (pcs_buf_reserve(&text, 0) < 0 || add_text(&text, n) < 0)
		load->err = -ENOMEM;
	else
		pcs_load_fault(load, n->line, n->column, "%s: '%s' %s", name,
			       text.len ? text.data : "", what);
}

/* Edit distance of two words (Levenshtein); `a` is at most MAX_KEY_LEN long. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[MAX_KEY_LEN + 1];
	for (size_t i = 0; i <= a_len; i++)
		row[i] = i;
	for (size_t j = 1; j <= b_len; j++) {
		size_t diagonal = row[0];
		row[0] = j;
		for (size_t i = 1; i <= a_len; i++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);
			if (row[i] + 1 < best)
				best = row[i] + 1;
			if (row[i - 1] + 1 < best)
				best = row[i - 1] + 1;
			diagonal = row[i];
			row[i] = best;
		}
	}
	return row[a_len];
}

/* The known key that was probably meant, or NULL: about one slip in three letters is near. */
static const char *nearest(const struct key *keys, const struct pcs_node *n)
{
	const char *found = NULL;
	size_t best = MAX_KEY_LEN;
	for (; n->len <= 2 * (size_t)MAX_KEY_LEN && keys->name; keys++) {
		size_t len = strlen(keys->name);
		size_t d = distance(keys->name, len, n->text, n->len);
		if (d <= (len + 1) / 3 && d < best) {
			best = d;
			found = keys->name;
		}
	}
	return found;
}

static void unknown_key(struct pcs_load *load, const struct key *keys, const struct pcs_node *n)
{
	PCS_BUF struct pcs_buf b = { 0 };
	const char *near = nearest(keys, n);
	int r = pcs_buf_adds(&b, "unknown key '");
	if (r == 0)
		r = add_text(&b, n);
	if (r == 0 && near)
		r = pcs_buf_printf(&b, "'; did you mean '%s'?", near);
	else if (r == 0)
		r = pcs_buf_adds(&b, "'; known here:");
	for (; r == 0 && !near && keys->name; keys++)
		r = pcs_buf_printf(&b, " %s%s", keys->name, keys[1].name ? "," : "");
	if (r < 0)
		load->err = r;
	else
		pcs_load_fault(load, n->line, n->column, "%s", b.data);
}

/* ---- mappings and lists ---- */

/* Parse each pair of a mapping once. Returns the keys that were there: bit N for keys[N]. */
static unsigned parse_mapping(struct pcs_load *load, const struct key *keys,
			      const struct pcs_node *mapping, struct pcs_rule *rule)
{
	unsigned seen = 0;
	size_t lines[MAX_KEYS];
	const struct pcs_node *n = mapping->child;
	for (; n && n->next; n = n->next->next) {
		if (n->kind != PCS_NODE_SCALAR) {
			expected(load, "mapping", n, "a key");
			continue;
		}
		size_t k = 0;
		while (keys[k].name && strcmp(keys[k].name, n->text) != 0)
			k++;
		if (!keys[k].name) {
			unknown_key(load, keys, n);
		} else if (seen & 1u << k) {
			pcs_load_fault(load, n->line, n->column,
				       "duplicate key '%s', already on line %zu", n->text,
				       lines[k]);
		} else {
			seen |= 1u << k;
			lines[k] = n->line;
			keys[k].parse(load, keys[k].name, n->next, rule);
		}
	}
	return seen;
}

/* Whether it is a list; otherwise the fault is noted. */
static bool is_list(struct pcs_load *load, const char *name, const struct pcs_node *n,
		    const char *what)
{
	if (n->kind == PCS_NODE_LIST)
		return true;
	expected(load, name, n, what);
	return false;
}

static bool is_empty(const struct pcs_node *collection)
{
	return collection->closed && !collection->child;
}

/* ---- scalars ---- */

static bool is_plain(const struct pcs_node *n, const char *text)
{
	return n->kind == PCS_NODE_SCALAR && n->plain && strcmp(n->text, text) == 0;
}

/* The decimal number that a plain scalar starts with, up to 18 digits; *ret_rest is behind it. */
static bool read_number(const struct pcs_node *n, uint64_t *ret, const char **ret_rest)
{
	if (n->kind != PCS_NODE_SCALAR || !n->plain)
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
	return true;
}

/* The index of the word among `words` (NULL-terminated), or -1. */
static int find_word(const struct pcs_node *n, const char *const *words)
{
	for (int i = 0; n->kind == PCS_NODE_SCALAR && words[i]; i++)
		if (strcmp(n->text, words[i]) == 0)
			return i;
	return -1;
}

static void set_key(const struct pcs_load *load, struct pcs_rule *rule, enum pcs_key key,
		    const struct pcs_node *n)
{
	rule->set |= 1u << key;
	rule->origins[key] = origin_of(load, n);
}

/* ---- keys of a rule and of the defaults ---- */

static void parse_compile(struct pcs_load *load, const char *name, const struct pcs_node *n,
			  struct pcs_rule *rule)
{
	bool yes = is_plain(n, "true");
	if (!yes && !is_plain(n, "false")) {
		expected(load, name, n, "true or false");
		return;
	}
	rule->value.compile = yes;
	set_key(load, rule, PCS_KEY_COMPILE, n);
}

/* Add a level to a set of levels. */
static void parse_level(struct pcs_load *load, const char *name, const struct pcs_node *n,
			const char *what, uint8_t *levels)
{
	uint64_t level;
	const char *rest;
	if (!read_number(n, &level, &rest) || *rest || level > 2)
		expected(load, name, n, what);
	else if (*levels & 1u << level)
		wrong(load, name, n, "is there twice");
	else
		*levels = (uint8_t)(*levels | 1u << level);
}

static void parse_optimize(struct pcs_load *load, const char *name, const struct pcs_node *n,
			   struct pcs_rule *rule)
{
	uint8_t levels = 0;
	if (n->kind != PCS_NODE_LIST)
		parse_level(load, name, n, "0, 1, 2 or a list of them", &levels);
	else if (is_empty(n))
		expected(load, name, n, "at least one of 0, 1, 2");
	else
		for (const struct pcs_node *i = n->child; i; i = i->next)
			parse_level(load, name, i, "0, 1 or 2", &levels);
	rule->value.levels = levels;
	set_key(load, rule, PCS_KEY_OPTIMIZE, n);
}

static void parse_invalidation(struct pcs_load *load, const char *name, const struct pcs_node *n,
			       struct pcs_rule *rule)
{
	static const char *const words[] = {
		[PCS_INVALIDATION_AUTO] = "auto",
		[PCS_INVALIDATION_TIMESTAMP] = "timestamp",
		[PCS_INVALIDATION_CHECKED_HASH] = "checked-hash",
		[PCS_INVALIDATION_UNCHECKED_HASH] = "unchecked-hash",
		NULL,
	};
	int i = find_word(n, words);
	if (i < 0) {
		expected(load, name, n, "auto, timestamp, checked-hash or unchecked-hash");
		return;
	}
	rule->value.invalidation = (uint8_t)i;
	set_key(load, rule, PCS_KEY_INVALIDATION, n);
}

static void parse_on_error(struct pcs_load *load, const char *name, const struct pcs_node *n,
			   struct pcs_rule *rule)
{
	static const char *const words[] = {
		[PCS_ON_ERROR_WARN] = "warn",
		[PCS_ON_ERROR_FAIL] = "fail",
		NULL,
	};
	int i = find_word(n, words);
	if (i < 0) {
		expected(load, name, n, "warn or fail");
		return;
	}
	rule->value.on_error = (uint8_t)i;
	set_key(load, rule, PCS_KEY_ON_ERROR, n);
}

static void parse_limits(struct pcs_load *load, const char *name, const struct pcs_node *n,
			 struct pcs_rule *rule)
{
	if (n->kind == PCS_NODE_MAPPING)
		parse_mapping(load, limits_keys, n, rule);
	else
		expected(load, name, n, "a mapping with 'seconds' or 'memory'");
}

static void parse_seconds(struct pcs_load *load, const char *name, const struct pcs_node *n,
			  struct pcs_rule *rule)
{
	uint64_t seconds;
	const char *rest;
	if (!read_number(n, &seconds, &rest) || *rest || seconds < 1 || seconds > MAX_SECONDS) {
		expected(load, name, n, "a number from 1 to 86400");
		return;
	}
	rule->value.seconds = (uint32_t)seconds;
	set_key(load, rule, PCS_KEY_SECONDS, n);
}

static void parse_memory(struct pcs_load *load, const char *name, const struct pcs_node *n,
			 struct pcs_rule *rule)
{
	static const struct {
		const char *name;
		unsigned shift;
	} units[] = { { "", 0 }, { "KiB", 10 }, { "MiB", 20 }, { "GiB", 30 } };
	uint64_t memory = 0, number;
	const char *rest;
	/* The largest number that is valid in any unit, so that the shift cannot overflow. */
	if (read_number(n, &number, &rest) && number <= MAX_MEMORY)
		for (size_t u = 0; u < PCS_ARRAY_SIZE(units); u++)
			if (strcmp(rest, units[u].name) == 0 &&
			    number <= MAX_MEMORY >> units[u].shift)
				memory = number << units[u].shift;
	if (memory < MIN_MEMORY) {
		expected(load, name, n,
			 "a size from 64MiB to 1024GiB, in bytes or with KiB, MiB or GiB");
		return;
	}
	rule->value.memory = memory;
	set_key(load, rule, PCS_KEY_MEMORY, n);
}

/* What is wrong with a pattern, or NULL. A path never has what is refused here. */
static const char *pattern_fault(const char *pattern)
{
	const char *p = pattern;
	if (*p != '/' && strncmp(p, "**/", 3) != 0)
		return "must begin with '/' or '**/'";
	for (p += *p == '/'; *p; p += *p == '/') {
		size_t n = strcspn(p, "/");
		if (n == 0 || (n == 1 && *p == '.') || (n == 2 && strncmp(p, "..", 2) == 0))
			return "matches nothing: paths have no '//', '/./' or '/../'";
		p += n;
		if (p[0] == '/' && p[1] == '\0')
			return "matches nothing: it ends in '/'; for all below, end it in '/**'";
	}
	return NULL;
}

static void parse_match(struct pcs_load *load, const char *name, const struct pcs_node *n,
			struct pcs_rule *rule)
{
	if (n->kind != PCS_NODE_SCALAR) {
		expected(load, name, n, "a path pattern");
		return;
	}
	const char *fault = pattern_fault(n->text);
	if (fault)
		wrong(load, name, n, fault);
	rule->match = n->text;
}

/* ---- keys of the whole ---- */

static void parse_version(struct pcs_load *load, const char *name, const struct pcs_node *n,
			  struct pcs_rule *rule)
{
	(void)rule;
	if (!is_plain(n, "1"))
		expected(load, name, n, "1");
}

static void parse_defaults(struct pcs_load *load, const char *name, const struct pcs_node *n,
			   struct pcs_rule *rule)
{
	(void)rule;
	if (n->kind == PCS_NODE_MAPPING)
		parse_mapping(load, defaults_keys, n, &load->policy->defaults);
	else
		expected(load, name, n, "a mapping");
}

/* Append to a list of the policy. */
static void add_item(struct pcs_load *load, struct pcs_list *list, const struct pcs_node *n,
		     const char *text, size_t len)
{
	int r = pcs_policy_add(load->policy, list, text, len, origin_of(load, n));
	if (r < 0)
		load->err = r;
}

static void parse_interpreter(struct pcs_load *load, const char *name, const struct pcs_node *n)
{
	struct pcs_list *list = &load->policy->interpreters;
	size_t version = n->kind == PCS_NODE_SCALAR ? pcs_version_len(n->text) : 0;
	if (n->kind != PCS_NODE_SCALAR ||
	    (n->text[0] != '/' && (version == 0 || version != n->len))) {
		expected(load, name, n, "a version like 3.11 or an absolute path");
		return;
	}
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->items[i], n->text) == 0) {
			wrong(load, name, n, "is there twice");
			return;
		}
	add_item(load, list, n, n->text, n->len);
}

static void parse_interpreters(struct pcs_load *load, const char *name, const struct pcs_node *n,
			       struct pcs_rule *rule)
{
	(void)rule;
	struct pcs_policy *policy = load->policy;
	pcs_list_clear(&policy->interpreters);
	policy->interpreters_origin = origin_of(load, n);
	if (n->kind == PCS_NODE_SCALAR && strcmp(n->text, "auto") == 0)
		return;
	if (!is_list(load, name, n, "auto or a list of versions and absolute paths"))
		return;
	/* An empty list in the policy stands for `auto`, which an empty list here cannot mean. */
	if (is_empty(n))
		expected(load, name, n, "auto or at least one interpreter");
	size_t count = 0;
	for (const struct pcs_node *i = n->child; i; i = i->next, count++) {
		if (count == MAX_INTERPRETERS) {
			pcs_load_fault(load, i->line, i->column, "%s: more than %d", name,
				       MAX_INTERPRETERS);
			return;
		}
		parse_interpreter(load, name, i);
	}
}

static void parse_tree_path(struct pcs_load *load, const char *name, const struct pcs_node *n,
			    struct pcs_rule *rule)
{
	(void)rule;
	if (n->kind != PCS_NODE_SCALAR || n->text[0] != '/') {
		expected(load, name, n, "an absolute path");
		return;
	}
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_normalize(n->text, n->len, "/", &path);
	if (r < 0)
		load->err = r;
	else
		add_item(load, &load->policy->trees, n, path.data, path.len);
}

static void parse_tree(struct pcs_load *load, const char *name, const struct pcs_node *n)
{
	if (n->kind == PCS_NODE_SCALAR && n->text[0] == '/')
		parse_tree_path(load, name, n, NULL);
	else if (n->kind != PCS_NODE_MAPPING)
		expected(load, name, n, "an absolute path or a mapping with 'path'");
	else if (!parse_mapping(load, tree_keys, n, NULL) && n->closed)
		pcs_load_fault(load, n->line, n->column, "a tree needs the key 'path'");
}

static void parse_trees(struct pcs_load *load, const char *name, const struct pcs_node *n,
			struct pcs_rule *rule)
{
	(void)rule;
	if (!is_list(load, name, n, "a list of trees"))
		return;
	pcs_list_clear(&load->policy->trees);
	load->policy->trees_origin = origin_of(load, n);
	for (const struct pcs_node *i = n->child; i; i = i->next)
		parse_tree(load, name, i);
}

static void parse_rule(struct pcs_load *load, const char *name, const struct pcs_node *n)
{
	struct pcs_rule rule = { .origin = origin_of(load, n) };
	if (n->kind != PCS_NODE_MAPPING) {
		expected(load, name, n, "a mapping with 'match' and settings");
		return;
	}
	size_t faults = load->n_faults;
	unsigned seen = parse_mapping(load, rule_keys, n, &rule);
	if (n->closed && !(seen & 1u << 0))
		pcs_load_fault(load, n->line, n->column, "a rule needs the key 'match'");
	/* Where something in it is wrong already, what is left out may just be misspelt. */
	else if (n->closed && !rule.set && load->n_faults == faults)
		pcs_load_fault(load, n->line, n->column, "the rule sets nothing");
	if (!rule.match)
		return;
	int r = pcs_policy_add_rule(load->policy, &rule);
	if (r < 0)
		load->err = r;
}

static void parse_rules(struct pcs_load *load, const char *name, const struct pcs_node *n,
			struct pcs_rule *rule)
{
	(void)rule;
	if (!is_list(load, name, n, "a list of rules"))
		return;
	load->policy->n_rules = 0;
	load->policy->rules_origin = origin_of(load, n);
	for (const struct pcs_node *i = n->child; i; i = i->next)
		parse_rule(load, name, i);
}

void pcs_keys_read(struct pcs_load *load, const struct pcs_node *root)
{
	static const char what[] = "a mapping with 'version: 1'";
	if (!root || (root->kind == PCS_NODE_SCALAR && root->plain && root->len == 0)) {
		pcs_load_fault(load, 1, 1, "expected %s", what);
	} else if (root->kind != PCS_NODE_MAPPING) {
		expected(load, "policy", root, what);
	} else if (!(parse_mapping(load, top_keys, root, NULL) & 1u << 0) && root->closed) {
		pcs_load_fault(load, root->line, root->column,
			       "the key 'version' is missing; expected 'version: 1'");
	}
}
