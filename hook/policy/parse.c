/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/parse.h"

#include <string.h>

#include "base/util.h"
#include "policy/fault.h"
#include "policy/match.h"
#include "policy/model.h"
#include "policy/policy.h"
#include "policy/scalar.h"

enum { OLDEST_MINOR = 8 };

static bool parse_mapping(struct pcs_load *load, enum pcs_place place,
			  const struct pcs_node *mapping, void *object);

static struct pcs_origin origin_of(const struct pcs_load *load, const struct pcs_node *n)
{
	return (struct pcs_origin){ .layer = load->layer,
				    .line = (uint32_t)n->line,
				    .column = (uint32_t)n->column };
}

static void note(struct pcs_load *load, int r)
{
	if (r < 0)
		load->err = r;
}

/* ---- lists ---- */

/* Whether it is a list; otherwise the fault is noted. */
static bool is_list(struct pcs_load *load, const struct pcs_key_row *row, const struct pcs_node *n)
{
	if (n->kind != PCS_NODE_LIST)
		pcs_expected(load, row->name, n, row->expected);
	return n->kind == PCS_NODE_LIST;
}

/* Whether a list has room for one more; otherwise the fault is noted. */
static bool has_room(struct pcs_load *load, const struct pcs_key_row *row, const struct pcs_node *n,
		     size_t count)
{
	if (count >= row->max)
		pcs_load_fault(load, n->line, n->column, "%s: more than %zu", row->name,
			       (size_t)row->max);
	return count < row->max;
}

static bool is_empty(const struct pcs_node *collection)
{
	return collection->closed && !collection->child;
}

static bool is_too_old(const char *version)
{
	unsigned long major = strtoul(version, NULL, 10);
	unsigned long minor = strtoul(strchr(version, '.') + 1, NULL, 10);
	return major < 3 || (major == 3 && minor < OLDEST_MINOR);
}

/* What was expected of an item of such a list, or NULL when it is that. */
static const char *item_fault(enum pcs_type type, const struct pcs_node *n)
{
	bool scalar = n->kind == PCS_NODE_SCALAR;
	bool version = scalar && n->len && pcs_version_len(n->text) == n->len;
	if (type == PCS_TYPE_DIRS)
		return scalar && n->text[0] == '/' ? NULL : "an absolute path";
	if (type == PCS_TYPE_NAMES)
		return pcs_is_rule_name(n) ? NULL : "the name of a rule";
	if (type == PCS_TYPE_VERSIONS)
		return version ? NULL : "a version like 3.11";
	return version || (scalar && n->text[0] == '/') ? NULL :
							  "a version like 3.11 or an absolute path";
}

static void parse_item(struct pcs_load *load, const struct pcs_key_row *row,
		       const struct pcs_node *n, struct pcs_list *list)
{
	const char *expected = item_fault(row->type, n);
	bool served =
		row->type == PCS_TYPE_NAMES || row->type == PCS_TYPE_VERSIONS || n->text[0] == '/';
	if (expected)
		pcs_expected(load, row->name, n, expected);
	else if (!served && is_too_old(n->text))
		pcs_wrong(load, row->name, n, "is older than 3.8, the oldest that is served");
	else if (pcs_list_has(list, n->text))
		pcs_wrong(load, row->name, n, "is there twice");
	else if (has_room(load, row, n, list->n))
		note(load, pcs_policy_add(load->policy, list, n->text, n->len, origin_of(load, n)));
}

static void parse_list(struct pcs_load *load, const struct pcs_key_row *row,
		       const struct pcs_node *n, struct pcs_list *list)
{
	if (!is_list(load, row, n))
		return;
	if (!load->add)
		list->n = 0;
	for (const struct pcs_node *i = n->child; i; i = i->next)
		parse_item(load, row, i, list);
}

/* ---- interpreters ---- */

/* Whether it is `auto`, which then is chosen. */
static bool take_auto(const struct pcs_node *n, struct pcs_choice *choice)
{
	bool found = n->kind == PCS_NODE_SCALAR && strcmp(n->text, "auto") == 0;
	choice->automatic |= found;
	return found;
}

