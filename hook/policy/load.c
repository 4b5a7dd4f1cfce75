/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/load.h"

#include <yaml.h>

#include "base/buf.h"
#include "base/err.h"
#include "policy/check.h"
#include "policy/diags.h"
#include "policy/fault.h"
#include "policy/model.h"
#include "policy/parse.h"
#include "policy/policy.h"

enum {
	MAX_TEXT = 1024 * 1024,
	MAX_DEPTH = 16,
};

#define QUOTE_HINT "; a text that begins with '*' needs quotes"

/* The tree as it grows. */
struct tree {
	struct pcs_load *load;
	struct pcs_node *root;
	struct pcs_node *all;  /* the node made last */
	struct pcs_node *open; /* the innermost collection that has not ended */
	unsigned depth;
};

static void tree_done(struct tree *t)
{
	while (t->all) {
		struct pcs_node *below = t->all->below;
		free(t->all);
		t->all = below;
	}
}

static void load_done(struct pcs_load *load)
{
	pcs_policy_free(load->policy);
	for (size_t i = 0; i < load->n_faults; i++)
		free(load->faults[i].text);
	free(load->faults);
}

/* Length of the UTF-8 sequence at `s` (RFC 3629: shortest form, no surrogates), or 0. */
static size_t utf8_len(const unsigned char *s, size_t left)
{
	static const struct {
		unsigned char first, last, low, high; /* range of the first and the second byte */
		size_t len;
	} forms[] = {
		{ 0x00, 0x7f, 0x00, 0x00, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	for (size_t f = 0; f < PCS_ARRAY_SIZE(forms); f++) {
		if (s[0] < forms[f].first || s[0] > forms[f].last)
			continue;
		if (left < forms[f].len)
			return 0;
		if (forms[f].len > 1 && (s[1] < forms[f].low || s[1] > forms[f].high))
			return 0;
		for (size_t i = 2; i < forms[f].len; i++)
			if ((s[i] & 0xc0) != 0x80)
				return 0;
		return forms[f].len;
	}
	return 0;
}

/* A fault at a byte of the text. Columns count characters, as libyaml's do. */
static void fault_at_byte(struct pcs_load *load, const char *text, size_t offset, const char *what)
{
	size_t line = 1, column = 1;
	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n')) {
			line++;
			column = 1;
		} else if ((text[i] & 0xc0) != 0x80 && text[i] != '\r') {
			column++;
		}
	}
	pcs_load_fault(load, line, column, "%s", what);
}

/* What libyaml must not get to see: it would read UTF-16, and end at a NUL without a word. */
static bool text_is_sound(struct pcs_load *load, const char *text, size_t len)
{
	if (len > MAX_TEXT) {
		pcs_load_fault(load, 1, 1, "the file is larger than 1 MiB");
		return false;
	}
	for (size_t i = 0; i < len;) {
		size_t n = utf8_len((const unsigned char *)text + i, len - i);
		if (n == 0 || text[i] == '\0') {
			fault_at_byte(load, text, i, n ? "a NUL byte" : "the text is not UTF-8");
			return false;
		}
		i += n;
	}
	return true;
}

/* A new node at the end of the innermost open collection; NULL when memory is out. */
static struct pcs_node *add_node(struct tree *t, enum pcs_node_kind kind, const yaml_mark_t *mark,
				 const void *text, size_t len)
{
	struct pcs_node *n = malloc(sizeof(*n) + len + 1);
	if (!n) {
		t->load->err = -ENOMEM;
		return NULL;
	}
	char *copy = (char *)(n + 1);
	*n = (struct pcs_node){ .below = t->all,
				.parent = t->open,
				.line = mark->line + 1,
				.column = mark->column + 1,
				.kind = kind,
				.len = len,
				.text = copy };
	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	t->all = n;
	if (!t->open)
		t->root = n;
	else if (t->open->last)
		t->open->last->next = n;
	else
		t->open->child = n;
	if (t->open)
		t->open->last = n;
	return n;
}

