/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/show.h"

#include <string.h>

#include "base/json.h"
#include "policy/keys.h"
#include "policy/model.h"
#include "policy/value.h"

enum { COMMENT_COLUMN = 48 };

/* A document as it grows. */
struct doc {
	const struct pcs_policy *policy;
	bool json;
	struct pcs_buf text;     /* YAML */
	struct pcs_json values;  /* JSON: the same */
	struct pcs_json origins; /* JSON: members "path": "FILE:LINE" */
	struct pcs_buf path;     /* of what is being written: "rules[0].match" */
	unsigned depth;
	bool dash; /* YAML: the next key is the first of a list's item */
	int err;
};

static void note(struct doc *d, int r)
{
	if (r < 0)
		d->err = r;
}

/* ---- lines ---- */

static void indent(struct doc *d)
{
	note(d, pcs_buf_printf(&d->text, "%*s", (int)(2 * (d->depth - 1)), ""));
}

/* YAML: what comes before a key. */
static void begin_line(struct doc *d)
{
	if (d->dash) {
		d->text.len -= 2;
		note(d, pcs_buf_adds(&d->text, "- "));
		d->dash = false;
	} else {
		indent(d);
	}
}

static void end_line(struct doc *d, const struct pcs_origin *at)
{
	const char *line = d->text.data + d->text.len;
	while (line > d->text.data && line[-1] != '\n')
		line--;
	size_t width = (size_t)(d->text.data + d->text.len - line);
	int pad = width < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - width) : 2;
	note(d, pcs_buf_printf(&d->text, "%*s# ", pad, ""));
	/* A mapping comes from no one place: it is merged key by key. */
	note(d, at ? pcs_policy_add_origin(d->policy, *at, &d->text) :
		     pcs_buf_adds(&d->text, "merged"));
	note(d, pcs_buf_adds(&d->text, "\n"));
}

/* The place, and "key:" in YAML; returns what the path has to be cut to afterwards. */
static size_t begin_key(struct doc *d, const char *key, const struct pcs_origin *at)
{
	size_t before = d->path.len;
	PCS_BUF struct pcs_buf place = { 0 };
	PCS_BUF struct pcs_buf quoted = { 0 };
	note(d, pcs_buf_printf(&d->path, "%s%s", before ? "." : "", key));
	if (at && d->json) {
		note(d, pcs_policy_add_origin(d->policy, *at, &place));
		note(d, pcs_buf_add_quoted(&quoted, place.data, place.len, true));
		pcs_json_raw(&d->origins, d->path.data, quoted.data);
	} else if (!d->json) {
		begin_line(d);
		note(d, pcs_buf_printf(&d->text, "%s:", key));
	}
	return before;
}

static void cut_path(struct doc *d, size_t len)
{
	d->path.len = len;
	if (d->path.data)
		d->path.data[len] = '\0';
}

/* One key and its value, as both languages have it. */
static void member(struct doc *d, const char *key, const struct pcs_origin *at, const char *value)
{
	size_t before = begin_key(d, key, at);
	if (d->json) {
		pcs_json_raw(&d->values, key, value);
	} else {
		note(d, pcs_buf_printf(&d->text, " %s", value));
		end_line(d, at);
	}
	cut_path(d, before);
}

static void text_member(struct doc *d, const char *key, const struct pcs_origin *at,
			const char *value)
{
	PCS_BUF struct pcs_buf b = { 0 };
	note(d, pcs_buf_add_quoted(&b, value, strlen(value), true));
	if (b.data)
		member(d, key, at, b.data);
}

/* A word of the language, which needs quotes in JSON alone. */
static void word_member(struct doc *d, const char *key, const struct pcs_origin *at,
			const char *word)
{
	if (d->json)
		text_member(d, key, at, word);
	else
		member(d, key, at, word);
}

static size_t open_member(struct doc *d, const char *key, const struct pcs_origin *at, char bracket)
{
	size_t before = begin_key(d, key, at);
	if (d->json)
		pcs_json_begin(&d->values, key, bracket);
	else
		end_line(d, at);
	d->depth++;
	return before;
}

