/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The store that a command uses: that of --store, or the policy's. */

#include <stdbool.h>

struct pcs_policy;
struct pcs_root;
struct pcs_storage;

/*
 * Open the store `dir`, relative to the working directory; with `make` it is made where it is not
 * there. One that cannot be used is an error. 0 or an exit status, after reporting why. Freed by
 * pcs_storage_free().
 */
int pcs_storage_open(const char *dir, bool make, struct pcs_storage **ret);

/*
 * Open the store of a policy, inside of `root`; *ret is NULL where it has none. Directories that
 * cannot be used are done without, after a warning. 0 or an exit status. The policy must outlive
 * it.
 */
int pcs_storage_open_policy(const struct pcs_policy *policy, const struct pcs_root *root, bool make,
			    struct pcs_storage **ret);

/* The store; NULL where there is none. */
struct pcs_store *pcs_storage_get(struct pcs_storage *s);

/* Make room where the run wrote, and report what could not be kept. NULL is allowed. */
void pcs_storage_end(struct pcs_storage *s);
void pcs_storage_free(struct pcs_storage *s);
