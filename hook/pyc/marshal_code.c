/* What code objects are made of, version by version, and what CPython insists on in them. */

#include "pyc/marshal.h"

/* What a child has to be. */
enum part { A_TUPLE, SOME_NAMES, A_STR, A_NAME, SOME_BYTES };

enum {
	LOCAL_IS_ARGUMENT = 32, /* CO_FAST_LOCAL in a byte of co_localspluskinds, from 3.11 on */
	CODE_VARARGS = 4,       /* co_flags: has *args */
	CODE_VARKEYWORDS = 8,   /* co_flags: has **kwargs */
	CODE_UNIT = 2,          /* bytes of an instruction */
	NUMBERS_MAX = 6,
	KINDS_A_STEP = 16, /* bytes that are looked at in one step */
};

const struct pcs_code_layout *pcs_code_layout(unsigned minor)
{
	/* code, consts, names, varnames, freevars, cellvars, filename, name; lnotab */
	static const struct pcs_code_layout until_310 = {
		.numbers = 6,
		.before_line = 8,
		.children = 9,
		.flags = 5,
		.variables = 3,
		.parts = { SOME_BYTES, A_TUPLE, SOME_NAMES, SOME_NAMES, SOME_NAMES, SOME_NAMES,
			   A_STR, A_NAME, SOME_BYTES },
	};
	/* code, consts, names, localsplusnames, localspluskinds, filename, name, qualname;
	 * linetable, exceptiontable */
	static const struct pcs_code_layout since_311 = {
		.numbers = 5,
		.before_line = 8,
		.children = 10,
		.flags = 4,
		.variables = 3,
		.kinds = 4,
		.parts = { SOME_BYTES, A_TUPLE, SOME_NAMES, SOME_NAMES, SOME_BYTES, A_STR, A_NAME,
			   A_STR, SOME_BYTES, SOME_BYTES },
	};
	return minor < 11 ? &until_310 : &since_311;
}

/* Names are interned with the code, each tuple once however often it is referred to. */
static bool mark_names(struct pcs_graph *g, struct pcs_node *tuple)
{
	if (tuple->kind != PCS_KIND_TUPLE)
		return false;
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

static bool is_part(struct pcs_graph *g, uint32_t child, enum part part)
{
	struct pcs_node *n = &g->nodes[child];
	switch (part) {
	case A_TUPLE:
		return n->kind == PCS_KIND_TUPLE;
	case SOME_NAMES:
		return mark_names(g, n);
	case A_NAME:
		n->flags |= n->kind == PCS_KIND_STR ? PCS_NODE_INTERN : 0;
		return n->kind == PCS_KIND_STR;
	case A_STR:
		return n->kind == PCS_KIND_STR;
	case SOME_BYTES:
		return n->kind == PCS_KIND_BYTES;
	}
	return false;
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
	for (unsigned i = 0; i < l->children; i++)
		if (!is_part(g, children[i], (enum part)l->parts[i]))
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
