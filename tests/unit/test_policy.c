/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/buf.h"
#include "base/err.h"
#include "policy/check.h"
#include "policy/diags.h"
#include "policy/load.h"
#include "policy/model.h"
#include "policy/policy.h"
#include "policy/query.h"
#include "policy/show.h"

#include <string.h>

#define V "version: 1\n"
#define GiB ((uint64_t)1 << 30)
#define MiB ((uint64_t)1 << 20)
#define AT_TOP                                                                        \
	"version, interpreters, defaults, source-date-epoch, trees, staging, rules, " \
	"disable-rules, keep-caches, pycache-prefix, store\n"
#define NO_CONDITION "a rule needs the key 'match', 'regex', 'package' or 'size-over'\n"
#define IN_DEFAULTS                                                                         \
	"optimize, invalidation, reproducible, hardlink-dupes, on-error, warnings, owned, " \
	"limits\n"

struct fault_case {
	const char *yaml, *faults; /* the faults one a line */
};

/* Texts that are no valid YAML, or YAML that a policy cannot be. */
static const struct fault_case texts[] = {
	{ "", "p:1:1: expected a mapping with 'version: 1'\n" },
	{ "# nothing\n\n", "p:1:1: expected a mapping with 'version: 1'\n" },
	{ "---\n", "p:1:1: expected a mapping with 'version: 1'\n" },
	{ "- 1\n", "p:1:1: policy: expected a mapping with 'version: 1', found a list\n" },
	{ "\n  hello\n", "p:2:3: policy: expected a mapping with 'version: 1', found 'hello'\n" },
	{ "{}", "p:1:1: the key 'version' is missing; expected 'version: 1'\n" },
	{ "trees: []\n", "p:1:1: the key 'version' is missing; expected 'version: 1'\n" },
	{ "version: 2\n", "p:1:10: version: expected 1, found '2'\n" },
	{ "version: '1'\n", "p:1:10: version: expected 1, found the text '1'\n" },
	{ "version:\n", "p:1:9: version: expected 1, found nothing\n" },
	{ V "trees: [\n", "p:3:1: not valid YAML: did not find expected node content while "
			  "parsing a flow node\n" },
	{ V "rules: }\n", "p:2:8: not valid YAML: did not find expected node content while "
			  "parsing a block node\n" },
	{ V "rules:\n- match: **/a\n",
	  "p:3:11: not valid YAML: did not find expected alphabetic or numeric character while "
	  "scanning an alias; a text that begins with '*' needs quotes\n" },
	{ V "trees: @x\n",
	  "p:2:8: not valid YAML: found character that cannot start any token while "
	  "scanning for the next token\n" },
	{ "optimise: 1\nversion: 3\nrules: [{match: /a}, {",
	  "p:1:1: unknown key 'optimise'; did you mean 'optimize', which belongs in 'defaults'?\n"
	  "p:2:10: version: expected 1, found '3'\n"
	  "p:3:9: the rule sets nothing\n"
	  "p:4:1: not valid YAML: did not find expected node content while parsing a flow "
	  "node\n" },
	{ V "trees: []\n---\n" V, "p:3:1: a second document; expected only one\n" },
	{ V "trees: &t []\n", "p:2:8: anchors ('&name') are not supported\n" },
	{ V "trees: &t []\nrules: *t\n", "p:2:8: anchors ('&name') are not supported\n"
					 "p:3:8: aliases ('*name') are not supported; a text "
					 "that begins with '*' needs quotes\n" },
	{ "version: !!int 1\n", "p:1:10: tags ('!name') are not supported\n" },
	{ V "interpreters: [!!str 3.10]\n", "p:2:16: tags ('!name') are not supported\n" },
	{ V "trees: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]\n",
	  "p:2:9: trees: expected an absolute path or a mapping with 'path', found a list\n"
	  "p:2:23: nested deeper than 16 levels\n" },
	{ V "trees: [\"/a\\0b\"]\n", "p:2:9: a NUL character in a text\n" },
	{ V "# \x01\n", "p:2:3: control characters are not allowed\n" },
	{ V "# \xc3\xa9\xff\n", "p:2:4: the text is not UTF-8\n" },
	{ V "# \xc0\x80\n", "p:2:3: the text is not UTF-8\n" },
	{ V "# \xed\xa0\x80\n", "p:2:3: the text is not UTF-8\n" },
	{ V "# \xe2\x82", "p:2:3: the text is not UTF-8\n" },
	{ "\xff\xfev\0", "p:1:1: the text is not UTF-8\n" },
	{ "version: 1\r\nx: 1\r\n# \xff", "p:3:3: the text is not UTF-8\n" },
};

