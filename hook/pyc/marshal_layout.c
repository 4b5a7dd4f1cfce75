/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pyc/marshal_layout.h"

#include "base/util.h"

const struct pcs_type pcs_types[PCS_MARSHAL_FLAG_REF] = {
	['N'] = { PCS_SHAPE_SINGLETON, 0, PCS_KIND_NONE, 0 },
	['.'] = { PCS_SHAPE_SINGLETON, 0, PCS_KIND_ELLIPSIS, 0 },
	['F'] = { PCS_SHAPE_SINGLETON, 0, PCS_KIND_FALSE, 0 },
	['T'] = { PCS_SHAPE_SINGLETON, 0, PCS_KIND_TRUE, 0 },
	['S'] = { PCS_SHAPE_SINGLETON, 0, PCS_KIND_OTHER, 0 }, /* StopIteration */
	['r'] = { PCS_SHAPE_REF, 0, 0, 0 },
	['i'] = { PCS_SHAPE_FIXED, 4, PCS_KIND_INT, 0 },
	['l'] = { PCS_SHAPE_DIGITS, 0, PCS_KIND_LONG, 0 },
	['g'] = { PCS_SHAPE_FIXED, 8, PCS_KIND_FLOAT, 0 },
	['y'] = { PCS_SHAPE_FIXED, 16, PCS_KIND_COMPLEX, 0 },
	['f'] = { PCS_SHAPE_DECIMAL, 1, PCS_KIND_OTHER, 0 }, /* a float */
	['x'] = { PCS_SHAPE_DECIMAL, 2, PCS_KIND_OTHER, 0 }, /* a complex number */
	['s'] = { PCS_SHAPE_BYTES, 4, PCS_KIND_BYTES, 0 },
	['u'] = { PCS_SHAPE_UTF8, 4, PCS_KIND_STR, 0 },
	['t'] = { PCS_SHAPE_UTF8, 4, PCS_KIND_STR, 0 }, /* interned, as the next capitals */
	['a'] = { PCS_SHAPE_ASCII, 4, PCS_KIND_STR, 0 },
	['A'] = { PCS_SHAPE_ASCII, 4, PCS_KIND_STR, 0 },
	['z'] = { PCS_SHAPE_ASCII, 1, PCS_KIND_STR, 0 },
	['Z'] = { PCS_SHAPE_ASCII, 1, PCS_KIND_STR, 0 },
	['('] = { PCS_SHAPE_ITEMS, 4, PCS_KIND_TUPLE, 0 },
	[')'] = { PCS_SHAPE_ITEMS, 1, PCS_KIND_TUPLE, 0 },
	['>'] = { PCS_SHAPE_ITEMS, 4, PCS_KIND_FROZENSET, 0 },
	['['] = { PCS_SHAPE_ITEMS, 4, PCS_KIND_OTHER, 0 },  /* a list */
	['<'] = { PCS_SHAPE_ITEMS, 4, PCS_KIND_OTHER, 0 },  /* a set */
	['{'] = { PCS_SHAPE_PAIRS, 0, PCS_KIND_OTHER, 0 },  /* a dict */
	['}'] = { PCS_SHAPE_PAIRS, 0, PCS_KIND_OTHER, 15 }, /* a frozendict */
	[':'] = { PCS_SHAPE_OBJECTS, 3, PCS_KIND_SLICE, 14 },
	['c'] = { PCS_SHAPE_CODE, 0, PCS_KIND_CODE, 0 },
};

static const struct pcs_code_layout layouts[] = {
	/* code, consts, names, varnames, freevars, cellvars, filename, name; lnotab */
	{ .since = 8, .numbers = 6, .parts = "btnnnnfi#b", .flags = 5, .variables = 3 },
	/* code, consts, names, localsplusnames, localspluskinds, filename, name, qualname;
	 * linetable, exceptiontable */
	{ .since = 11,
	  .numbers = 5,
	  .parts = "btnnbfis#bb",
	  .flags = 4,
	  .variables = 3,
	  .kinds = 4 },
};

const struct pcs_code_layout *pcs_code_layout(unsigned minor)
{
	for (size_t i = PCS_ARRAY_SIZE(layouts); i--;)
		if (minor >= layouts[i].since)
			return &layouts[i];
	return NULL;
}
