/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pycsync makes the bytecode on disk agree with the sources on disk, for exactly the paths it is
 * told about.
 *
 *   changes ──▶ policy ──▶ scan ──▶ plan ──▶ apply ──▶ report
 *
 * The folders; which may include which stands in tests/layers:
 *
 *   main.c       this map, and which command it is
 *   cmd/         one file a command: options, calls, output; session: what they all begin with
 *   sync/        from paths to actions (plan is pure), their execution, and the report
 *   verify/      what is wrong in a tree or a package: judge (pure), findings, report
 *   stage/       staging roots of package builds: trees, times, wheels, canonical rewriting
 *   compileall/  the flow of that module, for its own command line
 *   tree/        what is on disk: the paths to look at, the walk, the facts
 *   state/       what is kept from run to run: locks, memory of what was made, interpreters
 *   store/       canonical code by content, for many trees and systems
 *   workers/     the interpreters of the system, and the pool of workers that compile
 *   pkg/         who owns a path: one file a package manager
 *   archive/     the members of package files; the only user of libarchive
 *   debian/      pure: what py3compile knows of versions, modules and exclusions
 *   policy/      the YAML policy: files, keys, what applies to a path
 *   worker/      pycsync-worker, the process that holds Python; protocol is shared with workers/
 *   pyc/         pure: names, headers, hashes, bodies and the canonical form of pycs
 *   base/        errors, log, buffers, json, map, dl (libraries), time, paths, processes, and fs,
 *                which alone changes the disk
 */

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/nearest.h"
#include "base/path.h"
#include "base/proc.h"
#include "cmd/compile.h"
#include "base/exit.h"
#include "cmd/interpreters.h"
#include "cmd/policy.h"
#include "cmd/py3clean.h"
#include "cmd/py3compile.h"
#include "cmd/stage.h"
#include "cmd/status.h"
#include "cmd/store.h"
#include "cmd/sync.h"
#include "cmd/trigger.h"
#include "cmd/verify.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
	bool has_commands; /* of its own */
} commands[] = {
	{ "sync", pcs_cmd_sync, "make the bytecode of paths agree with their sources" },
	{ "trigger", pcs_cmd_trigger, "the same for a package manager's list of changes" },
	{ "stage", pcs_cmd_stage, "the same for the staging root of a package build" },
	{ "compile", pcs_cmd_compile, "do what 'python3 -m compileall' does" },
	{ "clean", pcs_cmd_clean, "remove caches whose source is gone" },
	{ "verify", pcs_cmd_verify, "report what is wrong with bytecode, and change nothing" },
	{ "status", pcs_cmd_status, "tell on one page whether all is well" },
	{ "interpreters", pcs_cmd_interpreters, "list the interpreters of the system" },
	{ "store", pcs_cmd_store, "say what is kept of code, make room, or check it", true },
	{ "policy", pcs_cmd_policy, "check, show or explain the policy", true },
	{ "py3compile", pcs_cmd_py3compile, "do what Debian's py3compile does" },
	{ "py3clean", pcs_cmd_py3clean, "do what Debian's py3clean does" },
};

static int help(FILE *out)
{
	fputs("usage: pycsync COMMAND [options]\n\n", out);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(commands); i++)
		fprintf(out, "  %-14s %s\n", commands[i].name, commands[i].help);
	fputs("\n'pycsync help COMMAND' tells the options of a command, 'pycsync --version' or -V\n"
	      "the version, pycsync(8) the rest.\n",
	      out);
	return out == stdout ? PCS_EXIT_OK : PCS_EXIT_USAGE;
}

static int run_command(int argc, char **argv)
{
	struct pcs_nearest nearest = { 0 };
	for (size_t i = 0; i < PCS_ARRAY_SIZE(commands); i++) {
		if (strcmp(commands[i].name, argv[0]) == 0)
			return commands[i].run(argc, argv);
		pcs_nearest_try(&nearest, argv[0], commands[i].name);
	}
	if (nearest.word)
		return pcs_fail(PCS_EXIT_USAGE, "unknown command '%s': did you mean '%s'?", argv[0],
				nearest.word);
	return pcs_fail(PCS_EXIT_USAGE, "unknown command '%s'; see 'pycsync help'", argv[0]);
}

static bool is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static bool has_commands(const char *name)
{
	for (size_t i = 0; i < PCS_ARRAY_SIZE(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].has_commands;
	return false;
}

/* 'help', and the words behind it: a command, and one of its own where it has some. */
static int help_on(int n, char **words)
{
	static char asked[] = "--help";
	if (n == 0 || is_help(words[0]))
		return help(stdout);
	const int taken = n > 1 && has_commands(words[0]) ? 2 : 1;
	if (n > taken)
		return pcs_fail(PCS_EXIT_USAGE, "help: unexpected argument '%s'", words[taken]);
	return taken == 2 ? run_command(3, (char *[]){ words[0], words[1], asked, NULL }) :
			    run_command(2, (char *[]){ words[0], asked, NULL });
}

/* Debian's scripts call these two by links to the program. */
static bool is_called_by_name(const char *path)
{
	const char *name = pcs_path_base(path);
	return strcmp(name, "py3compile") == 0 || strcmp(name, "py3clean") == 0;
}

static int dispatch(int argc, char **argv)
{
	if (argc > 0 && is_called_by_name(argv[0]))
		return strcmp(pcs_path_base(argv[0]), "py3clean") == 0 ?
			       pcs_cmd_py3clean(argc, argv) :
			       pcs_cmd_py3compile(argc, argv);
	if (argc < 2)
		return help(stderr);
	const char *name = argv[1];
	if (is_help(name))
		return name[0] == '-' ? help(stdout) : help_on(argc - 2, argv + 2);
	if (strcmp(name, "--version") != 0 && strcmp(name, "-V") != 0)
		return run_command(argc - 1, argv + 1);
	puts("pycsync " PCS_VERSION);
	return PCS_EXIT_OK;
}

int main(int argc, char **argv)
{
	pcs_proc_setup();
	pcs_signals_catch();
	/* No transaction fails because nobody reads what its trigger says. */
	bool trigger = argc > 1 && strcmp(argv[1], "trigger") == 0;
	int status = dispatch(argc, argv);
	int error = fflush(stdout) != 0 ? errno : ferror(stdout) ? EIO : 0;
	if (!error || trigger || status != PCS_EXIT_OK)
		return status;
	pcs_error("standard output: %s", pcs_strerror(error));
	return PCS_EXIT_FAILED;
}
