/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes the graph as w_object() of cpython:Python/marshal.c would, in the forms of version 4. */

#include "pyc/marshal_write.h"

#include <string.h>

struct writer {
	struct pcs_graph *g;
	struct pcs_buf *out;
	uint32_t n_refs; /* objects with FLAG_REF so far */
};

static int put_object(struct writer *w, uint32_t number);

/* A type byte, perhaps a length or a number of `width` bytes, and bytes of the stream. */
static int put(struct writer *w, uint8_t type, uint32_t value, unsigned width, const uint8_t *data,
	       size_t n)
{
	if (w->out->cap - w->out->len < n + 8 && pcs_buf_reserve(w->out, n + 8) < 0)
		return -ENOMEM;
	char *p = w->out->data + w->out->len;
	*p++ = (char)type;
	for (unsigned i = 0; i < width; i++)
		*p++ = (char)(value >> (8 * i));
	if (n)
		memcpy(p, data, n);
	w->out->len += 1 + width + n;
	return 0;
}

static int put_children(struct writer *w, uint32_t at, uint32_t n)
{
	int r = 0;
	for (uint32_t i = 0; r == 0 && i < n; i++)
		r = put_object(w, w->g->edges[at + i]);
	return r;
}

static int put_code(struct writer *w, const struct pcs_node *n, uint8_t flag)
{
	const struct pcs_code_layout *l = pcs_code_layout(w->g->minor);
	const uint32_t *child = w->g->edges + n->at, *offsets = child + n->n;
	int r = put(w, flag | 'c', 0, 0, w->g->in + offsets[0], 4 * (size_t)l->numbers);
	for (const char *part = l->parts; r == 0 && *part; part++)
		r = *part == PCS_PART_LINE ? pcs_buf_add(w->out, w->g->in + offsets[1], 4) :
					     put_object(w, *child++);
	return r;
}

static uint8_t type_of(const struct pcs_node *n)
{
	static const uint8_t types[] = {
		[PCS_KIND_NONE] = 'N',      [PCS_KIND_ELLIPSIS] = '.', [PCS_KIND_FALSE] = 'F',
		[PCS_KIND_TRUE] = 'T',      [PCS_KIND_INT] = 'i',      [PCS_KIND_LONG] = 'l',
		[PCS_KIND_FLOAT] = 'g',     [PCS_KIND_COMPLEX] = 'y',  [PCS_KIND_BYTES] = 's',
		[PCS_KIND_FROZENSET] = '>', [PCS_KIND_SLICE] = ':',    [PCS_KIND_CODE] = 'c',
	};
	bool interned = n->flags & PCS_NODE_INTERN, is_short = n->n <= PCS_MARSHAL_SHORT_MAX;
	if (n->kind == PCS_KIND_TUPLE)
		return is_short ? ')' : '(';
	if (n->kind != PCS_KIND_STR)
		return types[n->kind];
	if (!(n->flags & PCS_NODE_ASCII))
		return interned ? 't' : 'u';
	return is_short ? (interned ? 'Z' : 'z') : interned ? 'A' : 'a';
}

static int put_value(struct writer *w, const struct pcs_node *n, uint8_t flag)
{
	uint8_t type = type_of(n);
	const struct pcs_type *t = pcs_type_of(type, w->g->minor);
	unsigned width = t->shape >= PCS_SHAPE_BYTES ? t->size : 0; /* of the length */
	if (n->kind == PCS_KIND_CODE)
		return put_code(w, n, flag);
	if (n->kind < PCS_KIND_TUPLE)
		return put(w, type | flag, n->n, width, w->g->in + n->at, n->n);
	int r = put(w, type | flag, n->n, width, NULL, 0);
	return r < 0 ? r : put_children(w, n->at, n->n);
}

static int put_object(struct writer *w, uint32_t number)
{
	struct pcs_node *n = &w->g->nodes[number];
	uint8_t flag = 0;
	if (n->ref != PCS_NO_NODE)
		return put(w, 'r', n->ref, 4, NULL, 0);
	if (n->uses > 1 && number >= PCS_NODE_SINGLETONS) {
		n->ref = w->n_refs++;
		flag = PCS_MARSHAL_FLAG_REF;
	}
	return put_value(w, n, flag);
}

int pcs_marshal_write(struct pcs_graph *g, uint32_t root, struct pcs_buf *ret)
{
	struct writer w = { .g = g, .out = ret };
	size_t len = ret->len;
	int r = put_object(&w, root);
	if (r < 0)
		ret->len = len;
	if (ret->data)
		ret->data[ret->len] = '\0';
	return r;
}
