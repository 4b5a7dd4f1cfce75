/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What policy asks of each interpreter for one source. */

#include "policy/settings.h"
#include "pyc/name.h"

struct pcs_want {
	const char *tag;
	uint32_t magic;
	uint8_t interp; /* index of the interpreter */
	uint8_t levels; /* bits */
	uint32_t flags; /* enum pcs_pyc_flags: the mode to be in */
	bool compile;
	struct pcs_settings settings; /* of which the above are the part that the plan needs */
};

/* The want that asks for a cache with this name, or NULL. */
const struct pcs_want *pcs_want_for(const struct pcs_pyc_name *name, const struct pcs_want *wants,
				    size_t n);
