/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/storage.h"

#include <limits.h>
#include <string.h>

#include "base/err.h"
#include "base/exit.h"
#include "base/log.h"
#include "base/path.h"
#include "base/root.h"
#include "policy/query.h"
#include "state/state.h"
#include "store/entries.h"
#include "store/store.h"

enum { OFTEN = 16 }; /* a run that writes this part of the size makes room at once */

struct pcs_storage {
	struct pcs_store store;
	struct pcs_buf path; /* of --store, absolute */
};

/* Why a directory is not used; NULL where it is, or where that is no news. */
static const char *fault_of(const struct pcs_store_layer *l)
{
	if (l->why)
		return l->why;
	return l->error && !pcs_is_absence(l->error) ? pcs_strerror(l->error) : NULL;
}

static int open_host(struct pcs_storage *s, const char *dir, bool make)
{
	static const char *const none[] = { NULL };
	char cwd[PATH_MAX];
	struct pcs_root host;
	int r = pcs_path_normalize(dir, strlen(dir), getcwd(cwd, sizeof(cwd)) ? cwd : "/",
				   &s->path);
	if (r == 0)
		r = pcs_root_open("/", &host);
	if (r < 0)
		return r;
	const struct pcs_store_spec spec = { .root = &host,
					     .path = s->path.data,
					     .read = none,
					     .size = PCS_STORE_SIZE,
					     .make = make };
	r = pcs_store_open(&spec, &s->store);
	pcs_root_done(&host);
	return r;
}

int pcs_storage_open(const char *dir, bool make, struct pcs_storage **ret)
{
	struct pcs_storage *s = calloc(1, sizeof(*s));
	*ret = s;
	int r = s ? open_host(s, dir, make) : -ENOMEM;
	const struct pcs_store_layer *l = r == 0 ? &s->store.layers[0] : NULL;
	if (l && l->fd >= 0)
		return 0;
	return pcs_fail(PCS_EXIT_USAGE, "the store %s is not used: %s", dir,
			l && l->why ? l->why : pcs_strerror(l ? l->error : r));
}

int pcs_storage_open_policy(const struct pcs_policy *policy, const struct pcs_root *root, bool make,
			    struct pcs_storage **ret)
{
	struct pcs_storing storing;
	pcs_policy_store(policy, &storing);
	*ret = NULL;
	if (!storing.path)
		return 0;
	const struct pcs_store_spec spec = { .root = root,
					     .path = storing.path,
					     .read = storing.read,
					     .size = storing.size,
					     .make = make };
	struct pcs_storage *s = *ret = calloc(1, sizeof(*s));
	int r = s ? pcs_store_open(&spec, &s->store) : -ENOMEM;
	if (r < 0)
		return pcs_fail(PCS_EXIT_FAILED, "%s", pcs_strerror(r));
	for (size_t i = 0; i < s->store.n; i++) {
		const struct pcs_store_layer *l = &s->store.layers[i];
		const char *fault = fault_of(l);
		if (fault)
			pcs_warning("the store %s is not used: %s", l->path, fault);
		else if (l->fd < 0)
			pcs_debug("the store %s is not there", l->path);
	}
	return 0;
}

struct pcs_store *pcs_storage_get(struct pcs_storage *s)
{
	return s ? &s->store : NULL;
}

void pcs_storage_end(struct pcs_storage *s)
{
	struct pcs_store_counts counts;
	int r = s ? s->store.error : 0;
	if (!s || (!r && !s->store.written))
		return;
	const struct pcs_store_layer *l = &s->store.layers[0];
	if (r == 0 && s->store.written > s->store.size / OFTEN)
		r = pcs_store_prune(l->fd, s->store.size, &counts);
	else if (r == 0)
		r = pcs_store_prune_at_times(l->fd, s->store.size, &counts);
	if (r < 0 && !pcs_state_is_not_ours(l->fd, r))
		pcs_warning("the store %s cannot be written: %s", l->path, pcs_strerror(r));
}

void pcs_storage_free(struct pcs_storage *s)
{
	if (!s)
		return;
	pcs_store_done(&s->store);
	pcs_buf_done(&s->path);
	free(s);
}