static void parse_use(struct pcs_load *load, const struct pcs_key_row *row,
		      const struct pcs_node *n, struct pcs_choice *choice)
{
	bool automatic = false;
	if (!load->add) {
		choice->use.n = 0;
		choice->automatic = false;
	}
	choice->chosen = true;
	choice->use_origin = origin_of(load, n);
	if (take_auto(n, choice) || !is_list(load, row, n))
		return;
	if (is_empty(n))
		pcs_expected(load, row->name, n, "auto or at least one interpreter");
	for (const struct pcs_node *i = n->child; i; i = i->next) {
		if (!take_auto(i, choice))
			parse_item(load, row, i, &choice->use);
		else if (automatic)
			pcs_wrong(load, row->name, i, "is there twice");
		else
			automatic = true;
	}
}

static void parse_choice(struct pcs_load *load, const struct pcs_key_row *row,
			 const struct pcs_node *n, struct pcs_choice *choice)
{
	if (n->kind != PCS_NODE_MAPPING) {
		if (!load->add)
			choice->exclude.n = 0;
		parse_use(load, row, n, choice);
	} else if (load->add) {
		pcs_expected(load, row->name, n, "a list to add; in a mapping it is 'use+'");
	} else if (is_empty(n)) {
		pcs_expected(load, row->name, n, "'use' or 'exclude'");
	} else {
		parse_mapping(load, row->inner, n, choice);
	}
}

/* ---- the store ---- */

/* A store of a layer takes the place of that of the layer below, as a whole. */
static void parse_store(struct pcs_load *load, const struct pcs_key_row *row,
			const struct pcs_node *n)
{
	struct pcs_policy *p = load->policy;
	const struct pcs_origin at = origin_of(load, n);
	p->store = (struct pcs_store_keys){ .size = PCS_STORE_SIZE };
	p->origins[PCS_WHOLE_STORE_PATH] = p->origins[PCS_WHOLE_STORE_SIZE] =
		p->origins[PCS_WHOLE_STORE_READ] = at;
	if (n->kind == PCS_NODE_SCALAR && strcmp(n->text, row->words[0]) == 0)
		return;
	if (n->kind != PCS_NODE_MAPPING)
		pcs_expected(load, row->name, n, row->expected);
	else if (!parse_mapping(load, row->inner, n, p) && n->closed)
		pcs_load_fault(load, n->line, n->column, "a store needs the key 'path'");
}

/* ---- trees and rules ---- */

static void parse_tree(struct pcs_load *load, const struct pcs_key_row *row,
		       const struct pcs_node *n)
{
	struct pcs_tree t = { 0 };
	if (n->kind == PCS_NODE_SCALAR && n->text[0] == '/') {
		pcs_parse_scalar(load, pcs_key_find("path", 4, row->inner), n, &t);
		t.own.origin = origin_of(load, n);
	} else if (n->kind != PCS_NODE_MAPPING) {
		pcs_expected(load, row->name, n, "an absolute path or a mapping with 'path'");
	} else if (!parse_mapping(load, row->inner, n, &t) && n->closed) {
		pcs_load_fault(load, n->line, n->column, "a tree needs the key 'path'");
	}
	if (t.path)
		note(load, pcs_policy_add_tree(load->policy, &t));
}

static void parse_rule(struct pcs_load *load, const struct pcs_key_row *row,
		       const struct pcs_node *n)
{
	struct pcs_rule rule = { 0 };
	size_t faults = load->n_faults;
	if (n->kind != PCS_NODE_MAPPING) {
		pcs_expected(load, row->name, n, "a mapping with 'match' and settings");
		return;
	}
	bool has_condition = parse_mapping(load, row->inner, n, &rule);
	/* Where something in it is wrong already, what is left out may just be misspelt. */
	bool sound = n->closed && load->n_faults == faults;
	if (n->closed && !has_condition)
		pcs_load_fault(load, n->line, n->column,
			       "a rule needs the key 'match', 'regex', 'package' or 'size-over'");
	else if (sound && !rule.set)
		pcs_load_fault(load, n->line, n->column, "the rule sets nothing");
	rule.origin = origin_of(load, n); /* the conditions noted theirs */
	note(load, pcs_policy_add_rule(load->policy, &rule));
}

static void parse_trees(struct pcs_load *load, const struct pcs_key_row *row,
			const struct pcs_node *n)
{
	struct pcs_list *trees = &load->policy->trees;
	if (!is_list(load, row, n))
		return;
	if (!load->add)
		trees->n = 0;
	for (const struct pcs_node *i = n->child; i && has_room(load, row, i, trees->n);
	     i = i->next)
		parse_tree(load, row, i);
}

