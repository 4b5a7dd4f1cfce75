/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The little that is used of librpm: which packages have something in a directory, and what else.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct pcs_rpmdb;

/*
 * Open the database in the directory `path` for reading. Neither rpm's configuration nor anything
 * of the caller is read for it. 0, or a negative code with words in `ret_why` (appended): -ELIBACC
 * when librpm cannot be loaded.
 */
int pcs_rpmdb_open(const char *path, const char *backend, struct pcs_rpmdb **ret,
		   struct pcs_buf *ret_why);
void pcs_rpmdb_close(struct pcs_rpmdb *db);

struct pcs_rpm_file {
	const char *dir, *name; /* the directory with a slash at the end */
	bool is_dir;
	bool ghost; /* the package says that it will be there, and does not bring it */
};

/* What is called for each package that was found, in this order. Negative codes end the search. */
struct pcs_rpm_visitor {
	void *ctx;
	uint32_t known;                                               /* see pcs_rpmdb_visit() */
	int (*package)(void *ctx, uint32_t number, const char *name); /* 0: leave it out */
	int (*dir)(void *ctx, const char *dir); /* once each; a slash at the end; may be NULL */
	int (*file)(void *ctx, const struct pcs_rpm_file *file);
};

/* By what packages are found; the values are librpm's. */
enum pcs_rpm_index {
	PCS_RPM_LABELS = 2,  /* the name, or name-version and so on */
	PCS_RPM_DIRS = 1118, /* a directory that they have anything directly in, with a slash at
				its end */
};

/*
 * Visit the packages that `key` finds, unless their number is `known` of the visitor. 0, a negative
 * code of the visitor, or one with words in `ret_why`.
 */
int pcs_rpmdb_visit(struct pcs_rpmdb *db, enum pcs_rpm_index index, const char *key,
		    const struct pcs_rpm_visitor *visitor, struct pcs_buf *ret_why);
