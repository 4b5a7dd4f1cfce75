/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A policy from YAML: the only user of libyaml. */

#include <stddef.h>

struct pcs_diags;
struct pcs_policy;

/* The policy that is compiled in (config/policy.yaml). 0, -ENOMEM. Freed by pcs_policy_free(). */
int pcs_policy_builtin(struct pcs_policy **ret);

/*
 * What a policy is put over whose text is at hand: the one that is compiled in, but only its name
 * and the defaults of the keys where the text is the same, as then each key of the one hides that
 * of the other. 0 or -ENOMEM.
 */
int pcs_policy_below(const char *text, size_t len, struct pcs_policy **ret);

/*
 * Read one layer from `text` over `base`, or with NULL over the defaults: keys that the layer has
 * replace those of `base`, lists as wholes; `key+` appends to them. `name` is the file's name for
 * messages. On -PCS_EPOLICY the faults were added to `diags` and *ret is untouched. `base` stays
 * valid and is not needed by the result.
 */
int pcs_policy_load(const struct pcs_policy *base, const char *name, const char *text, size_t len,
		    struct pcs_diags *diags, struct pcs_policy **ret);

/* config/policy.yaml, put into the program when it is built. */
extern const char pcs_default_policy[];
extern const size_t pcs_default_policy_len;
