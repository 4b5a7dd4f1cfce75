#include "engine/record.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "engine/state.h"
#include "pyc/source_hash.h"

/* The file: a head and then entries, in the byte order of the machine, which is its only reader. */
struct head {
	char magic[8];
	uint64_t n; /* entries when it was last made compact */
};
struct entry {
	uint64_t file;
	uint32_t state, path; /* as short as a mistake is harmless */
};
static const char magic[8] = { 'p', 'y', 'c', 'm', 'a', 'd', 'e', '3' };

/* It is made compact when it has grown to twice its size, not before it has this many entries. */
enum { COMPACT_MIN = 8192, ENTRIES_MAX = 4 << 20 };

struct pcs_record {
	const struct pcs_state *state;
	struct entry *notes; /* of this run */
	size_t n, cap;
	/* The files of earlier runs, each where its hash says or in the next free slot behind; 2 to
	 * the power of `bits`, at most half full. */
	struct slot {
		uint64_t file; /* 0: free */
		uint32_t state;
	} * known;
	unsigned bits;
	uint64_t key;
	int loaded; /* -EAGAIN: not yet */
	pthread_mutex_t loading;
};

int pcs_record_new(const struct pcs_state *state, struct pcs_record **ret)
{
	struct pcs_record *r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	r->state = state;
	r->loaded = -EAGAIN;
	/* Nobody who writes a record knows which slots its entries will take. */
	memcpy(&r->key, (const void *)getauxval(AT_RANDOM), sizeof(r->key));
	pthread_mutex_init(&r->loading, NULL);
	*ret = r;
	return 0;
}

void pcs_record_free(struct pcs_record *r)
{
	if (!r)
		return;
	free(r->notes);
	free(r->known);
	pthread_mutex_destroy(&r->loading);
	free(r);
}

bool pcs_record_is_kept(const struct pcs_record *r)
{
	return r->state->dir >= 0;
}

/* SipHash with two and four rounds, as CPython 3.8 has it. */
static uint64_t hash(const void *data, size_t len)
{
	return pcs_source_hash(0, 8, data, len);
}

static uint64_t hash_file(const struct stat *st, const uint8_t header[PCS_PYC_HEADER])
{
	uint64_t file[4 + PCS_PYC_HEADER / sizeof(uint64_t)] = { st->st_ino,
								 (uint64_t)st->st_mtim.tv_sec,
								 (uint64_t)st->st_mtim.tv_nsec,
								 (uint64_t)st->st_size };
	memcpy(&file[4], header, PCS_PYC_HEADER);
	return hash(file, sizeof(file)) | 1; /* never 0 */
}

/* What changes with whatever is done to the file, a write that hides its time included. */
static uint32_t hash_state(uint64_t file, const struct stat *st)
{
	const uint64_t state[] = { file, (uint64_t)st->st_ctim.tv_sec,
				   (uint64_t)st->st_ctim.tv_nsec };
	return (uint32_t)hash(state, sizeof(state));
}

int pcs_record_note(struct pcs_record *r, const char *path, const struct stat *st,
		    const uint8_t header[PCS_PYC_HEADER])
{
	struct entry *notes = pcs_grow(r->notes, &r->cap, r->n + 1, sizeof(*notes));
	if (!notes)
		return -ENOMEM;
	r->notes = notes;
	uint64_t file = hash_file(st, header);
	notes[r->n++] = (struct entry){ .file = file,
					.state = hash_state(file, st),
					.path = (uint32_t)hash(path, strlen(path)) };
	return 0;
}

/* By path, and of one path in the order of time, which is that of their places. */
static int compare_paths(const void *a, const void *b, void *entries)
{
	const struct entry *e = entries;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	if (e[x].path != e[y].path)
		return e[x].path < e[y].path ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Keep the last entry of each path, in their order. Returns how many are left, or -ENOMEM. */
static ssize_t keep_latest(struct entry *e, size_t n)
{
	size_t kept = 0;
	PCS_FREE uint32_t *order = calloc(n + 1, sizeof(*order));
	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, n, sizeof(*order), compare_paths, e);
	for (size_t i = 0; i + 1 < n; i++)
		if (e[order[i]].path == e[order[i + 1]].path)
			e[order[i]].file = 0;
	for (size_t i = 0; i < n; i++)
		if (e[i].file)
			e[kept++] = e[i];
	return (ssize_t)kept;
}

/* Read the whole entries of a record: what was cut off behind them is passed over. */
static int read_entries(int fd, struct head *ret_head, struct entry **ret, size_t *ret_n)
{
	struct stat st;
	int r = pcs_fs_stat(fd, &st);
	*ret_n = 0;
	if (r < 0)
		return r;
	if (pread(fd, ret_head, sizeof(*ret_head), 0) != sizeof(*ret_head) ||
	    memcmp(ret_head->magic, magic, sizeof(magic)) != 0)
		return -EINVAL;
	size_t n = ((size_t)st.st_size - sizeof(*ret_head)) / sizeof(struct entry);
	if (n > ENTRIES_MAX)
		return -EFBIG;
	struct entry *e = calloc(n + 1, sizeof(*e));
	if (!e)
		return -ENOMEM;
	ssize_t got = pread(fd, e, n * sizeof(*e), sizeof(*ret_head));
	*ret_n = got < 0 ? 0 : (size_t)got / sizeof(*e);
	*ret = e;
	return 0;
}