/* Keys that are unknown, misspelt, in the wrong place or there twice. */
static const struct fault_case keys[] = {
	{ V "defaults: {optimise: 0}\n",
	  "p:2:12: unknown key 'optimise'; did you mean 'optimize'?\n" },
	{ V "default: {}\n", "p:2:1: unknown key 'default'; did you mean 'defaults'?\n" },
	{ V "rule: []\n", "p:2:1: unknown key 'rule'; did you mean 'rules'?\n" },
	{ V "defaults: {on_error: warn}\n",
	  "p:2:12: unknown key 'on_error'; did you mean 'on-error'?\n" },
	{ V "warnigs: show\n", "p:2:1: unknown key 'warnigs'; did you mean 'warnings', which "
			       "belongs in 'defaults'?\n" },
	{ V "defaults: {compile: false}\n",
	  "p:2:12: unknown key 'compile' here; it belongs in a rule\n" },
	{ V "defaults: {quality: 1}\n", "p:2:12: unknown key 'quality'; known here: " IN_DEFAULTS },
	{ V "strip-dir: auto\n", "p:2:1: unknown key 'strip-dir' here; it belongs in 'staging'\n" },
	{ V "defaults: {prepend-dir: /}\n",
	  "p:2:12: unknown key 'prepend-dir' here; it belongs in 'staging'\n" },
	{ V "clamp-mtime: true\n",
	  "p:2:1: unknown key 'clamp-mtime' here; it belongs in 'source-date-epoch'\n" },
	{ V "staging: {strip-dri: auto}\n",
	  "p:2:11: unknown key 'strip-dri'; did you mean 'strip-dir'?\n" },
	{ V "source-date-epoc: {use: honor}\n",
	  "p:2:1: unknown key 'source-date-epoc'; did you mean 'source-date-epoch'?\n" },
	{ V "defaults: {limits: {second: 1, memori: 1GiB}}\n",
	  "p:2:21: unknown key 'second'; did you mean 'seconds'?\n"
	  "p:2:32: unknown key 'memori'; did you mean 'memory'?\n" },
	{ V "defaults: {on-error+: fail}\n",
	  "p:2:12: unknown key 'on-error+'; 'on-error' is not a list, and cannot be added to\n" },
	{ V "defaults: {optimize+: 1, optimize: 2}\n",
	  "p:2:26: duplicate key 'optimize', already on line 2\n" },
	{ V "trees: [{paths: /a}, {match: /b}]\n",
	  "p:2:9: a tree needs the key 'path'\n"
	  "p:2:10: unknown key 'paths'; did you mean 'path'?\n"
	  "p:2:22: a tree needs the key 'path'\n"
	  "p:2:23: unknown key 'match' here; it belongs in a rule\n" },
	{ V "\"x\\e[2J\\n\": 1\n", "p:2:1: unknown key 'x\\x1b[2J\\x0a'; known here: " AT_TOP },
	{ V "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeefffffffff\xc3\xa9g: 1\n",
	  "p:2:1: unknown key 'aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeefffffffff...'; "
	  "known here: " AT_TOP },
	{ V "'': 1\n", "p:2:1: unknown key ''; known here: " AT_TOP },
	{ V "? [a]\n: 1\n", "p:2:3: mapping: expected a key, found a list\n" },
	{ V V, "p:2:1: duplicate key 'version', already on line 1\n" },
	{ V "defaults:\n  optimize: 0\n  'optimize': 7\n",
	  "p:4:3: duplicate key 'optimize', already on line 3\n" },
	{ V "rules: [{match: /a, match: /b, compile: true}]\n",
	  "p:2:21: duplicate key 'match', already on line 2\n" },
};

