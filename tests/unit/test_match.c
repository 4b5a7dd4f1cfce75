/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/util.h"
#include "policy/match.h"

#include <string.h>
#include <time.h>

struct glob_case {
	const char *pattern, *path, *version;
	bool expected;
};

static const struct glob_case globs[] = {
	/* plain */
	{ "/a/b.py", "/a/b.py", NULL, true },
	{ "/a/b.py", "/a/b.pyc", NULL, false },
	{ "/a/b.py", "/a/b.p", NULL, false },
	{ "/a/b", "/a", NULL, false },
	{ "/a", "/a/b", NULL, false },
	{ "/", "/", NULL, true },
	{ "/", "/a", NULL, false },
	{ "a", "/a", NULL, false },
	{ "/a", "a", NULL, false },
	{ "", "/", NULL, false },
	{ "*/a", "/x/a", NULL, false },
	/* ? and *, within a component */
	{ "/a/?", "/a/b", NULL, true },
	{ "/a/?", "/a/bb", NULL, false },
	{ "/a/?", "/a/", NULL, false },
	{ "/a?b", "/a/b", NULL, false },
	{ "/*", "/a", NULL, true },
	{ "/*", "/a/b", NULL, false },
	{ "/a*b", "/a/b", NULL, false },
	{ "/*.py", "/.py", NULL, true },
	{ "/a/*", "/a/.hidden", NULL, true },
	{ "/*a*b*c", "/xxaxxbxxc", NULL, true },
	{ "/*a*b*c", "/xxaxxbxxcx", NULL, false },
	{ "/*ab", "/aab", NULL, true },
	{ "/*aab*", "/aaaab", NULL, true },
	{ "/a**b", "/axb", NULL, true },
	{ "/a**b", "/a/b", NULL, false },
	{ "/***", "/abc", NULL, true },
	{ "/***", "/a/b", NULL, false },
	/* ** as a component */
	{ "/a/**/b", "/a/b", NULL, true },
	{ "/a/**/b", "/a/x/b", NULL, true },
	{ "/a/**/b", "/a/x/y/z/b", NULL, true },
	{ "/a/**/b", "/a/x/b/c", NULL, false },
	{ "/a/**/b", "/ab", NULL, false },
	{ "/a/**/b/**/c", "/a/b/x/b/y/c", NULL, true },
	{ "/a/**/b/**/c", "/a/x/y/c", NULL, false },
	{ "/a/**/b/c", "/a/b/b/c", NULL, true },
	{ "/a/**/**/b", "/a/b", NULL, true },
	{ "/a/**", "/a/b", NULL, true },
	{ "/a/**", "/a/b/c", NULL, true },
	{ "/a/**", "/a", NULL, false },
	{ "/a/**", "/ab", NULL, false },
	{ "/**", "/a/b", NULL, true },
	{ "/**", "/", NULL, false },
	{ "**", "/a/b", NULL, true },
	{ "**/b", "/b", NULL, true },
	{ "**/b", "/a/b", NULL, true },
	{ "**/b", "/a/xb", NULL, false },
	{ "**/b", "/", NULL, false },
	{ "**/site-packages/*/templates/**", "/usr/lib/python3.11/site-packages/x/templates/a.py",
	  NULL, true },
	{ "**/site-packages/*/templates/**", "/usr/lib/site-packages/templates/a.py", NULL, false },
	{ "/a/**/*.py", "/a/b/c.py", NULL, true },
	/* sets */
	{ "/[abc]", "/b", NULL, true },
	{ "/[abc]", "/d", NULL, false },
	{ "/[a-c]x", "/bx", NULL, true },
	{ "/[a-c]", "/d", NULL, false },
	{ "/[c-a]", "/b", NULL, false },
	{ "/[!a-c]", "/d", NULL, true },
	{ "/[!a-c]", "/a", NULL, false },
	{ "/[^a]", "/^", NULL, true },
	{ "/[]a]", "/]", NULL, true },
	{ "/[!]a]", "/b", NULL, true },
	{ "/[!]a]", "/]", NULL, false },
	{ "/[a-]", "/-", NULL, true },
	{ "/[-a]", "/-", NULL, true },
	{ "/[\\]]", "/]", NULL, true },
	{ "/[a\\-c]", "/b", NULL, false },
	{ "/[a\\-c]", "/-", NULL, true },
	{ "/[a-c]", "/\xe9", NULL, false },
	{ "/[\xe0-\xef]", "/\xe9", NULL, true },
	{ "/[abc", "/[abc", NULL, true },
	{ "/[abc", "/a", NULL, false },
	{ "/[", "/[", NULL, true },
	{ "/[]", "/[]", NULL, true },
	{ "/[a-", "/[a-", NULL, true },
	{ "/[a/b]", "/[a/b]", NULL, true },
	{ "/a[!x]b", "/a/b", NULL, false },
	{ "/*[0-9]", "/a12", NULL, true },
	/* \ */
	{ "/\\*", "/*", NULL, true },
	{ "/\\*", "/a", NULL, false },
	{ "/\\[a]", "/[a]", NULL, true },
	{ "/\\\\", "/\\", NULL, true },
	{ "/a\\", "/a\\", NULL, true },
	{ "/\\**", "/*a", NULL, true },
	{ "/\\{version}", "/{version}", "3.11", true },
	/* {version} */
	{ "/python{version}/a", "/python3.11/a", NULL, true },
	{ "/python{version}/a", "/python3.13t/a", NULL, true },
	{ "/python{version}/a", "/python3/a", NULL, false },
	{ "/python{version}/a", "/python3.11x/a", NULL, false },
	{ "/python{version}/a", "/python3.11/a", "3.11", true },
	{ "/python{version}/a", "/python3.11/a", "3.1", false },
	{ "/python{version}*/a", "/python3.11/a", "3.1", false },
	{ "/python{version}/a", "/python3.13t/a", "3.13", false },
	{ "/python{version}/a", "/python3.13t/a", "3.13t", true },
	{ "/python{version}/a", "/python{version}/a", NULL, false },
	{ "/*{version}", "/python3.11", NULL, true },
	{ "/*{version}.so", "/lib3.9python3.11.so", NULL, true },
	{ "/*{version}", "/lib3.9python3.11", "3.9", false },
	{ "/*{version}*", "/lib3.9python3.11", "3.9", true },
	{ "/{version}/{version}", "/3.9/3.11", NULL, true },
	{ "/{version}/{version}", "/3.9/3.11", "3.9", false },
	{ "/**/python{version}/x", "/a/python3.9/python3.11/x", "3.11", true },
	{ "/{versio}", "/{versio}", NULL, true },
	{ "/{version}", "/", "", false },
};

