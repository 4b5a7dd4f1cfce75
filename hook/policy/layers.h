/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Which files a policy is made of, in which order, and whether they are to be trusted. */

#include <stdbool.h>
#include <stdint.h>

#include "policy/diags.h"

struct pcs_policy;
struct pcs_root;

/* The outcome of reading all layers. Freed by pcs_layers_done(). */
struct pcs_layers {
	struct pcs_policy *policy; /* of the built-in layer and all files that are sound */
	struct pcs_diags faults;   /* of the files that are not; with their names in front */
	struct pcs_diags broken;   /* the names of those files */
	bool unread;               /* some of those could not be read */
	uint32_t inside;           /* so many layers of the policy are built in or of the root */
};
void pcs_layers_done(struct pcs_layers *l);

/*
 * Read, one over the other: the built-in policy, the vendor's file and drop-ins, the
 * administrator's file and drop-ins, all inside `root`; then the file `extra` of the host, unless
 * it is NULL. A drop-in of the administrator hides one of the vendor with the same name, and a link
 * to /dev/null is no file. All files are read whatever is wrong with some. 0 or -ENOMEM.
 */
int pcs_layers_read(const struct pcs_root *root, const char *extra, struct pcs_layers *ret);

/*
 * Add a line for each file of `root` that looks meant for a policy and is not read, such as
 * policy.yml. What package managers and editors leave behind is passed over. 0 or -ENOMEM.
 */
int pcs_layers_ignored(const struct pcs_root *root, struct pcs_diags *ret);

/* The same with the built-in policy and one file of the host alone. */
int pcs_layers_read_file(const char *file, struct pcs_layers *ret);
