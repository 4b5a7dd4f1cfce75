/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads a marshal stream as r_object() of cpython:Python/marshal.c does, and refuses what it does.
 */

#include "pyc/marshal_read.h"

#include <string.h>

#include "base/buf.h"
#include "pyc/marshal_code.h"
#include "pyc/marshal_sort.h"
#include "pyc/text.h"

enum { SHORT_DIGITS = 3 }; /* more are always beyond 32 bits */

struct reader {
	struct pcs_graph *g;
	size_t at;
	unsigned depth;
	uint32_t *refs; /* of the objects with FLAG_REF, in their order; PCS_NO_NODE while inside */
	size_t n_refs, cap_refs;
	uint32_t *stack; /* children of the objects that we are inside of */
	size_t n_stack, cap_stack;
};

static const char cut_short[] = "the stream ends inside of an object";

static int read_object(struct reader *r, uint32_t *ret);

static int push(uint32_t **list, size_t *n, size_t *cap, uint32_t value)
{
	uint32_t *to = PCS_ROOM(*list, *n, *cap);
	if (!to)
		return -ENOMEM;
	*to = value;
	++*n;
	return 0;
}

/* Step over `n` bytes that the object at `start` needs; where they are is in *ret. */
static int take(struct reader *r, size_t start, size_t n, size_t *ret)
{
	if (n > r->g->len - r->at)
		return pcs_graph_refuse(r->g, start, cut_short);
	*ret = r->at;
	r->at += n;
	return 0;
}

/* A length or count of `size` bytes, which is not negative. */
static int take_len(struct reader *r, size_t start, unsigned size, size_t *ret)
{
	size_t at = 0;
	int rc = take(r, start, size, &at);
	if (rc < 0)
		return rc;
	uint32_t n = size == 1 ? r->g->in[at] : pcs_load32(r->g->in + at);
	if (n > INT32_MAX)
		return pcs_graph_refuse(r->g, start, "a length below zero");
	*ret = n;
	return 0;
}

static bool is_nan(const uint8_t *p)
{
	return pcs_load64(p) << 1 > (uint64_t)0x7ff << 53;
}

/* A part that is not a number is equal to itself alone, so the whole stays apart from its like. */
static int read_fixed(struct reader *r, size_t start, const struct pcs_type *t, uint32_t *ret)
{
	size_t at = 0;
	int rc = take(r, start, t->size, &at);
	if (rc < 0)
		return rc;
	const uint8_t *p = r->g->in + at;
	bool own = t->kind != PCS_KIND_INT && (is_nan(p) || is_nan(p + t->size - 8));
	return pcs_graph_leaf(r->g, (enum pcs_kind)t->kind, at, t->size, own, ret);
}

static bool fits_32_bits(const uint8_t *digits, size_t n, bool negative)
{
	uint64_t value = 0;
	for (size_t i = n; i--;)
		value = value << PCS_MARSHAL_DIGIT_BITS | digits[2 * i] |
			(uint64_t)digits[2 * i + 1] << 8;
	return value <= (uint64_t)INT32_MAX + negative;
}

/* An int beyond 32 bits: how many digits, negative for a negative int; then the digits. */
static int read_long(struct reader *r, size_t start, uint32_t *ret)
{
	size_t count_at = 0, at = 0;
	int rc = take(r, start, 4, &count_at);
	if (rc < 0)
		return rc;
	int64_t count = (int32_t)pcs_load32(r->g->in + count_at);
	size_t n = (size_t)(count < 0 ? -count : count);
	if (n > r->g->len) /* 2 * n may be more than a size_t holds */
		return pcs_graph_refuse(r->g, start, cut_short);
	rc = take(r, start, 2 * n, &at);
	if (rc < 0)
		return rc;
	const uint8_t *digits = r->g->in + at;
	for (size_t i = 0; i < n; i++)
		if (digits[2 * i + 1] & 0x80)
			return pcs_graph_refuse(r->g, start,
						"an int with a digit that is too large");
	if (n && digits[2 * n - 1] == 0 && digits[2 * n - 2] == 0)
		return pcs_graph_refuse(r->g, start, "an int with zeros in front");
	if (n <= SHORT_DIGITS && fits_32_bits(digits, n, count < 0))
		return pcs_graph_refuse(r->g, start, "an int in a longer form than it needs");
	return pcs_graph_leaf(r->g, PCS_KIND_LONG, count_at, 4 + 2 * n, false, ret);
}

