/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pycsync py3compile: which files, for which versions, is decided as Debian's program does; what is
 * made of them, as pycsync does: in parallel, by the policy, with what memory knows.
 */

#include "cmd/py3compile.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/exit.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/regex.h"
#include "cmd/debian.h"
#include "cmd/getopt.h"
#include "cmd/operands.h"
#include "cmd/options.h"
#include "cmd/scripts.h"
#include "cmd/session.h"
#include "debian/excludes.h"
#include "debian/modules.h"
#include "debian/versions.h"
#include "policy/query.h"
#include "state/lock.h"
#include "tree/changes.h"

enum { EXIT_NOT_INSTALLED = 3 };

/* A source, and which versions it is compiled for. */
struct file {
	const char *path;
	uint32_t set;
};

struct request {
	bool verbose, quiet, force, optimize, version;
	const char *package, *range;
	const char **patterns; /* of -X */
	size_t n_patterns;
	const char **operands;
	size_t n_operands;

	struct pcs_root root; /* the system */
	struct pcs_debian debian;
	struct pcs_regex **regexes; /* of -X */
	size_t n_regexes;
	struct file *files;
	size_t n_files, cap_files;
	const char **passed; /* sources of the package that are no public modules */
	size_t n_passed;
	const char **excluded; /* public modules */
	size_t n_excluded;
	struct pcs_arena strings;
	bool failed; /* of some file, which was reported */
	struct pcs_scripts scripts;

	/* While sources are told of: */
	const char *dir; /* what was asked for: a directory or file; "/" for public modules */
	uint32_t set;    /* the versions to compile for */
};

#define FLAG(field) PCS_FLAG(struct request, field)

static const struct pcs_option table[] = {
	{ "verbose", 'v', NULL, "say what is done", 0, FLAG(verbose) },
	{ "quiet", 'q', NULL, "only errors, which is the default", 0, FLAG(quiet) },
	{ "force", 'f', NULL, "compile what is up to date as well", 0, FLAG(force) },
	{ NULL, 'O', NULL, "make the bytecode of python3 -O", 0, FLAG(optimize) },
	{ "package", 'p', "PACKAGE",
	  "the public modules of a package, or those below the paths that are given", 0,
	  PCS_WORD(struct request, package) },
	{ NULL, 'V', "RANGE", "only these versions: 3.11, 3.11-, -3.13 or 3.11-3.13", 0,
	  PCS_WORD(struct request, range) },
	{ "exclude", 'X', "REGEXP", "leave out what matches; repeatable", 0,
	  PCS_LIST(struct request, patterns, n_patterns) },
	{ "version", 0, NULL, "say which program this is", 0, FLAG(version) },
	{ "help", 'h', NULL, "this text", 0, .kind = PCS_OPTION_HELP },
};

static int print_help(void)
{
	puts("usage: py3compile [-V RANGE] [-X REGEXP] FILE|DIR...\n"
	     "       py3compile -p PACKAGE [-V RANGE] [[-X REGEXP] DIR...]\n");
	pcs_option_print(table, PCS_ARRAY_SIZE(table), 0);
	puts("\nThe manual is pycsync-py3compile(8).");
	return PCS_EXIT_OK;
}

/* ---- which files ---- */

/* What cannot be compiled is reported, and the others are. */
static int fail_file(struct request *q, const char *path, const char *why)
{
	pcs_error("%s: %s", path, why);
	q->failed = true;
	return 0;
}

static int add_file(struct request *q, const char *path, uint32_t set)
{
	struct file *room = PCS_ROOM(q->files, q->n_files, q->cap_files);
	char *copy = room ? pcs_arena_dup(&q->strings, path, strlen(path)) : NULL;
	if (!copy)
		return -ENOMEM;
	*room = (struct file){ .path = copy, .set = set };
	q->n_files++;
	return 0;
}