/* Values of the wrong type or out of range. */
static const struct fault_case values[] = {
	{ V "interpreters: 3.11\n", "p:2:15: interpreters: expected auto or a list of versions and "
				    "absolute paths, found '3.11'\n" },
	{ V "interpreters: []\n",
	  "p:2:15: interpreters: expected auto or at least one interpreter, found a list\n" },
	{ V "interpreters: [3, python3.11, 3.11.2, [], '', 3.9, '3.9']\n",
	  "p:2:16: interpreters: expected a version like 3.11 or an absolute path, found '3'\n"
	  "p:2:19: interpreters: expected a version like 3.11 or an absolute path, found "
	  "'python3.11'\n"
	  "p:2:31: interpreters: expected a version like 3.11 or an absolute path, found "
	  "'3.11.2'\n"
	  "p:2:39: interpreters: expected a version like 3.11 or an absolute path, found a list\n"
	  "p:2:43: interpreters: expected a version like 3.11 or an absolute path, found the text "
	  "''\n"
	  "p:2:52: interpreters: '3.9' is there twice\n" },
	{ V "interpreters: [2.7, 3.7, auto, auto]\n",
	  "p:2:16: interpreters: '2.7' is older than 3.8, the oldest that is served\n"
	  "p:2:21: interpreters: '3.7' is older than 3.8, the oldest that is served\n"
	  "p:2:32: interpreters: 'auto' is there twice\n" },
	{ V "interpreters: {}\n",
	  "p:2:15: interpreters: expected 'use' or 'exclude', found a mapping\n" },
	{ V "interpreters: {use: 3.11, exclude: 3.12}\n",
	  "p:2:21: use: expected auto or a list of versions and absolute paths, found '3.11'\n"
	  "p:2:36: exclude: expected a list of versions and absolute paths, found '3.12'\n" },
	{ V "interpreters: {use: [3.11, 3.12], exclude: [3.12]}\n",
	  "p:2:45: exclude: '3.12' is used on line 2\n" },
	{ V "interpreters+: {exclude: [3.12]}\n", "p:2:16: interpreters: expected a list to add; "
						  "in a mapping it is 'use+', found a mapping\n" },
	{ V "defaults: {reproducible: yes, hardlink-dupes: 1, warnings: all}\n",
	  "p:2:26: reproducible: expected true or false, found 'yes'\n"
	  "p:2:47: hardlink-dupes: expected true or false, found '1'\n"
	  "p:2:60: warnings: expected ignore, show or error, found 'all'\n" },
	{ V "source-date-epoch: {use: maybe, clamp-mtime: 0}\n",
	  "p:2:26: use: expected honor, ignore or require, found 'maybe'\n"
	  "p:2:46: clamp-mtime: expected true or false, found '0'\n" },
	{ V "source-date-epoch: {use: ignore, clamp-mtime: true}\n",
	  "p:2:47: clamp-mtime: 'true' goes with 'use: honor' or 'use: require'; on line 2 it is "
	  "'ignore'\n" },
	{ V "source-date-epoch: honor\n",
	  "p:2:20: source-date-epoch: expected a mapping with 'use' or "
	  "'clamp-mtime', found 'honor'\n" },
	{ V "staging: {strip-dir: build, prepend-dir: auto, extra: drop}\n",
	  "p:2:22: strip-dir: expected auto, none or an absolute path, found 'build'\n"
	  "p:2:42: prepend-dir: expected an absolute path, found 'auto'\n"
	  "p:2:55: extra: expected fix, remove, keep or fail, found 'drop'\n" },
	{ V "staging: []\n",
	  "p:2:10: staging: expected a mapping with 'strip-dir', 'prepend-dir' or "
	  "'extra', found a list\n" },
	{ V "pycache-prefix: cache\n",
	  "p:2:17: pycache-prefix: expected an absolute path or none, found 'cache'\n" },
	{ V "pycache-prefix: /\n",
	  "p:2:17: pycache-prefix: '/' would put caches beside everything\n" },
	{ V "store: /x\n", "p:2:8: store: expected none or a mapping with 'path', found '/x'\n" },
	{ V "store: {size: 1GiB}\n", "p:2:8: a store needs the key 'path'\n" },
	{ V "store: {path: x}\n", "p:2:15: path: expected an absolute path, found 'x'\n" },
	{ V "store: {path: /x, size: 1}\n",
	  "p:2:25: size: expected a size from 1MiB to 1024GiB, in bytes or with KiB, MiB or GiB, "
	  "found '1'\n" },
	{ V "store: {path: /x, read: [y]}\n",
	  "p:2:26: read: expected an absolute path, found 'y'\n" },
	{ V "store: {path: /x, read: [/y, /y]}\n", "p:2:30: read: '/y' is there twice\n" },
	{ V "store: {path: /x, read: /y}\n",
	  "p:2:25: read: expected a list of absolute paths, found '/y'\n" },
	{ V "pycache-prefix: /a/b\ntrees: [/a]\n",
	  "p:2:17: pycache-prefix: it and the tree on line 3 lie one in the other\n" },
	{ V "pycache-prefix: /a/b\ntrees: [/a/b/c]\n",
	  "p:2:17: pycache-prefix: it and the tree on line 3 lie one in the other\n" },
	{ V "trees: [/a, /b, /a/]\n", "p:2:17: trees: '/a' overlaps '/a' on line 2\n" },
	{ V "trees:\n- '/l/python{version}'\n- /l/python3.11\n",
	  "p:4:3: trees: '/l/python3.11' overlaps '/l/python{version}' on line 3\n" },
	{ V "trees: [{path: /a, compile: maybe, limits: {second: 1}}]\n",
	  "p:2:29: compile: expected true or false, found 'maybe'\n"
	  "p:2:45: unknown key 'second'; did you mean 'seconds'?\n" },
	{ V "disable-rules: [a b, '', c, c]\n",
	  "p:2:17: disable-rules: expected the name of a rule, found 'a b'\n"
	  "p:2:22: disable-rules: expected the name of a rule, found the text ''\n"
	  "p:2:29: disable-rules: 'c' is there twice\n" },
	{ V "rules:\n- {regex: '(', package: a/b, size-over: -1, name: 'a b', compile: true}\n",
	  "p:3:11: regex: not valid: missing closing parenthesis at position 1\n"
	  "p:3:25: package: expected the name of a package; * and ? may stand in it, found 'a/b'\n"
	  "p:3:41: size-over: expected a size up to 1024GiB, in bytes or with KiB, MiB or GiB, "
	  "found '-1'\n"
	  "p:3:51: name: expected up to 64 letters, digits, '.', '_' and '-', found the text 'a "
	  "b'\n" },
	{ V "defaults:\n", "p:2:10: defaults: expected a mapping, found nothing\n" },
	{ V "defaults: {optimize: []}\n",
	  "p:2:22: optimize: expected at least one of 0, 1, 2, found a list\n" },
	{ V "defaults: {optimize: 3}\n",
	  "p:2:22: optimize: expected 0, 1, 2 or a list of them, found '3'\n" },
	{ V "defaults: {optimize: {}}\n",
	  "p:2:22: optimize: expected 0, 1, 2 or a list of them, found a mapping\n" },
	{ V "defaults: {optimize: [0, -1, '1', 01, 1.0, 0, 99999999999999999999]}\n",
	  "p:2:26: optimize: expected 0, 1 or 2, found '-1'\n"
	  "p:2:30: optimize: expected 0, 1 or 2, found the text '1'\n"
	  "p:2:35: optimize: expected 0, 1 or 2, found '01'\n"
	  "p:2:39: optimize: expected 0, 1 or 2, found '1.0'\n"
	  "p:2:44: optimize: '0' is there twice\n"
	  "p:2:47: optimize: expected 0, 1 or 2, found '99999999999999999999'\n" },
	{ V "defaults: {invalidation: hash}\n",
	  "p:2:26: invalidation: expected auto, timestamp, checked-hash or unchecked-hash, found "
	  "'hash'\n" },
	{ V "defaults: {on-error: [warn]}\n",
	  "p:2:22: on-error: expected warn or fail, found a list\n" },
	{ V "defaults: {limits: 60}\n",
	  "p:2:20: limits: expected a mapping with 'seconds', 'memory' or 'total', found '60'\n" },
	{ V "defaults: {limits: {seconds: 0, memory: 1}}\n",
	  "p:2:30: seconds: expected a number from 1 to 86400, found '0'\n"
	  "p:2:41: memory: expected a size from 64MiB to 1024GiB, in bytes or with KiB, MiB or "
	  "GiB, found '1'\n" },
	{ V "defaults: {limits: {seconds: 86401, memory: 1025GiB}}\n",
	  "p:2:30: seconds: expected a number from 1 to 86400, found '86401'\n"
	  "p:2:45: memory: expected a size from 64MiB to 1024GiB, in bytes or with KiB, MiB or "
	  "GiB, found '1025GiB'\n" },
	{ V "defaults: {limits: {seconds: 60s, memory: 999999999999999999GiB}}\n",
	  "p:2:30: seconds: expected a number from 1 to 86400, found '60s'\n"
	  "p:2:43: memory: expected a size from 64MiB to 1024GiB, in bytes or with KiB, MiB or "
	  "GiB, found '999999999999999999GiB'\n" },
	{ V "defaults: {limits: {memory: 1GB}}\n",
	  "p:2:29: memory: expected a size from 64MiB to 1024GiB, in bytes or with KiB, MiB or "
	  "GiB, found '1GB'\n" },
	{ V "defaults: {limits: {total: 604801}}\n",
	  "p:2:28: total: expected a number from 0 to 604800, found '604801'\n" },
	{ V "trees: /usr\n", "p:2:8: trees: expected a list of trees, found '/usr'\n" },
	{ V "trees: [usr, {path: usr}, {path: []}, {}]\n",
	  "p:2:9: trees: expected an absolute path or a mapping with 'path', found 'usr'\n"
	  "p:2:21: path: expected an absolute path, found 'usr'\n"
	  "p:2:34: path: expected an absolute path, found a list\n"
	  "p:2:39: a tree needs the key 'path'\n" },
	{ V "rules: {}\n", "p:2:8: rules: expected a list of rules, found a mapping\n" },
	{ V "rules:\n- /a/**\n",
	  "p:3:3: rules: expected a mapping with 'match' and settings, found '/a/**'\n" },
	{ V "rules:\n- match: /a\n", "p:3:3: the rule sets nothing\n" },
	{ V "rules:\n- {match: /a, limits: {}}\n", "p:3:3: the rule sets nothing\n" },
	{ V "rules:\n- compile: false\n", "p:3:3: " NO_CONDITION },
	{ V "rules:\n- {}\n", "p:3:3: " NO_CONDITION },
	{ V "rules:\n- match: /a\n  compil: false\n",
	  "p:4:3: unknown key 'compil'; did you mean 'compile'?\n" },
	{ V "rules:\n- {match: [], compile: no}\n",
	  "p:3:11: match: expected a path pattern, found a list\n"
	  "p:3:24: compile: expected true or false, found 'no'\n" },
	{ V "rules:\n- {match: /a, compile: 'true'}\n",
	  "p:3:24: compile: expected true or false, found the text 'true'\n" },
	{ V "rules:\n- {match: a/b, compile: true}\n",
	  "p:3:11: match: 'a/b' must begin with '/' or '**/'\n" },
	{ V "rules:\n- {match: '*.py', compile: true}\n",
	  "p:3:11: match: '*.py' must begin with '/' or '**/'\n" },
	{ V "rules:\n- {match: '', compile: true}\n",
	  "p:3:11: match: '' must begin with '/' or '**/'\n" },
	{ V "rules:\n- {match: /a//b, compile: true}\n- {match: '**/../b', compile: true}\n",
	  "p:3:11: match: '/a//b' matches nothing: paths have no '//', '/./' or '/../'\n"
	  "p:4:11: match: '**/../b' matches nothing: paths have no '//', '/./' or '/../'\n" },
	{ V "rules:\n- {match: /a/, compile: true}\n",
	  "p:3:11: match: '/a/' matches nothing: it ends in '/'; for all below, end it in "
	  "'/**'\n" },
};