static void refuse_properties(struct tree *t, const struct pcs_node *n, const void *anchor,
			      const void *tag)
{
	if (anchor)
		pcs_load_fault(t->load, n->line, n->column, "anchors ('&name') are not supported");
	if (tag)
		pcs_load_fault(t->load, n->line, n->column, "tags ('!name') are not supported");
}

static void take_scalar(struct tree *t, const yaml_event_t *e)
{
	const void *text = e->data.scalar.value;
	size_t len = e->data.scalar.length;
	struct pcs_node *n = add_node(t, PCS_NODE_SCALAR, &e->start_mark, text, len);
	if (!n)
		return;
	n->closed = true;
	n->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	refuse_properties(t, n, e->data.scalar.anchor, e->data.scalar.tag);
	if (memchr(n->text, '\0', len)) {
		n->kind = PCS_NODE_BAD;
		pcs_load_fault(t->load, n->line, n->column, "a NUL character in a text");
	}
}

static void take_alias(struct tree *t, const yaml_event_t *e)
{
	struct pcs_node *n = add_node(t, PCS_NODE_BAD, &e->start_mark, NULL, 0);
	if (n)
		pcs_load_fault(t->load, n->line, n->column, "aliases ('*name') are not supported%s",
			       QUOTE_HINT);
}

static void open_collection(struct tree *t, enum pcs_node_kind kind, const yaml_event_t *e,
			    const void *anchor, const void *tag)
{
	struct pcs_node *n = add_node(t, kind, &e->start_mark, NULL, 0);
	if (!n)
		return;
	refuse_properties(t, n, anchor, tag);
	t->open = n;
	t->depth++;
}

static void close_collection(struct tree *t)
{
	t->open->closed = true;
	t->open = t->open->parent;
	t->depth--;
}

/* Whether the scan must end before this event is taken; the reason is reported. */
static bool ends_scan(struct tree *t, const yaml_event_t *e)
{
	const yaml_mark_t *mark = &e->start_mark;
	const char *what = NULL;
	bool opens = e->type == YAML_SEQUENCE_START_EVENT || e->type == YAML_MAPPING_START_EVENT;
	if (e->type == YAML_DOCUMENT_START_EVENT && t->root)
		what = "a second document; expected only one";
	else if (opens && t->depth == MAX_DEPTH)
		what = "nested deeper than 16 levels";
	if (what)
		pcs_load_fault(t->load, mark->line + 1, mark->column + 1, "%s", what);
	return what || e->type == YAML_STREAM_END_EVENT;
}

static void take_event(struct tree *t, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		take_scalar(t, e);
		break;
	case YAML_ALIAS_EVENT:
		take_alias(t, e);
		break;
	case YAML_SEQUENCE_START_EVENT:
		open_collection(t, PCS_NODE_LIST, e, e->data.sequence_start.anchor,
				e->data.sequence_start.tag);
		break;
	case YAML_MAPPING_START_EVENT:
		open_collection(t, PCS_NODE_MAPPING, e, e->data.mapping_start.anchor,
				e->data.mapping_start.tag);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_collection(t);
		break;
	default:
		break;
	}
}

/* libyaml gave up: its reader knows a byte, its scanner and parser know a mark. */
static void take_failure(struct pcs_load *load, const yaml_parser_t *parser, const char *text,
			 size_t len)
{
	if (parser->error == YAML_MEMORY_ERROR) {
		load->err = -ENOMEM;
	} else if (parser->error == YAML_READER_ERROR) {
		size_t offset = parser->problem_offset < len ? parser->problem_offset : len;
		fault_at_byte(load, text, offset, parser->problem);
	} else {
		const char *context = parser->context ? parser->context : "";
		/* The slip that is made most: a pattern with stars in front, unquoted. */
		bool alias = strcmp(context, "while scanning an alias") == 0;
		pcs_load_fault(load, parser->problem_mark.line + 1, parser->problem_mark.column + 1,
			       "not valid YAML: %s%s%s%s", parser->problem, *context ? " " : "",
			       context, alias ? QUOTE_HINT : "");
	}
}

