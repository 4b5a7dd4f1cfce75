/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pyc/marshal_code.h"

enum {
	LOCAL_IS_ARGUMENT = 32, /* CO_FAST_LOCAL in a byte of co_localspluskinds, from 3.11 on */
	CODE_VARARGS = 4,       /* co_flags: has *args */
	CODE_VARKEYWORDS = 8,   /* co_flags: has **kwargs */
	CODE_UNIT = 2,          /* bytes of an instruction */
	NUMBERS_MAX = 6,
	KINDS_A_STEP = 16, /* bytes that are looked at in one step */
};

/* Names are interned with the code, each tuple once however often it is referred to. */
static bool mark_names(struct pcs_graph *g, struct pcs_node *tuple)
{
	if (tuple->flags & PCS_NODE_ALL_STR)
		return true;
	for (uint32_t i = 0; i < tuple->n; i++)
		if (g->nodes[g->edges[tuple->at + i]].kind != PCS_KIND_STR)
			return false;
	for (uint32_t i = 0; i < tuple->n; i++)
		g->nodes[g->edges[tuple->at + i]].flags |= PCS_NODE_INTERN;
	tuple->flags |= PCS_NODE_ALL_STR;
	return true;
}

static bool is_part(struct pcs_graph *g, uint32_t child, char part)
{
	struct pcs_node *n = &g->nodes[child];
	if (n->kind != pcs_part_kind(part))
		return false;
	if (part == PCS_PART_NAME)
		n->flags |= PCS_NODE_INTERN;
	return part != PCS_PART_NAMES || mark_names(g, n);
}

/* So many of the variables can be arguments. */
static size_t count_locals(const struct pcs_graph *g, const struct pcs_code_layout *l,
			   const uint32_t *children)
{
	size_t n = g->nodes[children[l->variables]].n, count = 0;
	if (!l->kinds)
		return n;
	const uint8_t *kinds = g->in + g->nodes[children[l->kinds]].at;
	for (size_t i = 0; i < n; i++)
		count += (kinds[i] & LOCAL_IS_ARGUMENT) != 0;
	return count;
}

/* _PyCode_Validate() of cpython:Objects/codeobject.c. NULL, or what is wrong. */
const char *pcs_code_check(struct pcs_graph *g, const struct pcs_code_layout *l, size_t numbers,
			   const uint32_t *children)
{
	uint32_t number[NUMBERS_MAX] = { 0 };
	for (unsigned i = 0; i < l->numbers; i++) {
		number[i] = pcs_load32(g->in + numbers + 4 * (size_t)i);
		if (number[i] > INT32_MAX)
			return "a code object with a number below zero";
	}
	if (number[0] < number[1])
		return "a code object with too few arguments";
	const uint32_t *child = children;
	for (const char *part = l->parts; *part; part++)
		if (*part != PCS_PART_LINE && !is_part(g, *child++, *part))
			return "a code object with a part of the wrong type";
	if (l->kinds && g->nodes[children[l->kinds]].n != g->nodes[children[l->variables]].n)
		return "a code object with variables of no kind";
	if (g->nodes[children[0]].n % CODE_UNIT)
		return "a code object with half an instruction";
	uint32_t flags = number[l->flags];
	uint64_t arguments = (uint64_t)number[0] + number[2] + !!(flags & CODE_VARARGS) +
			     !!(flags & CODE_VARKEYWORDS);
	if (!pcs_graph_spend(g, g->nodes[children[l->variables]].n / KINDS_A_STEP))
		return pcs_made_slow;
	if (arguments > count_locals(g, l, children))
		return "a code object with more arguments than variables";
	return NULL;
}