static int load(const struct pcs_policy *base, const char *yaml, struct pcs_diags *diags,
		struct pcs_policy **ret)
{
	return pcs_policy_load(base, "p", yaml, strlen(yaml), diags, ret);
}

static void check_faults(const struct fault_case *cases, size_t n)
{
	size_t bad = 0;
	for (size_t i = 0; i < n; i++) {
		PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
		PCS_BUF struct pcs_buf found = { 0 };
		struct pcs_policy *p = NULL;
		int r = load(NULL, cases[i].yaml, &diags, &p);
		for (size_t d = 0; d < diags.n; d++)
			pcs_buf_printf(&found, "%s\n", diags.lines[d]);
		if (r == -PCS_EPOLICY && !p && strcmp(found.data, cases[i].faults) == 0)
			continue;
		print_error("%s\nfound (%d):\n%s\nexpected:\n%s", cases[i].yaml, r,
			    found.data ? found.data : "", cases[i].faults);
		bad++;
	}
	assert_int_equal(bad, 0);
}

static void test_faults(void **state)
{
	(void)state;
	check_faults(texts, PCS_ARRAY_SIZE(texts));
	check_faults(keys, PCS_ARRAY_SIZE(keys));
	check_faults(values, PCS_ARRAY_SIZE(values));
}

static void expect_one_fault(const char *text, size_t len, const char *fault)
{
	PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
	struct pcs_policy *p = NULL;
	assert_int_equal(pcs_policy_load(NULL, "p", text, len, &diags, &p), -PCS_EPOLICY);
	assert_null(p);
	assert_int_equal(diags.n, 1);
	assert_string_equal(diags.lines[0], fault);
}

/* What a C string cannot say: a NUL, and a text of more than 1 MiB. */
static void test_raw_text(void **state)
{
	(void)state;
	static const char nul[] = "version: 1\n# \0\n";
	expect_one_fault(nul, sizeof(nul) - 1, "p:2:3: a NUL byte");

	static char big[1024 * 1024 + 1];
	memset(big, '\n', sizeof(big));
	memcpy(big, V, strlen(V));
	expect_one_fault(big, sizeof(big), "p:1:1: the file is larger than 1 MiB");
	PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *p = NULL;
	assert_int_equal(pcs_policy_load(NULL, "p", big, sizeof(big) - 1, NULL, &p), 0);
}

static void test_many_interpreters(void **state)
{
	(void)state;
	PCS_BUF struct pcs_buf b = { 0 };
	pcs_buf_adds(&b, V "interpreters:\n");
	for (int i = 0; i < 65; i++)
		pcs_buf_printf(&b, "- 3.%d\n", 8 + i);
	expect_one_fault(b.data, b.len, "p:67:3: interpreters: more than 64");
}

/* Load what must be valid. */
static struct pcs_policy *must_load(const struct pcs_policy *base, const char *yaml)
{
	PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
	struct pcs_policy *p = NULL;
	if (load(base, yaml, &diags, &p) < 0)
		fail_msg("%s\n%s", yaml, diags.n ? diags.lines[0] : "no fault told");
	assert_int_equal(pcs_policy_ready(p), 0);
	return p;
}

#define UNSET                                                                              \
	{                                                                                  \
		true, 1, PCS_ON_ERROR_WARN, PCS_INVALIDATION_AUTO, 60, GiB, 0, false, true \
	}

