/* The policy as a text again. What is written here, load.c reads back as the same. */

#include "policy/model.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"

enum { COMMENT_COLUMN = 48, DEPTH_MAX = 8 };

/* A document as it grows. */
struct doc {
	const struct pcs_policy *policy;
	bool json;
	struct pcs_buf text;
	struct pcs_buf origins; /* JSON: members "path": "FILE:LINE" */
	struct pcs_buf path;    /* of what is being written: "rules[0].match" */
	unsigned depth;
	bool dash;              /* YAML: the next key is the first of a list's item */
	bool filled[DEPTH_MAX]; /* JSON: something was written at that depth */
	int err;
};

static void note(struct doc *d, int r)
{
	if (r < 0)
		d->err = r;
}

/* A text as JSON has it, which YAML reads as the same. */
static int add_quoted(struct pcs_buf *b, const char *s)
{
	int r = pcs_buf_adds(b, "\"");
	for (size_t left = strlen(s); left && r == 0;) {
		uint32_t c;
		size_t n = pcs_utf8_decode(s, left, &c);
		if (n == 0) { /* no policy has such bytes, but names of files may */
			n = 1;
			c = 0xfffd;
		}
		bool plain = (c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c < 0x2028) ||
			     (c > 0x2029 && c < 0xd800) || (c >= 0xe000 && c < 0xfeff) ||
			     c >= 0x10000;
		if (c == '"' || c == '\\')
			r = pcs_buf_printf(b, "\\%c", (char)c);
		else if (plain)
			r = pcs_buf_add(b, s, n);
		else
			r = pcs_buf_printf(b, "\\u%04x", c);
		s += n;
		left -= n;
	}
	return r < 0 ? r : pcs_buf_adds(b, "\"");
}

int pcs_policy_add_origin(const struct pcs_policy *p, struct pcs_origin at, struct pcs_buf *ret)
{
	const char *layer = pcs_policy_layer(p, at.layer);
	int r = pcs_buf_add_shown(ret, layer, strlen(layer));
	return r < 0 || at.line == 0 ? r : pcs_buf_printf(ret, ":%u", at.line);
}

/* ---- lines ---- */

static void indent(struct doc *d)
{
	note(d, pcs_buf_printf(&d->text, "%*s", (int)(2 * (d->depth - 1)), ""));
}

/* What comes before a member or an item. */
static void begin_line(struct doc *d)
{
	if (d->json) {
		note(d, pcs_buf_adds(&d->text, d->filled[d->depth] ? ", " : ""));
		d->filled[d->depth] = true;
	} else if (d->dash) {
		d->text.len -= 2;
		note(d, pcs_buf_adds(&d->text, "- "));
		d->dash = false;
	} else {
		indent(d);
	}
}

