/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Each directory of a list once, whatever its names. */

struct pcs_changes;

/* When all is added: sort, and drop what is there twice or lies inside a directory that is walked
 * anyway. What cannot be told apart becomes a failure. 0, -ENOMEM or -PCS_ESIGNAL. */
int pcs_changes_finish(struct pcs_changes *c);
