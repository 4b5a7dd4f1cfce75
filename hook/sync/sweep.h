#pragma once
/* Removal, with the proof taken once more at the last moment. */

struct pcs_action;
struct pcs_run;

/* Carry out a PCS_REMOVE or PCS_RMDIR; the outcome is in the action's state. */
void pcs_sweep(struct pcs_run *run, struct pcs_action *a);

/* Remove the cache that a PCS_COMPILE would have replaced: its source no longer compiles. 0, or
 * -ENOENT when there is none, or another -errno. */
int pcs_sweep_old_pyc(struct pcs_run *run, const struct pcs_action *a);
