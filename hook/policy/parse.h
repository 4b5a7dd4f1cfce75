/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* From nodes to a policy: every mapping is read by the table of keys. */

struct pcs_load;
struct pcs_node;

/* Take what a whole layer says into load->policy. Faults are noted. `root` may be NULL. */
void pcs_parse(struct pcs_load *load, const struct pcs_node *root);

/* Give every key of load->policy the default that its row has. */
void pcs_parse_defaults(struct pcs_load *load);
