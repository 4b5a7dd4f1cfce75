/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of keys: each row against the reader, the writer, the JSON Schema and the manual. */

#include "units.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "policy/diags.h"
#include "policy/keys.h"
#include "policy/load.h"
#include "policy/model.h"
#include "policy/policy.h"
#include "policy/query.h"
#include "policy/show.h"

#define ALL_PLACES (PCS_IN_ALL - 1)

/* A policy in which "KEY: VALUE" stands in a place. */
static const char *frame_of(unsigned place)
{
	switch (place) {
	case PCS_IN_TOP:
		return "version: 1\n%s: %s\n";
	case PCS_IN_DEFAULTS:
		return "version: 1\ndefaults: {%s: %s}\n";
	case PCS_IN_LIMITS:
		return "version: 1\ndefaults: {limits: {%s: %s}}\n";
	case PCS_IN_STAGING:
		return "version: 1\nstaging: {%s: %s}\n";
	case PCS_IN_EPOCH:
		return "version: 1\nsource-date-epoch: {%s: %s}\n";
	case PCS_IN_INTERPRETERS:
		return "version: 1\ninterpreters: {exclude: [3.8], %s: %s}\n";
	case PCS_IN_STORE:
		return "version: 1\nstore: {path: /x, %s: %s}\n";
	case PCS_IN_RULE:
		return "version: 1\nrules: [{match: /x, %s: %s}]\n";
	default:
		return "version: 1\ntrees: [{path: /x, %s: %s}]\n";
	}
}

/* What a text comes to when it is read and shown, without the comments. */
static void show_again(const char *yaml, struct pcs_buf *ret)
{
	PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
	PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *p = NULL;
	PCS_BUF struct pcs_buf text = { 0 };
	if (pcs_policy_load(NULL, "p", yaml, strlen(yaml), &diags, &p) < 0)
		fail_msg("%s%s", yaml, diags.n ? diags.lines[0] : "");
	assert_int_equal(pcs_policy_show(p, false, &text), 0);
	for (const char *line = text.data; *line; line += strcspn(line, "\n") + 1) {
		size_t len = strcspn(line, "#\n");
		while (len && line[len - 1] == ' ')
			len--;
		assert_int_equal(pcs_buf_add(ret, line, len), 0);
		assert_int_equal(pcs_buf_adds(ret, "\n"), 0);
	}
}

/* The default as it is shown: a set has brackets, a path has quotes. */
static void add_shown(const struct pcs_key_row *row, struct pcs_buf *ret)
{
	bool set = row->type == PCS_TYPE_LEVELS, path = row->value[0] == '/';
	pcs_buf_printf(ret, " %s: %s%s%s\n", row->name,
		       set  ? "[" :
		       path ? "\"" :
			      "",
		       row->value,
		       set  ? "]" :
		       path ? "\"" :
			      "");
}

/* The default's text is read, shown, and what is shown is read as the same. */
static void test_defaults(void **state)
{
	(void)state;
	PCS_EACH_KEY(row, ALL_PLACES) {
		PCS_BUF struct pcs_buf line = { 0 };
		if (!row->value || row->type == PCS_TYPE_VERSION)
			continue;
		add_shown(row, &line);
		for (unsigned place = 1; place < PCS_IN_ALL; place <<= 1) {
			PCS_BUF struct pcs_buf yaml = { 0 };
			PCS_BUF struct pcs_buf first = { 0 };
			PCS_BUF struct pcs_buf second = { 0 };
			if (!(row->places & place))
				continue;
			pcs_buf_printf(&yaml, frame_of(place), row->name, row->value);
			show_again(yaml.data, &first);
			show_again(first.data, &second);
			assert_string_equal(first.data, second.data);
			/* At the top level, no blank is before it. */
			if (!strstr(first.data, line.data + (place == PCS_IN_TOP)))
				fail_msg("%s: no%sin\n%s", row->name, line.data, first.data);
		}
	}
}

/* What holds where nothing is said is what the rows say. */
static void test_unsaid(void **state)
{
	(void)state;
	PCS_BUF struct pcs_buf shown = { 0 };
	show_again("version: 1\n", &shown);
	PCS_EACH_KEY(row, ALL_PLACES & ~(unsigned)(PCS_IN_RULE | PCS_IN_TREE)) {
		PCS_BUF struct pcs_buf line = { 0 };
		bool hidden = row->flags & PCS_KEY_STRICT;
		if (!row->value)
			continue;
		add_shown(row, &line);
		if (!strstr(shown.data, line.data + (row->places == PCS_IN_TOP)) != hidden)
			fail_msg("%s: %s\n%s", row->name, row->value, shown.data);
	}
}

