/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include "base/util.h"
#include "debian/excludes.h"
#include "debian/maintscript.h"
#include "debian/modules.h"
#include "debian/versions.h"

#include <stdio.h>
#include <string.h>

/* The versions of all tests; 3.9 is supported and not installed. */
static void fill(struct pcs_deb_versions *v)
{
	*v = (struct pcs_deb_versions){ 0 };
	assert_int_equal(
		pcs_deb_read_versions(v, "python3.11, python3.9,3.13 ,\n 3.10", "python3.11"), 0);
	v->installed = v->supported & ~pcs_deb_find(v, pcs_deb_version(3, 9));
}

/* Put the versions of a set down, "3.10 3.11". */
static const char *shown(const struct pcs_deb_versions *v, uint32_t set, char *ret, size_t size)
{
	size_t n = 0;
	ret[0] = '\0';
	for (unsigned minor = 0; minor < 99; minor++)
		if (set & pcs_deb_find(v, pcs_deb_version(3, minor)))
			n += (size_t)snprintf(ret + n, size - n, "%s3.%u", n ? " " : "", minor);
	return ret;
}

static const char *const ranges[] = {
	"",          "-",         "3.11",  "3.11-",    "-3.11",    "3.10-3.13",  "3.9-3.11",
	"3.9",       "3.13",      "3.14",  "4.0-",     "-4.0",     "3.8-",       "3.13-3.10",
	"3.11-3.11", "3.10-3.10", "all",   "3",        "3.x",      "current",    "--",
	"-3",        "3.11.2",    "3.11 ", " 3.11",    "3.11-x",   "-3.11-3.13", "3.11-3.13-",
	"33.1",      "3.",        "3.011", "2.7-3.12", "3.10-4.0", "0.0-",       "-0.0",
};

/* What debpython says of the ranges, a line each: "error" or versions. */
static FILE *ask_debpython(void)
{
	char command[4096];
	size_t n = (size_t)snprintf(
		command, sizeof(command),
		"DEBPYTHON3_SUPPORTED=3.11,3.9,3.13,3.10 DEBPYTHON3_DEFAULT=3.11 /usr/bin/python3 "
		"-c '"
		"import sys; sys.path.insert(1, \"/usr/share/python3\")\n"
		"import debpython.version as v\n"
		"v.exists = lambda path: path != \"/usr/bin/python3.9\"\n"
		"for text in sys.argv[1:]:\n"
		"    try:\n"
		"        l = v.get_requested_versions(v.parse_vrange(text), available=True)\n"
		"        print(*[\"%%d.%%d\" %% i for i in sorted(l)], "
		"*[\"%%d.%%d\" %% i for i in v.debsorted(l)[:1]])\n"
		"    except ValueError:\n"
		"        print(\"error\")'");
	for (size_t i = 0; i < PCS_ARRAY_SIZE(ranges); i++)
		n += (size_t)snprintf(command + n, sizeof(command) - n, " \"%s\"", ranges[i]);
	return popen(command, "re");
}

static void takes_ranges_as_debpython(void **state)
{
	char expected[256], all[64], first[16], line[128];
	struct pcs_deb_versions v;
	struct pcs_deb_range range;
	(void)state;
	if (access("/usr/share/python3/debpython/version.py", R_OK) < 0)
		skip();
	fill(&v);
	FILE *answers = ask_debpython();
	for (size_t i = 0; i < PCS_ARRAY_SIZE(ranges); i++) {
		assert_non_null(fgets(expected, sizeof(expected), answers));
		expected[strcspn(expected, "\n")] = '\0';
		if (pcs_deb_parse_range(ranges[i], &range) < 0) {
			snprintf(line, sizeof(line), "error");
		} else {
			uint32_t set = pcs_deb_pick(&v, range);
			snprintf(line, sizeof(line), "%s%s%s", shown(&v, set, all, sizeof(all)),
				 set ? " " : "",
				 shown(&v, pcs_deb_first(&v, set), first, sizeof(first)));
		}
		if (strcmp(line, expected) != 0)
			fail_msg("-V '%s': %s instead of %s", ranges[i], line, expected);
	}
	pclose(answers);
}

static void reads_the_defaults(void **state)
{
	static const char text[] =
		"[DEFAULT]\n# default-version = python2.7\n"
		"default-version = python3.11\n\nSupported-Versions: python3.11, "
		"python3.12 \nold-versions =\n";
	size_t len;
	(void)state;
	const char *value = pcs_deb_default(text, "default-version", &len);
	assert_int_equal(len, strlen("python3.11"));
	assert_memory_equal(value, "python3.11", len);
	value = pcs_deb_default(text, "supported-versions", &len);
	assert_int_equal(len, strlen("python3.11, python3.12"));
	assert_memory_equal(value, "python3.11, python3.12", len);
	assert_non_null(pcs_deb_default(text, "old-versions", &len));
	assert_int_equal(len, 0);
	assert_null(pcs_deb_default(text, "unsupported", &len));
}

