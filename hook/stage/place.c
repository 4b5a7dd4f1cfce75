/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage/place.h"

#include <string.h>

#include "base/fs.h"
#include "base/path.h"
#include "tree/dir.h"

int pcs_place_open(const struct pcs_root *root, const char *path, struct pcs_dir *ret)
{
	char *dir = strndupa(path, pcs_path_dir_len(path));
	pcs_dir_init_gone(root, dir, ret);
	int r = pcs_dir_open(root, dir, strlen(dir), ret);
	ret->path = NULL; /* it ends here, and nobody below asks for it */
	return r < 0 ? r : pcs_dir_act(ret);
}

int pcs_place_replace(int dir, const char *name, const struct pcs_buf *bytes, const struct stat *st)
{
	struct pcs_tmp t;
	pcs_fs_lock_shared(dir);
	int r = pcs_tmp_write(dir, bytes->data, bytes->len, "", 0, st->st_mode & 07777, st, &t);
	if (r < 0)
		return r;
	r = pcs_tmp_set_times(&t, st);
	if (r < 0) {
		pcs_tmp_discard(dir, &t);
		return r;
	}
	return pcs_tmp_commit(dir, &t, name, true, NULL);
}
