/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/home.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/log.h"

enum { MODE = 0700 }; /* of what is made, as that specification has it */

/* One that is relative counts as not set. */
static const char *absolute(const char *path)
{
	return path && path[0] == '/' ? path : NULL;
}

static const char *find_home(void)
{
	const char *home = absolute(getenv("HOME"));
	const struct passwd *user = home ? NULL : getpwuid(geteuid());
	return user ? absolute(user->pw_dir) : home;
}

/* NULL where the user has no place for it, and *ret_r tells whether that is for lack of memory. */
static char *name_home(int *ret_r)
{
	const char *state = absolute(getenv("XDG_STATE_HOME"));
	const char *home = state ? NULL : find_home();
	char *path = NULL;
	int n = state ? asprintf(&path, "%s/pycsync", state) :
		home  ? asprintf(&path, "%s/.local/state/pycsync", home) :
			0;
	*ret_r = n < 0 ? -ENOMEM : 0;
	return n > 0 ? path : NULL;
}

bool pcs_home_is_own(const struct stat *st)
{
	return st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

static int open_own(const char *path, int *ret_fd)
{
	PCS_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!pcs_home_is_own(&st))
		return -EACCES;
	*ret_fd = PCS_TAKE_FD(fd);
	return 0;
}

/* Nothing is kept there, and each run does all anew. */
static int note_unused(const struct pcs_home *h, int error)
{
	if (error < 0)
		pcs_debug("%s is not used: %s", h->path,
			  error == -EACCES ? "it is not this user's alone, or cannot be looked at" :
					     pcs_strerror(error));
	return error;
}

int pcs_home_open(struct pcs_home **ret)
{
	int r;
	PCS_FREE char *path = name_home(&r);
	*ret = NULL;
	if (!path)
		return r;
	struct pcs_home *h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	*h = (struct pcs_home){ .path = PCS_TAKE(path), .fd = -1 };
	r = open_own(h->path, &h->fd);
	if (r == 0 || r == -ENOENT) {
		*ret = h;
		return 0;
	}
	note_unused(h, r);
	pcs_home_free(h);
	return 0;
}

void pcs_home_free(struct pcs_home *h)
{
	if (!h)
		return;
	pcs_close(h->fd);
	free(h->path);
	free(h);
}

int pcs_home_make(struct pcs_home *h)
{
	PCS_BUF struct pcs_buf inside = { 0 };
	size_t len;
	if (h->fd >= 0 || h->error)
		return h->error;
	int r = pcs_buf_printf(&inside, "%s/", h->path);
	if (r == 0)
		r = pcs_fs_make_parents(inside.data, MODE, &len);
	if (r == 0)
		r = open_own(h->path, &h->fd);
	h->error = note_unused(h, r);
	return r;
}
