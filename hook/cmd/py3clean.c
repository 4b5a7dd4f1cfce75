/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pycsync py3clean: the caches of a package's sources go, as they are about to, or those that one
 * version has of them. */

#include "cmd/py3clean.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/exit.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "cmd/debian.h"
#include "cmd/getopt.h"
#include "cmd/operands.h"
#include "cmd/options.h"
#include "cmd/scripts.h"
#include "cmd/session.h"
#include "debian/versions.h"
#include "pkg/dpkg.h"
#include "policy/query.h"
#include "state/lock.h"
#include "tree/changes.h"

enum { EXIT_NO_TAG = 4 };

struct request {
	bool verbose, quiet, version;
	const char *package, *python;
	const char **operands;
	size_t n_operands;

	struct pcs_map owned; /* with -p and paths: the package's sources */
	const struct pcs_policy *policy;
	bool upgrade; /* see pcs_debian_upgrades() */
	struct pcs_scripts scripts;
	struct pcs_changes changes;
};

#define FLAG(field) PCS_FLAG(struct request, field)

static const struct pcs_option table[] = {
	{ "verbose", 'v', NULL, "say what is done", 0, FLAG(verbose) },
	{ "quiet", 'q', NULL, "only errors, which is the default", 0, FLAG(quiet) },
	{ "package", 'p', "PACKAGE", "the sources of a package, of those that paths name", 0,
	  PCS_WORD(struct request, package) },
	{ NULL, 'V', "VERSION", "only the bytecode of this version", 0,
	  PCS_WORD(struct request, python) },
	{ "version", 0, NULL, "say which program this is", 0, FLAG(version) },
	{ "help", 'h', NULL, "this text", 0, .kind = PCS_OPTION_HELP },
};

static const char usage[] = "usage: py3clean [-V VERSION] [-p PACKAGE] [FILE|DIR...]";

static int print_help(void)
{
	printf("%s\n\n", usage);
	pcs_option_print(table, PCS_ARRAY_SIZE(table), 0);
	puts("\nThe manual is pycsync-py3compile(8).");
	return PCS_EXIT_OK;
}

/*
 * Whether what is right of a source's caches is kept while its package is replaced. It costs
 * nothing there: dpkg's trigger looks at these trees when all is unpacked, and removes what is left
 * of sources that went; until then, what changed is compiled anew, and what did not gets another
 * header.
 */
static bool is_kept(const struct request *q, const char *path)
{
	struct pcs_tree_hit hit;
	const char *const *wide = pcs_dpkg.wide;
	while (*wide && !pcs_path_within(path, *wide))
		wide++;
	if (!q->upgrade || !*wide)
		return false;
	pcs_policy_tree(q->policy, path, &hit);
	return hit.tree != PCS_NO_TREE;
}

static int add_source(void *ctx, const char *path)
{
	struct request *q = ctx;
	if (is_kept(q, path))
		return pcs_buf_printf(&q->scripts.kept, "%s\n", path);
	return pcs_changes_add(&q->changes, path, strlen(path));
}

static int add_owned(void *ctx, const char *path)
{
	struct request *q = ctx;
	return pcs_map_get(&q->owned, path) ? add_source(q, path) : 0;
}

static int note_owned(void *ctx, const char *path)
{
	struct request *q = ctx;
	return pcs_map_put(&q->owned, path, 0) ? 0 : -ENOMEM;
}

static int add_sources(struct request *q)
{
	const struct pcs_deb_sink note = { note_owned, q }, source = { add_source, q },
				  owned = { add_owned, q };
	if (!q->n_operands)
		return pcs_debian_package(q->package, &source);
	int r = q->package ? pcs_debian_package(q->package, &note) : 0;
	for (size_t i = 0; i < q->n_operands && r == 0; i++)
		r = pcs_debian_path(q->operands[i], q->package ? &owned : &source);
	return r;
}

