/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Whose the files are that something is wrong with. */

#include "verify/finding.h"

struct pcs_site;

/* Whether a package owns any bytecode of the source, which is known by its path inside the root and
 * by its real one, or may. */
bool pcs_is_owned(const struct pcs_site *site, const char *path);

/* Whose the path of a finding in a tree is; `source` is "" where it is not known of which source it
 * is bytecode. enum pcs_owned_as. */
uint8_t pcs_blame(const struct pcs_site *site, const char *path, const char *source);
