/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Code from a store, and for it, in the order of compileall. */

#include "base/buf.h"
#include "pyc/name.h"

struct pcs_ca;
struct pcs_ca_item;
struct stat;
struct pcs_result;

/* Note in the item what the code of the source, which is in ca->source, is kept as, and for whom.
 */
void pcs_ca_identify(const struct pcs_ca *ca, struct pcs_ca_item *item, const struct stat *st);

/*
 * Look the code of all levels of a source up, which is in ca->source: compileall compiles them in
 * order, or none. `levels` of a worker, as bits. Appends to `codes`, by level. Whether all were
 * there.
 */
bool pcs_ca_find_stored(const struct pcs_ca *ca, const struct pcs_ca_item *item, unsigned levels,
			struct pcs_buf codes[PCS_LEVELS]);

/*
 * With a store, put the canonical form of what a worker answered in its place, kept in `buf`, and
 * keep it unless a foreign source may have had the worker answer it. 0, -PCS_ECANON or -ENOMEM.
 */
int pcs_ca_keep(const struct pcs_ca *ca, const struct pcs_ca_item *item, struct pcs_result *r,
		struct pcs_buf *buf);