static void refuses_what_is_no_version(void **state)
{
	static const char *const bad[] = { "",       "python",    "python3", "3.11,",
					   "3.11,x", "3.11 3.12", "3.x",     ",3.11" };
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(bad); i++) {
		struct pcs_deb_versions v = { 0 };
		assert_true(pcs_deb_read_versions(&v, bad[i], "3.11") < 0);
		assert_true(pcs_deb_read_versions(&v, "3.11", bad[i]) < 0);
	}
}

static void knows_public_modules(void **state)
{
	static const struct {
		const char *path, *versions, *own;
	} rows[] = {
		{ "/usr/lib/python3/dist-packages/a.py", "3.10 3.11 3.13", "" },
		{ "/usr/lib/python3/site-packages/a.py", "3.10 3.11 3.13", "" },
		{ "/usr/lib/python3.11/dist-packages/a.py", "3.11", "3.11" },
		{ "/usr/lib/python3.9/dist-packages/a.py", "3.9", "3.9" },
		{ "/usr/lib/python3.8/dist-packages/a.py", "", "3.8" },
		{ "/usr/lib/python2/dist-packages/a.py", "", "" },
		{ "/usr/lib/python2.7/dist-packages/a.py", "", "2.7" },
		{ "/usr/lib/python3/a.py", "", "" },
		{ "/usr/lib/python3.11/a.py", "", "" },
		{ "/usr/lib/python3.11/lib-dynload/dist-packages/a.py", "", "" },
		{ "/usr/lib/python3./dist-packages/a.py", "", "" },
		{ "/usr/share/a.py", "", "" },
		{ "/opt/x/usr/lib/python3/dist-packages/a.py", "3.10 3.11 3.13", "" },
		{ "/usr/lib/python3/x/usr/lib/python3.11/dist-packages/a.py", "3.11", "3.11" },
	};
	struct pcs_deb_versions v;
	char text[64], name[16];
	(void)state;
	fill(&v);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		uint32_t own;
		uint32_t set = pcs_deb_public(&v, rows[i].path, v.installed, &own);
		snprintf(name, sizeof(name), "%u.%u", pcs_deb_major(own), pcs_deb_minor(own));
		assert_string_equal(shown(&v, set, text, sizeof(text)), rows[i].versions);
		assert_string_equal(own ? name : "", rows[i].own);
	}
}

static void knows_the_script_of_an_upgrade(void **state)
{
#define LINE(text, package, expected)                 \
	{                                             \
		text, sizeof(text), package, expected \
	}
	static const struct {
		const char *text;
		size_t len;
		const char *package;
		bool expected;
	} rows[] = {
		LINE("/bin/sh\0/var/lib/dpkg/info/a.prerm\0upgrade\0002", "a", true),
		LINE("/bin/sh\0-e\0/var/lib/dpkg/info/a:amd64.prerm\0upgrade\0002", "a:amd64",
		     true),
		LINE("/bin/sh\0/var/lib/dpkg/info/a:amd64.prerm\0upgrade\0002", "a", true),
		LINE("/bin/sh\0/var/lib/dpkg/tmp.ci/prerm\0failed-upgrade\0001", "a", true),
		LINE("/bin/sh\0/var/lib/dpkg/info/a.prerm\0remove", "a", false),
		LINE("/bin/sh\0/var/lib/dpkg/info/a.prerm\0remove\0upgrade", "a", false),
		LINE("/bin/sh\0/var/lib/dpkg/info/a.prerm\0deconfigure\0in-favour", "a", false),
		LINE("/bin/sh\0/var/lib/dpkg/info/b.prerm\0upgrade\0002", "a", false),
		LINE("/bin/sh\0/var/lib/dpkg/info/ab.prerm\0upgrade\0002", "a", false),
		LINE("/bin/sh\0/var/lib/dpkg/info/a.postinst\0upgrade", "a", false),
		LINE("/bin/sh\0-c\0py3clean -p a", "a", false),
		LINE("/bin/sh\0/var/lib/dpkg/info/a.prerm", "a", false),
		LINE("", "a", false),
		{ "/info/a.prerm\0upgrade", sizeof("/info/a.prerm\0upgrade") - 3, "a", false },
	};
#undef LINE
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++)
		if (pcs_deb_is_upgrade(rows[i].text, rows[i].len, rows[i].package) !=
		    rows[i].expected)
			fail_msg("row %zu", i);
}

