/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What the scripts of dpkg's packages had py3clean and py3compile do, so that the trigger which
 * comes after them need not look at it again.
 *
 * The memory has a row for each of dpkg's lists: which state of the list was dealt with, and how.
 * Where the list on the disk is in that state and all is right, nobody has to look at its sources.
 * Any doubt has the trigger look at all trees: a list that changed without our programs being
 * called, one of them that failed or was killed, another policy, other interpreters, a row that is
 * not there. Until py3compile or py3clean has made a first row, and where pycsync's trigger is not
 * installed, none of this is done.
 */

#include <stdbool.h>
#include <stdint.h>

#include "state/row.h"

struct pcs_actions;
struct pcs_changes;
struct pcs_policy;
struct pcs_session;

struct pcs_scripts {
	struct pcs_session *session;
	bool active;
	struct pcs_buf admin, list; /* where dpkg's database is, and the package's list in it */
	struct pcs_buf bytes;
	struct pcs_rows rows;
	uint64_t quick;   /* of the list as it is; see pcs_row_quick() */
	uint64_t context; /* of a run that compiles: what else decides which bytecode is right */
	struct pcs_buf kept;
	size_t n_kept;       /* rows that it came from */
	struct pcs_buf news; /* of lists that the rows do not know as they are */
};

/* Begin, for the scripts of a package, or, where that is NULL, for the trigger. 0 or -ENOMEM. The
 * session must outlive it. Ended by pcs_scripts_done(). */
int pcs_scripts_open(struct pcs_session *s, const char *package, struct pcs_scripts *ret);
void pcs_scripts_done(struct pcs_scripts *x);

/* py3clean: caches are about to be removed. From now on nothing is known of the package, however
 * the run ends. 0 or -ENOMEM. */
int pcs_scripts_begin_removal(struct pcs_scripts *x);

/* py3clean: once all is done without a failure. Of the sources in x->kept, a path on each line, the
 * caches were kept. 0 or -ENOMEM. */
int pcs_scripts_end_removal(struct pcs_scripts *x);

/* py3compile: add those sources whose caches py3clean has kept and which did not come again. 1; 0
 * where it is not known what there was before, and then nobody may say that all is right; or a
 * negative code. */
int pcs_scripts_add_dropped(struct pcs_scripts *x, struct pcs_changes *changes);

/* py3compile: the bytecode of all sources of the package is right. 0 or -ENOMEM. */
int pcs_scripts_set_right(struct pcs_scripts *x);

/* The trigger: whether scripts have dealt with every package that came, changed or went since the
 * last one. 1, 0 or -ENOMEM. */
int pcs_scripts_did_all(struct pcs_scripts *x);

/* Whether anything of a run failed, so that nothing may be noted; but for actions with such a flag.
 */
bool pcs_scripts_failed(const struct pcs_scripts *x, const struct pcs_actions *l, unsigned but_for);

/* Whether a path of a list is in a tree of the policy, also by way of /lib, a link to /usr/lib. */
bool pcs_scripts_in_tree(const struct pcs_policy *policy, const char *path);

/* The trigger: all trees are right now, or were. 0 or -ENOMEM. */
int pcs_scripts_set_all_right(struct pcs_scripts *x);