static int read_bytes(struct reader *r, size_t start, const struct pcs_type *t, uint32_t *ret)
{
	size_t n = 0, at = 0;
	int rc = take_len(r, start, t->size, &n);
	if (rc == 0)
		rc = take(r, start, n, &at);
	return rc < 0 ? rc : pcs_graph_leaf(r->g, PCS_KIND_BYTES, at, n, false, ret);
}

static size_t ascii_len(const uint8_t *p, size_t n)
{
	size_t i = 0;
	for (uint64_t word; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if (word & 0x8080808080808080)
			break;
	}
	while (i < n && p[i] < 0x80)
		i++;
	return i;
}

/* all_name_chars() of cpython:Objects/codeobject.c: such constants are interned. */
static bool is_like_a_name(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t lower = p[i] | 0x20;
		if (!(lower >= 'a' && lower <= 'z') && !(p[i] >= '0' && p[i] <= '9') && p[i] != '_')
			return false;
	}
	return true;
}

/* A str of `n` bytes, of which the first `ascii` are ASCII. */
static int add_str(struct pcs_graph *g, size_t at, size_t n, size_t ascii, uint32_t *ret)
{
	size_t before = g->n_nodes;
	int rc = pcs_graph_leaf(g, PCS_KIND_STR, at, n, false, ret);
	if (rc == 0 && g->n_nodes > before && ascii == n)
		g->nodes[*ret].flags |=
			PCS_NODE_ASCII | (is_like_a_name(g->in + at, n) ? PCS_NODE_INTERN : 0);
	return rc;
}

static int read_str(struct reader *r, size_t start, const struct pcs_type *t, uint32_t *ret)
{
	struct pcs_graph *g = r->g;
	size_t n = 0, at = 0;
	int rc = take_len(r, start, t->size, &n);
	if (rc == 0)
		rc = take(r, start, n, &at);
	if (rc < 0)
		return rc;
	size_t ascii = ascii_len(g->in + at, n);
	if (t->shape == PCS_SHAPE_ASCII && ascii < n)
		return pcs_graph_refuse(g, start, "a string that should be ASCII and is not");
	if (!pcs_text_is_valid(g->in + at + ascii, n - ascii))
		return pcs_graph_refuse(g, start, "a string that is not UTF-8");
	return add_str(g, at, n, ascii, ret);
}

static int read_ref(struct reader *r, size_t start, uint32_t *ret)
{
	size_t at = 0;
	int rc = take(r, start, 4, &at);
	if (rc < 0)
		return rc;
	uint32_t n = pcs_load32(r->g->in + at);
	if (n >= r->n_refs)
		return pcs_graph_refuse(r->g, start, "a reference to an object that is not there");
	if (r->refs[n] == PCS_NO_NODE)
		return pcs_graph_refuse(r->g, start, "a reference to an object around it");
	*ret = r->refs[n];
	return 0;
}