static void read_tree(struct tree *t, yaml_parser_t *parser, const char *text, size_t len)
{
	yaml_parser_set_input_string(parser, (const unsigned char *)text, len);
	for (bool more = true; more && t->load->err == 0;) {
		yaml_event_t event;
		if (!yaml_parser_parse(parser, &event)) {
			take_failure(t->load, parser, text, len);
			return;
		}
		more = !ends_scan(t, &event);
		if (more)
			take_event(t, &event);
		yaml_event_delete(&event);
	}
}

static int read_text(struct pcs_load *load, const char *text, size_t len)
{
	if (!text_is_sound(load, text, len))
		return load->err;
	yaml_parser_t parser;
	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	PCS_CLEANUP(tree_done) struct tree t = { .load = load };
	read_tree(&t, &parser, text, len);
	yaml_parser_delete(&parser);
	/* Without a root the scan broke off early, or there was nothing to scan. */
	if (load->err == 0 && (t.root || load->n_faults == 0))
		pcs_parse(load, t.root);
	if (load->err == 0)
		pcs_check_together(load);
	return load->err;
}

static int by_place(const void *a, const void *b)
{
	const struct pcs_fault *x = a, *y = b;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return x->seq < y->seq ? -1 : 1;
}

/* Hand the faults on in the order of the file. -PCS_EPOLICY, or -ENOMEM. */
static int report_faults(struct pcs_load *load, const char *name, struct pcs_diags *diags)
{
	qsort(load->faults, load->n_faults, sizeof(*load->faults), by_place);
	for (size_t i = 0; i < load->n_faults; i++) {
		const struct pcs_fault *f = &load->faults[i];
		int r = pcs_diags_add(diags, name, f->line, f->column, "%s", f->text);
		if (r < 0)
			return r;
	}
	return -PCS_EPOLICY;
}

/* A new layer with nothing in it. */
static int begin(struct pcs_load *load, const struct pcs_policy *base, const char *name)
{
	int r = pcs_policy_copy(base, &load->policy);
	if (r < 0)
		return r;
	load->layer = load->policy->layer;
	if (!base)
		pcs_parse_defaults(load);
	return pcs_policy_add(load->policy, &load->policy->layers, name, strlen(name),
			      (struct pcs_origin){ 0 });
}

int pcs_policy_load(const struct pcs_policy *base, const char *name, const char *text, size_t len,
		    struct pcs_diags *diags, struct pcs_policy **ret)
{
	PCS_CLEANUP(load_done) struct pcs_load load = { 0 };
	int r = begin(&load, base, name);
	if (r == 0)
		r = read_text(&load, text, len);
	if (r < 0)
		return r;
	if (load.n_faults)
		return report_faults(&load, name, diags);
	*ret = PCS_TAKE(load.policy);
	return 0;
}

static const char builtin[] = "built-in policy";

/* Append a text with an empty line in the place of each that is a comment: so all else keeps its
 * place. Most of the default policy is comments, and so was most of the time that it took. */
static int add_uncommented(struct pcs_buf *ret, const char *text, size_t len)
{
	int r = pcs_buf_reserve(ret, len);
	while (len && r == 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) + 1 : len, blanks = 0;
		while (blanks < n && text[blanks] == ' ')
			blanks++;
		bool comment = blanks < n && text[blanks] == '#';
		r = comment ? pcs_buf_adds(ret, "\n") : pcs_buf_add(ret, text, n);
		text += n;
		len -= n;
	}
	return r;
}

int pcs_policy_builtin(struct pcs_policy **ret)
{
	PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
	PCS_BUF struct pcs_buf text = { 0 };
	int r = add_uncommented(&text, pcs_default_policy, pcs_default_policy_len);
	return r < 0 ? r : pcs_policy_load(NULL, builtin, text.data, text.len, &diags, ret);
}

int pcs_policy_below(const char *text, size_t len, struct pcs_policy **ret)
{
	PCS_CLEANUP(load_done) struct pcs_load load = { 0 };
	if (len != pcs_default_policy_len || memcmp(text, pcs_default_policy, len) != 0)
		return pcs_policy_builtin(ret);
	int r = begin(&load, NULL, builtin);
	if (r == 0)
		*ret = PCS_TAKE(load.policy);
	return r;
}