static void leaves_out_what_patterns_say(void **state)
{
	static const char *const lines[] = {
		"dir|-|/d/all/",
		"dir|3.11-|/d/new",
		"file|3.10|/d/one.py",
		"re|-3.11|/d|.*/old_.*",
		"re|-|/d/|rel[0-9]",
		"re|-|/d/whole",
		"dir|3.9|/d/not-installed",
		"other|-|/d/kind|.*",
		"# dir|-|/d/comment",
		"re|-|/d/bars|a\\|b/c|d|e.py",
	};
	static const struct {
		const char *dir, *path, *left;
	} rows[] = {
		{ "/", "/d/all/a.py", "" },
		{ "/", "/d/all.py", "3.10 3.11 3.13" },
		{ "/", "/d/new/a.py", "3.10" },
		{ "/", "/d/one.py", "3.11 3.13" },
		{ "/", "/d/one.py/a.py", "3.10 3.11 3.13" },
		{ "/", "/d/x/old_a.py", "3.11 3.13" },
		{ "/", "/d/rel1.py", "" },
		{ "/", "/d/x/rel1.py", "3.10 3.11 3.13" },
		{ "/", "/d/whole/a.py", "" },
		{ "/", "/d/not-installed/a.py", "3.10 3.11 3.13" },
		{ "/", "/d/kind/a.py", "3.10 3.11 3.13" },
		{ "/", "/d/comment/a.py", "3.10 3.11 3.13" },
		{ "/", "/d/bars/a|b/c.py", "" },
		{ "/", "/d/bars/d.py", "" },
		{ "/d", "/d/all/a.py", "" },
		{ "/d/", "/d/all/a.py", "" },
		{ "/d/all/a.py", "/d/all/a.py", "" },
		{ "/d/al", "/d/all/a.py", "3.10 3.11 3.13" },
		{ "d", "/d/all/a.py", "3.10 3.11 3.13" },
	};
	struct pcs_deb_versions v;
	struct pcs_deb_excludes e = { 0 };
	PCS_BUF struct pcs_buf why = { 0 };
	char text[64];
	(void)state;
	fill(&v);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(lines); i++)
		assert_int_equal(
			pcs_deb_excludes_add_line(&e, &v, lines[i], strlen(lines[i]), &why), 0);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		int64_t out = pcs_deb_excluded(&e, rows[i].dir, rows[i].path, v.installed);
		assert_true(out >= 0);
		uint32_t left = v.installed & ~(uint32_t)out;
		if (strcmp(shown(&v, left, text, sizeof(text)), rows[i].left) != 0)
			fail_msg("%s in %s: %s", rows[i].path, rows[i].dir, text);
		const char *in =
			strndupa(rows[i].path, (size_t)(strrchr(rows[i].path, '/') - rows[i].path));
		if (out && !pcs_deb_may_exclude(&e, in))
			fail_msg("%s: nothing in it is excluded", in);
	}
	pcs_deb_excludes_done(&e);
}

static void tells_where_something_may_be_excluded(void **state)
{
	static const struct {
		const char *line, *dir;
		bool may;
	} rows[] = {
		{ "dir|-|/d", "/d", true },        { "dir|-|/d", "/d/x/y", true },
		{ "dir|-|/d", "/", false },        { "dir|-|/d", "/dd", false },
		{ "dir|-|/", "/", true },          { "re|-|/d/e|x", "/d/e", true },
		{ "re|-|/d/e|x", "/d", false },    { "file|-|/f/a.py", "/f", true },
		{ "file|-|/f/a.py", "/", false },  { "file|-|/f/a.py", "/f/a.py", false },
		{ "file|-|/f/a.py", "/g", false }, { "file|-|/f/g/a.py", "/f", false },
		{ "file|-|/a.py", "/", true },
	};
	struct pcs_deb_versions v;
	PCS_BUF struct pcs_buf why = { 0 };
	(void)state;
	fill(&v);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(rows); i++) {
		struct pcs_deb_excludes e = { 0 };
		const char *line = rows[i].line;
		assert_int_equal(pcs_deb_excludes_add_line(&e, &v, line, strlen(line), &why), 0);
		if (pcs_deb_may_exclude(&e, rows[i].dir) != rows[i].may)
			fail_msg("%s in %s", line, rows[i].dir);
		pcs_deb_excludes_done(&e);
	}
}

static void names_lines_that_are_no_patterns(void **state)
{
	static const char *const bad[] = { "", "dir", "dir|-", "dir|x|/d", "re|-|/d|(" };
	struct pcs_deb_versions v;
	struct pcs_deb_excludes e = { 0 };
	(void)state;
	fill(&v);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(bad); i++) {
		PCS_BUF struct pcs_buf why = { 0 };
		assert_int_equal(pcs_deb_excludes_add_line(&e, &v, bad[i], strlen(bad[i]), &why),
				 -EINVAL);
		assert_true(why.len);
	}
	assert_int_equal(e.n, 0);
	pcs_deb_excludes_done(&e);
}

int pcs_test_debian(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_ranges_as_debpython),
		cmocka_unit_test(reads_the_defaults),
		cmocka_unit_test(refuses_what_is_no_version),
		cmocka_unit_test(knows_public_modules),
		cmocka_unit_test(knows_the_script_of_an_upgrade),
		cmocka_unit_test(leaves_out_what_patterns_say),
		cmocka_unit_test(tells_where_something_may_be_excluded),
		cmocka_unit_test(names_lines_that_are_no_patterns),
	};
	return cmocka_run_group_tests_name("debian", tests, NULL, NULL);
}
