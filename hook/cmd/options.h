/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Options that several commands share, read with one table. */

#include "cmd/option.h"

/* The commands that have them; which ones take an option stands in its row. */
enum pcs_command {
	PCS_SYNC = 1 << 0,
	PCS_TRIGGER = 1 << 1,
	PCS_STAGE = 1 << 2,
	PCS_CLEAN = 1 << 3,
	PCS_VERIFY = 1 << 4,
	PCS_INTERPRETERS = 1 << 5,
	PCS_POLICY_CHECK = 1 << 6,
	PCS_POLICY_SHOW = 1 << 7,
	PCS_POLICY_EXPLAIN = 1 << 8,
	PCS_STORE = 1 << 9,
	PCS_STATUS = 1 << 10,
};

/* What only the command stage has, and verify for a root that stage made. */
struct pcs_stage_options {
	const char *destdir;              /* verify: the root, or NULL */
	unsigned levels;                  /* bits; 0: unsaid */
	const char *invalidation, *epoch; /* words, or NULL */
	const char *strip_dir, *prepend_dir;
	const char **records;
	size_t n_records;
	enum pcs_choice_made reproducible, hardlink, clamp;
	bool canonicalize_only;
};

struct pcs_options {
	const char *command; /* "sync", for messages */
	const char *root;
	const char *policy; /* a file of the host, or NULL */
	const char *store;  /* a directory of the host, or NULL */
	const char **pythons;
	size_t n_pythons;
	unsigned jobs; /* 0: as many as there are processors */
	int wait;      /* for other runs: seconds, or PCS_WAIT_FOREVER */
	bool dry_run, check, explain, json, quiet, verbose, from_stdin, nul, all, made;
	bool deep, links, no_state; /* verify */
	bool full;                  /* status */
	enum pcs_when progress, color;
	bool strict; /* an operand that is nothing to us is an error */
	const char *fail_on;
	const char **packages; /* files of the host */
	size_t n_packages;
	const char **installed; /* names of packages */
	size_t n_installed;
	const char **given; /* verify: options of 'stage', name and argument or NULL by turns */
	size_t n_given;
	const char **operands;
	size_t n_operands;
	struct pcs_stage_options stage;
};

/* Read the options of a command and run it with them. Its exit status; or that of --help, or of
 * wrong options, which were reported. */
int pcs_options_run(int argc, char **argv, enum pcs_command command, const char *synopsis,
		    int (*run)(struct pcs_options *o));

/* Move the operands that `is_one` picks to the packages. 0 or -ENOMEM. */
int pcs_options_pick_packages(struct pcs_options *o, bool (*is_one)(const char *operand));
