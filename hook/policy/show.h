/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The policy as a text again. */

#include <stdbool.h>

struct pcs_buf;
struct pcs_policy;

/*
 * Append the whole policy as YAML, with the place that each line comes from in a comment, or with
 * `json` as one JSON object: "policy" holds the same, "origins" the places by name of the key. The
 * YAML is a policy that means the same. 0 or -ENOMEM.
 */
int pcs_policy_show(const struct pcs_policy *p, bool json, struct pcs_buf *ret);