static void close_member(struct doc *d, size_t before)
{
	d->depth--;
	if (d->json)
		pcs_json_end(&d->values);
	cut_path(d, before);
}

/* An item that is a mapping. */
static size_t open_item(struct doc *d, size_t index)
{
	size_t before = d->path.len;
	note(d, pcs_buf_printf(&d->path, "[%zu]", index));
	d->depth++;
	if (d->json) {
		pcs_json_begin(&d->values, NULL, '{');
	} else {
		indent(d);
		d->dash = true;
	}
	return before;
}

/* A list of texts on one line. */
static void list_member(struct doc *d, const char *key, const struct pcs_origin *at,
			const char *first, const struct pcs_list *list)
{
	PCS_BUF struct pcs_buf b = { 0 };
	note(d, pcs_buf_printf(&b, "[%s", first ? first : ""));
	for (size_t i = 0; i < list->n; i++) {
		note(d, pcs_buf_adds(&b, i || first ? ", " : ""));
		note(d, pcs_buf_add_quoted(&b, list->items[i], strlen(list->items[i]), true));
	}
	note(d, pcs_buf_adds(&b, "]"));
	if (b.data)
		member(d, key, at, b.data);
}

/* ---- keys ---- */

static void show_mapping(struct doc *d, enum pcs_place place, const void *object);

/* Whether there is anything to show of a key. */
static bool is_there(const struct pcs_key_row *row, const void *object)
{
	const struct pcs_choice *choice = pcs_key_field(row, object);
	if (row->setting && !(((const struct pcs_rule *)object)->set & row->setting))
		return false;
	switch (row->type) {
	case PCS_TYPE_NAME:
	case PCS_TYPE_MATCH:
	case PCS_TYPE_REGEX:
	case PCS_TYPE_PACKAGE:
		return *(const char **)pcs_key_field(row, object);
	case PCS_TYPE_SIZE_OVER:
		return *(const uint64_t *)pcs_key_field(row, object);
	case PCS_TYPE_CHOICE:
		return choice->chosen || choice->exclude.n;
	case PCS_TYPE_MAPPING:
		PCS_EACH_KEY(inner, row->inner)
			if (is_there(inner, pcs_key_field(row, object)))
				return true;
		return false;
	default:
		/* Said, the default would hold in staging roots too. */
		return !(row->flags & PCS_KEY_STRICT) || pcs_key_origin(row, object)->line;
	}
}

static void show_value(struct doc *d, const struct pcs_key_row *row, const void *object)
{
	PCS_BUF struct pcs_buf value = { 0 };
	const struct pcs_origin *at = pcs_key_origin(row, object);
	bool over = row->type == PCS_TYPE_SIZE_OVER;
	bool adds = row->type == PCS_TYPE_LEVELS && ((const struct pcs_rule *)object)->adds_levels;
	if (d->json && (over || row->type == PCS_TYPE_SIZE)) {
		const uint64_t *size = pcs_key_field(row, object);
		note(d, pcs_buf_printf(&value, "%llu", (unsigned long long)*size - over));
	} else {
		note(d, pcs_key_add_value(row, object, &value));
	}
	if (!value.data)
		return;
	if (row->type == PCS_TYPE_WORD)
		word_member(d, row->name, at, value.data);
	else
		member(d, adds ? "optimize+" : row->name, at, value.data);
}

/* A directory, or a word in its place. */
static void show_dir(struct doc *d, const struct pcs_key_row *row, const void *object)
{
	const char *dir = *(const char **)pcs_key_field(row, object);
	if (dir[0] == '/')
		text_member(d, row->name, pcs_key_origin(row, object), dir);
	else
		word_member(d, row->name, pcs_key_origin(row, object), dir);
}

static void show_choice(struct doc *d, const struct pcs_key_row *row, const struct pcs_choice *c)
{
	bool plain = !c->exclude.n;
	size_t before = plain ? 0 : open_member(d, row->name, NULL, '{');
	const char *use = plain ? row->name : "use";
	if (c->chosen && c->automatic && !c->use.n)
		word_member(d, use, &c->use_origin, "auto");
	else if (c->chosen)
		list_member(d, use, &c->use_origin, c->automatic ? "\"auto\"" : NULL, &c->use);
	if (plain)
		return;
	list_member(d, "exclude", &c->exclude_origin, NULL, &c->exclude);
	close_member(d, before);
}