static void parse_rules(struct pcs_load *load, const struct pcs_key_row *row,
			const struct pcs_node *n)
{
	size_t *count = &load->policy->n_rules;
	if (!is_list(load, row, n))
		return;
	if (!load->add)
		*count = 0;
	for (const struct pcs_node *i = n->child; i && has_room(load, row, i, *count); i = i->next)
		parse_rule(load, row, i);
}

/* ---- mappings ---- */

static void parse_inner(struct pcs_load *load, const struct pcs_key_row *row,
			const struct pcs_node *n, void *object)
{
	if (n->kind == PCS_NODE_MAPPING)
		parse_mapping(load, row->inner, n, object);
	else
		pcs_expected(load, row->name, n, row->expected);
}

/* Take the value of a key, and note that it is set and where. */
static void parse_key(struct pcs_load *load, const struct pcs_key_row *row,
		      const struct pcs_node *n, void *object)
{
	void *field = pcs_key_field(row, object);
	if (row->setting)
		((struct pcs_rule *)object)->set |= row->setting;
	if (row->origin)
		*pcs_key_origin(row, object) = origin_of(load, n);
	if (pcs_parse_scalar(load, row, n, object))
		return;
	switch (row->type) {
	case PCS_TYPE_CHOICE:
		parse_choice(load, row, n, field);
		break;
	case PCS_TYPE_USE:
		parse_use(load, row, n, field);
		break;
	case PCS_TYPE_TREES:
		parse_trees(load, row, n);
		break;
	case PCS_TYPE_RULES:
		parse_rules(load, row, n);
		break;
	case PCS_TYPE_STORE:
		parse_store(load, row, n);
		break;
	case PCS_TYPE_MAPPING:
		parse_inner(load, row, n, field);
		break;
	default:
		parse_list(load, row, n, field);
	}
}

/* The row of a key as it is written, perhaps with a `+`; NULL: it is not known here. */
static const struct pcs_key_row *find_row(enum pcs_place place, const struct pcs_node *n,
					  bool *ret_add)
{
	const struct pcs_key_row *row = pcs_key_find(n->text, n->len, place);
	*ret_add = !row && n->len && n->text[n->len - 1] == '+';
	if (*ret_add)
		row = pcs_key_find(n->text, n->len - 1, place);
	return row && *ret_add && !(row->flags & PCS_KEY_ADDS) ? NULL : row;
}

/* Take each pair of a mapping once. Returns whether it has one of the keys that it needs. */
static bool parse_mapping(struct pcs_load *load, enum pcs_place place,
			  const struct pcs_node *mapping, void *object)
{
	bool has_needed = false, add;
	size_t lines[PCS_KEYS_MAX] = { 0 };
	const struct pcs_node *n = mapping->child;
	for (; n && n->next; n = n->next->next) {
		if (n->kind != PCS_NODE_SCALAR) {
			pcs_expected(load, "mapping", n, "a key");
			continue;
		}
		const struct pcs_key_row *row = find_row(place, n, &add);
		size_t *line = row ? &lines[pcs_key_index(row)] : NULL;
		if (!row) {
			pcs_unknown_key(load, place, n);
		} else if (*line) {
			pcs_load_fault(load, n->line, n->column,
				       "duplicate key '%s', already on line %zu", n->text, *line);
		} else {
			*line = n->line;
			has_needed |= row->flags & PCS_KEY_NEEDED;
			load->add = add;
			parse_key(load, row, n->next, object);
		}
	}
	return has_needed;
}

void pcs_parse(struct pcs_load *load, const struct pcs_node *root)
{
	static const char what[] = "a mapping with 'version: 1'";
	if (!root || (root->kind == PCS_NODE_SCALAR && root->plain && root->len == 0))
		pcs_load_fault(load, 1, 1, "expected %s", what);
	else if (root->kind != PCS_NODE_MAPPING)
		pcs_expected(load, "policy", root, what);
	else if (!parse_mapping(load, PCS_IN_TOP, root, load->policy) && root->closed)
		pcs_load_fault(load, root->line, root->column,
			       "the key 'version' is missing; expected 'version: 1'");
}

void pcs_parse_defaults(struct pcs_load *load)
{
	struct pcs_policy *p = load->policy;
	PCS_EACH_KEY(row, PCS_IN_ALL - 1) {
		struct pcs_node n = { .kind = PCS_NODE_SCALAR, .plain = true, .text = row->value };
		if (!row->value || row->value[0] == '[') /* a list is empty already */
			continue;
		n.len = strlen(n.text);
		parse_key(load, row, &n, row->setting ? (void *)&p->defaults : (void *)p);
	}
}