static void end_line(struct doc *d, const struct pcs_origin *at)
{
	if (d->json)
		return;
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

static void note_origin(struct doc *d, const struct pcs_origin *at)
{
	PCS_BUF struct pcs_buf place = { 0 };
	if (!at || !d->json)
		return;
	note(d, pcs_buf_adds(&d->origins, d->origins.len ? ", " : ""));
	note(d, add_quoted(&d->origins, d->path.data));
	note(d, pcs_buf_adds(&d->origins, ": "));
	note(d, pcs_policy_add_origin(d->policy, *at, &place));
	if (place.data)
		note(d, add_quoted(&d->origins, place.data));
}

/* "key: " and the place; returns what the path has to be cut to afterwards. */
static size_t begin_key(struct doc *d, const char *key, const struct pcs_origin *at)
{
	size_t before = d->path.len;
	begin_line(d);
	note(d, pcs_buf_printf(&d->text, d->json ? "\"%s\": " : "%s:", key));
	note(d, pcs_buf_printf(&d->path, "%s%s", before ? "." : "", key));
	note_origin(d, at);
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
	note(d, pcs_buf_printf(&d->text, d->json ? "%s" : " %s", value));
	end_line(d, at);
	cut_path(d, before);
}

static void text_member(struct doc *d, const char *key, const struct pcs_origin *at,
			const char *value)
{
	PCS_BUF struct pcs_buf b = { 0 };
	note(d, add_quoted(&b, value));
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

static size_t open_member(struct doc *d, const char *key, const struct pcs_origin *at,
			  const char *bracket)
{
	size_t before = begin_key(d, key, at);
	note(d, pcs_buf_adds(&d->text, d->json ? bracket : ""));
	end_line(d, at);
	d->filled[++d->depth] = false;
	return before;
}

static void close_member(struct doc *d, size_t before, const char *bracket)
{
	d->depth--;
	note(d, pcs_buf_adds(&d->text, d->json ? bracket : ""));
	cut_path(d, before);
}

/* An item that is a mapping. */
static size_t open_item(struct doc *d, size_t index)
{
	size_t before = d->path.len;
	note(d, pcs_buf_printf(&d->path, "[%zu]", index));
	if (d->json) {
		begin_line(d);
		note(d, pcs_buf_adds(&d->text, "{"));
	}
	d->filled[++d->depth] = false;
	if (!d->json) {
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
		note(d, add_quoted(&b, list->items[i]));
	}
	note(d, pcs_buf_adds(&b, "]"));
	if (b.data)
		member(d, key, at, b.data);
}

/* ---- settings ---- */

static const char *const invalidations[] = {
	[PCS_INVALIDATION_AUTO] = "auto",
	[PCS_INVALIDATION_TIMESTAMP] = "timestamp",
	[PCS_INVALIDATION_CHECKED_HASH] = "checked-hash",
	[PCS_INVALIDATION_UNCHECKED_HASH] = "unchecked-hash",
};
static const char *const warnings[] = {
	[PCS_WARNINGS_IGNORE] = "ignore",
	[PCS_WARNINGS_SHOW] = "show",
	[PCS_WARNINGS_ERROR] = "error",
};
static const char *const on_errors[] = {
	[PCS_ON_ERROR_WARN] = "warn", [PCS_ON_ERROR_FAIL] = "fail"
};

const char *pcs_policy_key_name(enum pcs_key key)
{
	static const char *const names[] = {
		[PCS_KEY_COMPILE] = "compile",
		[PCS_KEY_OPTIMIZE] = "optimize",
		[PCS_KEY_INVALIDATION] = "invalidation",
		[PCS_KEY_REPRODUCIBLE] = "reproducible",
		[PCS_KEY_HARDLINK_DUPES] = "hardlink-dupes",
		[PCS_KEY_ON_ERROR] = "on-error",
		[PCS_KEY_WARNINGS] = "warnings",
		[PCS_KEY_SECONDS] = "seconds",
		[PCS_KEY_MEMORY] = "memory",
	};
	return names[key];
}

static int add_levels(struct pcs_buf *ret, unsigned levels)
{
	int r = pcs_buf_adds(ret, "[");
	for (unsigned i = 0, n = 0; i < 8 && r == 0; i++)
		if (levels & 1u << i)
			r = pcs_buf_printf(ret, "%s%u", n++ ? ", " : "", i);
	return r < 0 ? r : pcs_buf_adds(ret, "]");
}

static int add_size(struct pcs_buf *ret, uint64_t size)
{
	static const char *const units[] = { "", "KiB", "MiB", "GiB" };
	unsigned unit = 0;
	while (unit < 3 && size && size % 1024 == 0) {
		size /= 1024;
		unit++;
	}
	return pcs_buf_printf(ret, "%llu%s", (unsigned long long)size, units[unit]);
}

int pcs_policy_add_value(const struct pcs_settings *s, enum pcs_key key, struct pcs_buf *ret)
{
	switch (key) {
	case PCS_KEY_COMPILE:
		return pcs_buf_adds(ret, s->compile ? "true" : "false");
	case PCS_KEY_OPTIMIZE:
		return add_levels(ret, s->levels);
	case PCS_KEY_INVALIDATION:
		return pcs_buf_adds(ret, invalidations[s->invalidation]);
	case PCS_KEY_REPRODUCIBLE:
		return pcs_buf_adds(ret, s->reproducible ? "true" : "false");
	case PCS_KEY_HARDLINK_DUPES:
		return pcs_buf_adds(ret, s->hardlink_dupes ? "true" : "false");
	case PCS_KEY_ON_ERROR:
		return pcs_buf_adds(ret, on_errors[s->on_error]);
	case PCS_KEY_WARNINGS:
		return pcs_buf_adds(ret, warnings[s->warnings]);
	case PCS_KEY_SECONDS:
		return pcs_buf_printf(ret, "%u", s->seconds);
	case PCS_KEY_MEMORY:
		return add_size(ret, s->memory);
	default:
		return 0;
	}
}

static void setting(struct doc *d, const struct pcs_rule *rule, enum pcs_key key)
{
	PCS_BUF struct pcs_buf value = { 0 };
	const struct pcs_origin *at = &rule->origins[key];
	bool adds = key == PCS_KEY_OPTIMIZE && rule->adds_levels;
	bool word =
		key == PCS_KEY_INVALIDATION || key == PCS_KEY_ON_ERROR || key == PCS_KEY_WARNINGS;
	if (!(rule->set & 1u << key))
		return;
	/* Said, these would hold in staging roots too. */
	if (at->line == 0 && (key == PCS_KEY_REPRODUCIBLE || key == PCS_KEY_ON_ERROR))
		return;
	if (key == PCS_KEY_MEMORY && d->json)
		note(d, pcs_buf_printf(&value, "%llu", (unsigned long long)rule->value.memory));
	else
		note(d, pcs_policy_add_value(&rule->value, key, &value));
	if (!value.data)
		return;
	if (word)
		word_member(d, pcs_policy_key_name(key), at, value.data);
	else
		member(d, adds ? "optimize+" : pcs_policy_key_name(key), at, value.data);
}

/* All keys that are set; `first` leaves `compile` out, which the defaults have not. */
static void settings(struct doc *d, const struct pcs_rule *rule, enum pcs_key first)
{
	for (enum pcs_key key = first; key < PCS_KEY_SECONDS; key++)
		setting(d, rule, key);
	if (!(rule->set & (1u << PCS_KEY_SECONDS | 1u << PCS_KEY_MEMORY)))
		return;
	size_t before = open_member(d, "limits", NULL, "{");
	setting(d, rule, PCS_KEY_SECONDS);
	setting(d, rule, PCS_KEY_MEMORY);
	close_member(d, before, "}");
}

/* ---- the whole ---- */

static void choice(struct doc *d, const struct pcs_choice *c, bool whole)
{
	bool plain = !c->exclude.n;
	if (!whole && !c->chosen && plain)
		return;
	size_t before = plain ? 0 : open_member(d, "interpreters", NULL, "{");
	const char *use = plain ? "interpreters" : "use";
	if (c->chosen && c->automatic && !c->use.n)
		word_member(d, use, &c->use_origin, "auto");
	else if (c->chosen)
		list_member(d, use, &c->use_origin, c->automatic ? "\"auto\"" : NULL, &c->use);
	if (plain)
		return;
	list_member(d, "exclude", &c->exclude_origin, NULL, &c->exclude);
	close_member(d, before, "}");
}

static void source_date_epoch(struct doc *d)
{
	static const char *const uses[] = { [PCS_EPOCH_HONOR] = "honor",
					    [PCS_EPOCH_IGNORE] = "ignore",
					    [PCS_EPOCH_REQUIRE] = "require" };
	const struct pcs_policy *p = d->policy;
	size_t before = open_member(d, "source-date-epoch", NULL, "{");
	word_member(d, "use", &p->origins[PCS_WHOLE_EPOCH_USE], uses[p->epoch_use]);
	member(d, "clamp-mtime", &p->origins[PCS_WHOLE_CLAMP_MTIME],
	       p->clamp_mtime ? "true" : "false");
	close_member(d, before, "}");
}

static void trees(struct doc *d)
{
	const struct pcs_policy *p = d->policy;
	if (!p->trees.n) {
		member(d, "trees", &p->origins[PCS_WHOLE_TREES], "[]");
		return;
	}
	size_t before = open_member(d, "trees", &p->origins[PCS_WHOLE_TREES], "[");
	for (size_t i = 0; i < p->trees.n; i++) {
		size_t item = open_item(d, i);
		text_member(d, "path", &p->trees.origins[i], p->trees.items[i]);
		choice(d, &p->tree_items[i].interpreters, false);
		settings(d, &p->tree_items[i].own, PCS_KEY_COMPILE);
		close_member(d, item, "}");
	}
	close_member(d, before, "]");
}

static void rule(struct doc *d, const struct pcs_rule *r)
{
	const char *const texts[][2] = { { "name", r->name },
					 { "match", r->match },
					 { "regex", r->pattern },
					 { "package", r->package } };
	for (size_t i = 0; i < PCS_ARRAY_SIZE(texts); i++)
		if (texts[i][1])
			text_member(d, texts[i][0], &r->origin, texts[i][1]);
	if (r->size_over) {
		PCS_BUF struct pcs_buf size = { 0 };
		uint64_t over = r->size_over - 1;
		note(d, d->json ? pcs_buf_printf(&size, "%llu", (unsigned long long)over) :
				  add_size(&size, over));
		if (size.data)
			member(d, "size-over", &r->origin, size.data);
	}
	settings(d, r, PCS_KEY_COMPILE);
}

static void rules(struct doc *d)
{
	const struct pcs_policy *p = d->policy;
	if (!p->n_rules) {
		member(d, "rules", &p->origins[PCS_WHOLE_RULES], "[]");
		return;
	}
	size_t before = open_member(d, "rules", &p->origins[PCS_WHOLE_RULES], "[");
	for (size_t i = 0; i < p->n_rules; i++) {
		size_t item = open_item(d, i);
		rule(d, &p->rules[i]);
		close_member(d, item, "}");
	}
	close_member(d, before, "]");
}

/* A directory, or a word in its place. */
static void dir_member(struct doc *d, const char *key, enum pcs_whole whole, const char *dir)
{
	const struct pcs_origin *at = &d->policy->origins[whole];
	if (dir && dir[0] == '/')
		text_member(d, key, at, dir);
	else
		word_member(d, key, at, dir ? dir : "none");
}

static void everything(struct doc *d)
{
	const struct pcs_policy *p = d->policy;
	member(d, "version", NULL, "1");
	choice(d, &p->interpreters, true);
	size_t before = open_member(d, "defaults", NULL, "{");
	settings(d, &p->defaults, PCS_KEY_OPTIMIZE);
	close_member(d, before, "}");
	source_date_epoch(d);
	trees(d);
	before = open_member(d, "staging", NULL, "{");
	dir_member(d, "strip-dir", PCS_WHOLE_STRIP_DIR, p->strip_dir);
	dir_member(d, "prepend-dir", PCS_WHOLE_PREPEND_DIR, p->prepend_dir);
	close_member(d, before, "}");
	rules(d);
	list_member(d, "disable-rules", &p->origins[PCS_WHOLE_DISABLED], NULL, &p->disabled);
	list_member(d, "keep-caches", &p->origins[PCS_WHOLE_KEEP], NULL, &p->keep);
	dir_member(d, "pycache-prefix", PCS_WHOLE_PREFIX, p->prefix);
}

int pcs_policy_show(const struct pcs_policy *p, bool json, struct pcs_buf *ret)
{
	struct doc d = { .policy = p, .json = json, .depth = 1 };
	note(&d, pcs_buf_adds(&d.origins, ""));
	note(&d, pcs_buf_adds(&d.path, ""));
	everything(&d);
	if (d.err == 0 && json)
		d.err = pcs_buf_printf(ret, "{\"policy\": {%s}, \"origins\": {%s}}\n", d.text.data,
				       d.origins.data);
	else if (d.err == 0)
		d.err = pcs_buf_adds(ret, d.text.data);
	pcs_buf_done(&d.text);
	pcs_buf_done(&d.origins);
	pcs_buf_done(&d.path);
	return d.err;
}
