/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/* Why there is no canonical form, and where. */
struct pcs_refusal {
	const char *what; /* a fixed text, or NULL when memory is out */
	size_t at;        /* offset into what was given, of the object that it is about */
};
