/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/scalar.h"

#include <string.h>

#include "base/path.h"
#include "base/regex.h"
#include "policy/fault.h"
#include "policy/model.h"
#include "policy/policy.h"

/* Whether it is that word, without quotes. */
static bool is_plain(const struct pcs_node *n, const char *text)
{
	return n->kind == PCS_NODE_SCALAR && n->plain && strcmp(n->text, text) == 0;
}

/* The index of the word among `words`, which may be NULL, or -1. */
static int find_word(const struct pcs_node *n, const char *const *words)
{
	for (int i = 0; words && n->kind == PCS_NODE_SCALAR && words[i]; i++)
		if (strcmp(n->text, words[i]) == 0)
			return i;
	return -1;
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

/* A number of bytes in the key's range, perhaps with a unit behind it. */
static bool read_size(const struct pcs_key_row *row, const struct pcs_node *n, uint64_t *ret)
{
	static const char *const units[] = { "", "KiB", "MiB", "GiB" };
	uint64_t number;
	const char *rest;
	if (!read_number(n, &number, &rest))
		return false;
	for (unsigned u = 0; u < PCS_ARRAY_SIZE(units); u++) {
		/* Not above the maximum before the shift, so that it cannot overflow. */
		if (strcmp(rest, units[u]) != 0 || number > row->max >> 10 * u)
			continue;
		*ret = number << 10 * u;
		return *ret >= row->min;
	}
	return false;
}

static bool parse_bool(const struct pcs_node *n, bool *field)
{
	*field = is_plain(n, "true");
	return *field || is_plain(n, "false");
}

static bool parse_word(const struct pcs_key_row *row, const struct pcs_node *n, uint8_t *field)
{
	int i = find_word(n, row->words);
	if (i >= 0)
		*field = (uint8_t)i;
	return i >= 0;
}

static bool parse_number(const struct pcs_key_row *row, const struct pcs_node *n, uint32_t *field)
{
	uint64_t number;
	const char *rest;
	if (!read_number(n, &number, &rest) || *rest || number < row->min || number > row->max)
		return false;
	*field = (uint32_t)number;
	return true;
}

/* ---- levels ---- */

/* Add a level to a set of levels. */
static void parse_level(struct pcs_load *load, const struct pcs_key_row *row,
			const struct pcs_node *n, const char *what, uint8_t *levels)
{
	uint64_t level;
	const char *rest;
	if (!read_number(n, &level, &rest) || *rest || level > row->max)
		pcs_expected(load, row->name, n, what);
	else if (*levels & 1u << level)
		pcs_wrong(load, row->name, n, "is there twice");
	else
		*levels = (uint8_t)(*levels | 1u << level);
}

static void parse_levels(struct pcs_load *load, const struct pcs_key_row *row,
			 const struct pcs_node *n, struct pcs_rule *rule)
{
	uint8_t levels = 0, *field = pcs_key_field(row, rule);
	if (n->kind != PCS_NODE_LIST)
		parse_level(load, row, n, row->expected, &levels);
	else if (n->closed && !n->child)
		pcs_expected(load, row->name, n, "at least one of 0, 1, 2");
	else
		for (const struct pcs_node *i = n->child; i; i = i->next)
			parse_level(load, row, i, "0, 1 or 2", &levels);
	/* The defaults have levels already; a tree or a rule adds when it is applied. */
	bool now = rule == &load->policy->defaults;
	rule->adds_levels = load->add && !now;
	*field = (uint8_t)(levels | (load->add && now ? *field : 0));
}

/* ---- texts ---- */

/* A copy that the policy keeps. */
static void keep(struct pcs_load *load, const char *text, size_t len, const char **field)
{
	*field = pcs_policy_dup(load->policy, text, len);
	if (!*field)
		load->err = -ENOMEM;
}

static bool parse_dir(struct pcs_load *load, const struct pcs_key_row *row,
		      const struct pcs_node *n, const char **field)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int word = find_word(n, row->words);
	if (word >= 0)
		*field = row->words[word];
	else if (n->kind != PCS_NODE_SCALAR || n->text[0] != '/')
		return false;
	else if (pcs_path_normalize(n->text, n->len, "/", &path) < 0)
		load->err = -ENOMEM;
	else
		keep(load, path.data, path.len, field);
	return true;
}

