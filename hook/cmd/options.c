/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/options.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/exit.h"
#include "base/log.h"
#include "base/progress.h"
#include "cmd/getopt.h"
#include "state/lock.h"

/* What several options have in common. */
enum {
	COMPILING = PCS_SYNC | PCS_TRIGGER | PCS_STAGE,
	PLANNING = COMPILING | PCS_CLEAN,
	LISTING = PCS_SYNC | PCS_STAGE | PCS_CLEAN | PCS_VERIFY | PCS_POLICY_EXPLAIN,
	ROOTED = PCS_SYNC | PCS_TRIGGER | PCS_CLEAN | PCS_VERIFY | PCS_POLICY_CHECK |
		 PCS_POLICY_SHOW | PCS_POLICY_EXPLAIN | PCS_STORE | PCS_STATUS,
	CHOOSING = COMPILING | PCS_VERIFY | PCS_POLICY_SHOW | PCS_POLICY_EXPLAIN,
	STAGING = PCS_STAGE | PCS_VERIFY,
	LASTING = PCS_SYNC | PCS_STAGE | PCS_CLEAN | PCS_VERIFY,
};

/* A number from 0 to `max`, or -PCS_EUSAGE. */
static int read_number(const struct pcs_options *o, const char *option, const char *text, int max)
{
	char *end;
	errno = 0;
	unsigned long n = strtoul(text, &end, 10);
	if (*end || end == text || text[0] == '-' || errno || n > (unsigned long)max)
		return pcs_fail(-PCS_EUSAGE, "%s: %s: expected a number from 0 to %d, got '%s'",
				o->command, option, max, text);
	return (int)n;
}

static int set_jobs(void *into, const char *text)
{
	struct pcs_options *o = into;
	int n = read_number(o, "-j", text, 1024);
	if (n >= 0)
		o->jobs = (unsigned)n;
	return n < 0 ? n : 0;
}

static int set_wait(void *into, const char *text)
{
	struct pcs_options *o = into;
	int n = read_number(o, "--wait", text, INT_MAX / 1000);
	if (n >= 0)
		o->wait = n;
	return n < 0 ? n : 0;
}

static int set_no_wait(void *into, const char *text)
{
	struct pcs_options *o = into;
	(void)text;
	o->wait = 0;
	return 0;
}

static int set_progress(void *into, const char *text)
{
	struct pcs_options *o = into;
	return pcs_option_when(o->command, "progress", text, &o->progress);
}

static int set_color(void *into, const char *text)
{
	struct pcs_options *o = into;
	return pcs_option_when(o->command, "color", text, &o->color);
}

/* "0", "0,2": levels as bits. */
static int add_levels(void *into, const char *text)
{
	struct pcs_options *o = into;
	for (const char *p = text;; p += 2) {
		if (*p < '0' || *p > '2' || (p[1] && p[1] != ','))
			return pcs_fail(-PCS_EUSAGE, "%s: -o: expected 0, 1 or 2, got '%s'",
					o->command, text);
		o->stage.levels |= 1u << (*p - '0');
		if (!p[1])
			return 0;
	}
}

#define FLAG(field) PCS_FLAG(struct pcs_options, field)
#define WORD(field) PCS_WORD(struct pcs_options, field)
#define LIST(field, n) PCS_LIST(struct pcs_options, field, n)
#define YES(field) PCS_CHOICE(struct pcs_options, field, true)
#define NO(field) PCS_CHOICE(struct pcs_options, field, false)