/* `n` objects to the top of the stack. The caller takes them off. */
static int read_children(struct reader *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t child = PCS_NO_NODE;
		int rc = read_object(r, &child);
		if (rc == 0)
			rc = push(&r->stack, &r->n_stack, &r->cap_stack, child);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int end_frozenset(struct reader *r, size_t start, uint32_t *elements, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (r->g->nodes[elements[i]].flags & PCS_NODE_HAS_CODE)
			return pcs_graph_refuse(r->g, start, "code inside of a frozenset");
	return pcs_graph_sort(r->g, elements, n, start);
}

static int read_parent(struct reader *r, size_t start, const struct pcs_type *t, uint32_t *ret)
{
	size_t n = t->size, base = r->n_stack;
	int rc = t->shape == PCS_SHAPE_OBJECTS ? 0 : take_len(r, start, t->size, &n);
	if (rc < 0)
		return rc;
	if (n > r->g->len - r->at) /* each has a byte at least */
		return pcs_graph_refuse(r->g, start, cut_short);
	rc = read_children(r, n);
	uint32_t *children = r->stack + base;
	if (rc == 0 && t->kind == PCS_KIND_FROZENSET)
		rc = end_frozenset(r, start, children, n);
	if (rc == 0)
		rc = pcs_graph_parent(r->g, (enum pcs_kind)t->kind, children, n, start, ret);
	r->n_stack = base;
	return rc;
}

/* Put the file name that was asked for into the place of the one that was read. */
static void rename_code(const struct pcs_graph *g, const struct pcs_code_layout *l,
			uint32_t *children)
{
	if (g->file == PCS_NO_NODE)
		return;
	for (const char *part = l->parts; *part; part++) {
		if (*part == PCS_PART_FILE)
			*children = g->file;
		children += *part != PCS_PART_LINE;
	}
}

static int read_code(struct reader *r, size_t start, uint32_t *ret)
{
	const struct pcs_code_layout *l = pcs_code_layout(r->g->minor);
	size_t base = r->n_stack, numbers = 0, line = 0;
	int rc = take(r, start, 4 * (size_t)l->numbers, &numbers);
	for (const char *part = l->parts; rc == 0 && *part; part++)
		rc = *part == PCS_PART_LINE ? take(r, start, 4, &line) : read_children(r, 1);
	if (rc < 0)
		return rc;
	uint32_t *children = r->stack + base;
	const char *wrong = pcs_code_check(r->g, l, numbers, children);
	if (wrong)
		return pcs_graph_refuse(r->g, start, wrong);
	rename_code(r->g, l, children);
	rc = pcs_graph_code(r->g, children, r->n_stack - base, start, line, ret);
	r->n_stack = base;
	return rc;
}

static int read_value(struct reader *r, size_t start, const struct pcs_type *t, uint32_t *ret)
{
	switch ((enum pcs_shape)t->shape) {
	case PCS_SHAPE_FIXED:
		return read_fixed(r, start, t, ret);
	case PCS_SHAPE_DIGITS:
		return read_long(r, start, ret);
	case PCS_SHAPE_BYTES:
		return read_bytes(r, start, t, ret);
	case PCS_SHAPE_ASCII:
	case PCS_SHAPE_UTF8:
		return read_str(r, start, t, ret);
	case PCS_SHAPE_OBJECTS:
	case PCS_SHAPE_ITEMS:
		if (t->kind != PCS_KIND_OTHER)
			return read_parent(r, start, t, ret);
		__attribute__((fallthrough));
	case PCS_SHAPE_PAIRS:
		return pcs_graph_refuse(r->g, start, "a list, dict or set, which no code holds");
	case PCS_SHAPE_CODE:
		return read_code(r, start, ret);
	default:
		return pcs_graph_refuse(r->g, start, "an object of an unknown type");
	}
}

static int read_object(struct reader *r, uint32_t *ret)
{
	size_t start = r->at, slot = r->n_refs;
	if (start == r->g->len)
		return pcs_graph_refuse(r->g, start, "the stream ends where an object should be");
	if (r->depth == PCS_MARSHAL_DEPTH)
		return pcs_graph_refuse(r->g, start, pcs_too_deep);
	uint8_t byte = r->g->in[r->at++];
	const struct pcs_type *t = pcs_type_of(byte, r->g->minor);
	if (t->shape == PCS_SHAPE_SINGLETON && t->kind != PCS_KIND_OTHER) {
		*ret = t->kind; /* the number of its node */
		return 0;
	}
	if (t->shape == PCS_SHAPE_REF)
		return read_ref(r, start, ret);
	bool numbered = byte & PCS_MARSHAL_FLAG_REF;
	if (numbered && push(&r->refs, &r->n_refs, &r->cap_refs, PCS_NO_NODE) < 0)
		return -ENOMEM;
	r->depth++;
	int rc = read_value(r, start, t, ret);
	r->depth--;
	if (rc == 0 && numbered)
		r->refs[slot] = *ret;
	return rc;
}

int pcs_marshal_rename(struct pcs_graph *g, size_t at, size_t n)
{
	return add_str(g, at, n, ascii_len(g->in + at, n), &g->file);
}

int pcs_marshal_read(struct pcs_graph *g, uint32_t *ret_root)
{
	struct reader r = { .g = g };
	int rc = push(&r.stack, &r.n_stack, &r.cap_stack, PCS_NO_NODE); /* so that it is no NULL */
	if (rc == 0)
		rc = read_object(&r, ret_root);
	if (rc == 0 && g->nodes[*ret_root].kind != PCS_KIND_CODE)
		rc = pcs_graph_refuse(g, 0, "this is not a code object");
	if (rc == 0 && r.at != g->len)
		rc = pcs_graph_refuse(g, r.at, "bytes follow the code object");
	free(r.refs);
	free(r.stack);
	return rc;
}
