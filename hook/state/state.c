/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/state.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/chase.h"
#include "base/root.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/identity.h"
#include "base/listing.h"
#include "base/log.h"
#include "pyc/source_hash.h"
#include "state/home.h"
#include "state/lock.h"

#define LOCK_DIR "/run/pycsync"
enum { LIST_MAX = 64 << 10 };

/* Whether a user has a directory like root's, as in the root of a container or a build. */
static bool is_own(int dir)
{
	struct stat st;
	return dir >= 0 && pcs_fs_stat(dir, &st) == 0 && pcs_home_is_own(&st);
}

int pcs_state_open(const struct pcs_root *root, struct pcs_state *ret)
{
	*ret = (struct pcs_state){ .root = root, .dir = -1, .lock = -1 };
	int r = pcs_root_open_dir(root, PCS_STATE_DIR, strlen(PCS_STATE_DIR), &ret->dir);
	int home = geteuid() != 0 && !is_own(ret->dir) ? pcs_home_open(&ret->home) : 0;
	return home < 0 ? home : pcs_is_absence(r) ? 0 : r;
}

void pcs_state_done(struct pcs_state *s)
{
	s->lock = pcs_close(s->lock);
	s->dir = pcs_close(s->dir);
	pcs_home_free(PCS_TAKE(s->home));
}

bool pcs_state_is_kept(const struct pcs_state *s)
{
	return s->home || s->dir >= 0;
}

int pcs_state_kept(const struct pcs_state *s)
{
	return s->home ? s->home->fd : s->dir;
}

int pcs_state_keep(const struct pcs_state *s)
{
	int r = s->home ? pcs_home_make(s->home) : 0;
	if (r < 0)
		return r;
	int dir = pcs_state_kept(s);
	return dir < 0 ? -ENOENT : dir;
}

const char *pcs_state_prefix(const struct pcs_state *s)
{
	return s->home ? s->root->path : "";
}

bool pcs_state_is_not_ours(int dir, int error)
{
	if (error == -EROFS)
		return dir >= 0 && faccessat(dir, ".", W_OK, AT_EACCESS) < 0 && errno == EROFS;
	return (error == -EACCES || error == -EPERM) && geteuid() != 0;
}

/* ---- locks ---- */