static void test_globs(void **state)
{
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(globs); i++) {
		const struct glob_case *c = &globs[i];
		if (pcs_glob_match(c->pattern, c->path, c->version) != c->expected)
			fail_msg("'%s' on '%s' (%s): expected %d", c->pattern, c->path,
				 c->version ? c->version : "any version", c->expected);
	}
}

/* Repeat `part` until `size` is full. */
static void fill(char *to, size_t size, const char *first, const char *part, const char *last)
{
	size_t n = strlen(part), end = size - strlen(last) - 1;
	strcpy(to, first);
	for (size_t len = strlen(to); len + n <= end; len += n)
		strcpy(to + len, part);
	strcat(to, last);
}

/* Patterns that cost a naive matcher exponential time. */
static void test_pathological(void **state)
{
	(void)state;
	static const struct {
		const char *part, *last, *path_part, *path_last;
	} cases[] = {
		{ "a*", "b", "a", "c" },           { "*a", "*b", "a", "a" },
		{ "/**/a", "/b", "/a", "/c" },     { "/**/*a*", "/b", "/aa", "/c" },
		{ "/**", "/b", "/a", "/c" },       { "*[a-z]", "!", "a", "a" },
		{ "*{version}", "x", "3.11", "" }, { "*?", "x", "a", "" },
	};
	clock_t start = clock();
	for (size_t i = 0; i < PCS_ARRAY_SIZE(cases); i++) {
		char pattern[1024], path[4096];
		fill(pattern, sizeof(pattern), "/", cases[i].part, cases[i].last);
		fill(path, sizeof(path), "/", cases[i].path_part, cases[i].path_last);
		assert_false(pcs_glob_match(pattern, path, NULL));
	}
	assert_true(clock() - start < CLOCKS_PER_SEC / 2);
}

