#pragma once
/*
 * Which paths the package manager owns. The databases are read when the first question is asked and
 * not before: a run with nothing to do never asks.
 */

#include <stdbool.h>

#include "base/fs.h"

struct pcs_owner;

/* Where one manager's database is, and how to go through the paths in it. */
struct pcs_owner_source {
	const char *name; /* for messages: "pacman" */

	/* Whether the root has such a database with anything in it. */
	bool (*present)(const struct pcs_root *root);

	/* Call `each` with every path of every package: absolute, a slash at the end of
	 * directories. 0, a negative code of `each`, or a negative code with words in `ret_why`
	 * (appended). */
	int (*paths)(const struct pcs_root *root, int (*each)(void *ctx, const char *path),
		     void *ctx, struct pcs_buf *ret_why);

	/* The same with each path's package, files only; NULL where the manager's database cannot
	 * tell that. */
	int (*packages)(const struct pcs_root *root,
			int (*each)(void *ctx, const char *package, const char *path), void *ctx,
			struct pcs_buf *ret_why);
};

/* Nothing is read yet. The root must outlive it. 0 or -ENOMEM. */
int pcs_owner_new(const struct pcs_root *root, struct pcs_owner **ret);
void pcs_owner_free(struct pcs_owner *o);

/* What is known of a path. Where a database is there and cannot be read, nobody knows: then it must
 * be treated as owned. */
enum pcs_owned {
	PCS_OWNED_NO,
	PCS_OWNED_YES,
	PCS_OWNED_UNKNOWN,
};

/*
 * Whether a package owns any bytecode of the source `dir`/`name` ("mod.py"): in its __pycache__,
 * under whatever tag and level, or beside it. `dir` is a real path: no links in it.
 */
enum pcs_owned pcs_owner_of_bytecode(struct pcs_owner *o, const char *dir, const char *name);

/*
 * The name of the package that owns the file `dir`/`name`, or NULL where none does or nobody knows.
 * `dir` is a real path. Lives as long as the owner.
 */
const char *pcs_owner_package(struct pcs_owner *o, const char *dir, const char *name);

/* Whether a package owns the directory. */
enum pcs_owned pcs_owner_of_dir(struct pcs_owner *o, const char *dir);

/* Why a database could not be read, or NULL. */
const char *pcs_owner_problem(const struct pcs_owner *o);