/* A list of mappings, the first of `n` of which is at `item`. */
static void show_items(struct doc *d, const struct pcs_key_row *row, size_t n, const char *item,
		       size_t size)
{
	const struct pcs_origin *at = pcs_key_origin(row, d->policy);
	if (!n) {
		member(d, row->name, at, "[]");
		return;
	}
	size_t before = open_member(d, row->name, at, '[');
	for (size_t i = 0; i < n; i++) {
		size_t inner = open_item(d, i);
		show_mapping(d, row->inner, item + i * size);
		close_member(d, inner);
	}
	close_member(d, before);
}

static void show_store(struct doc *d, const struct pcs_key_row *row)
{
	const struct pcs_origin *at = pcs_key_origin(row, d->policy);
	if (!d->policy->store.path) {
		word_member(d, row->name, at, row->words[0]);
		return;
	}
	size_t before = open_member(d, row->name, at, '{');
	show_mapping(d, row->inner, d->policy);
	close_member(d, before);
}

static void show_key(struct doc *d, const struct pcs_key_row *row, const void *object)
{
	const void *field = pcs_key_field(row, object);
	const struct pcs_origin *at = pcs_key_origin(row, object);
	const struct pcs_policy *p = d->policy;
	size_t before;
	switch (row->type) {
	case PCS_TYPE_DIR:
	case PCS_TYPE_PREFIX:
		show_dir(d, row, object);
		break;
	case PCS_TYPE_NAME:
	case PCS_TYPE_MATCH:
	case PCS_TYPE_REGEX:
	case PCS_TYPE_PACKAGE:
		text_member(d, row->name, at, *(const char *const *)field);
		break;
	case PCS_TYPE_NAMES:
	case PCS_TYPE_VERSIONS:
	case PCS_TYPE_DIRS:
		list_member(d, row->name, at, NULL, field);
		break;
	case PCS_TYPE_CHOICE:
		show_choice(d, row, field);
		break;
	case PCS_TYPE_TREES:
		show_items(d, row, p->trees.n, (const char *)p->tree_items, sizeof(*p->tree_items));
		break;
	case PCS_TYPE_RULES:
		show_items(d, row, p->n_rules, (const char *)p->rules, sizeof(*p->rules));
		break;
	case PCS_TYPE_STORE:
		show_store(d, row);
		break;
	case PCS_TYPE_MAPPING:
		before = open_member(d, row->name, NULL, '{');
		show_mapping(d, row->inner, field);
		close_member(d, before);
		break;
	default:
		show_value(d, row, object);
	}
}

static void show_mapping(struct doc *d, enum pcs_place place, const void *object)
{
	for (unsigned leads = PCS_KEY_LEADS;; leads = 0) {
		PCS_EACH_KEY(row, place)
			if ((row->flags & PCS_KEY_LEADS) == leads && is_there(row, object))
				show_key(d, row, object);
		if (!leads)
			return;
	}
}

int pcs_policy_show(const struct pcs_policy *p, bool json, struct pcs_buf *ret)
{
	struct doc d = { .policy = p, .json = json, .depth = 1 };
	note(&d, pcs_buf_adds(&d.path, ""));
	pcs_json_begin(&d.values, NULL, '{');
	pcs_json_begin(&d.origins, NULL, '{');
	show_mapping(&d, PCS_IN_TOP, p);
	pcs_json_end(&d.values);
	pcs_json_end(&d.origins);
	note(&d, d.values.err);
	note(&d, d.origins.err);
	if (d.err == 0 && json)
		d.err = pcs_buf_printf(ret, "{\"policy\": %s, \"origins\": %s}\n",
				       d.values.text.data, d.origins.text.data);
	else if (d.err == 0)
		d.err = pcs_buf_adds(ret, d.text.data);
	pcs_json_done(&d.values);
	pcs_json_done(&d.origins);
	pcs_buf_done(&d.text);
	pcs_buf_done(&d.path);
	return d.err;
}
