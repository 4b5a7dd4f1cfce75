/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage/place.h"

#include <string.h>
#include <sys/stat.h>

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

/* The bits that a file had mean something else where it could not be given to whom it was: to
 * another group no more than to all. Set-user-ID and set-group-ID are lost with each writing, as
 * the kernel has it. */
static int keep_mode(const struct pcs_tmp *t, const struct stat *st)
{
	struct stat is;
	const mode_t all = st->st_mode & S_IRWXO, group = st->st_mode & S_IRWXG;
	mode_t mode = st->st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
	int r = pcs_fs_stat(t->fd, &is);
	if (r == 0 && is.st_gid != st->st_gid)
		mode = (mode & (S_IRWXU | S_IRWXO)) | (group & all << 3);
	return r == 0 && fchmod(t->fd, mode) < 0 ? -errno : r;
}

/* Whether it became a name of the twin. The very file that was compared is linked, whoever
 * exchanges names meanwhile. */
static bool link_twin(const struct pcs_dir *d, struct pcs_tmp *t, const struct pcs_place_twin *twin,
		      const char *name)
{
	return twin && d->st.st_uid == twin->dir->st.st_uid &&
	       d->st.st_gid == twin->dir->st.st_gid &&
	       pcs_tmp_commit_link(d->fd, t, twin->dir->fd, twin->name, name) > 0;
}

int pcs_place_replace(struct pcs_dir *d, const char *name, const struct pcs_buf *bytes,
		      const struct stat *st, const struct pcs_place_twin *twin)
{
	struct pcs_tmp t;
	int r = pcs_dir_act_to_make(d);
	if (r < 0)
		return r;
	pcs_fs_lock_shared(d->fd);
	r = pcs_tmp_write(d->fd, bytes->data, bytes->len, "", 0, 0600, st, &t);
	if (r < 0)
		return r;
	r = keep_mode(&t, st);
	if (r == 0)
		r = pcs_tmp_set_times(&t, st);
	if (r < 0) {
		pcs_tmp_discard(d->fd, &t);
		return r;
	}
	if (link_twin(d, &t, twin, name))
		return t.left;
	return pcs_tmp_commit(d->fd, &t, name, true, NULL);
}
