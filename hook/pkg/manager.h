#pragma once
/* What owner.c needs of a package manager: where its database is, and what is in it. */

#include <stdbool.h>

#include "base/fs.h"
#include "pkg/claims.h"

enum pcs_ask_kind {
	PCS_ASK_BYTECODE, /* of the sources in `dir`: in its __pycache__ and beside them */
	PCS_ASK_DIR,      /* the directory `dir` itself */
	PCS_ASK_SOURCES,  /* the sources in `dir`; claims.sources is set */
};

struct pcs_ask {
	const struct pcs_root *root;
	enum pcs_ask_kind kind;
	const char *dir; /* real; packages may know it by other names, see pcs_claims_names() */
};

struct pcs_manager {
	const char *name; /* for messages: "pacman" */

	/* Whether the root has such a database with anything in it. What cannot be looked at may
	 * well be there. */
	bool (*present)(const struct pcs_root *root);

	/*
	 * Put what packages claim of what is asked into `claims`, and whatever else comes cheap
	 * with it; remember in *state (NULL at first) what is in there, so that the same is not
	 * read twice. 0, or a negative code with words in `ret_why` (appended).
	 */
	int (*learn)(void **state, const struct pcs_ask *ask, struct pcs_claims *claims,
		     struct pcs_buf *ret_why);

	/* Free the state, which may be NULL. */
	void (*done)(void *state);
};
