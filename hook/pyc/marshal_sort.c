/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The order of a frozenset's elements. Two that Python may call equal must not be told apart by it:
 * a set keeps the first that comes, so the order would decide which. Such a set is refused; CPython
 * does not write one. When the effort is spent, all are equal, and the sort ends soon.
 */

#include "pyc/marshal_sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DOUBLE_BITS = 53, COMPARED_A_STEP = 16 };

const char pcs_may_be_equal[] = "a frozenset with elements that may be equal";

static int compare(struct pcs_graph *g, uint32_t a, uint32_t b);

static int by_size(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* A double as an integer of the same order; -0.0 is 0.0, and NaNs come last. */
static uint64_t key_of_bits(uint64_t bits)
{
	const uint64_t sign = (uint64_t)1 << 63;
	if (bits == sign)
		bits = 0;
	return bits & sign ? ~bits : bits | sign;
}

static uint64_t key_of_double(double d)
{
	uint64_t bits;
	memcpy(&bits, &d, sizeof(bits));
	return key_of_bits(bits);
}

static uint16_t digit_of(const uint8_t *digits, size_t i)
{
	return (uint16_t)(digits[2 * i] | digits[2 * i + 1] << 8);
}

/* Rounded towards zero where it is no double, so that greater ints never have smaller doubles. */
static double double_of(const uint8_t *digits, size_t n)
{
	uint64_t top = 0;
	size_t i = n;
	while (i > 0 && top >> (64 - PCS_MARSHAL_DIGIT_BITS) == 0)
		top = top << PCS_MARSHAL_DIGIT_BITS | digit_of(digits, --i);
	int exponent = i > 1024 ? 1 << 14 : (int)(PCS_MARSHAL_DIGIT_BITS * i);
	const int missing = DOUBLE_BITS - (64 - __builtin_clzll(top));
	if (missing > 0 && i > 0) {
		const uint64_t digit = digit_of(digits, i - 1);
		top = top << missing | digit >> (PCS_MARSHAL_DIGIT_BITS - missing);
		exponent -= missing;
	} else if (missing < 0) {
		top = top >> -missing << -missing;
	}
	return ldexp((double)top, exponent);
}

struct number {
	uint64_t re, im; /* keys */
};

static struct number number_of(const struct pcs_graph *g, const struct pcs_node *n)
{
	const uint8_t *p = g->in + n->at;
	struct number k = { .re = key_of_double(0), .im = key_of_double(0) };
	switch (n->kind) {
	case PCS_KIND_TRUE:
		k.re = key_of_double(1);
		break;
	case PCS_KIND_INT:
		k.re = key_of_double((int32_t)pcs_load32(p));
		break;
	case PCS_KIND_LONG:
		k.re = key_of_double(double_of(p + 4, (n->n - 4) / 2) * (p[3] & 0x80 ? -1 : 1));
		break;
	case PCS_KIND_COMPLEX:
		k.im = key_of_bits(pcs_load64(p + 8));
		__attribute__((fallthrough));
	case PCS_KIND_FLOAT:
		k.re = key_of_bits(pcs_load64(p));
		break;
	}
	return k;
}

/* Two ints that are the same double, and so of one sign. */
static int compare_digits(struct pcs_graph *g, const struct pcs_node *a, const struct pcs_node *b)
{
	const uint8_t *x = g->in + a->at, *y = g->in + b->at;
	int sign = x[3] & 0x80 ? -1 : 1;
	size_t i = (a->n - 4) / 2;
	if (a->n != b->n)
		return sign * by_size(a->n, b->n);
	if (!pcs_graph_spend(g, i / COMPARED_A_STEP))
		return 0;
	while (--i > 0 && digit_of(x + 4, i) == digit_of(y + 4, i))
		;
	return sign * by_size(digit_of(x + 4, i), digit_of(y + 4, i));
}

static int compare_numbers(struct pcs_graph *g, const struct pcs_node *a, const struct pcs_node *b)
{
	struct number x = number_of(g, a), y = number_of(g, b);
	int c = by_size(x.re, y.re);
	if (c == 0)
		c = by_size(x.im, y.im);
	if (c == 0 && a->kind == PCS_KIND_LONG && b->kind == PCS_KIND_LONG)
		c = compare_digits(g, a, b);
	return c;
}

static int compare_bytes(struct pcs_graph *g, const struct pcs_node *a, const struct pcs_node *b)
{
	size_t n = a->n < b->n ? a->n : b->n;
	int c = memcmp(g->in + a->at, g->in + b->at, n);
	if (!pcs_graph_spend(g, n / COMPARED_A_STEP))
		return 0;
	return c ? c : by_size(a->n, b->n);
}

static int compare_children(struct pcs_graph *g, const struct pcs_node *a, const struct pcs_node *b)
{
	int c = by_size(a->n, b->n);
	for (uint32_t i = 0; c == 0 && i < a->n && pcs_graph_spend(g, 1); i++)
		c = compare(g, g->edges[a->at + i], g->edges[b->at + i]);
	return c;
}

static bool is_number(uint8_t kind)
{
	return kind >= PCS_KIND_FALSE && kind <= PCS_KIND_COMPLEX;
}

/* 0: they are the same or may be equal. */
static int compare(struct pcs_graph *g, uint32_t a, uint32_t b)
{
	const struct pcs_node *x = &g->nodes[a], *y = &g->nodes[b];
	if (a == b || !pcs_graph_spend(g, 1))
		return 0;
	if (is_number(x->kind) && is_number(y->kind))
		return compare_numbers(g, x, y);
	if (x->kind != y->kind)
		return by_size(x->kind, y->kind);
	return x->kind < PCS_KIND_TUPLE ? compare_bytes(g, x, y) : compare_children(g, x, y);
}

static int compare_elements(const void *a, const void *b, void *ctx)
{
	return compare(ctx, *(const uint32_t *)a, *(const uint32_t *)b);
}

int pcs_graph_sort(struct pcs_graph *g, uint32_t *elements, size_t n, size_t at)
{
	if (n > 1)
		qsort_r(elements, n, sizeof(*elements), compare_elements, g);
	for (size_t i = 1; i < n; i++)
		if (compare(g, elements[i - 1], elements[i]) >= 0)
			return pcs_graph_refuse(g, at,
						g->effort ? pcs_may_be_equal : pcs_made_slow);
	return 0;
}
