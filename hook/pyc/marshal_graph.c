/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nodes, and the table that finds equal ones. */

#include "pyc/marshal_graph.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	EFFORT_A_BYTE = 64,   /* what real code needs is under one step a byte */
	EFFORT_FLAT = 4096,   /* so that the shortest streams may do something as well */
	COMPARED_A_STEP = 16, /* bytes that are compared in one step */
	TABLE_FIRST = 256,    /* slots */
	CODE_OFFSETS = 2,     /* that follow the children of a code object */
};

const char pcs_made_slow[] = "the stream is made to be slow";
const char pcs_too_deep[] = "objects are nested too deeply";

bool pcs_graph_spend(struct pcs_graph *g, uint64_t steps)
{
	bool enough = steps < g->effort;
	g->effort = enough ? g->effort - steps : 0;
	return enough;
}

int pcs_graph_refuse(struct pcs_graph *g, size_t at, const char *what)
{
	g->why = (struct pcs_refusal){ .what = what, .at = at };
	return -PCS_ECANON;
}

/* All bits count, eight bytes at a time; the result never leaves this process. */
static uint32_t hash_of(enum pcs_kind kind, const void *data, size_t n)
{
	const uint64_t odd = 0x9e3779b97f4a7c15;
	const uint8_t *p = data;
	uint64_t h = (uint64_t)kind * odd ^ n, word;
	for (; n >= sizeof(word); n -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = (h ^ word) * odd;
		h ^= h >> 29;
	}
	word = 0;
	if (n)
		memcpy(&word, p, n);
	h = (h ^ word) * odd;
	return (uint32_t)(h >> 32);
}

static int new_node(struct pcs_graph *g, struct pcs_node node, uint32_t *ret)
{
	struct pcs_node *n = PCS_ROOM(g->nodes, g->n_nodes, g->cap_nodes);
	if (!n)
		return -ENOMEM;
	*n = node;
	n->ref = PCS_NO_NODE;
	*ret = (uint32_t)g->n_nodes++;
	return 0;
}

static int grow_table(struct pcs_graph *g)
{
	size_t size = g->table_size ? 2 * g->table_size : TABLE_FIRST;
	uint32_t *table = reallocarray(NULL, size, sizeof(*table));
	if (!table)
		return -ENOMEM;
	memset(table, 0xff, size * sizeof(*table)); /* PCS_NO_NODE */
	for (size_t i = 0; i < g->table_size; i++) {
		if (g->table[i] == PCS_NO_NODE)
			continue;
		size_t to = g->nodes[g->table[i]].hash & (size - 1);
		while (table[to] != PCS_NO_NODE)
			to = (to + 1) & (size - 1);
		table[to] = g->table[i];
	}
	free(g->table);
	g->table = table;
	g->table_size = size;
	return 0;
}

int pcs_graph_init(struct pcs_graph *g, const uint8_t *in, size_t len, unsigned minor)
{
	*g = (struct pcs_graph){ .in = in, .len = len, .minor = minor, .file = PCS_NO_NODE };
	g->effort = (uint64_t)len * EFFORT_A_BYTE + EFFORT_FLAT;
	int r = grow_table(g);
	for (unsigned i = 0; r == 0 && i < PCS_NODE_SINGLETONS; i++) {
		uint32_t number;
		r = new_node(g, (struct pcs_node){ .kind = (uint8_t)i, .height = 1 }, &number);
	}
	return r;
}

void pcs_graph_done(struct pcs_graph *g)
{
	free(g->nodes);
	free(g->edges);
	free(g->table);
	*g = (struct pcs_graph){ 0 };
}

static const void *bytes_of(const struct pcs_graph *g, const struct pcs_node *n)
{
	if (n->kind < PCS_KIND_TUPLE)
		return g->in + n->at;
	return g->edges + n->at;
}

/*
 * The slot where a node with this value is, or where it belongs. Children are numbers of nodes, so
 * that comparing them compares all that is below. False when too much effort went into searching.
 */