static const struct {
	const char *yaml;
	struct pcs_settings expected;
} settings[] = {
	{ V, UNSET },
	{ "\xef\xbb\xbf" V, UNSET },
	{ "%YAML 1.1\n---\n" V "...\n", UNSET },
	{ "{version: 1, defaults: {}, trees: [], rules: []}", UNSET },
	{ V "defaults: {optimize: 2}", { true, 4, 0, 0, 60, GiB, 0, false, true } },
	{ V "defaults: {optimize: [2, 0]}", { true, 5, 0, 0, 60, GiB, 0, false, true } },
	{ V "defaults: {invalidation: auto}", UNSET },
	{ V "defaults: {invalidation: timestamp}",
	  { true, 1, 0, PCS_INVALIDATION_TIMESTAMP, 60, GiB, 0, false, true } },
	{ V "defaults: {invalidation: checked-hash}",
	  { true, 1, 0, PCS_INVALIDATION_CHECKED_HASH, 60, GiB, 0, false, true } },
	{ V "defaults: {invalidation: 'unchecked-hash'}",
	  { true, 1, 0, PCS_INVALIDATION_UNCHECKED_HASH, 60, GiB, 0, false, true } },
	{ V "defaults: {on-error: fail}",
	  { true, 1, PCS_ON_ERROR_FAIL, 0, 60, GiB, 0, false, true } },
	{ V "defaults: {limits: {seconds: 1}}", { true, 1, 0, 0, 1, GiB, 0, false, true } },
	{ V "defaults: {limits: {seconds: 86400, memory: 67108864}}",
	  { true, 1, 0, 0, 86400, 64 * MiB, 0, false, true } },
	{ V "defaults: {limits: {total: 604800}}",
	  { true, 1, 0, 0, 60, GiB, 0, false, true, 604800 } },
	{ V "defaults: {limits: {memory: 65536KiB}}",
	  { true, 1, 0, 0, 60, 64 * MiB, 0, false, true } },
	{ V "defaults: {limits: {memory: 65MiB}}",
	  { true, 1, 0, 0, 60, 65 * MiB, 0, false, true } },
	{ V "defaults: {limits: {memory: 1024GiB}}",
	  { true, 1, 0, 0, 60, 1024 * GiB, 0, false, true } },
	{ V "defaults: {limits: {memory: 1099511627776}}",
	  { true, 1, 0, 0, 60, 1024 * GiB, 0, false, true } },
	{ V "defaults: {warnings: error, reproducible: true, hardlink-dupes: false}",
	  { true, 1, 0, 0, 60, GiB, PCS_WARNINGS_ERROR, true, false } },
	{ V "defaults: {optimize+: [1, 2]}", { true, 7, 0, 0, 60, GiB, 0, false, true } },
	/* trees and rules, asked for /lib/python3.11/a/b.py and 3.11 */
	{ V "trees: [{path: /lib, optimize: 2, warnings: show}, {path: /x, compile: false}]",
	  { true, 4, 0, 0, 60, GiB, PCS_WARNINGS_SHOW, false, true } },
	{ V "trees: [{path: /lib, optimize: 2}, {path: /lib/python3.11, optimize+: 1}]",
	  { true, 3, 0, 0, 60, GiB, 0, false, true } },
	{ V "trees: [{path: /lib, compile: false}]\nrules: [{match: '**/b.py', compile: true}]",
	  UNSET },
	{ V "rules: [{match: '**/b.py', optimize+: 2}, {match: /lib/**, optimize+: [1]}]",
	  { true, 7, 0, 0, 60, GiB, 0, false, true } },
	{ V "rules: [{regex: 'a/[bc]\\.py$', compile: false}]",
	  { false, 1, 0, 0, 60, GiB, 0, false, true } },
	{ V "rules: [{regex: '^a/', compile: false}]", UNSET },
	{ V "rules: [{package: python-b, compile: false}]",
	  { false, 1, 0, 0, 60, GiB, 0, false, true } },
	{ V "rules: [{package: 'python-?', match: '**/b.py', compile: false}]",
	  { false, 1, 0, 0, 60, GiB, 0, false, true } },
	{ V "rules: [{package: python, compile: false}]", UNSET },
	{ V "rules: [{package: 'python-*', match: '**/c.py', compile: false}]", UNSET },
	{ V "rules: [{size-over: 99, compile: false}]",
	  { false, 1, 0, 0, 60, GiB, 0, false, true } },
	{ V "rules: [{size-over: 100, compile: false}]", UNSET },
	{ V "rules: [{size-over: 0, optimize: 2}]", { true, 4, 0, 0, 60, GiB, 0, false, true } },
	{ V "rules: [{name: x, match: /**, compile: false}]\ndisable-rules: [x]", UNSET },
	{ V "rules: [{match: /x/**, compile: false}]", UNSET },
	{ V "rules: [{match: '**/b.py', compile: false}]",
	  { false, 1, 0, 0, 60, GiB, 0, false, true } },
	{ V "rules: [{match: '/lib/python{version}/**', optimize: [0, 1, 2]}]",
	  { true, 7, 0, 0, 60, GiB, 0, false, true } },
	{ V "rules: [{match: /lib/python3.9/**, optimize: 1}]", UNSET },
	{ V "defaults: {optimize: 1, limits: {memory: 2GiB}}\n"
	    "rules:\n"
	    "- {match: /lib/**, compile: false, on-error: fail, limits: {seconds: 5}}\n"
	    "- {match: '**/a/*', compile: true, invalidation: timestamp}\n"
	    "- {match: '**/c', optimize: 2}\n",
	  { true, 2, PCS_ON_ERROR_FAIL, PCS_INVALIDATION_TIMESTAMP, 5, 2 * GiB, 0, false, true } },
};

/* What applies to a source of 100 bytes that the package python-b owns. */
static const char *owner_is_b(void *ctx)
{
	(void)ctx;
	return "python-b";
}

static void ask(const struct pcs_policy *p, const char *path, const char *version,
		struct pcs_settings *ret)
{
	struct pcs_tree_hit hit;
	pcs_policy_tree(p, path, &hit);
	struct pcs_subject subject = { .path = path,
				       .version = version,
				       .size = 100,
				       .tree = hit.tree,
				       .package = owner_is_b };
	pcs_policy_settings(p, &subject, ret, NULL);
}

static void expect_settings(const struct pcs_policy *p, const char *yaml,
			    const struct pcs_settings *expected)
{
	struct pcs_settings s;
	ask(p, "/lib/python3.11/a/b.py", "3.11", &s);
	if (s.compile != expected->compile || s.levels != expected->levels ||
	    s.on_error != expected->on_error || s.invalidation != expected->invalidation ||
	    s.seconds != expected->seconds || s.total != expected->total ||
	    s.memory != expected->memory || s.warnings != expected->warnings ||
	    s.reproducible != expected->reproducible ||
	    s.hardlink_dupes != expected->hardlink_dupes)
		fail_msg("%s: { %d, %u, %u, %u, %u, %llu, %u, %d, %d }", yaml, s.compile, s.levels,
			 s.on_error, s.invalidation, s.seconds, (unsigned long long)s.memory,
			 s.warnings, s.reproducible, s.hardlink_dupes);
}

static void test_settings(void **state)
{
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(settings); i++) {
		PCS_CLEANUP(pcs_policy_freep)
		struct pcs_policy *p = must_load(NULL, settings[i].yaml);
		expect_settings(p, settings[i].yaml, &settings[i].expected);
	}
}