static const struct pcs_option table[] = {
	{ "all", 0, NULL, "every cache, not only those whose source is gone", PCS_CLEAN,
	  FLAG(all) },
	{ "made", 0, NULL, "every cache that pycsync made, and no other", PCS_CLEAN, FLAG(made) },
	{ "root", 0, "DIR", "work inside DIR: all paths are paths in it", ROOTED, WORD(root) },
	{ "policy", 0, "FILE", "read FILE over the policy of the system", 0, WORD(policy) },
	{ "store", 0, "DIR", "keep code by content in DIR, instead of in the policy's store",
	  PCS_SYNC | PCS_STAGE | PCS_STORE, WORD(store) },
	{ "python", 0, "PATH",
	  "only this interpreter: an executable, a libpython or a version; repeatable", CHOOSING,
	  LIST(pythons, n_pythons) },
	{ "python", 0, "PATH",
	  "list this one as well: an executable, a libpython or a version; repeatable",
	  PCS_INTERPRETERS, LIST(pythons, n_pythons) },
	{ "stdin", 0, NULL, "read paths from standard input, one a line", LISTING,
	  FLAG(from_stdin) },
	{ "null", '0', NULL, "paths on standard input end in NUL", LISTING, FLAG(nul) },
	{ "package", 0, "FILE", "take the paths in a package file; repeatable",
	  PCS_SYNC | PCS_VERIFY, LIST(packages, n_packages) },
	{ "installed", 0, "NAME", "take the paths of an installed package", PCS_VERIFY,
	  LIST(installed, n_installed) },
	{ "deep", 0, NULL, "compile the sources and compare the code, too", PCS_VERIFY,
	  FLAG(deep) },
	{ "full", 0, NULL, "look at the trees, and not at what is remembered of them", PCS_STATUS,
	  FLAG(full) },
	{ "stage", 0, "DESTDIR", "look at a staging root, and expect what 'stage' would make of it",
	  PCS_VERIFY, WORD(stage.destdir) },
	{ "no-state", 0, NULL, "take nothing from the memory of earlier runs, and open each pyc",
	  PCS_VERIFY, FLAG(no_state) },
	{ "hardlink-dupes", 0, NULL, "expect levels that are the same to be one file", PCS_VERIFY,
	  FLAG(links) },
	{ "fail-on", 0, "LIST",
	  "exit 1 for these: note, warning (the default), error, never, or findings by name; "
	  "help lists them",
	  PCS_VERIFY, WORD(fail_on) },
	{ "jobs", 'j', "N", "work with N processes (0, the default: one a processor)",
	  COMPILING | PCS_VERIFY, PCS_CALL(set_jobs) },
	{ "wait", 0, "SECONDS", "wait no longer for another run that works there",
	  PCS_SYNC | PCS_CLEAN | PCS_TRIGGER, PCS_CALL(set_wait) },
	{ "no-wait", 0, NULL, "wait for no other run", PCS_SYNC | PCS_CLEAN | PCS_TRIGGER,
	  PCS_CALL(set_no_wait) },
	{ "dry-run", 'n', NULL, "only say what would be done", PLANNING, FLAG(dry_run) },
	{ "check", 0, NULL, "the same, and exit 1 where anything is to be done",
	  PCS_SYNC | PCS_CLEAN, FLAG(check) },
	{ "explain", 0, NULL, "say of each path what is done, and why", PLANNING, FLAG(explain) },
	{ "json", 0, NULL, "one JSON object a line", ~(unsigned)PCS_POLICY_CHECK, FLAG(json) },
	{ "optimize", 'o', "LEVEL",
	  "this optimization level, 0, 1 or 2, or several with commas; repeatable", STAGING,
	  PCS_CALL(add_levels) },
	{ "invalidation-mode", 0, "MODE", "timestamp, checked-hash or unchecked-hash; auto",
	  STAGING, WORD(stage.invalidation) },
	{ "source-date-epoch", 0, "USE", "honor, ignore or require", STAGING, WORD(stage.epoch) },
	{ "clamp-mtime", 0, NULL, "give newer sources that time", STAGING, YES(stage.clamp) },
	{ "no-clamp-mtime", 0, NULL, "leave the times of sources", STAGING, NO(stage.clamp) },
	{ "strip-dir", 0, "DIR", "take DIR off the recorded names instead of DESTDIR; auto or none",
	  STAGING, WORD(stage.strip_dir) },
	{ "prepend-dir", 0, "DIR", "put DIR before the recorded names", STAGING,
	  WORD(stage.prepend_dir) },
	{ "reproducible", 0, NULL, "write canonical bytes", STAGING, YES(stage.reproducible) },
	{ "no-reproducible", 0, NULL, "write what the interpreter writes", STAGING,
	  NO(stage.reproducible) },
	{ "hardlink-dupes", 0, NULL, "link levels that are the same", PCS_STAGE,
	  YES(stage.hardlink) },
	{ "no-hardlink-dupes", 0, NULL, "a file for each level", STAGING, NO(stage.hardlink) },
	{ "record", 0, "FILE", "what a wheel's RECORD lists, besides the PATHs; repeatable",
	  PCS_STAGE, LIST(stage.records, stage.n_records) },
	{ "canonicalize-only", 0, NULL, "compile nothing: rewrite the pycs that are there",
	  PCS_STAGE, FLAG(stage.canonicalize_only) },
	{ "quiet", 'q', NULL, "only errors", PLANNING | PCS_POLICY_CHECK, FLAG(quiet) },
	{ "quiet", 'q', NULL, "no summary", PCS_VERIFY, FLAG(quiet) },
	{ "verbose", 'v', NULL, "also what is left alone", PLANNING, FLAG(verbose) },
	{ "verbose", 'v', NULL, "print notes, too", PCS_VERIFY, FLAG(verbose) },
	{ "verbose", 'v', NULL,
	  "tell of each tree and interpreter whether it is there, and which FILE is valid",
	  PCS_POLICY_CHECK, FLAG(verbose) },
	{ "progress", 0, "WHEN", "show how far it is: auto (on a terminal), always or never",
	  LASTING, PCS_CALL(set_progress) },
	{ "color", 0, "WHEN", "use colors: auto (on a terminal), always or never",
	  ~(unsigned)PCS_TRIGGER, PCS_CALL(set_color) },
	{ "help", 'h', NULL, "this text", 0, .kind = PCS_OPTION_HELP },
};

