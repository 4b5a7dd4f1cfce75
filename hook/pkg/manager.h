/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a package manager is to us: all that the program knows of one is in its file and its row. */

#include <stdbool.h>

#include "base/buf.h"
#include "pkg/claims.h"

struct pcs_memo;
struct pcs_root;

struct pcs_question {
	const struct pcs_root *root;
	const char *place; /* where in it the database is: one of those that are `present` */
	enum pcs_ask_kind kind;
	const char *dir; /* real; packages may know it by other names, see pcs_claims_names() */
	const struct pcs_memo *memo; /* or NULL */
};

/* Who is told of each path, which is absolute. A negative code ends it. */
struct pcs_path_sink {
	int (*each)(void *ctx, const char *path);
	void *ctx;
};

enum pcs_trigger_flags {
	PCS_TRIGGER_GOING = 1 << 0,  /* the paths are about to be removed */
	PCS_TRIGGER_ERASED = 1 << 1, /* the paths are no package's any more; directories among them
					go, others stay */
	PCS_TRIGGER_ROOTS = 1 << 2,  /* the root of a tree below /usr goes as well when it is empty:
					the manager found caches in it and left it */
	PCS_TRIGGER_NAMES = 1 << 3,  /* directories come as arguments, and there is no list */
	PCS_TRIGGER_NO_FAULT = 1 << 4, /* status 0 whatever happens */
};

/* What the manager runs: "pycsync trigger NAME". */
struct pcs_trigger {
	const char *name;
	unsigned flags; /* enum pcs_trigger_flags */
};

enum { PCS_ROW_MAX = 4 }; /* of each array of a row; the rest is zero, and at least the last */

struct pcs_manager {
	const char *name; /* for messages: "pacman" */

	struct pcs_trigger triggers[PCS_ROW_MAX];

	/* Names that come with its triggers whatever changed below them. They tell nothing of what
	 * has a name of its own: see pcs_trigger_tells(). */
	const char *wide[PCS_ROW_MAX];
	bool (*has_name)(const char *path);

	/* Files that have it call pycsync, where no package of it does. */
	const char *hooks[PCS_ROW_MAX];

	/* How the names of its packages end. A tar archive needs no mention. */
	const char *archives[PCS_ROW_MAX];

	/* What it appends to the name of a file that it writes or keeps: a '#' at the end stands
	 * for hexadecimal digits. */
	const char *temporaries[PCS_ROW_MAX];

	/* Where its database is unless it is told otherwise. */
	const char *places[PCS_ROW_MAX];

	/* Where the root's configuration says that it is, as far as that is plain: put into `ret`,
	 * which is empty. NULL: there is none. 0, or a negative code with words in `ret_why`. */
	int (*configured)(const struct pcs_root *root, struct pcs_buf *ret,
			  struct pcs_buf *ret_why);

	/* The variable in which it tells those that it runs; or NULL. */
	const char *variable;

	/* Whether there is a database with anything in it at a place. What cannot be looked at may
	 * well be there. */
	bool (*present)(const struct pcs_root *root, const char *place);

	/*
	 * Put what packages claim of what is asked into `claims`, and whatever else comes cheap
	 * with it; remember in *state (NULL at first) what is in there, so that the same is not
	 * read twice. 0, or a negative code with words in `ret_why` (appended).
	 */
	int (*learn)(void **state, const struct pcs_question *ask, struct pcs_claims *claims,
		     struct pcs_buf *ret_why);

	/* Free the state, which may be NULL. */
	void (*done)(void *state);

	/* Tell of everything that the package of that name owns. 1, 0 when there is none, or a
	 * negative code, perhaps with words in `ret_why` (appended). Only where `present`. */
	int (*files)(const struct pcs_root *root, const char *place, const char *package,
		     const struct pcs_path_sink *to, struct pcs_buf *ret_why);
};
