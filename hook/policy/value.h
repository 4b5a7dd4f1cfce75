/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Values and places as text. */

#include "policy/settings.h"

struct pcs_buf;
struct pcs_key_row;
struct pcs_policy;

/* Append what decided something: "FILE:LINE". 0 or -ENOMEM. */
int pcs_policy_add_origin(const struct pcs_policy *p, struct pcs_origin at, struct pcs_buf *ret);

/* Append the value of one of the settings as YAML has it, "[0, 1]"; its name is
 * pcs_policy_key_name(). 0 or -ENOMEM. */
int pcs_policy_add_value(const struct pcs_settings *s, enum pcs_key key, struct pcs_buf *ret);

/* The name of a setting: "hardlink-dupes". */
const char *pcs_policy_key_name(enum pcs_key key);

/* Append a value without quotes that is a word, a truth value, a number or a set of them, as it is
 * in the object that the key's place fills in. 0 or -ENOMEM. */
int pcs_key_add_value(const struct pcs_key_row *row, const void *object, struct pcs_buf *ret);
