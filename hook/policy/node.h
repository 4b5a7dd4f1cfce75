#pragma once
/*
 * A YAML text as a tree, and the faults found in it: between load.c, which knows libyaml and no
 * key, and keys.c, which knows every key and no libyaml.
 */

#include "policy/model.h"

enum pcs_node_kind {
	PCS_NODE_SCALAR,
	PCS_NODE_LIST,
	PCS_NODE_MAPPING, /* keys and values in turn */
	PCS_NODE_BAD,     /* already reported: nothing more is to be said about it */
};

struct pcs_node {
	struct pcs_node *below; /* the one made before this: all of them are freed by this chain */
	struct pcs_node *parent, *child, *last, *next;
	size_t line, column; /* from 1 */
	enum pcs_node_kind kind;
	bool plain;  /* a scalar without quotes, which alone may be a number or a truth value */
	bool closed; /* nothing is missing at its end; false where the scan broke off inside */
	size_t len;
	char text[]; /* of a scalar, NUL-terminated */
};

struct pcs_fault {
	size_t line, column;
	size_t seq; /* keeps faults of one place in the order of their discovery */
	char *text;
};

/* One layer while it is read. */
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

/* Check the tree of a whole layer and take what it says into load->policy. Faults are noted. */
void pcs_keys_read(struct pcs_load *load, const struct pcs_node *root);

/* Note what cannot be true together, of what this layer has added. */
void pcs_check_together(struct pcs_load *load);