/* verify repeats those of 'stage' where it says what fixes a finding. */
static int keep_given(void *into, const struct pcs_option *row, const char *arg)
{
	struct pcs_options *o = into;
	if (row->commands != STAGING)
		return 0;
	int r = pcs_words_add(&o->given, &o->n_given, row->name);
	return r < 0 ? r : pcs_words_add(&o->given, &o->n_given, arg);
}

/* 0; 1 when help is asked for; or a negative code. */
static int read_options(int argc, char **argv, enum pcs_command command, struct pcs_options *ret)
{
	const struct pcs_getopt g = { .command = argv[0],
				      .table = table,
				      .n = PCS_ARRAY_SIZE(table),
				      .of = command,
				      .into = ret,
				      .took = command == PCS_VERIFY ? keep_given : NULL,
				      .operands = &ret->operands,
				      .n_operands = &ret->n_operands };
	*ret = (struct pcs_options){ .command = argv[0], .root = "/", .wait = PCS_WAIT_FOREVER };
	int r = pcs_getopt(&g, argc, argv);
	ret->from_stdin |= ret->nul;
	return r;
}

/* A trigger writes what its manager shows or logs: pacman and apt give it a terminal's line, too.
 */
static int run_at_terminal(struct pcs_options *o, enum pcs_command command,
			   int (*run)(struct pcs_options *o))
{
	const bool silent = !(command & LASTING) || (o->quiet && o->progress == PCS_WHEN_AUTO);
	if (command != PCS_TRIGGER)
		pcs_color_start(o->color);
	pcs_progress_start(silent ? PCS_WHEN_NEVER : o->progress);
	int status = run(o);
	pcs_progress_stop();
	return status;
}

static void print_help(const struct pcs_options *o, enum pcs_command command, const char *synopsis)
{
	printf("usage: pycsync %s %s\n\n", o->command, synopsis);
	pcs_option_print(table, PCS_ARRAY_SIZE(table), command);
	if (command == PCS_VERIFY)
		puts("\nOptions from -o to --no-hardlink-dupes are of 'stage', and need --stage.");
	printf("\nThe manual is pycsync%s(8).\n", command == PCS_STAGE  ? "-stage" :
						  command == PCS_VERIFY ? "-verify" :
									  "");
}

int pcs_options_run(int argc, char **argv, enum pcs_command command, const char *synopsis,
		    int (*run)(struct pcs_options *o))
{
	struct pcs_options o;
	int r = read_options(argc, argv, command, &o), status = PCS_EXIT_OK;
	if (r > 0) {
		print_help(&o, command, synopsis);
	} else if (r == -ENOMEM) {
		status = pcs_fail(PCS_EXIT_USAGE, "out of memory");
	} else {
		status = r < 0 ? PCS_EXIT_USAGE : run_at_terminal(&o, command, run);
	}
	free(o.pythons);
	free(o.packages);
	free(o.installed);
	free(o.given);
	free(o.operands);
	free(o.stage.records);
	return status;
}

int pcs_options_pick_packages(struct pcs_options *o, bool (*is_one)(const char *operand))
{
	size_t kept = 0;
	int r = 0;
	for (size_t i = 0; i < o->n_operands && r == 0; i++) {
		if (is_one(o->operands[i]))
			r = pcs_words_add(&o->packages, &o->n_packages, o->operands[i]);
		else
			o->operands[kept++] = o->operands[i];
	}
	o->n_operands = kept;
	return r;
}
