/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What packages claim, as far as it was asked for: a set of paths, each with one package. Managers
 * put paths in as their databases have them; here the names become one, whatever way through the
 * links of a merged /usr a package took ("/lib/python3" is "/usr/lib/python3").
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/map.h"

/* A directory that is a link, and where it leads. */
struct pcs_alias {
	const char *link, *target; /* absolute, real: "/lib", "/usr/lib" */
};

enum {
	PCS_ALIASES_MAX = 16,
	PCS_NAMES_MAX = PCS_ALIASES_MAX + 1,
};

/* Zero-initialise it. */
struct pcs_claims {
	struct pcs_map paths; /* see the keys in claims.c; the value is a package's number */
	const char **packages;
	size_t n_packages, cap_packages;
	struct pcs_arena words;
	struct pcs_alias aliases[PCS_ALIASES_MAX];
	size_t n_aliases;
	bool sources; /* sources and each pyc by its own path are kept as well, not only whose
			 bytecode there is, and directories */
};
void pcs_claims_done(struct pcs_claims *c);

/* Note that `link` leads to the directory `target`; beyond PCS_ALIASES_MAX they are not known. 0 or
 * -ENOMEM. */
int pcs_claims_alias(struct pcs_claims *c, const char *link, const char *target);

/* Every name that a package may have for the real directory `dir`, that one first: appended to
 * `bytes`, each with a NUL behind it. Returns their number, 1 at least, or -ENOMEM. */
int pcs_claims_names(const struct pcs_claims *c, const char *dir, struct pcs_buf *bytes);

/* The other way: append the path with the link that it goes through replaced by where that leads. 0
 * or -ENOMEM. */
int pcs_claims_real(const struct pcs_claims *c, const char *path, size_t len, struct pcs_buf *ret);

/* The number of a package of that name, new each time. Negative: -ENOMEM. */
ssize_t pcs_claims_package(struct pcs_claims *c, const char *name, size_t len);

enum pcs_claim {
	PCS_CLAIM_FILE,
	PCS_CLAIM_DIR,
	PCS_CLAIM_ANY, /* the database does not tell directories from files */
};

/* Take an absolute path, without a slash at its end, for the package. The first package that claims
 * a path keeps it. 0 or -ENOMEM. */
int pcs_claims_add(struct pcs_claims *c, const char *path, size_t len, enum pcs_claim kind,
		   size_t package);

/* What may be asked of a directory. */
enum pcs_ask_kind {
	PCS_ASK_BYTECODE, /* of the source in it: in __pycache__ or beside it, whatever tag and
			     level */
	PCS_ASK_DIR,      /* the directory itself */
	PCS_ASK_SOURCES,  /* the source in it; `sources` is set */
	PCS_ASK_FILE,     /* the very pyc in it, or its __pycache__; `sources` is set */
};

/* Which package claims that, of the source or file `name`; "" with PCS_ASK_DIR. NULL: none.
 * *ret_oom is set, and left alone otherwise, when memory is out. Names are real ones. */
const char *pcs_claims_find(const struct pcs_claims *c, enum pcs_ask_kind kind, const char *dir,
			    const char *name, bool *ret_oom);
