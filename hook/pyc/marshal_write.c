/* Writes the graph as w_object() of cpython:Python/marshal.c would, in the forms of version 4. */

#include "pyc/marshal.h"

#include <string.h>

#include "base/err.h"

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

/* Bytes of the stream as they are. */
static int put_bytes(struct writer *w, size_t at, size_t n)
{
	return pcs_buf_add(w->out, w->g->in + at, n);
}

static int put_str(struct writer *w, const struct pcs_node *n, uint8_t flag)
{
	const uint8_t *data = w->g->in + n->at;
	bool interned = n->flags & PCS_NODE_INTERN;
	if (!(n->flags & PCS_NODE_ASCII))
		return put(w, flag | (interned ? 't' : 'u'), n->n, 4, data, n->n);
	if (n->n > PCS_MARSHAL_SHORT_MAX)
		return put(w, flag | (interned ? 'A' : 'a'), n->n, 4, data, n->n);
	return put(w, flag | (interned ? 'Z' : 'z'), n->n, 1, data, n->n);
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
	const uint32_t *offsets = w->g->edges + n->at + n->n;
	int r = put(w, flag | 'c', 0, 0, w->g->in + offsets[0], 4 * (size_t)l->numbers);
	if (r == 0)
		r = put_children(w, n->at, l->before_line);
	if (r == 0)
		r = put_bytes(w, offsets[1], 4);
	return r < 0 ? r : put_children(w, n->at + l->before_line, n->n - l->before_line);
}

static int put_parent(struct writer *w, const struct pcs_node *n, uint8_t flag)
{
	int r;
	if (n->kind == PCS_KIND_CODE)
		return put_code(w, n, flag);
	if (n->kind == PCS_KIND_SLICE)
		r = put(w, flag | ':', 0, 0, NULL, 0);
	else if (n->kind == PCS_KIND_FROZENSET)
		r = put(w, flag | '>', n->n, 4, NULL, 0);
	else if (n->n > PCS_MARSHAL_SHORT_MAX)
		r = put(w, flag | '(', n->n, 4, NULL, 0);
	else
		r = put(w, flag | ')', n->n, 1, NULL, 0);
	return r < 0 ? r : put_children(w, n->at, n->n);
}

static int put_leaf(struct writer *w, const struct pcs_node *n, uint8_t flag)
{
	static const char types[] = { [PCS_KIND_INT] = 'i',
				      [PCS_KIND_LONG] = 'l',
				      [PCS_KIND_FLOAT] = 'g',
				      [PCS_KIND_COMPLEX] = 'y' };
	if (n->kind == PCS_KIND_STR)
		return put_str(w, n, flag);
	if (n->kind == PCS_KIND_BYTES)
		return put(w, flag | 's', n->n, 4, w->g->in + n->at, n->n);
	return put(w, flag | (uint8_t)types[n->kind], 0, 0, w->g->in + n->at, n->n);
}

static int put_object(struct writer *w, uint32_t number)
{
	static const uint8_t singletons[] = { [PCS_KIND_NONE] = 'N',
					      [PCS_KIND_ELLIPSIS] = '.',
					      [PCS_KIND_FALSE] = 'F',
					      [PCS_KIND_TRUE] = 'T' };
	if (number < PCS_NODE_SINGLETONS)
		return put(w, singletons[number], 0, 0, NULL, 0);
	struct pcs_node *n = &w->g->nodes[number];
	if (n->ref != PCS_NO_NODE)
		return put(w, 'r', n->ref, 4, NULL, 0);
	uint8_t flag = 0;
	if (n->uses > 1) {
		n->ref = w->n_refs++;
		flag = PCS_MARSHAL_FLAG_REF;
	}
	return n->kind < PCS_KIND_TUPLE ? put_leaf(w, n, flag) : put_parent(w, n, flag);
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
