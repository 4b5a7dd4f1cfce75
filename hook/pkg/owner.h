/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Which paths package managers own. A path is owned if any database in the root says so. They are
 * asked when the first question comes and not before, and then for little more than was asked: a
 * run with nothing to do never asks.
 */

#include <stdbool.h>

struct pcs_manager;
struct pcs_memo;
struct pcs_owner;
struct pcs_root;

/* Ask these managers, of which the last is NULL: see managers.h. Nothing is read yet. The root must
 * outlive it. 0 or -ENOMEM. */
int pcs_owner_new(const struct pcs_root *root, const struct pcs_manager *const *managers,
		  struct pcs_owner **ret);
void pcs_owner_free(struct pcs_owner *o);

/* Before the first question: where it is remembered what databases have; copied. */
void pcs_owner_remember(struct pcs_owner *o, const struct pcs_memo *memo);

/*
 * Before the first question: the manager that runs us says that its database is at `place` of the
 * host. It is asked as well as the others; what is outside the root, or no absolute path, counts
 * for nothing. 0 or -ENOMEM.
 */
int pcs_owner_tell(struct pcs_owner *o, const struct pcs_manager *m, const char *place);

/* Read what a question about the directory `dir` needs, in a thread: a question waits for it. `dir`
 * is a real path; once at most. Where there can be no thread, or it fails, the first question does
 * it. */
void pcs_owner_prepare(struct pcs_owner *o, const char *dir);

/* Before the first question: what was read ahead may have changed since, and is read again. */
void pcs_owner_renew(struct pcs_owner *o);

/* What is known of a path. Where a database is there and cannot be read, nobody knows: then it must
 * be treated as owned. */
enum pcs_owned {
	PCS_OWNED_NO,
	PCS_OWNED_YES,
	PCS_OWNED_UNKNOWN,
};

/*
 * Whether a package owns any bytecode of the source `dir`/`name` ("mod.py"): in its __pycache__,
 * under whatever tag and level, or beside it. `dir` is a real path: no links in it. It may be asked
 * by several threads.
 */
enum pcs_owned pcs_owner_of_bytecode(struct pcs_owner *o, const char *dir, const char *name);

/* The same of a file `dir`/`pyc` that is not in a __pycache__, or has a name that no cache has: it
 * is asked for as if it lay beside a source. */
enum pcs_owned pcs_owner_of_pyc(struct pcs_owner *o, const char *dir, const char *pyc);

/*
 * Whether a package owns the source `dir`/`name`, which a manager has named as one of its own.
 * Where no database has it, or none is there, one that nobody knows of does: that is
 * PCS_OWNED_UNKNOWN, and never PCS_OWNED_NO. The first such question has databases read anew.
 */
enum pcs_owned pcs_owner_of_source(struct pcs_owner *o, const char *dir, const char *name);

/* The real path of the directory `dir` cannot be had, because of `error`: so what is in it may be
 * anybody's, which pcs_owner_problem() tells. For all questions above and below a `dir` of NULL is
 * such a one. */
void pcs_owner_doubt(struct pcs_owner *o, const char *dir, int error);

/* Whether a package owns the directory. */
enum pcs_owned pcs_owner_of_dir(struct pcs_owner *o, const char *dir);

/* Whether a package owns the very pyc `dir`/`name`, or the `name` "__pycache__", which may be no
 * directory. `dir` is a real path. The first such question has databases read anew. */
enum pcs_owned pcs_owner_of_file(struct pcs_owner *o, const char *dir, const char *name);

/*
 * The name of the package that owns the source `dir`/`name`, or NULL where none does or nobody
 * knows; it lives as long as `o`. `dir` is a real path. The first such question has databases read
 * anew.
 */
const char *pcs_owner_package(struct pcs_owner *o, const char *dir, const char *name);

/*
 * The path, a directory or bytecode, is no package's any more, whatever databases say: rpm keeps a
 * package in its database until the last of its triggers has run, and names to that one what went.
 * 0 or -ENOMEM.
 */
int pcs_owner_release(struct pcs_owner *o, const char *path);

/* Whether pcs_owner_release() was called for the path. */
bool pcs_owner_released(struct pcs_owner *o, const char *path);

/* Why an answer was PCS_OWNED_UNKNOWN, or NULL; that also for a NULL `o`, which asks none. */
const char *pcs_owner_problem(struct pcs_owner *o);