static bool find(struct pcs_graph *g, const struct pcs_node *like, const void *data, size_t len,
		 size_t *ret_slot)
{
	size_t slot = like->hash & (g->table_size - 1);
	for (;; slot = (slot + 1) & (g->table_size - 1)) {
		*ret_slot = slot;
		if (g->table[slot] == PCS_NO_NODE)
			return true;
		const struct pcs_node *n = &g->nodes[g->table[slot]];
		uint64_t cost = 1;
		if (n->hash == like->hash && n->kind == like->kind && n->n == like->n) {
			if (len == 0 || memcmp(bytes_of(g, n), data, len) == 0)
				return true;
			cost += len / COMPARED_A_STEP;
		}
		if (!pcs_graph_spend(g, cost))
			return false;
	}
}

/* Copy the children of the object at `from` to where they stay, with room for so many numbers more.
 */
static int add_edges(struct pcs_graph *g, const uint32_t *children, size_t n, size_t more,
		     size_t from, struct pcs_node *ret)
{
	uint32_t *edges = pcs_grow(g->edges, &g->cap_edges, g->n_edges + n + more, sizeof(*edges));
	if (!edges)
		return -ENOMEM;
	g->edges = edges;
	ret->at = (uint32_t)g->n_edges;
	ret->n = (uint32_t)n;
	for (size_t i = 0; i < n; i++) {
		struct pcs_node *child = &g->nodes[children[i]];
		child->uses++;
		ret->flags |= child->flags & PCS_NODE_HAS_CODE;
		if (ret->height < child->height)
			ret->height = child->height;
		edges[g->n_edges++] = children[i];
	}
	ret->height++;
	return ret->height > PCS_MARSHAL_DEPTH ? pcs_graph_refuse(g, from, pcs_too_deep) : 0;
}

/* The node like this one, or a new one. `children` are its own, NULL for a leaf. */
static int merge(struct pcs_graph *g, struct pcs_node like, const uint32_t *children, size_t at,
		 uint32_t *ret)
{
	const void *data = children ? (const void *)children : g->in + like.at;
	size_t len = children ? like.n * sizeof(*children) : like.n, slot;
	if (g->n_nodes * 2 >= g->table_size && grow_table(g) < 0)
		return -ENOMEM;
	like.hash = hash_of((enum pcs_kind)like.kind, data, len);
	if (!find(g, &like, data, len, &slot))
		return pcs_graph_refuse(g, at, pcs_made_slow);
	*ret = g->table[slot];
	if (*ret != PCS_NO_NODE)
		return 0;
	int r = children ? add_edges(g, children, like.n, 0, at, &like) : 0;
	if (r == 0)
		r = new_node(g, like, ret);
	if (r == 0)
		g->table[slot] = *ret;
	return r;
}

int pcs_graph_leaf(struct pcs_graph *g, enum pcs_kind kind, size_t at, size_t n, bool own,
		   uint32_t *ret)
{
	const struct pcs_node like = {
		.at = (uint32_t)at, .n = (uint32_t)n, .kind = (uint8_t)kind, .height = 1
	};
	return own ? new_node(g, like, ret) : merge(g, like, NULL, at, ret);
}

int pcs_graph_parent(struct pcs_graph *g, enum pcs_kind kind, const uint32_t *children, size_t n,
		     size_t at, uint32_t *ret)
{
	const struct pcs_node like = { .n = (uint32_t)n, .kind = (uint8_t)kind };
	return merge(g, like, children, at, ret);
}

int pcs_graph_code(struct pcs_graph *g, const uint32_t *children, size_t n, size_t at, size_t line,
		   uint32_t *ret)
{
	struct pcs_node node = { .kind = PCS_KIND_CODE };
	int r = add_edges(g, children, n, CODE_OFFSETS, at, &node);
	if (r < 0)
		return r;
	node.flags = PCS_NODE_HAS_CODE;
	g->edges[g->n_edges++] = (uint32_t)(at + 1);
	g->edges[g->n_edges++] = (uint32_t)line;
	return new_node(g, node, ret);
}
