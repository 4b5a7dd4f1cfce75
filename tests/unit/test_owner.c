/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/root.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/util.h"
#include "pkg/claims.h"
#include "pkg/conf.h"
#include "pkg/dpkg.h"
#include "pkg/managers.h"
#include "pkg/owner.h"

static void test_map(void **state)
{
	(void)state;
	struct pcs_map m = { 0 };
	char key[16];
	assert_null(pcs_map_get(&m, "0"));
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%u", i);
		assert_int_equal(*pcs_map_put(&m, key, i), i);
		assert_int_equal(*pcs_map_put(&m, key, i + 1), i);
	}
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%u", i);
		assert_int_equal(*pcs_map_get(&m, key), i);
	}
	assert_null(pcs_map_get(&m, "1000"));
	assert_null(pcs_map_get(&m, ""));
	pcs_map_done(&m);
}

/* What a package claims, and which questions it answers. */
static const struct {
	const char *path;
	enum pcs_claim kind;
	const char *dir, *name; /* "": the directory itself; "*.py" the file; else bytecode of it */
	bool claimed;
} claims[] = {
	{ "/d/__pycache__/a.cpython-311.pyc", PCS_CLAIM_FILE, "/d", "a.py", true },
	{ "/d/__pycache__/a.cpython-311.opt-2.pyc", PCS_CLAIM_FILE, "/d", "a.py", true },
	{ "/d/__pycache__/a.pypy39.pyc", PCS_CLAIM_ANY, "/d", "a.py", true },
	{ "/d/__pycache__/a.b.cpython-311.pyc", PCS_CLAIM_FILE, "/d", "a.py", false },
	{ "/d/__pycache__/a.b.cpython-311.pyc", PCS_CLAIM_FILE, "/d", "a.b.py", true },
	{ "/d/__pycache__/a.pyc", PCS_CLAIM_FILE, "/d", "a.py", false },
	{ "/d/__pycache__/a.other.pyc", PCS_CLAIM_FILE, "/d", "a.py", false },
	{ "/d/a.pyc", PCS_CLAIM_FILE, "/d", "a.py", true },
	{ "/d/a.pyc", PCS_CLAIM_DIR, "/d", "a.py", false },
	{ "/d/a.py", PCS_CLAIM_FILE, "/d", "a.py", false },
	{ "/d/__pycache__.pyc", PCS_CLAIM_FILE, "/d", "__pycache__.py", true },
	{ "/__pycache__/a.cpython-311.pyc", PCS_CLAIM_FILE, "/", "a.py", true },
	{ "/lib/p/__pycache__/a.cpython-311.pyc", PCS_CLAIM_FILE, "/usr/lib/p", "a.py", true },
	{ "/lib/p", PCS_CLAIM_DIR, "/usr/lib/p", "", true },
	{ "/lib", PCS_CLAIM_DIR, "/usr/lib", "", false },
	{ "/library", PCS_CLAIM_DIR, "/usr/library", "", false },
	{ "/d/e", PCS_CLAIM_DIR, "/d/e", "", true },
	{ "/d/e", PCS_CLAIM_ANY, "/d/e", "", true },
	{ "/d/e", PCS_CLAIM_FILE, "/d/e", "", false },
	{ "/d/e", PCS_CLAIM_DIR, "/d", "", false },
};

static void test_claims(void **state)
{
	(void)state;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(claims); i++) {
		struct pcs_claims c = { 0 };
		bool oom = false;
		pcs_claims_alias(&c, "/lib", "/usr/lib");
		ssize_t package = pcs_claims_package(&c, "owner-1", 5);
		assert_int_equal(pcs_claims_add(&c, claims[i].path, strlen(claims[i].path),
						claims[i].kind, (size_t)package),
				 0);
		enum pcs_ask_kind kind = claims[i].name[0] ? PCS_ASK_BYTECODE : PCS_ASK_DIR;
		const char *by = pcs_claims_find(&c, kind, claims[i].dir, claims[i].name, &oom);
		assert_false(oom);
		if (claims[i].claimed != !!by)
			fail_msg("%s: %s", claims[i].path, by ? by : "unclaimed");
		if (by)
			assert_string_equal(by, "owner");
		pcs_claims_done(&c);
	}
}

