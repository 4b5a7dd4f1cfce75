/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The values that are one word, number, text or path, and sets of levels. */

#include <stdbool.h>

struct pcs_key_row;
struct pcs_load;
struct pcs_node;

/*
 * Take the value of a key into its field in `object`. Faults are noted. False when a value of that
 * type is no scalar; then nothing was done.
 */
bool pcs_parse_scalar(struct pcs_load *load, const struct pcs_key_row *row,
		      const struct pcs_node *n, void *object);

/* Whether it can be the name of a rule, which disable-rules refers to. */
bool pcs_is_rule_name(const struct pcs_node *n);
