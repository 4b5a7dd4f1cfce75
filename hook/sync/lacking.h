#pragma once
/* Sources of a staging root whose interpreter is not there. */

struct pcs_actions;

/* After planning: they become one failure for each tree. 0 or -ENOMEM. */
int pcs_merge_lacking(struct pcs_actions *l);
