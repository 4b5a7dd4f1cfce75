/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/lock.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "pyc/source_hash.h"

/* More places than this are covered by fewer. */
enum { PLACES_MAX = 64 };

/* The byte for what all runs share; those of places come behind it; and from QUEUE on, there is one
 * more for each place, for those who wait. */
enum { COMMON = 0, FIRST = 1 };
#define QUEUE (UINT64_C(1) << 62)

/* At the beginning of each period, those who came first have their turn. */
enum { TURN_MS = 1000, PERIOD_MS = 4 * TURN_MS };

enum { TELL_MS = TURN_MS, ENTER_MS = 10 * 1000 };

/* ---- which ---- */

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* How much of a path its first `depth` components are: 1 for none, which is "/". */
static size_t prefix_len(const char *path, size_t depth)
{
	const char *p = path;
	for (; depth && *p && p[1]; depth--)
		p = strchrnul(p + 1, '/');
	return p == path ? 1 : (size_t)(p - path);
}

static bool is_same_prefix(const char *a, const char *b, size_t depth)
{
	size_t n = prefix_len(a, depth);
	return n == prefix_len(b, depth) && memcmp(a, b, n) == 0;
}

/* How many directories cover the sorted places, where each has at most `depth` components. */
static size_t count_covers(const char **places, size_t n, size_t depth)
{
	size_t count = 1;
	for (size_t i = 1; i < n; i++)
		count += !is_same_prefix(places[i - 1], places[i], depth);
	return count;
}

/* To how many components the paths of the sorted places are cut. */
static size_t find_depth(const char **places, size_t n)
{
	size_t depth = 0;
	if (n <= PLACES_MAX)
		return SIZE_MAX;
	while (count_covers(places, n, depth + 1) <= PLACES_MAX)
		depth++; /* ends, as all of the places are more than that, and not twice there */
	return depth;
}

static struct pcs_lock_key *add_key(struct pcs_locks *l, const char *path, size_t len)
{
	struct pcs_lock_key *k = PCS_ROOM(l->keys, l->n, l->cap);
	if (!k)
		return NULL;
	uint64_t hash = pcs_source_hash(0, 8, path, len);
	*k = (struct pcs_lock_key){ .at = FIRST + (hash >> 3), .path = path, .len = len };
	l->n++;
	return k;
}

/* The key of a place, and those of all directories above it. */
static int add_place(struct pcs_locks *l, const char *path, size_t len)
{
	struct pcs_lock_key *k = add_key(l, path, len);
	if (!k)
		return -ENOMEM;
	k->alone = true;
	while (len > 1) {
		const char *slash = memrchr(path, '/', len);
		len = slash > path ? (size_t)(slash - path) : 1;
		if (!add_key(l, path, len))
			return -ENOMEM;
	}
	return 0;
}

/* Where one is wanted alone and with others, alone comes first. */
static int compare_keys(const void *a, const void *b)
{
	const struct pcs_lock_key *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (int)y->alone - (int)x->alone;
}

static void drop_same(struct pcs_locks *l)
{
	size_t kept = 0;
	for (size_t i = 0; i < l->n; i++)
		if (kept == 0 || l->keys[kept - 1].at != l->keys[i].at)
			l->keys[kept++] = l->keys[i];
	l->n = kept;
}

int pcs_locks_plan(const char **places, size_t n, struct pcs_locks *ret)
{
	*ret = (struct pcs_locks){ 0 };
	if (n == 0)
		return 0;
	qsort(places, n, sizeof(*places), compare_paths);
	size_t distinct = 1;
	for (size_t i = 1; i < n; i++)
		if (strcmp(places[distinct - 1], places[i]) != 0)
			places[distinct++] = places[i];
	size_t depth = find_depth(places, distinct);
	for (size_t i = 0; i < distinct; i++) {
		if (i && is_same_prefix(places[i - 1], places[i], depth))
			continue;
		int r = add_place(ret, places[i], prefix_len(places[i], depth));
		if (r < 0)
			return r;
	}
	qsort(ret->keys, ret->n, sizeof(*ret->keys), compare_keys);
	drop_same(ret);
	return 0;
}

void pcs_locks_done(struct pcs_locks *l)
{
	free(l->keys);
	*l = (struct pcs_locks){ 0 };
}

/* ---- locking ---- */

static int lock(int fd, short type, uint64_t at, off_t len)
{
	struct flock f = {
		.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)at, .l_len = len
	};
	if (fcntl(fd, F_SETLK, &f) == 0)
		return 0;
	return errno == EACCES || errno == EAGAIN ? -EBUSY : -errno;
}