static const struct {
	const char *root, *path;
	size_t len;
	const char *version; /* NULL: none is bound */
} trees[] = {
	{ "/usr/lib/python3/dist-packages", "/usr/lib/python3/dist-packages", 30, NULL },
	{ "/usr/lib/python3/dist-packages", "/usr/lib/python3/dist-packages/a/b.py", 30, NULL },
	{ "/usr/lib/python3/dist-packages", "/usr/lib/python3/dist-packagesx", 0, NULL },
	{ "/usr/lib/python3/dist-packages", "/usr/lib/python3", 0, NULL },
	{ "/usr/lib/python{version}", "/usr/lib/python3.11", 19, "3.11" },
	{ "/usr/lib/python{version}", "/usr/lib/python3.11/os.py", 19, "3.11" },
	{ "/usr/lib/python{version}", "/usr/lib/python3.13t/os.py", 20, "3.13t" },
	{ "/usr/lib/python{version}", "/usr/lib/python3/os.py", 0, NULL },
	{ "/usr/lib/python{version}", "/usr/lib/python3.11-old/os.py", 0, NULL },
	{ "/usr/lib/python{version}", "/usr/lib/python", 0, NULL },
	{ "/opt/{version}/lib/python{version}", "/opt/3.9/lib/python3.9/a.py", 22, "3.9" },
	{ "/opt/{version}/lib/python{version}", "/opt/3.9/lib/python3.8/a.py", 0, NULL },
	{ "/opt/{version}/lib/python{version}", "/opt/3.9/lib/python3.90/a.py", 0, NULL },
	{ "/", "/", 1, NULL },
	{ "/", "/a/b", 1, NULL },
	{ "/a", "/", 0, NULL },
	{ "/a*", "/ab", 0, NULL },
};

static void test_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(trees); i++) {
		const char *version = NULL;
		size_t version_len = 0;
		size_t n = pcs_tree_match(trees[i].root, trees[i].path, &version, &version_len);
		size_t expected = trees[i].version ? strlen(trees[i].version) : 0;
		if (n != trees[i].len || version_len != expected ||
		    (expected && strncmp(version, trees[i].version, expected) != 0))
			fail_msg("'%s' on '%s': %zu, version '%.*s'", trees[i].root, trees[i].path,
				 n, (int)version_len, version ? version : "");
	}
}

static const struct {
	const char *s;
	size_t len;
} versions[] = {
	{ "3.11", 4 },   { "3.11/a", 4 }, { "3.13t", 5 },     { "3.13t/a", 5 }, { "3.13-x", 4 },
	{ "3.13tx", 4 }, { "3.13t2", 4 }, { "3.13t_", 4 },    { "3.11.2", 4 },  { "12.345", 6 },
	{ "3", 0 },      { "3.", 0 },     { ".3", 0 },        { "", 0 },        { "x3.11", 0 },
	{ "3.x", 0 },    { "3t", 0 },     { "3.13t-dbg", 5 },
};

static void test_versions(void **state)
{
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(versions); i++)
		if (pcs_version_len(versions[i].s) != versions[i].len)
			fail_msg("'%s': %zu", versions[i].s, pcs_version_len(versions[i].s));
}

int pcs_test_match(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_globs),
		cmocka_unit_test(test_pathological),
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_versions),
	};
	return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
