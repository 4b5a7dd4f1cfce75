#include "state/state.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

#include "base/chase.h"
#include "base/root.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/listing.h"
#include "base/log.h"
#include "base/proc.h"
#include "pyc/source_hash.h"

#define LOCK_DIR "/run/pycsync"
enum { TAGS_MAX = 4096 };

int pcs_state_open(const struct pcs_root *root, struct pcs_state *ret)
{
	*ret = (struct pcs_state){ .dir = -1, .lock = -1 };
	int r = pcs_root_open_dir(root, PCS_STATE_DIR, strlen(PCS_STATE_DIR), &ret->dir);
	return pcs_is_absence(r) ? 0 : r;
}

void pcs_state_done(struct pcs_state *s)
{
	s->lock = pcs_close(s->lock);
	s->dir = pcs_close(s->dir);
}

bool pcs_state_is_not_ours(int error)
{
	return error == -EROFS || ((error == -EACCES || error == -EPERM) && geteuid() != 0);
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

/* The file "tags": this line with a hash of all that follows, in 16 hexadecimal digits; then a tag
 * on each line. Nothing is believed of it when a bit has flipped or the end is missing. */
#define TAGS_HEAD "pycsync-tags-1 %016" PRIx64 "\n"
enum { TAGS_HEAD_LEN = 32 };

static void print_head(const char *tags, size_t len, char ret[TAGS_HEAD_LEN + 1])
{
	snprintf(ret, TAGS_HEAD_LEN + 1, TAGS_HEAD, pcs_source_hash(0, 8, tags, len));
}

int pcs_state_tags(const struct pcs_state *s, struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf text = { 0 };
	char head[TAGS_HEAD_LEN + 1];
	struct stat st;
	int r = s->dir < 0 ? -ENOENT : pcs_fs_read(s->dir, "tags", TAGS_MAX, &text, &st);
	if (r == -EINVAL || r == -EFBIG || r == -ELOOP)
		return -EBADMSG;
	if (r < 0)
		return r;
	if (text.len < TAGS_HEAD_LEN)
		return -EBADMSG;
	print_head(text.data + TAGS_HEAD_LEN, text.len - TAGS_HEAD_LEN, head);
	if (memcmp(head, text.data, TAGS_HEAD_LEN) != 0)
		return -EBADMSG;
	return pcs_buf_add(ret, text.data + TAGS_HEAD_LEN, text.len - TAGS_HEAD_LEN);
}

/* Whoever writes one holds a shared lock: if we can have it alone, all that are there are
 * left-overs. */
static void remove_temporaries(int dir)
{
	struct pcs_listing list = { 0 };
	if (pcs_fs_lock_exclusive(dir) == 0)
		pcs_fs_list(dir, &list);
	for (size_t i = 0; i < list.n; i++)
		if (pcs_tmp_is_name(list.entries[i].name))
			pcs_fs_unlink(dir, list.entries[i].name);
	pcs_fs_lock_shared(dir);
	pcs_listing_done(&list);
}

int pcs_state_set_tags(const struct pcs_state *s, const struct pcs_buf *tags)
{
	struct pcs_tmp tmp;
	char head[TAGS_HEAD_LEN + 1];
	if (s->dir < 0 || !tags->len)
		return 0;
	remove_temporaries(s->dir);
	print_head(tags->data, tags->len, head);
	int r = pcs_tmp_write(s->dir, head, TAGS_HEAD_LEN, tags->data, tags->len, 0644, NULL, &tmp);
	return r < 0 ? r : pcs_tmp_commit(s->dir, &tmp, "tags", false, NULL);
}

void pcs_state_clear(const struct pcs_state *s)
{
	static const char *const names[] = { "memory", "made", "tags", "lock" };
	for (size_t i = 0; s->dir >= 0 && i < PCS_ARRAY_SIZE(names); i++)
		pcs_fs_unlink(s->dir, names[i]);
}