static bool parse_prefix(struct pcs_load *load, const struct pcs_key_row *row,
			 const struct pcs_node *n, const char **field)
{
	*field = "none"; /* so that nothing more is said of one that is refused */
	if (!parse_dir(load, row, n, field))
		return false;
	if (*field && strcmp(*field, "/") == 0) {
		pcs_wrong(load, row->name, n, "would put caches beside everything");
		*field = "none";
	}
	return true;
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

static void check_pattern(struct pcs_load *load, const char *name, const struct pcs_node *n)
{
	const char *fault = pattern_fault(n->text);
	if (fault)
		pcs_wrong(load, name, n, fault);
}

static void check_regex(struct pcs_load *load, const char *name, const struct pcs_node *n)
{
	struct pcs_regex *regex = NULL;
	PCS_BUF struct pcs_buf why = { 0 };
	int r = pcs_regex_new(n->text, &regex, &why);
	pcs_regex_free(regex);
	if (r == -ENOMEM)
		load->err = r;
	else if (r < 0)
		pcs_load_fault(load, n->line, n->column, "%s: %s%s", name,
			       r == -EINVAL ? "not valid: " : "", why.len ? why.data : "");
}

bool pcs_is_rule_name(const struct pcs_node *n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";
	return n->kind == PCS_NODE_SCALAR && n->len > 0 && n->len <= 64 &&
	       strspn(n->text, letters) == n->len;
}

static bool parse_text(struct pcs_load *load, const struct pcs_key_row *row,
		       const struct pcs_node *n, const char **field)
{
	bool filled = n->kind == PCS_NODE_SCALAR && n->len > 0;
	if (n->kind != PCS_NODE_SCALAR || (row->type == PCS_TYPE_REGEX && !filled) ||
	    (row->type == PCS_TYPE_NAME && !pcs_is_rule_name(n)) ||
	    /* Names of packages as all managers have them: no path, no blank. */
	    (row->type == PCS_TYPE_PACKAGE && (!filled || strpbrk(n->text, "/ \t\n"))))
		return false;
	keep(load, n->text, n->len, field);
	if (row->type == PCS_TYPE_MATCH)
		check_pattern(load, row->name, n);
	else if (row->type == PCS_TYPE_REGEX)
		check_regex(load, row->name, n);
	return true;
}

static bool parse_size_over(const struct pcs_key_row *row, const struct pcs_node *n,
			    uint64_t *field)
{
	bool valid = read_size(row, n, field);
	*field += valid;
	return valid;
}

bool pcs_parse_scalar(struct pcs_load *load, const struct pcs_key_row *row,
		      const struct pcs_node *n, void *object)
{
	bool valid = true;
	void *field = pcs_key_field(row, object);
	switch (row->type) {
	case PCS_TYPE_VERSION:
		valid = is_plain(n, row->value);
		break;
	case PCS_TYPE_BOOL:
		valid = parse_bool(n, field);
		break;
	case PCS_TYPE_WORD:
		valid = parse_word(row, n, field);
		break;
	case PCS_TYPE_NUMBER:
		valid = parse_number(row, n, field);
		break;
	case PCS_TYPE_SIZE:
		valid = read_size(row, n, field);
		break;
	case PCS_TYPE_SIZE_OVER:
		valid = parse_size_over(row, n, field);
		break;
	case PCS_TYPE_LEVELS:
		parse_levels(load, row, n, object);
		break;
	case PCS_TYPE_DIR:
		valid = parse_dir(load, row, n, field);
		break;
	case PCS_TYPE_PREFIX:
		valid = parse_prefix(load, row, n, field);
		break;
	case PCS_TYPE_NAME:
	case PCS_TYPE_MATCH:
	case PCS_TYPE_REGEX:
	case PCS_TYPE_PACKAGE:
		valid = parse_text(load, row, n, field);
		break;
	default:
		return false;
	}
	if (!valid)
		pcs_expected(load, row->name, n, row->expected);
	return true;
}
