/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What is valid key by key and cannot be true together, and what is probably unintended. */

#include <stdint.h>

struct pcs_diags;
struct pcs_load;
struct pcs_policy;

/* Note what cannot be true together, of what this layer has added. */
void pcs_check_together(struct pcs_load *load);

/* What is valid but probably unintended, such as a rule that never matches. Diagnostics of the
 * layers from `first` on are added. 0 or -ENOMEM. */
int pcs_policy_doubts(const struct pcs_policy *p, uint32_t first, struct pcs_diags *diags);
