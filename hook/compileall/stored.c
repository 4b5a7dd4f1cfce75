/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compileall/stored.h"

#include "compileall/item.h"
#include "pyc/canon.h"
#include "pyc/version.h"
#include "store/reuse.h"
#include "workers/pool.h"

void pcs_ca_identify(const struct pcs_ca *ca, struct pcs_ca_item *item, const struct stat *st)
{
	item->shared = pcs_ca_all_may_read(item->path, st);
	item->digested = pcs_reuse_knows(&ca->o->interps->list[0]) &&
			 pcs_sha256(ca->source.data, ca->source.len, item->digest) == 0;
}

bool pcs_ca_find_stored(const struct pcs_ca *ca, const struct pcs_ca_item *item, unsigned levels,
			struct pcs_buf codes[PCS_LEVELS])
{
	struct pcs_reuse what = { .interp = &ca->o->interps->list[0],
				  .source = item->digest,
				  .quiet = true };
	const char *name = item->recorded ? item->recorded : item->path;
	bool found = item->digested;
	for (unsigned level = 0; level < PCS_LEVELS && found; level++) {
		what.level = level;
		if (levels & 1u << level)
			found = pcs_reuse_get(ca->o->store, &what, name, &codes[level]);
	}
	return found;
}

int pcs_ca_keep(const struct pcs_ca *ca, const struct pcs_ca_item *item, struct pcs_result *r,
		struct pcs_buf *buf)
{
	struct pcs_interp *in = &ca->o->interps->list[0];
	const struct pcs_reuse what = { .interp = in,
					.source = item->digest,
					.level = r->level,
					.shared = item->shared,
					.quiet = !item->warnings.len };
	struct pcs_refusal why;
	unsigned minor;
	if (!ca->o->store || !pcs_minor_of(in->magic, &minor))
		return 0;
	int e = pcs_marshal_canonical((const uint8_t *)r->code, r->code_len, minor, buf, &why);
	if (e < 0)
		return e;
	r->code = buf->data;
	r->code_len = buf->len;
	if (item->digested && !r->tainted)
		pcs_reuse_put(ca->o->store, &what, r->code, r->code_len);
	return 0;
}