/* Every row has what its type needs, and every setting has a row. */
static void test_rows(void **state)
{
	(void)state;
	PCS_EACH_KEY(row, ALL_PLACES) {
		assert_non_null(row->expected);
		assert_true(!row->setting || (row->size && row->origin));
		assert_true(row->type != PCS_TYPE_WORD || row->words);
		for (const char *const *word = row->words; word && *word; word++)
			if (!strstr(row->expected, *word))
				fail_msg("%s: the message does not name '%s'", row->name, *word);
	}
	for (enum pcs_key key = 0; key < PCS_N_KEYS; key++)
		assert_non_null(pcs_key_of(key));
}

static void read_text(const char *path, struct pcs_buf *ret)
{
	char block[4096];
	FILE *file = fopen(path, "re");
	if (!file)
		fail_msg("%s: run this in the top directory of the sources", path);
	for (size_t n; (n = fread(block, 1, sizeof(block), file)) > 0;)
		assert_int_equal(pcs_buf_add(ret, block, n), 0);
	fclose(file);
}

static bool has_text(const struct pcs_buf *text, const char *before, const char *name,
		     const char *after)
{
	PCS_BUF struct pcs_buf b = { 0 };
	assert_int_equal(pcs_buf_printf(&b, "%s%s%s", before, name, after), 0);
	return strstr(text->data, b.data);
}

/* tests/cases/policy-schema.sh compares the same place by place, and the verdicts. */
static void test_schema(void **state)
{
	(void)state;
	PCS_BUF struct pcs_buf schema = { 0 };
	read_text("config/policy.schema.json", &schema);
	PCS_EACH_KEY(row, ALL_PLACES) {
		PCS_BUF struct pcs_buf words = { 0 };
		for (const char *const *word = row->words; word && *word; word++)
			pcs_buf_printf(&words, "%s\"%s\"", words.len ? ", " : "", *word);
		if (!has_text(&schema, "\"", row->name, "\": {") ||
		    (row->flags & PCS_KEY_ADDS && !has_text(&schema, "\"", row->name, "+\": {")) ||
		    (words.len && !has_text(&schema, "", words.data, "")))
			fail_msg("%s is not the same in the schema", row->name);
	}
}

static void test_manual(void **state)
{
	(void)state;
	PCS_BUF struct pcs_buf manual = { 0 };
	read_text("docs/pycsync.yaml.5", &manual);
	PCS_EACH_KEY(row, ALL_PLACES) {
		/* Some are told in the text of the key that they stand in. */
		if (!has_text(&manual, "\n.It Cm ", row->name, " : ") &&
		    !has_text(&manual, "\n.Cm ", row->name, " ,\n"))
			fail_msg("the manual does not tell of %s", row->name);
		for (const char *const *word = row->words; word && *word; word++)
			if (!has_text(&manual, "Cm ", *word, "\n") &&
			    !has_text(&manual, "Cm ", *word, " |") &&
			    !has_text(&manual, "| ", *word, "\n") &&
			    !has_text(&manual, "| ", *word, " |"))
				fail_msg("the manual does not name %s of %s", *word, row->name);
	}
}

/* Each setting counts, and what is between them does not. */
static void test_equal(void **state)
{
	(void)state;
	struct pcs_rule a, b;
	memset(&a, 0, sizeof(a));
	memset(&b, 0xff, sizeof(b));
	assert_false(pcs_settings_equal(&a.value, &b.value));
	PCS_EACH_KEY(row, ALL_PLACES)
		if (row->setting)
			memset(pcs_key_field(row, &b), 0, row->size);
	assert_true(pcs_settings_equal(&a.value, &b.value));
	PCS_EACH_KEY(row, ALL_PLACES) {
		if (!row->setting)
			continue;
		*(uint8_t *)pcs_key_field(row, &b) = 1;
		assert_false(pcs_settings_equal(&a.value, &b.value));
		*(uint8_t *)pcs_key_field(row, &b) = 0;
	}
}

int pcs_test_keys(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),   cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_unsaid), cmocka_unit_test(test_schema),
		cmocka_unit_test(test_manual), cmocka_unit_test(test_equal),
	};
	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