static void test_names(void **state)
{
	(void)state;
	struct pcs_claims c = { 0 };
	PCS_BUF struct pcs_buf names = { 0 };
	static const char expected[] = "/usr/lib/python3\0/lib/python3\0/usr/lib64/python3";
	pcs_claims_alias(&c, "/lib", "/usr/lib");
	pcs_claims_alias(&c, "/bin", "/usr/bin");
	pcs_claims_alias(&c, "/usr/lib64", "/usr/lib");
	assert_int_equal(pcs_claims_names(&c, "/usr/lib/python3", &names), 3);
	assert_int_equal(names.len, sizeof(expected));
	assert_memory_equal(names.data, expected, sizeof(expected));
	pcs_claims_done(&c);
}

static const char status[] =
	"Package: there\nStatus: install ok installed\nArchitecture: all\n\n"
	"Package: gone\nStatus: deinstall ok config-files\n"
	"Architecture: amd64\nDescription: x\n Status: no field\n\n"
	"Package: both\nStatus: install ok installed\nArchitecture: amd64\n\n"
	"Package: both\nStatus: deinstall ok config-files\nArchitecture: i386\n\n"
	"Package: half\nStatus: install ok half-installed\n\n"
	"Package: back\nStatus: deinstall ok config-files\nArchitecture: all\n\n"
	"Status: deinstall ok config-files\n\n"
	"Package: last\nStatus: deinstall ok config-files";
static const char update[] = "Package: back\nStatus: install ok unpacked\nArchitecture: all\n\n"
			     "Package: there\nStatus: deinstall ok config-files\n";

static const struct {
	const char *entry;
	bool before, after;
} states[] = {
	{ "there.list", false, true },       { "gone.list", true, true },
	{ "gone:amd64.list", true, true },   { "both.list", false, false },
	{ "both:amd64.list", false, false }, { "both:i386.list", true, true },
	{ "half.list", false, false },       { "back.list", true, false },
	{ "back:all.list", true, false },    { "last.list", true, true },
	{ "unknown.list", false, false },
};

static void test_dpkg_status(void **state)
{
	(void)state;
	struct pcs_dpkg_state s = { 0 };
	assert_int_equal(pcs_dpkg_read_status(&s, status, strlen(status), false), 0);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(states); i++)
		if (pcs_dpkg_is_removed(&s, states[i].entry) != states[i].before)
			fail_msg("%s", states[i].entry);
	assert_int_equal(pcs_dpkg_read_status(&s, update, strlen(update), true), 0);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(states); i++)
		if (pcs_dpkg_is_removed(&s, states[i].entry) != states[i].after)
			fail_msg("%s, after the update", states[i].entry);
	assert_int_equal(pcs_dpkg_read_status(&s, "", 0, true), 0);
	pcs_dpkg_state_done(&s);
}

static void test_dpkg_diversions(void **state)
{
	(void)state;
	static const char text[] = "/a\n/a.real\nowner\n/b\n/b.real\n:\n";
	static const struct {
		const char *entry, *path, *at;
	} table[] = {
		{ "owner.list", "/a", "/a" },      { "owner:amd64.list", "/a", "/a" },
		{ "other.list", "/a", "/a.real" }, { "own.list", "/a", "/a.real" },
		{ "owner.list", "/b", "/b.real" }, { "other.list", "/c", "/c" },
	};
	struct pcs_dpkg_state s = { 0 };
	assert_int_equal(pcs_dpkg_read_diversions(&s, text, strlen(text)), 0);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		assert_string_equal(pcs_dpkg_divert(&s, table[i].entry, table[i].path),
				    table[i].at);
	assert_int_equal(pcs_dpkg_read_diversions(&s, "/a\n/b\n", 6), -EINVAL);
	assert_int_equal(pcs_dpkg_read_diversions(&s, "/a\n/b\n:", 7), -EINVAL);
	assert_int_equal(pcs_dpkg_read_diversions(&s, "", 0), 0);
	pcs_dpkg_state_done(&s);
}

