/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* One layer while it is read, and what is said of its faults. */

#include "policy/keys.h"
#include "policy/node.h"

struct pcs_policy;

struct pcs_fault {
	size_t line, column;
	size_t seq; /* keeps faults of one place in the order of their discovery */
	char *text;
};

struct pcs_load {
	struct pcs_policy *policy;
	uint32_t layer; /* index of this layer's name */
	struct pcs_fault *faults;
	size_t n_faults, faults_cap;
	bool add; /* the key at hand was written with a `+`: its list is added to what is there */
	int err;  /* sticky: -ENOMEM, or 0 */
};

/* Note a fault at a place; without memory for it, load->err is set. */
void pcs_load_fault(struct pcs_load *load, size_t line, size_t column, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Note "KEY: expected SO, found THIS", unless the node was reported before. */
void pcs_expected(struct pcs_load *load, const char *key, const struct pcs_node *n,
		  const char *what);

/* Note "KEY: 'THIS' WHAT IS WRONG WITH IT". */
void pcs_wrong(struct pcs_load *load, const char *key, const struct pcs_node *n, const char *what);

/* Note a key that is not known in `place`, and the key that was probably meant. */
void pcs_unknown_key(struct pcs_load *load, enum pcs_place place, const struct pcs_node *n);
