/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What memory keeps of package databases, so that the lists of a thousand packages are not read for
 * each source that is compiled by hand. */

struct pcs_memory;
struct pcs_owner;

/* Have the owner remember in `memory`, which must outlive it. */
void pcs_databases_remember(struct pcs_memory *memory, struct pcs_owner *o);