/* The strings of a NULL-terminated list, separated by blanks. */
static void expect_list(const char *const *list, const char *expected)
{
	PCS_BUF struct pcs_buf b = { 0 };
	pcs_buf_adds(&b, "");
	for (; *list; list++)
		pcs_buf_printf(&b, "%s%s", b.len ? " " : "", *list);
	assert_string_equal(b.data, expected);
}

/* A choice in words: "auto", what is used, and each that is not behind a "-". */
static void expect_choice(const struct pcs_policy *p, int tree, const char *expected)
{
	const char *const *use, *const *exclude;
	bool automatic;
	PCS_BUF struct pcs_buf b = { 0 };
	pcs_policy_choice(p, tree, &automatic, &use, &exclude);
	pcs_buf_adds(&b, automatic ? "auto" : "");
	for (; *use; use++)
		pcs_buf_printf(&b, "%s%s", b.len ? " " : "", *use);
	for (; *exclude; exclude++)
		pcs_buf_printf(&b, " -%s", *exclude);
	assert_string_equal(b.data, expected);
}

static void test_lists(void **state)
{
	(void)state;
	PCS_CLEANUP(pcs_policy_freep)
	struct pcs_policy *p = must_load(
		NULL, V "interpreters: [3.10, '3.9', 3.13t, /opt/py/lib/libpython3.12.so.1.0]\n"
			"trees: ['/usr//lib/./python{version}/x/../', {path: /opt}, /]\n");
	expect_choice(p, PCS_NO_TREE, "3.10 3.9 3.13t /opt/py/lib/libpython3.12.so.1.0");
	expect_list(pcs_policy_trees(p), "/usr/lib/python{version} /opt /");

	PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *none = must_load(NULL, V);
	expect_choice(none, PCS_NO_TREE, "auto");
	expect_list(pcs_policy_trees(none), "");
}

static const struct {
	const char *path;
	size_t len;
	const char *version;
} tree_hits[] = {
	{ "/usr/lib/python3.11/os.py", 19, "3.11" },
	{ "/usr/lib/python3.11/site-packages/a.py", 33, "3.11" },
	{ "/usr/lib/python3.11/vendor/a.py", 26, NULL },
	{ "/usr/lib/python3/a.py", 16, NULL },
	{ "/usr/lib/x.py", 0, NULL },
	{ "/", 0, NULL },
};

static void test_tree_hits(void **state)
{
	(void)state;
	PCS_CLEANUP(pcs_policy_freep)
	struct pcs_policy *p =
		must_load(NULL, V "trees:\n- /usr/lib/python{version}/site-packages\n"
				  "- /usr/lib/python{version}\n- /usr/lib/python3\n"
				  "- /usr/lib/python3.11/vendor\n");
	for (size_t i = 0; i < PCS_ARRAY_SIZE(tree_hits); i++) {
		struct pcs_tree_hit hit;
		pcs_policy_tree(p, tree_hits[i].path, &hit);
		const char *version = tree_hits[i].version;
		if (hit.root_len != tree_hits[i].len || !hit.version != !version ||
		    (version && (hit.version_len != strlen(version) ||
				 strncmp(hit.version, version, hit.version_len) != 0)))
			fail_msg("%s: %zu", tree_hits[i].path, hit.root_len);
	}
}

/* A layer replaces the keys that it has, keeps the others, and does not need its base any more. */
static void test_layers(void **state)
{
	(void)state;
	struct pcs_policy *base =
		must_load(NULL, V "interpreters: [3.9]\n"
				  "defaults: {optimize: 1, limits: {seconds: 7, memory: 2GiB}}\n"
				  "trees: [/a, /b]\n"
				  "rules:\n- {match: /lib/**, on-error: fail}\n");
	PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *same = must_load(base, V);
	PCS_CLEANUP(pcs_policy_freep)
	struct pcs_policy *other = must_load(
		base, V "interpreters: auto\ndefaults: {limits: {seconds: 8}}\ntrees: [/c]\n"
			"rules: [{match: '**/*', compile: false}]\n");
	PCS_CLEANUP(pcs_policy_freep)
	struct pcs_policy *empty = must_load(base, V "trees: []\nrules: []\n");
	pcs_policy_free(base);

	expect_choice(same, PCS_NO_TREE, "3.9");
	expect_list(pcs_policy_trees(same), "/a /b");
	expect_settings(same, "same",
			&(struct pcs_settings){ true, 2, PCS_ON_ERROR_FAIL, 0, 7, 2 * GiB, 0, false,
						true });
	expect_choice(other, PCS_NO_TREE, "auto");
	expect_list(pcs_policy_trees(other), "/c");
	expect_settings(other, "other",
			&(struct pcs_settings){ false, 2, 0, 0, 8, 2 * GiB, 0, false, true });
	expect_list(pcs_policy_trees(empty), "");
	expect_settings(empty, "empty",
			&(struct pcs_settings){ true, 2, 0, 0, 7, 2 * GiB, 0, false, true });

	/* Where it all came from. */
	expect_list(other->layers.items, "p p");
	assert_int_equal(other->defaults.origins[PCS_KEY_MEMORY].layer, 0);
	assert_int_equal(other->defaults.origins[PCS_KEY_MEMORY].line, 3);
	assert_int_equal(other->defaults.origins[PCS_KEY_SECONDS].layer, 1);
	assert_int_equal(other->rules[0].origin.layer, 1);
	assert_int_equal(other->rules[0].origin.line, 5);
	assert_int_equal(same->rules[0].origin.layer, 0);
	assert_int_equal(same->rules[0].origins[PCS_KEY_ON_ERROR].line, 6);
	assert_int_equal(same->trees.origins[1].line, 4);
}

