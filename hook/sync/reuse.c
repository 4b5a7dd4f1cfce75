#include "sync/reuse.h"

#include "policy/settings.h"
#include "pyc/version.h"
#include "store/store.h"
#include "sync/actions.h"
#include "tree/site.h"
#include "workers/build.h"
#include "workers/interp.h"

bool pcs_reuse_serves(const struct pcs_site *site, const struct pcs_action *a,
		      const struct pcs_settings *settings)
{
	unsigned minor;
	return site->store && settings->reproducible &&
	       pcs_minor_of(site->interps->list[a->interp].magic, &minor);
}

/* What it is kept as. Whether it can be told. */
static bool identify(const struct pcs_site *site, const struct pcs_action *a, const uint8_t *source,
		     struct pcs_entry_key *ret_key, struct pcs_entry *ret)
{
	struct pcs_interp *in = &site->interps->list[a->interp];
	const uint64_t build = pcs_interp_build(in);
	return build && pcs_minor_of(in->magic, &ret->minor) &&
	       pcs_entry_key(source, build, in->magic, a->level, ret_key) == 0;
}

bool pcs_reuse_get(const struct pcs_site *site, const struct pcs_action *a,
		   const struct pcs_settings *settings, const uint8_t *source, const char *recorded,
		   struct pcs_buf *ret)
{
	struct pcs_entry_key key;
	struct pcs_entry asked = { .quiet = settings->warnings != PCS_WARNINGS_IGNORE };
	return identify(site, a, source, &key, &asked) &&
	       pcs_store_get(site->store, &key, &asked, recorded, ret) > 0;
}

void pcs_reuse_put(const struct pcs_site *site, const struct pcs_action *a, const uint8_t *source,
		   const struct pcs_reuse_code *made)
{
	struct pcs_entry_key key;
	struct pcs_entry entry = { .quiet = made->quiet };
	if (identify(site, a, source, &key, &entry))
		pcs_store_put(site->store, &key, &entry, made->code, made->len);
}