static int keep_path(struct request *q, const char *path, const char ***list, size_t *n)
{
	const char *copy = pcs_arena_dup(&q->strings, path, strlen(path));
	return copy ? pcs_words_add(list, n, copy) : -ENOMEM;
}

static int take_file(void *ctx, const char *path)
{
	struct request *q = ctx;
	struct stat st;
	uint32_t own;
	int64_t excluded = pcs_deb_excluded(&q->debian.excludes, q->dir, path, q->set);
	if (excluded < 0)
		return fail_file(q, path, "an expression takes too many steps");
	uint32_t set = q->set & ~(uint32_t)excluded;
	uint32_t bound = pcs_deb_public(&q->debian.versions, path, q->set, &own) & q->set;
	if (!set)
		return keep_path(q, path, &q->excluded, &q->n_excluded);
	if (own && !bound)
		return fail_file(q, path, "it is for a version that was not asked for");
	if (stat(path, &st) < 0)
		return fail_file(q, path, pcs_strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail_file(q, path, "it is not a regular file");
	return add_file(q, path, own ? bound : set);
}

static int take_public(void *ctx, const char *path)
{
	struct request *q = ctx;
	uint32_t own;
	return pcs_deb_public(&q->debian.versions, path, q->set, &own) & q->set ?
		       take_file(q, path) :
		       keep_path(q, path, &q->passed, &q->n_passed);
}

static int take_private(void *ctx, const char *path)
{
	struct request *q = ctx;
	return strncmp(path, q->dir, strlen(q->dir)) == 0 ? take_file(q, path) : 0;
}

static int take_nothing(void *ctx, const char *path)
{
	(void)ctx;
	(void)path;
	return 0;
}

static int take_operand(struct request *q, const char *operand)
{
	const struct pcs_deb_sink private = { take_private, q }, file = { take_file, q },
				  nothing = { take_nothing, q };
	struct stat st;
	int r = 0;
	q->dir = operand;
	for (size_t i = 0; i < q->n_regexes && r == 0; i++)
		r = pcs_deb_excludes_add_regex(&q->debian.excludes, operand, q->regexes[i], q->set);
	if (r < 0)
		return r;
	if (!q->package)
		return pcs_debian_path(operand, &file);
	if (stat(operand, &st) == 0)
		return pcs_debian_package(q->package, &private);
	pcs_warning("%s: %s", operand, pcs_strerror(errno));
	return pcs_debian_package(q->package, &nothing); /* it must be there all the same */
}

static int take_files(struct request *q)
{
	const struct pcs_deb_sink public = { take_public, q };
	int r = pcs_debian_excludes(&q->root, &q->debian);
	if (r < 0)
		return r;
	if (!q->n_operands) {
		q->dir = "/";
		return pcs_debian_package(q->package, &public);
	}
	if (q->package) /* private modules are for one version */
		q->set = pcs_deb_first(&q->debian.versions, q->set);
	for (size_t i = 0; i < q->n_operands && r == 0; i++)
		r = take_operand(q, q->operands[i]);
	return r;
}

/* ---- compilation ---- */

static int name_pythons(struct request *q, uint32_t set, struct pcs_options *o)
{
	int r = 0;
	for (size_t i = 0; i < q->debian.versions.n && r == 0; i++) {
		PCS_BUF struct pcs_buf path = { 0 };
		if (!(set & UINT32_C(1) << i))
			continue;
		r = pcs_buf_printf(&path, "/usr/bin/python%u.%u",
				   pcs_deb_major(q->debian.versions.list[i]),
				   pcs_deb_minor(q->debian.versions.list[i]));
		const char *copy = r == 0 ? pcs_arena_dup(&q->strings, path.data, path.len) : NULL;
		r = copy ? pcs_words_add(&o->pythons, &o->n_pythons, copy) : -ENOMEM;
	}
	return r;
}

static int add_changes(const struct request *q, uint32_t set, struct pcs_changes *changes)
{
	int r = 0;
	for (size_t i = 0; i < q->n_files && r == 0; i++)
		if (q->files[i].set == set)
			r = pcs_changes_add(changes, q->files[i].path, strlen(q->files[i].path));
	return pcs_session_status(r);
}

/* Whether a run does for the package all that the trigger would do for it. */
static bool does_all(const struct request *q, const struct pcs_session *s)
{
	if (!q->package || q->n_operands || q->range || q->optimize || q->failed)
		return false;
	for (size_t i = 0; i < q->n_files; i++)
		if (q->files[i].set != q->set)
			return false;
	for (size_t i = 0; i < q->n_passed; i++)
		if (pcs_scripts_in_tree(s->policy, q->passed[i]))
			return false;
	return true;
}

static int note_right(void *ctx, struct pcs_actions *l)
{
	struct pcs_scripts *x = ctx;
	return pcs_scripts_failed(x, l, 0) ? 0 : pcs_scripts_set_right(x);
}

/* What the package no longer has, or is not to be compiled, is looked at as well. */
static int add_dropped(struct request *q, struct pcs_session *s, struct pcs_changes *changes)
{
	int r = pcs_scripts_open(s, q->package, &q->scripts);
	for (size_t i = 0; i < q->n_excluded && r == 0; i++)
		r = pcs_changes_add(changes, q->excluded[i], strlen(q->excluded[i]));
	if (r == 0)
		r = pcs_scripts_add_dropped(&q->scripts, changes);
	if (r > 0) {
		s->follow = note_right;
		s->follow_ctx = &q->scripts;
	}
	return pcs_session_status(r < 0 ? r : 0);
}

static int run_session(struct request *q, const struct pcs_options *o, uint32_t set)
{
	const struct pcs_settings level = { .levels = 1 << 1 };
	const struct pcs_goal goal = { .flags = q->force ? PCS_GOAL_FORCE : 0 };
	struct pcs_session s;
	struct pcs_changes changes;
	/* A broken policy must not break a transaction; a source that does not compile does. */
	int r = pcs_session_open(o, &goal, PCS_SESSION_SOFT, &s);
	s.soft = false;
	s.site.gives = true;
	if (q->n_operands) /* what is excluded depends on how they are spelled, and is left out */
		s.site.excludes = NULL;
	if (r == 0) {
		if (q->optimize)
			pcs_policy_override(s.policy, 1u << PCS_KEY_OPTIMIZE, &level);
		pcs_session_init_changes(&s, PCS_CHANGES_TRIGGER, &changes);
		r = add_changes(q, set, &changes);
		if (r == 0 && does_all(q, &s))
			r = add_dropped(q, &s, &changes);
		if (r == 0)
			r = pcs_session_run(&s, &changes);
		pcs_changes_done(&changes);
		pcs_scripts_done(&q->scripts);
	}
	pcs_session_done(&s);
	return r;
}

static int compile_set(struct request *q, uint32_t set)
{
	struct pcs_options o = { .command = "py3compile",
				 .root = "/",
				 .wait = PCS_WAIT_FOREVER,
				 .verbose = q->verbose,
				 .quiet = !q->verbose };
	int r = name_pythons(q, set, &o);
	r = r == 0 ? run_session(q, &o, set) : pcs_session_status(r);
	free(o.pythons);
	return r;
}

/* Files that are compiled for the same versions are one run; mostly all are. */
static int compile_all(struct request *q)
{
	int status = PCS_EXIT_OK;
	for (size_t i = 0; i < q->n_files && !pcs_signal_seen(); i++) {
		size_t k = 0;
		while (q->files[k].set != q->files[i].set)
			k++;
		int r = k == i ? compile_set(q, q->files[i].set) : 0;
		if (r)
			status = r == PCS_EXIT_USAGE ? PCS_EXIT_FAILED : r;
	}
	return status;
}

/* ---- the command line ---- */

static int compile_patterns(struct request *q)
{
	q->regexes = calloc(q->n_patterns + 1, sizeof(struct pcs_regex *));
	if (!q->regexes)
		return -ENOMEM;
	for (size_t i = 0; i < q->n_patterns; i++) {
		PCS_BUF struct pcs_buf why = { 0 };
		int r = pcs_regex_new(q->patterns[i], &q->regexes[i], &why);
		if (r < 0)
			return pcs_fail(-PCS_EUSAGE, "py3compile: -X %s: %s", q->patterns[i],
					why.data ? why.data : pcs_strerror(r));
		q->n_regexes++;
	}
	return 0;
}

/* 0 or an exit status. */
static int choose_versions(struct request *q, struct pcs_deb_range range)
{
	int r = pcs_root_open("/", &q->root);
	if (r == 0)
		r = pcs_debian_versions(&q->root, &q->debian);
	if (r < 0)
		return pcs_fail(PCS_EXIT_FAILED,
				"py3compile: debian_defaults does not tell the "
				"versions: %s",
				pcs_strerror(r));
	/* One that is named need not be supported. */
	if (range.min && range.min == range.max && pcs_debian_has_python(range.min))
		q->set = pcs_deb_add(&q->debian.versions, range.min);
	else
		q->set = pcs_deb_pick(&q->debian.versions, range);
	return q->set ? 0 :
			pcs_fail(EXIT_NOT_INSTALLED,
				 "py3compile: none of the versions asked for is installed");
}

static int run(struct request *q)
{
	struct pcs_deb_range range;
	if (pcs_deb_parse_range(q->range ? q->range : "", &range) < 0)
		return pcs_fail(PCS_EXIT_USAGE,
				"py3compile: -V: expected a range of versions, got '%s'", q->range);
	int r = compile_patterns(q);
	if (r < 0)
		return r;
	if (q->n_patterns && !q->n_operands)
		return pcs_fail(PCS_EXIT_USAGE,
				"py3compile: -X works with paths only; for public modules there is "
				"/usr/share/python3/bcep");
	r = choose_versions(q, range);
	if (r)
		return r;
	if (!q->package && !q->n_operands) {
		puts("usage: py3compile [-V RANGE] [-X REGEXP] FILE|DIR...\n"
		     "       py3compile -p PACKAGE");
		return PCS_EXIT_FAILED;
	}
	r = take_files(q);
	if (r < 0)
		return r == -PCS_EUSAGE ? PCS_EXIT_FAILED : pcs_session_status(r);
	r = compile_all(q);
	return r == 0 && q->failed ? PCS_EXIT_FAILED : r;
}

static void done(struct request *q)
{
	for (size_t i = 0; i < q->n_regexes; i++)
		pcs_regex_free(q->regexes[i]);
	pcs_debian_done(&q->debian);
	if (q->root.path)
		pcs_root_done(&q->root);
	pcs_arena_done(&q->strings);
	free(q->regexes);
	free(q->files);
	free(q->passed);
	free(q->excluded);
	free(q->patterns);
	free(q->operands);
}

int pcs_cmd_py3compile(int argc, char **argv)
{
	struct request q = { .root.fd = -1 };
	const struct pcs_getopt g = { .command = "py3compile",
				      .table = table,
				      .n = PCS_ARRAY_SIZE(table),
				      .into = &q,
				      .operands = &q.operands,
				      .n_operands = &q.n_operands };
	int r = pcs_getopt(&g, argc, argv);
	if (r > 0) {
		r = print_help();
	} else if (r == 0 && q.version) {
		puts("py3compile of pycsync " PCS_VERSION);
	} else if (r == 0) {
		q.package = q.package && *q.package ? q.package : NULL;
		r = run(&q);
	}
	done(&q);
	return r >= 0 ? r : r == -PCS_EUSAGE ? PCS_EXIT_USAGE : pcs_session_status(r);
}
