/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A YAML text as a tree: load.c makes it and knows no key, parse.c reads it and knows no YAML. */

#include <stdbool.h>
#include <stddef.h>

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
	const char *text; /* of a scalar, NUL-terminated */
};