/* The lock of a root without a state directory is known by the root's device and inode. */
static int open_run_lock(const struct pcs_root *root, char path[PATH_MAX], int *ret_fd)
{
	struct stat st = { 0 };
	size_t len;
	PCS_CLOSE int dir = -1;
	int r = pcs_fs_stat(root->fd, &st);
	if (r == 0 && geteuid() != 0)
		return -ENOENT; /* an ordinary user has no place for it */
	if (r == 0 && access("/run", F_OK) < 0)
		return -errno;
	snprintf(path, PATH_MAX, LOCK_DIR "/%llx-%llx.lock", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	if (r == 0)
		r = pcs_fs_make_parents(path, 0700, &len);
	if (r < 0)
		return r;
	dir = open(LOCK_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return dir < 0 ? -errno : pcs_fs_open_state(dir, path + strlen(LOCK_DIR "/"), true, ret_fd);
}

/* Once: closing a second descriptor of the file would end the locks of the first. */
static void open_lock(struct pcs_state *s)
{
	char path[PATH_MAX] = PCS_STATE_DIR "/lock";
	PCS_CLOSE int run = s->dir < 0 ? open("/run", O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	int r = s->dir < 0 ? open_run_lock(s->root, path, &s->lock) :
			     pcs_fs_open_state(s->dir, "lock", true, &s->lock);
	s->unlocked = r < 0;
	if (r == -EINVAL)
		pcs_warning("%s is not a regular file of this user with one name; going on "
			    "without locks",
			    path);
	else if (r < 0 && r != -ENOENT && !pcs_state_is_not_ours(s->dir < 0 ? run : s->dir, r))
		pcs_warning("%s: %s; going on without locks", path, pcs_strerror(r));
}

int pcs_state_lock(struct pcs_state *s, struct pcs_locks *l, int seconds)
{
	struct stat st;
	for (;;) {
		if (s->lock < 0 && !s->unlocked)
			open_lock(s);
		if (s->unlocked)
			return 0;
		int r = pcs_locks_wait(s->lock, l, seconds);
		if (r == -EBUSY || r == -PCS_ESIGNAL)
			return r;
		if (r == 0 && pcs_fs_stat(s->lock, &st) == 0 && st.st_nlink)
			return 0;
		s->lock = pcs_close(s->lock);
		if (r == 0)
			continue; /* the file was taken away: others have another one */
		s->unlocked = true;
		pcs_warning("the lock file: %s; going on without locks", pcs_strerror(r));
		return 0;
	}
}

int pcs_state_enter(const struct pcs_state *s)
{
	return s->lock < 0 ? 0 : pcs_lock_enter(s->lock);
}

void pcs_state_leave(const struct pcs_state *s)
{
	if (s->lock >= 0)
		pcs_lock_leave(s->lock);
}

/* A list begins with this line: its name, and a hash of all that follows, in 16 hexadecimal digits.
 * Nothing is believed of it when a bit has flipped or the end is missing. */
#define LIST_HEAD "pycsync-%.4s-1 %016" PRIx64 "\n"
enum { LIST_HEAD_LEN = 32 };

static void print_head(const char *name, const char *list, size_t len, char ret[LIST_HEAD_LEN + 1])
{
	snprintf(ret, LIST_HEAD_LEN + 1, LIST_HEAD, name, pcs_source_hash(0, 8, list, len));
}

int pcs_state_list(const struct pcs_state *s, const char *name, struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf text = { 0 };
	char head[LIST_HEAD_LEN + 1];
	struct stat st;
	int r = s->dir < 0 ? -ENOENT : pcs_fs_read(s->dir, name, LIST_MAX, &text, &st);
	if (r == -EINVAL || r == -EFBIG || r == -ELOOP)
		return -EBADMSG;
	if (r < 0)
		return r;
	if (text.len < LIST_HEAD_LEN)
		return -EBADMSG;
	print_head(name, text.data + LIST_HEAD_LEN, text.len - LIST_HEAD_LEN, head);
	if (memcmp(head, text.data, LIST_HEAD_LEN) != 0)
		return -EBADMSG;
	return pcs_buf_add(ret, text.data + LIST_HEAD_LEN, text.len - LIST_HEAD_LEN);
}

/* Whoever writes one holds a shared lock: if we can have it alone, all that are there are
 * left-overs. */
void pcs_state_sweep(int dir)
{
	PCS_CLOSE int fd = -1; /* to read it from its start */
	struct pcs_listing list = { 0 };
	int r = pcs_fs_lock_exclusive(dir);
	if (r == 0)
		r = pcs_fs_open_subdir(dir, ".", &fd);
	if (r == 0)
		r = pcs_fs_list(fd, &list);
	for (size_t i = 0; i < list.n; i++) {
		if (!pcs_tmp_is_name(list.entries[i].name))
			continue;
		int k = pcs_fs_unlink(dir, list.entries[i].name);
		r = k < 0 && k != -ENOENT ? k : r;
	}
	pcs_fs_lock_shared(dir);
	pcs_listing_done(&list);
	if (r < 0 && r != -EWOULDBLOCK && !pcs_state_is_not_ours(dir, r))
		pcs_warning(PCS_STATE_DIR
			    ": temporary files that killed runs may have left cannot be "
			    "removed: %s",
			    pcs_strerror(r));
}

int pcs_state_set_list(const struct pcs_state *s, const char *name, const struct pcs_buf *list)
{
	struct pcs_tmp tmp;
	char head[LIST_HEAD_LEN + 1];
	const char *text = list->len ? list->data : "";
	if (s->dir < 0)
		return 0;
	pcs_state_sweep(s->dir);
	print_head(name, text, list->len, head);
	int r = pcs_tmp_write(s->dir, head, LIST_HEAD_LEN, text, list->len, 0644, NULL, &tmp);
	return r < 0 ? r : pcs_tmp_commit(s->dir, &tmp, name, false, NULL);
}

static void remove_file(const struct pcs_state *s, const char *name, int *error)
{
	int r = pcs_fs_unlink(s->dir, name);
	if (r < 0 && r != -ENOENT && *error == 0)
		*error = r;
}

int pcs_state_clear(const struct pcs_state *s)
{
	static const char *const names[] = { "memory", "made", "tags", "runs", "told" };
	int r = 0;
	if (s->dir < 0 || s->home)
		return 0;
	pcs_state_sweep(s->dir);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(names); i++)
		remove_file(s, names[i], &r);
	if (s->lock >= 0 && pcs_lock_all(s->lock)) /* else it is in use, also by those who wait */
		remove_file(s, "lock", &r);
	return r;
}
