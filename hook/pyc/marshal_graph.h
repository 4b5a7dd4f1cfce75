/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What a marshal stream says, as a graph in which equal objects are one node. This is the inside of
 * pyc/canon.h: marshal_read builds the graph, marshal_write writes it.
 */

#include <stdbool.h>

#include "pyc/marshal_layout.h"
#include "pyc/refusal.h"

enum pcs_node_flags {
	PCS_NODE_INTERN = 1 << 0,   /* a str that CPython interns when it loads the code */
	PCS_NODE_ALL_STR = 1 << 1,  /* a tuple of nothing but such strs */
	PCS_NODE_HAS_CODE = 1 << 2, /* is a code object or holds one */
	PCS_NODE_ASCII = 1 << 3,    /* a str of nothing else */
};

/* The nodes that are always there; their number is their kind. */
enum { PCS_NODE_SINGLETONS = PCS_KIND_TRUE + 1, PCS_NO_NODE = UINT32_MAX };

struct pcs_node {
	uint32_t hash;
	uint32_t at;     /* its bytes in the stream, or its first child in `edges` */
	uint32_t n;      /* so many bytes or children */
	uint32_t uses;   /* how often it is a child */
	uint32_t ref;    /* its number among the objects that are referred to, once it is written */
	uint8_t kind;    /* enum pcs_kind */
	uint8_t flags;   /* enum pcs_node_flags */
	uint16_t height; /* 1, or one more than the highest child's */
};

struct pcs_graph {
	const uint8_t *in;
	size_t len;
	unsigned minor;
	struct pcs_node *nodes;
	size_t n_nodes, cap_nodes;
	uint32_t *edges; /* children; those of a code object are followed by two offsets into the
			    stream: of its numbers, and of its first line number */
	size_t n_edges, cap_edges;
	uint32_t *table; /* open addressing; node numbers */
	size_t table_size;
	uint32_t file;   /* the str that is every co_filename, or PCS_NO_NODE: as they are */
	uint64_t effort; /* steps left of those that hostile input could multiply */
	struct pcs_refusal why;
};

/* A graph of the singletons. 0 or -ENOMEM. */
int pcs_graph_init(struct pcs_graph *g, const uint8_t *in, size_t len, unsigned minor);
void pcs_graph_done(struct pcs_graph *g);

/* Note why; returns -PCS_ECANON. */
int pcs_graph_refuse(struct pcs_graph *g, size_t at, const char *what);

/*
 * Take steps off the effort that is left. False when there were not enough; then nothing is left,
 * and the stream is to be refused in these words.
 */
bool pcs_graph_spend(struct pcs_graph *g, uint64_t steps);
extern const char pcs_made_slow[], pcs_too_deep[];

/*
 * The node of an object at `at`: the one that is there, or a new one. A leaf's value is `n` bytes
 * of the stream there; with `own` it is a new one always, as it may not be merged with its equals.
 * The number is in *ret. 0, -PCS_ECANON, -ENOMEM.
 */
int pcs_graph_leaf(struct pcs_graph *g, enum pcs_kind kind, size_t at, size_t n, bool own,
		   uint32_t *ret);
int pcs_graph_parent(struct pcs_graph *g, enum pcs_kind kind, const uint32_t *children, size_t n,
		     size_t at, uint32_t *ret);

/*
 * A new node of the code object at `at`, behind whose type byte its numbers are. `line`: where its
 * first line number is.
 */
int pcs_graph_code(struct pcs_graph *g, const uint32_t *children, size_t n, size_t at, size_t line,
		   uint32_t *ret);