/* Where a file is, or the free slot for it. */
static struct slot *slot_of(const struct pcs_record *r, uint64_t file)
{
	size_t mask = ((size_t)1 << r->bits) - 1,
	       at = (size_t)(file * (r->key | 1)) >> (64 - r->bits);
	while (r->known[at].file && r->known[at].file != file)
		at = (at + 1) & mask;
	return &r->known[at];
}

static int load(struct pcs_record *r)
{
	struct head head;
	PCS_CLOSE int fd = -1;
	PCS_FREE struct entry *e = NULL;
	size_t n = 0;
	unsigned bits = 1;
	if (!pcs_record_is_kept(r))
		return -ENOENT;
	int error = pcs_fs_open_state(r->state->dir, "made", false, &fd);
	if (error == 0)
		error = read_entries(fd, &head, &e, &n);
	if (error < 0)
		return error;
	while ((size_t)1 << bits <= 2 * n)
		bits++;
	r->known = calloc((size_t)1 << bits, sizeof(*r->known));
	if (!r->known)
		return -ENOMEM;
	r->bits = bits;
	for (size_t i = 0; i < n; i++) /* of one file, the last state counts */
		if (e[i].file)
			*slot_of(r, e[i].file) = (struct slot){ e[i].file, e[i].state };
	return 0;
}

int pcs_record_load(struct pcs_record *r)
{
	pthread_mutex_lock(&r->loading);
	if (r->loaded == -EAGAIN)
		r->loaded = load(r);
	pthread_mutex_unlock(&r->loading);
	return r->loaded;
}

bool pcs_record_has(const struct pcs_record *r, const struct stat *st,
		    const uint8_t header[PCS_PYC_HEADER])
{
	return r->bits && slot_of(r, hash_file(st, header))->file;
}

bool pcs_record_vouches(const struct pcs_record *r, const struct stat *st,
			const uint8_t header[PCS_PYC_HEADER])
{
	if (!r->bits)
		return false;
	uint64_t file = hash_file(st, header);
	const struct slot *slot = slot_of(r, file);
	return slot->file && slot->state == hash_state(file, st);
}

/* Write it anew: without the entries that newer ones have replaced. Changes `e`. */
static int compact(const struct pcs_record *r, struct entry *e, size_t n)
{
	struct pcs_tmp tmp;
	ssize_t kept = keep_latest(e, n);
	if (kept < 0)
		return (int)kept;
	struct head head = { .n = (uint64_t)kept };
	memcpy(head.magic, magic, sizeof(magic));
	int error = pcs_tmp_write(r->state->dir, &head, sizeof(head), e, (size_t)kept * sizeof(*e),
				  0644, NULL, &tmp);
	return error < 0 ? error : pcs_tmp_commit(r->state->dir, &tmp, "made", false);
}

static int append(const struct pcs_record *r, int fd, size_t n_there)
{
	off_t at = (off_t)(sizeof(struct head) + n_there * sizeof(struct entry));
	return pcs_fs_write_from(fd, at, r->notes, r->n * sizeof(*r->notes));
}

/* The number of entries, and of those after it was made compact in ret->n; SIZE_MAX where it is no
 * record, or a larger one than would be read. */
static size_t entries_in(int fd, struct head *ret)
{
	struct stat st;
	if (pread(fd, ret, sizeof(*ret), 0) != sizeof(*ret) ||
	    memcmp(ret->magic, magic, sizeof(magic)) != 0 || pcs_fs_stat(fd, &st) < 0)
		return SIZE_MAX;
	size_t n = ((size_t)st.st_size - sizeof(*ret)) / sizeof(struct entry);
	if (ret->n > n)
		ret->n = n / 2;
	return n > ENTRIES_MAX ? SIZE_MAX : n;
}

/* What is on the disk need not be held any more. */
static void forget(struct pcs_record *r)
{
	free(PCS_TAKE(r->known));
	free(PCS_TAKE(r->notes));
	r->bits = 0;
	r->n = r->cap = 0;
}

int pcs_record_save(struct pcs_record *r)
{
	struct head head;
	PCS_CLOSE int fd = -1;
	PCS_FREE struct entry *e = NULL;
	size_t n = 0;
	if (r->n == 0 || !pcs_record_is_kept(r))
		return 0;
	int error = pcs_fs_open_state(r->state->dir, "made", true, &fd);
	if (error < 0)
		return error;
	size_t there = entries_in(fd, &head);
	if (there == SIZE_MAX) /* new, or no record */
		return compact(r, r->notes, r->n);
	error = append(r, fd, there);
	if (error < 0 || there + r->n < COMPACT_MIN || there + r->n < 2 * head.n)
		return error;
	forget(r);
	error = read_entries(fd, &head, &e, &n);
	return error < 0 ? error : compact(r, e, n);
}
