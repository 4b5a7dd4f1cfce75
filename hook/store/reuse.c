/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/reuse.h"

#include "pyc/version.h"
#include "store/store.h"
#include "workers/build.h"
#include "workers/interp.h"

bool pcs_reuse_knows(const struct pcs_interp *interp)
{
	unsigned minor;
	return pcs_minor_of(interp->magic, &minor);
}

/* What it is kept as. Whether that can be told. */
static bool identify(const struct pcs_reuse *what, struct pcs_entry_key *ret_key,
		     struct pcs_entry *ret)
{
	const uint32_t magic = what->interp->magic;
	const uint64_t build = pcs_interp_build(what->interp);
	ret->quiet = what->quiet;
	return build && pcs_minor_of(magic, &ret->minor) &&
	       pcs_entry_key(what->source, build, magic, what->level, ret_key) == 0;
}

bool pcs_reuse_get(struct pcs_store *s, const struct pcs_reuse *what, const char *name,
		   struct pcs_buf *ret)
{
	struct pcs_entry_key key;
	struct pcs_entry asked;
	return identify(what, &key, &asked) && pcs_store_get(s, &key, &asked, name, ret) > 0;
}

void pcs_reuse_put(struct pcs_store *s, const struct pcs_reuse *what, const void *code, size_t len)
{
	struct pcs_entry_key key;
	struct pcs_entry entry;
	if (identify(what, &key, &entry))
		pcs_store_put(s, &key, &entry, what->shared, code, len);
}
