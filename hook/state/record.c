#include "state/record.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/fs.h"
#include "state/state.h"
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

/* So many are read at a time. */
enum { PART = 1024 };

struct pcs_record {
	const struct pcs_state *state;
	struct entry *notes; /* of this run */
	size_t n, cap;
	/* The files of earlier runs, each where its hash says or in the next free slot behind; at
	 * most two thirds full. */
	struct slot {
		uint64_t file; /* 0: free */
		uint32_t state;
	} * known;
	size_t n_known;
	uint64_t key;
	atomic_int loaded; /* -EAGAIN: not yet */
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

/* Open the file and read its head; *ret_n is the number of whole entries, as what was cut off
 * behind them is passed over. */
static int open_record(const struct pcs_record *r, bool write, int *ret_fd, struct head *ret,
		       size_t *ret_n)
{
	PCS_CLOSE int fd = -1;
	struct stat st;
	int error = pcs_fs_open_state(r->state->dir, "made", write, &fd);
	if (error == 0)
		error = pcs_fs_stat(fd, &st);
	if (error < 0)
		return error;
	*ret_fd = PCS_TAKE_FD(fd);
	if (pread(*ret_fd, ret, sizeof(*ret), 0) != sizeof(*ret) ||
	    memcmp(ret->magic, magic, sizeof(magic)) != 0)
		return -EINVAL;
	*ret_n = ((size_t)st.st_size - sizeof(*ret)) / sizeof(struct entry);
	return *ret_n > ENTRIES_MAX ? -EFBIG : 0;
}

/* Read up to `n` entries from number `at` on. Returns how many. */
static size_t read_entries(int fd, size_t at, struct entry *ret, size_t n)
{
	ssize_t got =
		pread(fd, ret, n * sizeof(*ret), (off_t)(sizeof(struct head) + at * sizeof(*ret)));
	return got < 0 ? 0 : (size_t)got / sizeof(*ret);
}

/* Where a file is, or the free slot for it. */
static struct slot *slot_of(const struct pcs_record *r, uint64_t file)
{
	size_t at = (size_t)((unsigned __int128)(file * (r->key | 1)) * r->n_known >> 64);
	while (r->known[at].file && r->known[at].file != file)
		at = at + 1 < r->n_known ? at + 1 : 0;
	return &r->known[at];
}

static int load(struct pcs_record *r)
{
	struct entry part[PART];
	struct head head;
	PCS_CLOSE int fd = -1;
	size_t n = 0, got;
	if (!pcs_record_is_kept(r))
		return -ENOENT;
	int error = open_record(r, false, &fd, &head, &n);
	if (error < 0)
		return error;
	r->n_known = n + n / 2 + 1;
	r->known = calloc(r->n_known, sizeof(*r->known));
	if (!r->known)
		return -ENOMEM;
	for (size_t at = 0; at < n; at += got) {
		size_t left = n - at;
		got = read_entries(fd, at, part, left < PART ? left : PART);
		if (got == 0)
			break; /* shorter than it was: another run made it compact */
		for (size_t i = 0; i < got; i++) /* of one file, the last state counts */
			if (part[i].file)
				*slot_of(r, part[i].file) =
					(struct slot){ part[i].file, part[i].state };
	}
	return 0;
}

int pcs_record_load(struct pcs_record *r)
{
	if (r->loaded != -EAGAIN)
		return r->loaded;
	pthread_mutex_lock(&r->loading);
	if (r->loaded == -EAGAIN)
		r->loaded = load(r);
	pthread_mutex_unlock(&r->loading);
	return r->loaded;
}

bool pcs_record_has(struct pcs_record *r, const struct stat *st,
		    const uint8_t header[PCS_PYC_HEADER])
{
	return pcs_record_load(r) == 0 && slot_of(r, hash_file(st, header))->file;
}

bool pcs_record_vouches(struct pcs_record *r, const struct stat *st,
			const uint8_t header[PCS_PYC_HEADER])
{
	if (pcs_record_load(r) < 0)
		return false;
	uint64_t file = hash_file(st, header);
	const struct slot *slot = slot_of(r, file);
	return slot->file && slot->state == hash_state(file, st);
}

static int write_new(const struct pcs_record *r, size_t n_head, size_t n, struct pcs_tmp *ret)
{
	struct head head = { .n = n_head };
	memcpy(head.magic, magic, sizeof(magic));
	pcs_fs_lock_shared(r->state->dir); /* see pcs_state_set_tags() */
	return pcs_tmp_write(r->state->dir, &head, sizeof(head), r->notes, n * sizeof(*r->notes),
			     0644, NULL, ret);
}

/* Begin anew with the notes of this run. */
static int replace(const struct pcs_record *r)
{
	struct pcs_tmp tmp;
	int error = write_new(r, r->n, r->n, &tmp);
	return error < 0 ? error : pcs_tmp_commit(r->state->dir, &tmp, "made", false, NULL);
}

/* Whether a path was not in the table, where it is now. The table has room. */
static bool is_news(uint32_t *table, size_t size, uint32_t path)
{
	uint32_t mark = path ? path : 1;
	size_t at = (size_t)((uint64_t)(mark * UINT32_C(2654435769)) * size >> 32);
	for (; table[at]; at = at + 1 < size ? at + 1 : 0)
		if (table[at] == mark)
			return false;
	table[at] = mark;
	return true;
}

/* Find the last entry of each path: its number becomes a bit in `kept`. Returns how many. */
static ssize_t find_latest(int fd, size_t n, uint8_t *kept)
{
	struct entry part[PART];
	size_t size = n + n / 2 + 1, count = 0;
	PCS_FREE uint32_t *table = calloc(size, sizeof(*table));
	if (!table)
		return -ENOMEM;
	for (size_t stop = n, at; stop; stop = at) {
		at = (stop - 1) / PART * PART;
		for (size_t i = read_entries(fd, at, part, stop - at); i-- > 0;) {
			if (part[i].file && is_news(table, size, part[i].path)) {
				kept[(at + i) / 8] |= (uint8_t)(1u << (at + i) % 8);
				count++;
			}
		}
	}
	return (ssize_t)count;
}

static int copy_kept(int from, size_t n, const uint8_t *kept, int to)
{
	struct entry part[PART];
	off_t end = sizeof(struct head);
	for (size_t at = 0; at < n; at += PART) {
		size_t left = n - at, got = read_entries(from, at, part, left < PART ? left : PART),
		       m = 0;
		for (size_t i = 0; i < got; i++)
			if (kept[(at + i) / 8] & 1u << (at + i) % 8)
				part[m++] = part[i];
		int r = pcs_fs_write_from(to, end, part, m * sizeof(*part));
		if (r < 0)
			return r;
		end += (off_t)(m * sizeof(*part));
	}
	return 0;
}

/* Leave out the entries that newer ones have replaced. */
static int compact(const struct pcs_record *r, int fd, size_t n)
{
	struct pcs_tmp tmp;
	PCS_FREE uint8_t *kept = calloc(n / 8 + 1, 1);
	ssize_t count = kept ? find_latest(fd, n, kept) : -ENOMEM;
	int error = count < 0 ? (int)count : write_new(r, (size_t)count, 0, &tmp);
	if (error < 0)
		return error;
	error = copy_kept(fd, n, kept, tmp.fd);
	if (error < 0)
		pcs_tmp_discard(r->state->dir, &tmp);
	return error < 0 ? error : pcs_tmp_commit(r->state->dir, &tmp, "made", false, NULL);
}

static int append(const struct pcs_record *r, int fd, size_t n_there)
{
	off_t at = (off_t)(sizeof(struct head) + n_there * sizeof(struct entry));
	return pcs_fs_write_from(fd, at, r->notes, r->n * sizeof(*r->notes));
}

/* What is on the disk need not be held any more. */
static void forget(struct pcs_record *r)
{
	r->loaded = -ENOENT;
	free(PCS_TAKE(r->known));
	free(PCS_TAKE(r->notes));
	r->n = r->cap = 0;
}

int pcs_record_save(struct pcs_record *r)
{
	struct head head;
	PCS_CLOSE int fd = -1;
	size_t there = 0;
	if (r->n == 0 || !pcs_record_is_kept(r))
		return 0;
	int error = open_record(r, true, &fd, &head, &there);
	if (error == -EINVAL || error == -EFBIG) /* new, or no record */
		return replace(r);
	if (error == 0)
		error = append(r, fd, there);
	size_t all = there + r->n, compacted = head.n < there ? head.n : there / 2;
	if (error < 0 || all < COMPACT_MIN || all < 2 * compacted)
		return error;
	forget(r);
	return compact(r, fd, all);
}
