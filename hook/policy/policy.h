/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A policy as an object: its life, and what is added to it while a layer is read. */

#include <stdbool.h>
#include <stddef.h>

#include "policy/settings.h"

struct pcs_policy;
struct pcs_list;
struct pcs_rule;
struct pcs_tree;

/*
 * A copy of `base` that does not need it any more; with NULL, a policy that has nothing. What is
 * added to the copy is not seen in `base`. 0 or -ENOMEM. Freed by pcs_policy_free().
 */
int pcs_policy_copy(const struct pcs_policy *base, struct pcs_policy **ret);

/* Get ready for questions, once the last layer was read. 0 or -ENOMEM. */
int pcs_policy_ready(struct pcs_policy *p);

/* Free a policy. NULL is allowed. */
void pcs_policy_free(struct pcs_policy *p);
static inline void pcs_policy_freep(struct pcs_policy **p)
{
	pcs_policy_free(*p);
}

/* A copy of a string that lives as long as the policy. NULL when memory is out. */
const char *pcs_policy_dup(struct pcs_policy *p, const char *s, size_t len);

/* Append a copy of a string to a list of the policy. 0 or -ENOMEM; then the list is as it was. */
int pcs_policy_add(struct pcs_policy *p, struct pcs_list *list, const char *s, size_t len,
		   struct pcs_origin origin);

/* Append a tree whose strings are the policy's. 0 or -ENOMEM; then `p` is as it was. */
int pcs_policy_add_tree(struct pcs_policy *p, const struct pcs_tree *tree);

/* Append a rule whose strings are the policy's. 0 or -ENOMEM; then `p` is as it was. */
int pcs_policy_add_rule(struct pcs_policy *p, const struct pcs_rule *rule);

/* Whether the string is in the list. */
bool pcs_list_has(const struct pcs_list *list, const char *s);
