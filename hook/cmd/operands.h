/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a command is to look at: its operands, a list on standard input, or all trees. */

struct pcs_changes;
struct pcs_session;

/* Start with no changes; `flags` is of enum pcs_change_flags, besides what the options say. Freed
 * by pcs_changes_done(). */
void pcs_session_init_changes(struct pcs_session *s, unsigned flags, struct pcs_changes *ret);

/* Add every tree of the policy to `changes`. 0 or an exit status. */
int pcs_session_trees(struct pcs_session *s, struct pcs_changes *changes);

/* The same, and those that it had: what is left there is made right by who works on trees. */
int pcs_session_all_trees(struct pcs_session *s, struct pcs_changes *changes);

/* Add the list on standard input. 0 or an exit status. */
int pcs_session_list(struct pcs_changes *changes);

/* Add operands and standard input, as the options say, to `changes`. 0 or an exit status. */
int pcs_session_changes(struct pcs_session *s, struct pcs_changes *changes);
