/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What all looks at one directory of a tree share. */

#include "tree/visit.h"
#include "verify/beside_tree.h"
#include "verify/verify.h"

/* The directory that is being looked at. */
struct pcs_look {
	struct pcs_verify_part *p;
	struct pcs_visit *v;
	const struct pcs_site *site;
	size_t living;        /* entries of __pycache__ that belong there */
	const char *recorded; /* what pycs of the source at hand should record; NULL: its path */
	struct pcs_beside_tree beside;
};

/* Note that `name` in the directory, whose path is `path`, could not be examined. 0 or -ENOMEM. */
int pcs_look_unexamined(struct pcs_look *k, const char *path, const char *name, int error);

/* Take over what stat told of a pyc. */
void pcs_look_keep_stat(struct pcs_seen *c, const struct stat *st);

/* Read a pyc of the directory `dir`, which `dirfd` is of, into p->body, and take it apart; of a
 * symbolic link, what it leads to. True when it could be; else c->as and c->error tell why not. */
bool pcs_look_read(struct pcs_look *k, int dirfd, const char *dir, struct pcs_seen *c,
		   struct stat *ret);

/* Where the caches of the directory are, as text in p->words. NULL: -ENOMEM. */
const char *pcs_look_cache_path(struct pcs_look *k);
