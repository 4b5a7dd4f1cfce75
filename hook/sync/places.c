#include "sync/places.h"

#include <string.h>

#include "base/root.h"
#include "base/fs.h"
#include "sync/actions.h"
#include "tree/site.h"

/* A directory like that of the sources, beside them. */
static int open_pycache(const struct pcs_site *site, const struct pcs_place *place, bool create,
			int *ret_fd)
{
	PCS_CLOSE int dir = -1;
	struct stat st;
	int r = pcs_root_open_dir(site->root, place->path, place->follow_len, &dir);
	if (r == 0)
		r = pcs_fs_stat(dir, &st);
	return r < 0 ? r : pcs_fs_open_cache_dir(dir, PCS_CACHE_DIR, create ? &st : NULL, ret_fd);
}

int pcs_place_open_cache(const struct pcs_site *site, const struct pcs_place *place, bool create,
			 int *ret_fd)
{
	if (!site->prefix)
		return open_pycache(site, place, create, ret_fd);
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_site_cache_dir(site, place->path, &path);
	if (r == 0)
		r = pcs_root_open_dir(site->root, path.data, strlen(site->prefix), ret_fd);
	if (r == -ENOENT && create)
		r = pcs_root_make_dir_like(site->root, site->prefix, place->path, ret_fd);
	return r;
}
