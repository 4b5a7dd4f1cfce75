/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/buf.h"
#include "base/util.h"
#include "policy/diags.h"
#include "policy/load.h"
#include "policy/policy.h"
#include "policy/query.h"

#include <string.h>

#define RULE(conditions) "version: 1\nrules: [{" conditions ", compile: false}]\n"

static const struct {
	const char *yaml, *dir;
	const char *names; /* the exceptions among `sources`, in their order */
} cases[] = {
	{ "version: 1\n", "/a", "" },
	{ RULE("match: /a/x.py"), "/a", "x.py" },
	{ RULE("match: /a/x.py"), "/b", "" },
	{ RULE("match: /a/x.py"), "/a/b", "" },
	{ RULE("match: /a/x*.py"), "/a", "x.py x3.11.py" },
	{ RULE("match: /x.py"), "/", "x.py" },
	{ RULE("match: '/*'"), "/", "x.py x3.11.py y.py {{y}}.py" },
	{ RULE("match: '**/x.py'"), "/", "x.py" },
	{ RULE("match: '**/x.py'"), "/a/b", "x.py" },
	{ RULE("match: '/a/**/y.py'"), "/a", "y.py" },
	{ RULE("match: '/a/**/y.py'"), "/ab", "" },
	{ RULE("match: '/a/x{version}.py'"), "/a", "x3.11.py" },
	{ RULE("match: '/a/{version}/y.py'"), "/a/3.9", "y.py" },
	{ RULE("match: '/a/{version}/y.py'"), "/a/b", "" },
	{ RULE("match: '**/*{{*}}*.py'"), "/a", "{{y}}.py" },
	{ RULE("match: '**/*{{*}}*/**'"), "/a", "" },
	/* These fit all sources of the directory, or none. */
	{ RULE("match: /a/**"), "/a", "" },
	{ RULE("match: '/**'"), "/", "" },
	{ RULE("match: '**/*{{*}}*/**'"), "/{{a}}", "" },
	/* Not by the path alone. */
	{ RULE("match: '/a/**', size-over: 5"), "/a", "x.py x3.11.py y.py {{y}}.py" },
	{ RULE("match: '/a/**', size-over: 5"), "/b", "" },
	{ RULE("package: p"), "/a", "x.py x3.11.py y.py {{y}}.py" },
	{ RULE("match: '**/y.py', package: p"), "/a", "y.py" },
	{ RULE("regex: 'y[.]py$'"), "/a", "x.py x3.11.py y.py {{y}}.py" },
	{ "version: 1\nrules: [{name: n, match: /a/x.py, compile: false}]\ndisable-rules: [n]\n",
	  "/a", "" },
};

static const char *const sources[] = { "x.py", "x3.11.py", "y.py", "{{y}}.py" };
static const char *const versions[] = { "3.9", "3.11", "" };

static const char *owned(void *ctx)
{
	return ctx;
}

/* What applies to the source number `i`, of which size and package depend on its number. */
static void ask(const struct pcs_policy *p, const char *dir, size_t i, const char *version,
		struct pcs_settings *ret)
{
	PCS_BUF struct pcs_buf path = { 0 };
	assert_int_equal(pcs_buf_printf(&path, "%s/%s", dir[1] ? dir : "", sources[i]), 0);
	struct pcs_subject subject = { .path = path.data,
				       .version = version,
				       .size = i * 10,
				       .tree = PCS_NO_TREE,
				       .package = owned,
				       .ctx = (void *)(i % 2 ? "p" : "q") };
	pcs_policy_settings(p, &subject, ret, NULL);
}

/* All sources that are no exceptions have the same settings. */
static void expect_alike(const struct pcs_policy *p, const char *yaml, const char *dir,
			 const struct pcs_exceptions *e)
{
	for (size_t v = 0; v < PCS_ARRAY_SIZE(versions); v++) {
		struct pcs_settings first, s;
		bool any = false;
		for (size_t i = 0; i < PCS_ARRAY_SIZE(sources); i++) {
			if (pcs_exceptions_have(e, sources[i]))
				continue;
			ask(p, dir, i, versions[v], &s);
			if (any && !pcs_settings_equal(&s, &first))
				fail_msg("%s: %s/%s differs", yaml, dir, sources[i]);
			first = s;
			any = true;
		}
	}
}

static void test_exceptions(void **state)
{
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(cases); i++) {
		PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
		PCS_CLEANUP(pcs_policy_freep) struct pcs_policy *p = NULL;
		PCS_BUF struct pcs_buf names = { 0 };
		struct pcs_exceptions e;
		const char *yaml = cases[i].yaml;
		if (pcs_policy_load(NULL, "p", yaml, strlen(yaml), &diags, &p) < 0)
			fail_msg("%s: %s", yaml, diags.lines[0]);
		assert_int_equal(pcs_policy_ready(p), 0);
		assert_int_equal(pcs_policy_exceptions(p, cases[i].dir, &e), 0);
		pcs_buf_adds(&names, "");
		for (size_t k = 0; k < PCS_ARRAY_SIZE(sources); k++)
			if (pcs_exceptions_have(&e, sources[k]))
				pcs_buf_printf(&names, "%s%s", names.len ? " " : "", sources[k]);
		if (strcmp(names.data, cases[i].names) != 0)
			fail_msg("%s in %s: %s", yaml, cases[i].dir, names.data);
		expect_alike(p, yaml, cases[i].dir, &e);
		pcs_exceptions_done(&e);
	}
}

int pcs_test_exceptions(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exceptions),
	};
	return cmocka_run_group_tests_name("exceptions", tests, NULL, NULL);
}
