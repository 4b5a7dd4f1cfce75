/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The facts of a tree. */

struct pcs_changes;
struct pcs_verify;

/* Look at all changes. 0, -PCS_ESIGNAL or -ENOMEM. */
int pcs_verify_changes(struct pcs_verify *v, struct pcs_changes *changes);
