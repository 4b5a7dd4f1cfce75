/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What of a staging root holds modules. */

#include <stdbool.h>

struct pcs_changes;

/* Add all directories site-packages and dist-packages of some version, wherever they are in the
 * root; with `pycs`, also the sources of all pycs that are elsewhere. 0 or -errno. */
int pcs_stage_find(struct pcs_changes *changes, bool pycs);
