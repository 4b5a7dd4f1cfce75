/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/blame.h"

#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/root.h"
#include "pkg/owner.h"
#include "tree/dir.h"
#include "tree/site.h"

typedef enum pcs_owned question(struct pcs_owner *o, const char *dir, const char *name);

/* NULL where it is not there. 0 or -errno. */
static int real_path(const struct pcs_site *site, const char *dir, char **ret)
{
	struct pcs_dir d;
	*ret = NULL;
	int r = pcs_dir_open(site->root, dir, strlen(dir), &d);
	if (r < 0)
		return pcs_is_absence(r) ? 0 : r;
	r = pcs_root_real_path(site->root, d.fd, ret);
	pcs_dir_done(&d);
	return r;
}

/* Both names of the directory are asked for, as sync does it: where a directory was moved and a
 * link put in its place, databases go on knowing the link. */
static bool ask(const struct pcs_site *site, const char *path, question *owner_of)
{
	if (!site->owner)
		return false;
	char *dir = strndupa(path, pcs_path_dir_len(path));
	PCS_FREE char *real = NULL;
	int r = real_path(site, dir, &real);
	if (r < 0) {
		pcs_owner_doubt(site->owner, dir, r);
		return true;
	}
	const char *name = pcs_path_base(path);
	if (real && owner_of(site->owner, real, name) != PCS_OWNED_NO)
		return true;
	return (!real || strcmp(real, dir) != 0) &&
	       owner_of(site->owner, dir, name) != PCS_OWNED_NO;
}

static enum pcs_owned owner_of_dir(struct pcs_owner *o, const char *dir, const char *name)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, dir, name);
	if (r == 0)
		return pcs_owner_of_dir(o, path.data);
	pcs_owner_doubt(o, dir, r);
	return PCS_OWNED_UNKNOWN;
}

bool pcs_is_owned(const struct pcs_site *site, const char *path)
{
	return ask(site, path, pcs_owner_of_bytecode);
}

uint8_t pcs_blame(const struct pcs_site *site, const char *path, const char *source)
{
	if (ask(site, path, pcs_owner_of_file) || ask(site, path, owner_of_dir))
		return PCS_OWNED_ITSELF;
	return source[0] && pcs_is_owned(site, source) ? PCS_OWNED_BESIDE : PCS_NOBODYS;
}