static void test_conf_path(void **state)
{
	(void)state;
	static const struct {
		const char *text, *path;
	} table[] = {
		{ "%_dbpath /srv/rpm\n", "/srv/rpm" },
		{ "# x\n%_other /y\n%_dbpath\t\t/srv/rpm/ \n", "/srv/rpm" },
		{ "%_dbpath /a\n%_dbpath /b", "/b" },
		{ "%_dbpath_rebuild /a\n", NULL },
		{ "%_dbpath %(echo ~/.rpmdb)\n", NULL },
		{ "%_dbpath /%{_var}/rpm\n", NULL },
		{ "%_dbpath relative\n", NULL },
		{ "%_dbpath /\n", NULL },
		{ "%_dbpath ", NULL },
		{ "%_dbpath", NULL },
		{ "%_dbpath /a\n%_dbpath %{_var}/b\n", NULL }, /* the last one counts */
		{ "  %_dbpath = '/a b'\r\n", "/a b" },
		{ "#%_dbpath /a\n", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		PCS_BUF struct pcs_buf path = { 0 };
		assert_int_equal(pcs_conf_path(table[i].text, "%_dbpath", &path), 0);
		assert_int_equal(path.len != 0, table[i].path != NULL);
		if (path.len)
			assert_string_equal(path.data, table[i].path);
	}
}

static void write_file(const char *top, const char *path, const char *text)
{
	PCS_BUF struct pcs_buf whole = { 0 };
	size_t at;
	pcs_buf_printf(&whole, "%s/%s", top, path);
	assert_int_equal(pcs_fs_make_parents(whole.data, 0755, &at), 0);
	FILE *file = fopen(whole.data, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* Two databases in one root: a path is owned if any of them says so. */
static void test_owner(void **state)
{
	(void)state;
	char top[] = "/tmp/pycsync-units.XXXXXX";
	assert_non_null(mkdtemp(top));
	write_file(top, "var/lib/pacman/local/ALPM_DB_VERSION", "9\n");
	write_file(top, "var/lib/pacman/local/py-thing-1.0-1/files",
		   "%FILES%\np/\np/a.py\np/__pycache__/a.cpython-311.pyc\n\n%BACKUP%\np/b.pyc\n\n");
	write_file(top, "var/lib/pacman/local/empty-1-1/files", "");
	write_file(top, "var/lib/dpkg/info/deb.list", "/.\n/p\n/p/c.py\n/q\n/q/c.pyc\n");
	write_file(top, "p/a.py", "");
	write_file(top, "q/c.py", "");
	struct pcs_root root;
	struct pcs_owner *o = NULL;
	assert_int_equal(pcs_root_open(top, &root), 0);
	assert_int_equal(pcs_owner_new(&root, pcs_managers, &o), 0);
	pcs_owner_prepare(o, "/p");
	pcs_owner_free(o); /* it waits for the thread */
	/* Nothing was read ahead: what is released goes by the links that were found. */
	assert_int_equal(symlinkat("q", root.fd, "link"), 0);
	assert_int_equal(pcs_owner_new(&root, pcs_managers, &o), 0);
	assert_int_equal(pcs_owner_release(o, "/link/d"), 0);
	pcs_owner_renew(o);
	assert_true(pcs_owner_released(o, "/link/d"));
	pcs_owner_free(o);
	assert_int_equal(pcs_owner_new(&root, pcs_managers, &o), 0);
	pcs_owner_prepare(o, "/p");
	assert_int_equal(pcs_owner_of_bytecode(o, "/p", "a.py"), PCS_OWNED_YES);
	assert_int_equal(pcs_owner_of_bytecode(o, "/p", "b.py"), PCS_OWNED_NO);
	assert_int_equal(pcs_owner_of_bytecode(o, "/q", "c.py"), PCS_OWNED_YES);
	assert_int_equal(pcs_owner_of_dir(o, "/q"), PCS_OWNED_YES);
	assert_int_equal(pcs_owner_of_dir(o, "/p/__pycache__"), PCS_OWNED_NO);
	assert_string_equal(pcs_owner_package(o, "/p", "a.py"), "py-thing");
	assert_string_equal(pcs_owner_package(o, "/p", "c.py"), "deb");
	assert_null(pcs_owner_package(o, "/p", "d.py"));
	assert_int_equal(pcs_owner_release(o, "/q"), 0);
	assert_int_equal(pcs_owner_release(o, "/p/__pycache__/a.cpython-311.pyc"), 0);
	assert_int_equal(pcs_owner_of_dir(o, "/q"), PCS_OWNED_NO);
	assert_int_equal(pcs_owner_of_dir(o, "/p"), PCS_OWNED_YES);
	assert_int_equal(pcs_owner_of_bytecode(o, "/p", "a.py"), PCS_OWNED_NO);
	assert_int_equal(pcs_owner_of_bytecode(o, "/q", "c.py"), PCS_OWNED_YES);
	assert_null(pcs_owner_problem(o));
	pcs_owner_free(o);
	pcs_root_done(&root);
	const char *const remove[] = { "/bin/rm", "-r", top, NULL };
	PCS_BUF struct pcs_buf out = { 0 };
	assert_int_equal(pcs_proc_capture(remove, 100, &out), 0);
}

/* What is found when nobody has asked yet is no answer: not even that a database is broken. */
static void test_ahead(void **state)
{
	(void)state;
	char top[] = "/tmp/pycsync-units.XXXXXX";
	struct pcs_root root;
	struct pcs_owner *o = NULL;
	assert_non_null(mkdtemp(top));
	write_file(top, "var/lib/dpkg/info/deb.list", "/p\n/p/a.pyc");
	assert_int_equal(pcs_root_open(top, &root), 0);
	assert_int_equal(pcs_owner_new(&root, pcs_managers, &o), 0);
	pcs_owner_prepare(o, "/p");
	nanosleep(&(struct timespec){ .tv_nsec = 50 * 1000 * 1000 }, NULL);
	assert_null(pcs_owner_problem(o));
	write_file(top, "var/lib/dpkg/info/deb.list", "/p\n/p/a.pyc\n");
	assert_int_equal(pcs_owner_of_bytecode(o, "/p", "a.py"), PCS_OWNED_YES);
	assert_null(pcs_owner_problem(o));
	pcs_owner_free(o);
	pcs_root_done(&root);
	const char *const remove[] = { "/bin/rm", "-r", top, NULL };
	PCS_BUF struct pcs_buf out = { 0 };
	assert_int_equal(pcs_proc_capture(remove, 100, &out), 0);
}

/* A list of dpkg's of `len` bytes, of which the last are `end`, has /p/a.pyc in the line that
 * begins at `at`: what is known of /p/a.py. */
static enum pcs_owned ask_long_list(const char *top, size_t len, size_t at, const char *end)
{
	static const char line[] = "/p/a.pyc\n";
	PCS_FREE char *text = malloc(len + 1);
	struct pcs_root root;
	struct pcs_owner *o = NULL;
	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = i + 1 == at || i % 50 == 49 ? '\n' : 'x';
	memcpy(text + at, line, strlen(line));
	memcpy(text + len - strlen(end), end, strlen(end) + 1);
	write_file(top, "var/lib/dpkg/info/long.list", text);
	assert_int_equal(pcs_root_open(top, &root), 0);
	assert_int_equal(pcs_owner_new(&root, pcs_managers, &o), 0);
	enum pcs_owned known = pcs_owner_of_bytecode(o, "/p", "a.py");
	assert_int_equal(known == PCS_OWNED_UNKNOWN, pcs_owner_problem(o) != NULL);
	pcs_owner_free(o);
	pcs_root_done(&root);
	return known;
}

/* Long lists are read in pieces of a power of two. */
static void test_long_lists(void **state)
{
	(void)state;
	enum { PIECE = 128 << 10 };
	char top[] = "/tmp/pycsync-units.XXXXXX";
	assert_non_null(mkdtemp(top));
	for (size_t before = 0; before <= 10; before++)
		assert_int_equal(ask_long_list(top, 3 * PIECE, PIECE - before, "x\n"),
				 PCS_OWNED_YES);
	assert_int_equal(ask_long_list(top, 2 * PIECE, 2 * PIECE - 20, "x\n"), PCS_OWNED_YES);
	assert_int_equal(ask_long_list(top, 2 * PIECE, 2 * PIECE - 20, "xx"), PCS_OWNED_UNKNOWN);
	assert_int_equal(ask_long_list(top, 2 * PIECE + 1, 99, "\n"), PCS_OWNED_YES);
	assert_int_equal(ask_long_list(top, 2 * PIECE + 1, 99, "x"), PCS_OWNED_UNKNOWN);
	const char *const remove[] = { "/bin/rm", "-r", top, NULL };
	PCS_BUF struct pcs_buf out = { 0 };
	assert_int_equal(pcs_proc_capture(remove, 100, &out), 0);
}

/* A manager that is not in the program: one package, that owns /m. */
static bool mine_present(const struct pcs_root *root, const char *place)
{
	(void)root;
	(void)place;
	return true;
}

static int mine_learn(void **state, const struct pcs_question *ask, struct pcs_claims *to,
		      struct pcs_buf *ret_why)
{
	static const struct {
		const char *path;
		enum pcs_claim kind;
	} paths[] = {
		{ "/m", PCS_CLAIM_DIR },
		{ "/m/a.py", PCS_CLAIM_FILE },
		{ "/m/__pycache__/a.cpython-311.pyc", PCS_CLAIM_FILE },
	};
	(void)state;
	(void)ret_why;
	int r = 0;
	ssize_t package = pcs_claims_package(to, "mine", 4);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(paths) && r == 0; i++)
		r = pcs_claims_add(to, paths[i].path, strlen(paths[i].path), paths[i].kind,
				   (size_t)package);
	return strcmp(ask->dir, "/broken") == 0 ? -EIO : r;
}

static const struct pcs_manager mine = {
	.name = "mine",
	.places = { "/" },
	.present = mine_present,
	.learn = mine_learn,
	.done = free,
};

static void test_own_manager(void **state)
{
	(void)state;
	static const struct pcs_manager *const managers[] = { &mine, NULL };
	struct pcs_root root;
	struct pcs_owner *o = NULL;
	assert_int_equal(pcs_root_open("/", &root), 0);
	assert_int_equal(pcs_owner_new(&root, managers, &o), 0);
	assert_int_equal(pcs_owner_of_bytecode(o, "/m", "a.py"), PCS_OWNED_YES);
	assert_int_equal(pcs_owner_of_bytecode(o, "/m", "b.py"), PCS_OWNED_NO);
	assert_int_equal(pcs_owner_of_dir(o, "/m"), PCS_OWNED_YES);
	assert_int_equal(pcs_owner_of_dir(o, "/n"), PCS_OWNED_NO);
	assert_string_equal(pcs_owner_package(o, "/m", "a.py"), "mine");
	assert_null(pcs_owner_package(o, "/m", "b.py"));
	assert_int_equal(pcs_owner_of_source(o, "/m", "a.py"), PCS_OWNED_YES);
	assert_null(pcs_owner_problem(o));
	assert_int_equal(pcs_owner_of_source(o, "/m", "b.py"), PCS_OWNED_UNKNOWN);
	assert_non_null(strstr(pcs_owner_problem(o), "/m/b.py"));
	assert_int_equal(pcs_owner_of_bytecode(o, "/m", "b.py"), PCS_OWNED_NO);
	assert_int_equal(pcs_owner_of_dir(o, "/broken"), PCS_OWNED_UNKNOWN);
	assert_string_equal(pcs_owner_problem(o),
			    "mine's database cannot be read: Input/output error");
	pcs_owner_free(o);
	pcs_root_done(&root);
}

/* Without a manager nobody owns anything; but what is listed is in a database that is elsewhere. */
static void test_no_manager(void **state)
{
	(void)state;
	static const struct pcs_manager *const managers[] = { NULL };
	struct pcs_root root;
	struct pcs_owner *o = NULL;
	assert_int_equal(pcs_root_open("/", &root), 0);
	assert_int_equal(pcs_owner_new(&root, managers, &o), 0);
	assert_int_equal(pcs_owner_of_dir(o, "/usr"), PCS_OWNED_NO);
	assert_null(pcs_owner_problem(o));
	assert_int_equal(pcs_owner_of_source(o, "/usr", "a.py"), PCS_OWNED_UNKNOWN);
	assert_non_null(strstr(pcs_owner_problem(o), "/usr/a.py"));
	pcs_owner_free(o);
	pcs_root_done(&root);
}

/* Each row says everything, and no two have one trigger. */
static void test_rows(void **state)
{
	(void)state;
	for (const struct pcs_manager *const *m = pcs_managers; *m; m++) {
		assert_true((*m)->name && (*m)->present && (*m)->learn && (*m)->done);
		assert_non_null((*m)->files);
		assert_non_null((*m)->triggers[0].name);
		assert_null((*m)->triggers[PCS_ROW_MAX - 1].name);
		assert_null((*m)->archives[PCS_ROW_MAX - 1]);
		assert_null((*m)->temporaries[PCS_ROW_MAX - 1]);
		assert_non_null((*m)->places[0]);
		assert_null((*m)->places[PCS_ROW_MAX - 1]);
		for (const struct pcs_trigger *t = (*m)->triggers; t->name; t++) {
			const struct pcs_manager *whose = NULL;
			assert_ptr_equal(pcs_trigger_find(t->name, &whose), t);
			assert_ptr_equal(whose, *m);
		}
	}
	const struct pcs_manager *whose = NULL;
	assert_null(pcs_trigger_find("", &whose));
}

static void test_suffixes(void **state)
{
	(void)state;
	static const struct {
		const char *suffix;
		bool temporary, package;
	} table[] = {
		{ ".dpkg-new", true, false }, { ".dpkg-new2", false, false },
		{ ".pacnew", true, false },   { ";5f3a", true, false },
		{ ";", false, false },        { ";5f3g", false, false },
		{ "", false, false },         { ".deb", false, true },
		{ ".udeb", false, true },     { ".rpm", false, true },
		{ ".rpms", false, false },
	};
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++)
		if (pcs_is_manager_suffix(table[i].suffix) != table[i].temporary ||
		    pcs_is_package_name(table[i].suffix) != table[i].package)
			fail_msg("'%s'", table[i].suffix);
}

int pcs_test_owner(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_dpkg_status),
		cmocka_unit_test(test_dpkg_diversions),
		cmocka_unit_test(test_conf_path),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_ahead),
		cmocka_unit_test(test_long_lists),
		cmocka_unit_test(test_own_manager),
		cmocka_unit_test(test_no_manager),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_suffixes),
	};
	return cmocka_run_group_tests_name("owner", tests, NULL, NULL);
}