/* The number of a process that has the byte; 0 where that is known to nobody here, as of one in
 * another container or on another host, or where the byte is free by now. */
static int find_holder(int fd, const struct pcs_lock_key *k, uint64_t base)
{
	struct flock f = { .l_type = k->alone ? F_WRLCK : F_RDLCK,
			   .l_whence = SEEK_SET,
			   .l_start = (off_t)(base + k->at),
			   .l_len = 1 };
	return fcntl(fd, F_GETLK, &f) == 0 && f.l_type != F_UNLCK && f.l_pid > 0 ? f.l_pid : 0;
}

static void give_back(int fd, uint64_t base)
{
	lock(fd, F_UNLCK, base + FIRST, (off_t)(QUEUE - FIRST));
}

/* All or none of the bytes from `base` on. */
static int take(int fd, struct pcs_locks *l, uint64_t base)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct pcs_lock_key *k = &l->keys[i];
		int r = lock(fd, k->alone ? F_WRLCK : F_RDLCK, base + k->at, 1);
		if (r == 0)
			continue;
		l->busy = k;
		l->holder = find_holder(fd, k, base);
		give_back(fd, base);
		return r;
	}
	return 0;
}

int pcs_locks_try(int fd, struct pcs_locks *l)
{
	return take(fd, l, 0);
}

/* Let those go first who wait for the same already: else a run that needs much would not get it
 * while others come and go. They do not go first for ever, as they may wait for one that is stopped
 * in a place that is none of ours. */
static int try_in_turn(int fd, struct pcs_locks *l, long long waited)
{
	int r = 0;
	if (waited % PERIOD_MS < TURN_MS)
		r = take(fd, l, QUEUE);
	else
		give_back(fd, QUEUE);
	return r < 0 ? r : pcs_locks_try(fd, l);
}

int pcs_locks_add_holder(const struct pcs_locks *l, struct pcs_buf *ret)
{
	int r = pcs_buf_adds(ret, "another run");
	return r == 0 && l->holder ? pcs_buf_printf(ret, ", process %d,", l->holder) : r;
}

static void nap(void)
{
	const struct timespec time = { .tv_nsec = 20 * 1000 * 1000 };
	nanosleep(&time, NULL);
}

static void say_waiting(const struct pcs_locks *l, int seconds)
{
	PCS_BUF struct pcs_buf who = { 0 };
	PCS_BUF struct pcs_buf limit = { 0 };
	int r = pcs_locks_add_holder(l, &who);
	if (r == 0)
		r = seconds == PCS_WAIT_FOREVER ?
			    pcs_buf_adds(&limit, "without a limit") :
			    pcs_buf_printf(&limit, "at most %d seconds", seconds);
	if (r == 0)
		pcs_info("waiting for %s to end: it works in %.*s, too; %s", who.data,
			 (int)l->busy->len, l->busy->path, limit.data);
}

int pcs_locks_wait(int fd, struct pcs_locks *l, int seconds)
{
	const long long start = pcs_now_ms();
	long long waited = 0;
	bool told = false;
	int r;
	if (seconds == 0)
		return pcs_locks_try(fd, l);
	while ((r = try_in_turn(fd, l, waited)) == -EBUSY) {
		bool is_up = seconds != PCS_WAIT_FOREVER && waited >= 1000LL * seconds;
		if (pcs_signal_seen() || is_up) {
			r = is_up ? pcs_locks_try(fd, l) : -PCS_ESIGNAL;
			break;
		}
		if (!told && waited >= TELL_MS)
			say_waiting(l, seconds);
		told = told || waited >= TELL_MS;
		nap();
		waited = pcs_now_ms() - start;
	}
	give_back(fd, QUEUE);
	return r;
}

int pcs_lock_enter(int fd)
{
	const long long stop = pcs_now_ms() + ENTER_MS;
	for (int r; (r = lock(fd, F_WRLCK, COMMON, 1)) != 0; nap())
		if (r != -EBUSY || pcs_now_ms() >= stop)
			return r == -EBUSY ? -ETIMEDOUT : r;
	return 0;
}

void pcs_lock_leave(int fd)
{
	lock(fd, F_UNLCK, COMMON, 1);
}

bool pcs_lock_all(int fd)
{
	return lock(fd, F_WRLCK, COMMON, 0) == 0;
}