/* With a `+` a list is added to what the layers below have. */
static void test_additions(void **state)
{
	(void)state;
	PCS_CLEANUP(pcs_policy_freep)
	struct pcs_policy *base =
		must_load(NULL, V "interpreters: [3.9]\ndefaults: {optimize: 1}\n"
				  "trees: [/a]\ndisable-rules: [x]\n"
				  "rules: [{match: /a, compile: false, name: x}]\n");
	PCS_CLEANUP(pcs_policy_freep)
	struct pcs_policy *more = must_load(
		base, V "interpreters+: [3.10]\ndefaults: {optimize+: 2}\ntrees+: [/b]\n"
			"disable-rules+: [y]\nrules+: [{match: /b, compile: false, name: y}]\n");
	PCS_CLEANUP(pcs_policy_freep)
	struct pcs_policy *all = must_load(more, V "interpreters: {use+: auto, exclude: [3.12]}\n"
						   "trees+: [{path: /c, interpreters: [3.13]}, "
						   "{path: /d, interpreters: {exclude: [3.9]}}]\n");
	expect_choice(more, PCS_NO_TREE, "3.9 3.10");
	expect_list(pcs_policy_trees(more), "/a /b");
	expect_list(more->disabled.items, "x y");
	assert_int_equal(more->n_rules, 2);
	assert_int_equal(more->defaults.value.levels, 6);
	assert_int_equal(more->rules[0].origin.layer, 0);
	assert_int_equal(more->rules[1].origin.layer, 1);
	expect_choice(all, PCS_NO_TREE, "auto 3.9 3.10 -3.12");
	expect_choice(all, 0, "auto 3.9 3.10 -3.12");
	expect_choice(all, 2, "3.13");
	expect_choice(all, 3, "auto 3.9 3.10 -3.9");

	/* What one layer says cannot be true with what another said. */
	PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
	struct pcs_policy *none = NULL;
	assert_int_equal(
		load(more, V "trees+: [/a]\ninterpreters: {exclude: [3.10]}\n", &diags, &none),
		-PCS_EPOLICY);
	assert_int_equal(diags.n, 2);
	assert_string_equal(diags.lines[0], "p:2:10: trees: '/a' overlaps '/a' on line 4 of p");
	assert_string_equal(diags.lines[1], "p:3:26: exclude: '3.10' is used on line 2 of p");
}

static const struct {
	const char *yaml, *doubts;
} doubtful[] = {
	{ V "trees: [/a]\nrules: [{match: '/a/**', compile: false}]\n", "" },
	{ V
	  "trees: ['/l/python{version}']\nrules: [{match: '/l/python3.11/x/*.py', optimize: 1}]\n",
	  "" },
	{ V "rules: [{match: '**/*.pyc', compile: false}, {match: '**/a.txt', compile: false}]\n",
	  "p:2:9: the rule never matches: no source's name ends like its pattern\n"
	  "p:2:46: the rule never matches: no source's name ends like its pattern\n" },
	{ V "rules: [{match: '**/__pycache__/*.py', compile: false}]\n",
	  "p:2:9: the rule never matches: sources in a __pycache__ are not looked at\n" },
	{ V "rules: [{size-over: 256MiB, compile: false}]\n",
	  "p:2:9: the rule never matches: sources over 256MiB are not compiled\n" },
	{ V "trees: [/a]\nrules: [{match: /b/c/*.py, compile: false}]\n",
	  "p:3:9: the rule never matches in a tree: its pattern leads into none\n" },
	{ V "rules:\n- {match: '**/a.py', compile: false}\n- {match: '**/a.py', compile: true}\n",
	  "p:3:3: the rule has no effect: what it sets is set by that on line 4\n" },
	{ V "rules: [{match: '**/a.py', compile: false, optimize: 1}]\n",
	  "p:2:9: with 'compile: false' the rule's other settings have no effect\n" },
	{ V "disable-rules: [nothing]\n", "p:2:17: disable-rules: no rule is called 'nothing'\n" },
	{ V "trees: [/a, /a/b, {path: /a/c, optimize: 2}]\n",
	  "p:2:13: trees: '/a/b' lies in '/a', which covers it\n" },
};

static void test_doubts(void **state)
{
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(doubtful); i++) {
		PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
		PCS_CLEANUP(pcs_policy_freep)
		struct pcs_policy *p = must_load(NULL, doubtful[i].yaml);
		PCS_BUF struct pcs_buf found = { 0 };
		assert_int_equal(pcs_policy_doubts(p, 0, &diags), 0);
		pcs_buf_adds(&found, "");
		for (size_t d = 0; d < diags.n; d++)
			pcs_buf_printf(&found, "%s\n", diags.lines[d]);
		assert_string_equal(found.data, doubtful[i].doubts);
	}
}

/* What is shown is a policy, and says the same. */
static void test_show(void **state)
{
	(void)state;
	static const char yaml[] =
		V "interpreters: {use: [auto, /opt/a.so], exclude: [3.9]}\n"
		  "defaults: {optimize: [1, 2], warnings: show, limits: {memory: 1048577KiB}}\n"
		  "trees: [{path: \"/a \\\"\\\\\\u2028\\x85\\x07\", interpreters: [3.12], compile: "
		  "false}, /b]\n"
		  "rules: [{regex: 'a\\d', size-over: 3KiB, package: p, name: n, optimize+: 1}]\n"
		  "disable-rules: [n]\npycache-prefix: /var/cache/py\n"
		  "store: {path: /var/cache/s, size: 3GiB, read: [/a, /b]}\n"
		  "source-date-epoch: {use: require, clamp-mtime: true}\n"
		  "staging: {strip-dir: /build, prepend-dir: /usr, extra: keep}\n";
	PCS_BUF struct pcs_buf first = { 0 };
	PCS_BUF struct pcs_buf second = { 0 };
	PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *p = must_load(NULL, yaml);
	assert_int_equal(pcs_policy_show(p, true, &first), 0);
	PCS_BUF struct pcs_buf text = { 0 };
	assert_int_equal(pcs_policy_show(p, false, &text), 0);
	PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *q = must_load(NULL, text.data);
	assert_int_equal(pcs_policy_show(q, true, &second), 0);
	/* The same but for the places. */
	*strstr(first.data, "\"origins\"") = *strstr(second.data, "\"origins\"") = '\0';
	assert_string_equal(first.data, second.data);
	assert_non_null(strstr(text.data, "\"/a \\\"\\\\\\u2028\\u0085\\u0007\""));
}

/* A faulty layer adds its faults to those that are there and leaves the result alone. */
static void test_diags_add_up(void **state)
{
	(void)state;
	PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
	PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *base = must_load(NULL, V "trees: [/a]\n");
	struct pcs_policy *p = base;
	assert_int_equal(load(base, V "a: 1\n", &diags, &p), -PCS_EPOLICY);
	assert_int_equal(load(base, V "b: 1\nc: 1\n", &diags, &p), -PCS_EPOLICY);
	assert_int_equal(diags.n, 3);
	assert_ptr_equal(p, base);
	expect_list(pcs_policy_trees(base), "/a");
}

