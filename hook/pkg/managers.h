/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The package managers that are known, one row each. */

#include <stdbool.h>

struct pcs_manager;
struct pcs_trigger;

/* Ends with NULL. */
extern const struct pcs_manager *const pcs_managers[];

/* The trigger of that name, and whose it is; or NULL. */
const struct pcs_trigger *pcs_trigger_find(const char *name, const struct pcs_manager **ret);

/* Whether what a trigger of `m` names may have changed the tree: it lies in there, or the other way
 * round. /lib is /usr/lib. */
bool pcs_trigger_tells(const struct pcs_manager *m, const char *name, const char *tree);

/* Whether a name is that of a package file of one of them, by its end. */
bool pcs_is_package_name(const char *name);

/* Whether one of them appends `suffix` to the names of files that it writes or keeps. */
bool pcs_is_manager_suffix(const char *suffix);
