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
#include "base/path.h"
#include "base/proc.h"
#include "cmd/compile.h"
#include "base/exit.h"
#include "cmd/interpreters.h"
#include "cmd/policy.h"
#include "cmd/py3clean.h"
#include "cmd/py3compile.h"
#include "cmd/stage.h"
#include "cmd/store.h"
#include "cmd/sync.h"
#include "cmd/trigger.h"
#include "cmd/verify.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "sync", pcs_cmd_sync, "make the bytecode of paths agree with their sources" },
	{ "trigger", pcs_cmd_trigger, "the same for a package manager's list of changes" },
	{ "stage", pcs_cmd_stage, "the same for the staging root of a package build" },
	{ "compile", pcs_cmd_compile, "do what 'python3 -m compileall' does" },
	{ "clean", pcs_cmd_clean, "remove caches whose source is gone" },
	{ "verify", pcs_cmd_verify, "report what is wrong with bytecode, and change nothing" },
	{ "interpreters", pcs_cmd_interpreters, "list the interpreters of the system" },
	{ "store", pcs_cmd_store, "say what is kept of code, make room, or check it" },
	{ "policy", pcs_cmd_policy, "check, show or explain the policy" },
	{ "py3compile", pcs_cmd_py3compile, "do what Debian's py3compile does" },
	{ "py3clean", pcs_cmd_py3clean, "do what Debian's py3clean does" },
};

static int help(void)
{
	puts("usage: pycsync COMMAND [options]\n");
	for (size_t i = 0; i < PCS_ARRAY_SIZE(commands); i++)
		printf("  %-14s %s\n", commands[i].name, commands[i].help);
	puts("\n'pycsync COMMAND --help' tells the options of a command.");
	return PCS_EXIT_OK;
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
	const char *name = argc > 1 ? argv[1] : "";
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
		return help();
	if (strcmp(name, "--version") == 0) {
		puts("pycsync " PCS_VERSION);
		return PCS_EXIT_OK;
	}
	for (size_t i = 0; i < PCS_ARRAY_SIZE(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	if (*name)
		pcs_error("unknown command '%s'; see 'pycsync --help'", name);
	else
		pcs_error("a command is expected; see 'pycsync --help'");
	return PCS_EXIT_USAGE;
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
