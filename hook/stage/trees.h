#pragma once
/* Which directories of a staging root hold modules. */

struct pcs_changes;

/* Add all directories site-packages and dist-packages of some version, wherever they are in the
 * root. 0 or -errno. */
int pcs_stage_find_trees(struct pcs_changes *changes);