static const struct {
	const char *path;
	bool compile;
} builtin_paths[] = {
	{ "/usr/lib/python3.11/os.py", true },
	{ "/usr/lib/python3/dist-packages/a.py", true },
	{ "/usr/lib/python3.11/test/bad_getattr.py", true },
	{ "/usr/lib/python3.11/test/test_grammar.py", true },
	{ "/usr/lib/python3.11/lib2to3/tests/data/fixers/myfixes/fix_first.py", true },
	{ "/usr/lib/python3.11/site-packages/x/test/badsyntax_x.py", true },
	{ "/usr/lib/python3.11/test/bad_coding.py", false },
	{ "/usr/lib/python3.11/test/bad_coding2.py", false },
	{ "/usr/lib/python3.11/test/badsyntax_3131.py", false },
	{ "/usr/lib/python3.11/test/badsyntax_pep3120.py", false },
	{ "/usr/lib/python3.11/test/badsyntax_future10.py", false },
	{ "/usr/lib/python3.11/test/tokenizedata/bad_coding2.py", false },
	{ "/usr/lib/python3.11/test/test_future_stmt/badsyntax_future.py", false },
	{ "/usr/lib/python3.11/lib2to3/tests/data/py2_test_grammar.py", false },
	{ "/usr/lib/python3.11/test/test_lib2to3/data/crlf.py", false },
	{ "/usr/lib64/python3.11/test/bad_coding.py", false },
	{ "/usr/lib64/python3.11/test/tokenizedata/badsyntax_3131.py", false },
	{ "/usr/lib64/python3.11/lib2to3/tests/data/bom.py", false },
	{ "/usr/lib/python3.11/test/test_lazy_import/data/badsyntax/lazy_class_body.py", false },
	{ "/usr/lib64/python3.11/test/test_lib2to3/data/bom.py", false },
	{ "/usr/lib/python3.13/site-packages/a/{{ cookiecutter.x }}/b/c.py", false },
	{ "/usr/lib/python3/dist-packages/a/{{cookiecutter.x}}.py", false },
	{ "/usr/lib/python3/dist-packages/a/{{cookiecutter.x/c.py", true },
	{ "/usr/lib/python3.11/site-packages/tests/fixtures/snippet_src.py", false },
	{ "/usr/lib/python3.11/site-packages/tests/fixtures/src.py", true },
	{ "/usr/lib/python3.11/site-packages/cypari2/cypari2.py", false },
};

static void test_builtin(void **state)
{
	(void)state;
	PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *p = NULL;
	assert_int_equal(pcs_policy_builtin(&p), 0);
	expect_choice(p, PCS_NO_TREE, "auto");
	expect_list(pcs_policy_trees(p), "/usr/lib/python3/dist-packages /usr/lib/python{version} "
					 "/usr/lib64/python{version}");
	expect_settings(p, "built in", &(struct pcs_settings)UNSET);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(builtin_paths); i++) {
		struct pcs_settings s;
		ask(p, builtin_paths[i].path, "3.11", &s);
		if (s.compile != builtin_paths[i].compile)
			fail_msg("%s: %d", builtin_paths[i].path, s.compile);
	}
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Change, drop, repeat or insert a few bytes, most of them such as mean something to YAML. */
static void mutate(struct pcs_buf *b, uint32_t *random)
{
	static const char bytes[] = "[]{}:,-#&*!|>'\"%@`?\n\t /0129a\x80\xff";
	for (uint32_t n = 1 + next_random(random) % 4; n && b->len; n--) {
		size_t at = next_random(random) % b->len;
		size_t len = 1 + next_random(random) % 8;
		len = len < b->len - at ? len : b->len - at;
		char byte = bytes[next_random(random) % sizeof(bytes)];
		switch (next_random(random) % 4) {
		case 0:
			b->data[at] = byte;
			break;
		case 1:
			memmove(b->data + at, b->data + at + len, b->len - at - len);
			b->len -= len;
			break;
		case 2:
			pcs_buf_reserve(b, len);
			memmove(b->data + at + len, b->data + at, b->len - at);
			b->len += len;
			break;
		default:
			pcs_buf_reserve(b, 1);
			memmove(b->data + at + 1, b->data + at, b->len - at);
			b->data[at] = byte;
			b->len++;
		}
	}
}

/* Whatever the text is: either a policy, or faults that say why not. */
static void test_mutations(void **state)
{
	(void)state;
	static const char seed[] =
		V "interpreters: [3.10, 3.13t, /opt/lib.so]\n"
		  "defaults:\n  optimize: [0, 2]\n  limits: {seconds: 60, memory: 1GiB}\n"
		  "trees:\n- path: /usr/lib/python{version}\n- /opt\n"
		  "rules:\n- {match: \"**/a[b-d]/*\", compile: false}\n"
		  "- match: /usr/**\n  invalidation: auto\n  on-error: warn\n";
	uint32_t random = 20240229;
	size_t valid = 0;
	for (int i = 0; i < 2000; i++) {
		PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
		PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *p = NULL;
		PCS_BUF struct pcs_buf b = { 0 };
		pcs_buf_add(&b, seed, sizeof(seed) - 1);
		mutate(&b, &random);
		int r = pcs_policy_load(NULL, "p", b.data, b.len, &diags, &p);
		if (r == 0 ? !p || diags.n : r != -PCS_EPOLICY || p || !diags.n)
			fail_msg("%d, %zu faults:\n%.*s", r, diags.n, (int)b.len, b.data);
		valid += r == 0;
		struct pcs_settings s;
		if (p)
			ask(p, "/usr/lib/python3.10/ab/c.py", "3.10", &s);
	}
	/* Both outcomes were seen: the loop tests what it is there for. */
	assert_true(valid >= 100 && valid <= 1900); /* neither all nor none */
}

int pcs_test_policy(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_raw_text),
		cmocka_unit_test(test_many_interpreters),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_tree_hits),
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_additions),
		cmocka_unit_test(test_doubts),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_diags_add_up),
		cmocka_unit_test(test_builtin),
		cmocka_unit_test(test_mutations),
	};
	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
