/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Removal, with the proof taken once more at the last moment. */

struct pcs_action;
struct pcs_dir;
struct pcs_handles;
struct pcs_site;

/* Carry out a PCS_REMOVE or PCS_RMDIR; the outcome is in the action's state. */
void pcs_sweep(const struct pcs_site *site, struct pcs_handles *handles, struct pcs_action *a);

/* Remove the cache that a PCS_COMPILE in the directory `d` would have replaced: its source no
 * longer compiles. 0, or -ENOENT when there is none, or another -errno. */
int pcs_sweep_old_pyc(const struct pcs_site *site, const struct pcs_action *a, struct pcs_dir *d);