/* The tag of the version that is asked for goes as that of an interpreter which is gone. */
static int add_tag(const struct request *q, struct pcs_session *s)
{
	uint32_t version = pcs_deb_parse_version(q->python, NULL);
	return pcs_buf_printf(&s->turnover.gone, "cpython-%u%u\n", pcs_deb_major(version),
			      pcs_deb_minor(version));
}

static int note_end(void *ctx, struct pcs_actions *l)
{
	struct pcs_scripts *x = ctx;
	return pcs_scripts_failed(x, l, 0) ? 0 : pcs_scripts_end_removal(x);
}

/* Add what is to go, and note that it does. */
static int prepare(struct request *q, struct pcs_session *s)
{
	int r = q->package ? pcs_scripts_open(s, q->package, &q->scripts) : 0;
	if (r == 0)
		r = pcs_scripts_begin_removal(&q->scripts);
	if (r == 0)
		r = q->python ? add_tag(q, s) : 0;
	if (r == 0)
		r = add_sources(q);
	if (!q->python && !q->n_operands) {
		s->follow = note_end;
		s->follow_ctx = &q->scripts;
	}
	return r;
}

static int clean(struct request *q)
{
	const struct pcs_options o = { .command = "py3clean",
				       .root = "/",
				       .wait = PCS_WAIT_FOREVER,
				       .verbose = q->verbose,
				       .quiet = !q->verbose };
	const struct pcs_goal goal = { .kind = q->python ? PCS_GOAL_CLEAN : PCS_GOAL_GOING };
	struct pcs_session s;
	int r = pcs_session_open(&o, &goal, PCS_SESSION_SOFT, &s);
	if (r == 0) {
		pcs_session_init_changes(&s, PCS_CHANGES_TRIGGER, &q->changes);
		q->policy = s.policy;
		r = prepare(q, &s);
		if (r < 0)
			r = r == -PCS_EUSAGE ? PCS_EXIT_FAILED : pcs_session_status(r);
		else
			pcs_session_run(&s, &q->changes); /* what stays is no reason to fail */
		pcs_changes_done(&q->changes);
	}
	pcs_scripts_done(&q->scripts);
	pcs_session_done(&s);
	return r;
}

/* 0 or an exit status. */
static int check_version(const struct request *q)
{
	uint32_t version = pcs_deb_parse_version(q->python, NULL);
	if (!version)
		return pcs_fail(PCS_EXIT_FAILED, "py3clean: -V: expected a version, got '%s'",
				q->python);
	if (pcs_debian_has_python(version))
		return 0;
	return pcs_fail(EXIT_NO_TAG, "py3clean: python%s is not installed", q->python);
}

static int run(struct request *q)
{
	int r = q->python ? check_version(q) : 0;
	if (r)
		return r;
	if (!q->package && !q->n_operands) {
		puts(usage);
		return PCS_EXIT_FAILED;
	}
	q->upgrade = q->package && !q->n_operands && !q->python && pcs_debian_upgrades(q->package);
	return clean(q);
}

int pcs_cmd_py3clean(int argc, char **argv)
{
	struct request q = { 0 };
	const struct pcs_getopt g = { .command = "py3clean",
				      .table = table,
				      .n = PCS_ARRAY_SIZE(table),
				      .into = &q,
				      .operands = &q.operands,
				      .n_operands = &q.n_operands };
	int r = pcs_getopt(&g, argc, argv);
	if (r > 0) {
		r = print_help();
	} else if (r == 0 && q.version) {
		puts("py3clean of pycsync " PCS_VERSION);
	} else if (r == 0) {
		q.package = q.package && *q.package ? q.package : NULL;
		q.python = q.python && *q.python ? q.python : NULL;
		r = run(&q);
	}
	pcs_map_done(&q.owned);
	free(q.operands);
	return r >= 0 ? r : r == -PCS_EUSAGE ? PCS_EXIT_USAGE : pcs_session_status(r);
}
