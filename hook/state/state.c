#include "state/state.h"

#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

#include "base/chase.h"
#include "base/root.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/proc.h"

#define STATE_DIR "/var/lib/pycsync"
#define LOCK_DIR "/run/pycsync"
enum { TAGS_MAX = 4096 };

void pcs_state_open(const struct pcs_root *root, struct pcs_state *ret)
{
	*ret = (struct pcs_state){ .dir = -1, .lock = -1 };
	pcs_root_open_dir(root, STATE_DIR, strlen(STATE_DIR), &ret->dir);
}

void pcs_state_done(struct pcs_state *s)
{
	s->lock = pcs_close(s->lock);
	s->dir = pcs_close(s->dir);
}

/* The lock of a root without a state directory is known by the root's device and inode. */
static int open_run_lock(const struct pcs_root *root, int *ret_fd)
{
	char path[64];
	struct stat st;
	size_t len;
	PCS_CLOSE int dir = -1;
	int r = pcs_fs_stat(root->fd, &st);
	if (r < 0 || geteuid() != 0 || access("/run", F_OK) < 0)
		return r < 0 ? r : -EPERM;
	snprintf(path, sizeof(path), LOCK_DIR "/%llx-%llx.lock", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	r = pcs_fs_make_parents(path, 0700, &len);
	if (r < 0)
		return r;
	dir = open(LOCK_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return dir < 0 ? -errno : pcs_fs_open_state(dir, path + strlen(LOCK_DIR "/"), true, ret_fd);
}

static void say_waiting(int fd)
{
	char owner[16] = "";
	ssize_t n = pread(fd, owner, sizeof(owner) - 1, 0);
	long pid = n > 0 ? strtol(owner, NULL, 10) : 0;
	if (pid > 0)
		pcs_info("waiting for another run, process %ld, to end", pid);
	else
		pcs_info("waiting for another run to end");
}

static void note_owner(int fd)
{
	char owner[16];
	int n = snprintf(owner, sizeof(owner), "%ld\n", (long)getpid());
	pcs_fs_write_from(fd, 0, owner, (size_t)n);
}

static int wait_for(int fd, unsigned seconds)
{
	const struct timespec nap = { .tv_nsec = 20 * 1000 * 1000 };
	long long deadline = pcs_now_ms() + 1000LL * seconds;
	say_waiting(fd);
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (pcs_signal_seen())
			return -PCS_ESIGNAL;
		if (seconds && pcs_now_ms() > deadline)
			return -ETIMEDOUT;
		nanosleep(&nap, NULL);
	}
	return 0;
}

int pcs_state_lock(struct pcs_state *s, const struct pcs_root *root, unsigned seconds)
{
	PCS_CLOSE int fd = -1;
	int r = s->dir < 0 ? open_run_lock(root, &fd) :
			     pcs_fs_open_state(s->dir, "lock", true, &fd);
	if (r < 0)
		return 0; /* not ours to write, as a tree of the user's own on a system */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		r = wait_for(fd, seconds);
	if (r < 0)
		return r;
	note_owner(fd);
	s->lock = PCS_TAKE_FD(fd);
	return 0;
}

bool pcs_state_tags(const struct pcs_state *s, struct pcs_buf *ret)
{
	PCS_CLOSE int fd =
		s->dir < 0 ? -1 : openat(s->dir, "tags", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || pcs_buf_reserve(ret, TAGS_MAX) < 0)
		return false;
	ssize_t n = read(fd, ret->data + ret->len, TAGS_MAX);
	if (n < 0)
		return false;
	ret->len += (size_t)n;
	ret->data[ret->len] = '\0';
	return true;
}

void pcs_state_set_tags(const struct pcs_state *s, const struct pcs_buf *tags)
{
	struct pcs_tmp tmp;
	if (s->dir >= 0 && tags->len &&
	    pcs_tmp_write(s->dir, tags->data, tags->len, "", 0, 0644, NULL, &tmp) == 0)
		pcs_tmp_commit(s->dir, &tmp, "tags", false, NULL);
}

void pcs_state_clear(const struct pcs_state *s)
{
	static const char *const names[] = { "made", "tags", "lock" };
	for (size_t i = 0; s->dir >= 0 && i < PCS_ARRAY_SIZE(names); i++)
		pcs_fs_unlink(s->dir, names[i]);
}
