/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/records.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "pyc/source_hash.h"
#include "state/index.h"
#include "state/row.h"

/* All numbers are in the byte order of the machine, which is the only reader. */
struct head {
	char magic[8];
	uint64_t slots, n_slots, journal;
	uint64_t check; /* of what is above */
};
struct record {
	uint64_t check; /* of what is below, and of the path with its NUL and the rows, which follow
			 */
	uint64_t hash;  /* of the path */
	uint32_t path_size, rows_size;
};
/* A slot of the table, where a directory's record is found; with the hash 0 it is free. */
struct pcs_slot {
	uint64_t hash, at, len;
};
static const char magic[8] = { 'p', 'y', 'c', 'm', 'e', 'm', '0', '1' };

enum {
	RECORD_MAX = 1 << 30,
	RECORD_MOSTLY = 1024, /* most are no longer, */
	CHUNK = 256 << 10,
	KEPT_MAX = 2 << 20,   /* so much of a journal is kept in memory, */
	TABLE_MAX = 64 << 10, /* and of a table, in bytes */
};

static uint64_t hash(const void *data, size_t len)
{
	return pcs_source_hash(0, 8, data, len);
}

static uint64_t hash_path(const char *dir)
{
	return hash(dir, strlen(dir)) | 1; /* never 0, which is a free slot */
}

/* Read from a place in full. 0, -ENODATA where there is less, or -errno. */
static int read_at(int fd, uint64_t at, void *ret, size_t len)
{
	ssize_t n = pcs_fs_read_at(fd, at, ret, len);
	return n < 0 ? (int)n : (size_t)n < len ? -ENODATA : 0;
}

/* The size of a record by its head; 0 where that cannot be. */
static size_t size_of(const struct record *r)
{
	uint64_t size = (uint64_t)sizeof(*r) + r->path_size + r->rows_size;
	return r->path_size && size <= RECORD_MAX ? (size_t)size : 0;
}

/* Whether `len` bytes are a record as it was written, and its path a string. */
static bool is_whole(const char *bytes, size_t len)
{
	struct record r;
	memcpy(&r, bytes, sizeof(r));
	return size_of(&r) == len && !bytes[sizeof(r) + r.path_size - 1] &&
	       hash(bytes + sizeof(r.check), len - sizeof(r.check)) == r.check;
}

static int add_place(struct pcs_records *f, uint64_t hash, uint64_t at)
{
	struct pcs_record_place *p = PCS_ROOM(f->index, f->n, f->cap);
	if (!p)
		return -ENOMEM;
	*p = (struct pcs_record_place){ hash, at };
	f->n++;
	return 0;
}

/* Take the whole records behind the first *taken bytes, which are those up to f->end. */
static int take_records(struct pcs_records *f, const struct pcs_buf *bytes, size_t *taken,
			bool *ret_broken)
{
	int r = 0;
	while (r == 0 && bytes->len - *taken >= sizeof(struct record)) {
		struct record head;
		const char *record = bytes->data + *taken;
		memcpy(&head, record, sizeof(head));
		size_t size = size_of(&head);
		*ret_broken = !size;
		if (!size || size > bytes->len - *taken)
			break;
		*ret_broken = !is_whole(record, size);
		if (*ret_broken)
			break;
		r = add_place(f, head.hash, f->end);
		f->end += size;
		*taken += size;
	}
	return r;
}

/* Append up to a chunk of the file to `bytes`. Its length, or -errno. */
static ssize_t read_chunk(const struct pcs_records *f, uint64_t at, struct pcs_buf *bytes)
{
	if (pcs_buf_reserve(bytes, CHUNK) < 0)
		return -ENOMEM;
	ssize_t n = pcs_fs_read_at(f->fd, at, bytes->data + bytes->len, CHUNK);
	bytes->len += n > 0 ? (size_t)n : 0;
	return n;
}

/* Read on from its end as far as it is known; the first part is kept. What comes after a record
 * that was cut off is not there. */
static int read_journal(struct pcs_records *f)
{
	PCS_BUF struct pcs_buf bytes = { 0 };
	bool broken = false, keeps = f->end == f->journal;
	size_t taken = 0;
	ssize_t n = 1;
	int r = 0;
	for (uint64_t at = f->end; r == 0 && n > 0 && !broken; at += (uint64_t)n) {
		struct pcs_buf *to = keeps ? &f->kept : &bytes;
		n = read_chunk(f, at, to);
		r = n < 0 ? (int)n : take_records(f, to, &taken, &broken);
		if (!keeps) {
			pcs_buf_consume(to, taken);
			taken = 0;
		} else if (r == 0 && to->len >= KEPT_MAX) { /* enough */
			r = pcs_buf_add(&bytes, to->data + taken, to->len - taken);
			to->len = taken;
			taken = 0;
			keeps = false;
		}
	}
	if (keeps)
		f->kept.len = taken;
	return r;
}

/* Read a table that is small: each directory is looked up in it. */
static int read_table(struct pcs_records *f)
{
	if (f->n_slots > TABLE_MAX / sizeof(*f->table))
		return 0;
	size_t size = (size_t)f->n_slots * sizeof(*f->table);
	f->table = malloc(size);
	return f->table ? read_at(f->fd, f->slots, f->table, size) : -ENOMEM;
}

int pcs_records_open(int fd, struct pcs_records *ret)
{
	struct head head;
	struct stat st;
	*ret = (struct pcs_records){ .fd = fd };
	int r = pcs_fs_stat(fd, &st);
	if (r == 0)
		r = read_at(fd, 0, &head, sizeof(head));
	if (r)
		return r == -ENODATA ? -EBADMSG : r;
	uint64_t size = (uint64_t)st.st_size;
	if (memcmp(head.magic, magic, sizeof(magic)) != 0 ||
	    head.check != hash(&head, offsetof(struct head, check)) || head.slots > size ||
	    head.n_slots > (size - head.slots) / sizeof(struct pcs_slot) || !head.n_slots ||
	    head.n_slots > UINT32_MAX || head.journal > size)
		return -EBADMSG;
	ret->slots = head.slots;
	ret->n_slots = head.n_slots;
	ret->journal = ret->end = head.journal;
	r = read_table(ret);
	if (r == 0)
		r = read_journal(ret);
	pcs_index_sort(ret->index, ret->n);
	return r;
}

int pcs_records_extend(struct pcs_records *f)
{
	struct stat st;
	int r = pcs_fs_stat(f->fd, &st);
	if (r < 0)
		return r;
	return (uint64_t)st.st_size < f->end ? -ESTALE : read_journal(f);
}

void pcs_records_done(struct pcs_records *f)
{
	f->fd = pcs_close(f->fd);
	free(f->table);
	f->table = NULL;
	pcs_buf_done(&f->kept);
	free(f->index);
	f->index = NULL;
	f->n = f->cap = 0;
}

/* The slot that a hash has first: hash * n_slots / 2^64. A processor of 32 bits has no such
 * product. */
static uint64_t first_slot(uint64_t hash, uint64_t n_slots)
{
	uint64_t high = (hash >> 32) * n_slots, low = (hash & UINT32_MAX) * n_slots;
	return (high + (low >> 32)) >> 32;
}

static void put_head(const struct pcs_records *f, struct head *ret)
{
	*ret = (struct head){ .slots = f->slots, .n_slots = f->n_slots, .journal = f->journal };
	memcpy(ret->magic, magic, sizeof(magic));
	ret->check = hash(ret, offsetof(struct head, check));
}

int pcs_records_begin(struct pcs_records *f)
{
	static const struct pcs_slot none = { 0 };
	struct head head;
	f->slots = sizeof(head);
	f->n_slots = 1;
	f->journal = f->end = sizeof(head) + sizeof(none);
	f->n = 0;
	put_head(f, &head);
	int r = pcs_fs_write_from(f->fd, 0, &head, sizeof(head));
	return r < 0 ? r : pcs_fs_write_from(f->fd, sizeof(head), &none, sizeof(none));
}

/* That there is less is damage, as a checksum that is wrong. */
static void note_error(struct pcs_records *f, int error)
{
	int none = 0;
	if (error < 0 && error != -ENODATA)
		atomic_compare_exchange_strong(&f->error, &none, error);
}

/* Append the whole record at a place, of mostly `len` bytes; one that is damaged adds nothing. 0 or
 * -ENOMEM. */
static int read_record(struct pcs_records *f, uint64_t at, size_t len, struct pcs_buf *ret)
{
	struct record head;
	size_t start = ret->len;
	int r = pcs_buf_reserve(ret, len);
	if (r < 0)
		return r;
	ssize_t n = pcs_fs_read_at(f->fd, at, ret->data + start, len);
	note_error(f, n < 0 ? (int)n : 0);
	if (n < (ssize_t)sizeof(head))
		return 0;
	memcpy(&head, ret->data + start, sizeof(head));
	size_t size = size_of(&head), got = (size_t)n;
	if (size > got) {
		r = pcs_buf_reserve(ret, size);
		if (r < 0)
			return r;
		r = read_at(f->fd, at + got, ret->data + start + got, size - got);
		note_error(f, r);
	}
	if (r == 0 && size && is_whole(ret->data + start, size))
		ret->len += size;
	return 0;
}

/* Append the rows of a record, if it is that of `dir`. */
static int read_rows(struct pcs_records *f, uint64_t at, size_t len, const char *dir,
		     struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf bytes = { 0 };
	struct record head;
	bool is_kept = at >= f->journal && at - f->journal < f->kept.len;
	int r = is_kept ? 0 : read_record(f, at, len, &bytes);
	if (r < 0 || (!is_kept && !bytes.len))
		return r;
	const char *record = is_kept ? f->kept.data + (at - f->journal) : bytes.data;
	memcpy(&head, record, sizeof(head));
	const char *path = record + sizeof(head);
	return strcmp(path, dir) == 0 ? pcs_buf_add(ret, path + head.path_size, head.rows_size) : 0;
}

static int read_slots(struct pcs_records *f, uint64_t at, struct pcs_slot *ret, size_t n)
{
	int r = 0;
	if (f->table)
		memcpy(ret, f->table + at, n * sizeof(*ret));
	else
		r = read_at(f->fd, f->slots + at * sizeof(*ret), ret, n * sizeof(*ret));
	note_error(f, r);
	return r;
}

/* Find a directory in the table. False when it is not there. */
static bool find_slot(struct pcs_records *f, uint64_t hash, struct pcs_slot *ret)
{
	enum { AT_ONCE = 4 };
	struct pcs_slot part[AT_ONCE];
	uint64_t at = first_slot(hash, f->n_slots);
	for (uint64_t seen = 0; seen < f->n_slots;) {
		size_t n = f->n_slots - at < AT_ONCE ? (size_t)(f->n_slots - at) : AT_ONCE;
		if (read_slots(f, at, part, n) < 0)
			return false;
		for (uint64_t i = 0; i < n; i++) {
			if (!part[i].hash)
				return false;
			*ret = part[i];
			if (part[i].hash == hash)
				return true;
		}
		seen += n;
		at = at + n < f->n_slots ? at + n : 0;
	}
	return false;
}

int pcs_records_find(struct pcs_records *f, const char *dir, struct pcs_buf *ret)
{
	uint64_t hash = hash_path(dir);
	struct pcs_slot slot;
	int r = 0;
	if (f->fd < 0)
		return 0;
	if (find_slot(f, hash, &slot))
		r = read_rows(f, slot.at, slot.len < CHUNK ? (size_t)slot.len : CHUNK, dir, ret);
	for (size_t i = pcs_index_find(f->index, f->n, hash);
	     r == 0 && i < f->n && f->index[i].hash == hash; i++)
		if (f->index[i].at >= f->journal) /* a merge adds others */
			r = read_rows(f, f->index[i].at, RECORD_MOSTLY, dir, ret);
	return r;
}

int pcs_record_add(struct pcs_buf *bytes, const char *dir, const char *rows, size_t len)
{
	struct record head = { .hash = hash_path(dir),
			       .path_size = (uint32_t)strlen(dir) + 1,
			       .rows_size = (uint32_t)len };
	size_t start = bytes->len;
	int r = pcs_buf_reserve(bytes, sizeof(head) + head.path_size + len);
	if (r == 0)
		r = pcs_buf_add(bytes, &head, sizeof(head));
	if (r == 0)
		r = pcs_buf_add(bytes, dir, head.path_size);
	if (r == 0)
		r = pcs_buf_add(bytes, rows, len);
	if (r < 0)
		return r;
	char *record = bytes->data + start;
	head.check = hash(record + sizeof(head.check), bytes->len - start - sizeof(head.check));
	memcpy(record, &head.check, sizeof(head.check));
	return 0;
}

int pcs_records_append(struct pcs_records *f, const char *bytes, size_t len)
{
	int r = pcs_fs_write_from(f->fd, (off_t)f->end, bytes, len);
	if (r < 0)
		return r;
	for (size_t at = 0; at < len && r == 0;) {
		struct record head;
		memcpy(&head, bytes + at, sizeof(head));
		r = add_place(f, head.hash, f->end);
		at += size_of(&head);
		f->end += size_of(&head);
	}
	return r;
}

/* A part of a file that is written from its beginning on. */
struct stream {
	int fd;
	uint64_t at;        /* where what is in `out` goes */
	struct pcs_buf out; /* not yet written */
};

/*
 * What a merge writes: the table, and behind it the records, by their hashes. So both are written
 * from the beginning to the end, and neither is in memory.
 */
struct merge {
	bool (*is_there)(void *ctx, const char *dir);
	void *ctx;
	struct stream records, slots;
	uint64_t n_slots, used; /* of the slots, so many are written or in `slots` */
	struct pcs_buf over;    /* those that would be behind the last slot, and go to the front */
};

static int flush(struct stream *s)
{
	int r = pcs_fs_write_at(s->fd, (off_t)s->at, s->out.data, s->out.len);
	s->at += s->out.len;
	s->out.len = 0;
	return r;
}

static int put(struct stream *s, const void *bytes, size_t len)
{
	int r = pcs_buf_add(&s->out, bytes, len);
	return r < 0 || s->out.len < CHUNK ? r : flush(s);
}

/* Put free slots up to one. */
static int put_free(struct merge *m, uint64_t to)
{
	static const struct pcs_slot none = { 0 };
	int r = 0;
	for (; m->used < to && r == 0; m->used++)
		r = put(&m->slots, &none, sizeof(none));
	return r;
}

/* Put a record into the new file. No hash comes before that of the last one. */
static int put_record(struct merge *m, const char *bytes, size_t len)
{
	struct record head;
	memcpy(&head, bytes, sizeof(head));
	const struct pcs_slot slot = { head.hash, m->records.at + m->records.out.len, len };
	uint64_t first = first_slot(head.hash, m->n_slots);
	int r = put(&m->records, bytes, len);
	if (r == 0)
		r = put_free(m, first);
	if (r == 0 && m->used == m->n_slots)
		return pcs_buf_add(&m->over, &slot, sizeof(slot));
	m->used++;
	return r < 0 ? r : put(&m->slots, &slot, sizeof(slot));
}

/* Make one record of all rows that there are of a directory, and put it. */
static int put_rows(struct merge *m, const char *dir, const struct pcs_buf *bytes)
{
	PCS_CLEANUP(pcs_rows_done) struct pcs_rows rows = { 0 };
	PCS_BUF struct pcs_buf kept = { 0 };
	PCS_BUF struct pcs_buf record = { 0 };
	int r = pcs_rows_read(&rows, bytes->data, bytes->len);
	if (r == -ENOMEM)
		return r;
	r = 0;
	for (size_t i = 0; i < rows.n && r == 0; i++)
		if (rows.list[i].kind != PCS_ROW_GONE)
			r = pcs_row_add(&kept, &rows.list[i]);
	if (r < 0 || !kept.len)
		return r;
	r = pcs_record_add(&record, dir, kept.data, kept.len);
	return r < 0 ? r : put_record(m, record.data, record.len);
}

/* Merge the records of one hash, from the oldest on, which are those of a directory. 1; 0 where the
 * first is not there; or -errno. */
static int merge_dir(struct pcs_records *f, void *merge, const struct pcs_record_place *p, size_t n)
{
	struct merge *m = merge;
	PCS_BUF struct pcs_buf bytes = { 0 };
	PCS_BUF struct pcs_buf rows = { 0 };
	struct record head;
	int r = read_record(f, p->at, RECORD_MOSTLY, &bytes);
	if (r < 0 || !bytes.len)
		return r;
	memcpy(&head, bytes.data, sizeof(head));
	const char *dir = bytes.data + sizeof(head);
	if (head.hash != p->hash)
		return 0;
	if (!m->is_there(m->ctx, dir))
		return 1;
	if (n == 1) {
		r = put_record(m, bytes.data, bytes.len);
		return r < 0 ? r : 1;
	}
	for (size_t i = 0; i < n && r == 0; i++)
		r = read_rows(f, p[i].at, RECORD_MOSTLY, dir, &rows);
	if (r == 0)
		r = put_rows(m, dir, &rows);
	return r < 0 ? r : 1;
}

/* Call `one` for the records of each directory, as merge_dir() is. The index is sorted. */
static int each_dir(struct pcs_records *f,
		    int (*one)(struct pcs_records *f, void *ctx, const struct pcs_record_place *p,
			       size_t n),
		    void *ctx)
{
	int r = 0;
	for (size_t i = 0, k; i < f->n && r >= 0; i = k) {
		for (k = i + 1; k < f->n && f->index[k].hash == f->index[i].hash;)
			k++;
		r = 0;
		for (size_t first = i; first < k && r == 0; first++)
			r = one(f, ctx, &f->index[first], k - first);
	}
	return r < 0 ? r : 0;
}

/* Add what is in the table to the index. */
static int index_table(struct pcs_records *f)
{
	enum { AT_ONCE = 256 };
	struct pcs_slot part[AT_ONCE] = { 0 };
	int r = 0;
	size_t n;
	for (uint64_t at = 0; at < f->n_slots && r == 0; at += n) {
		n = f->n_slots - at < AT_ONCE ? (size_t)(f->n_slots - at) : AT_ONCE;
		r = read_slots(f, at, part, n);
		for (size_t i = 0; i < n && r == 0; i++)
			if (part[i].hash)
				r = add_place(f, part[i].hash, part[i].at);
	}
	return r;
}

/* Put the slots that are over into the first free ones. */
static int put_over(struct merge *m)
{
	const struct pcs_slot *over = (const void *)m->over.data;
	size_t n = m->over.len / sizeof(*over);
	struct pcs_slot slot;
	int r = 0;
	for (uint64_t at = sizeof(struct head); n && r == 0; at += sizeof(slot)) {
		r = read_at(m->slots.fd, at, &slot, sizeof(slot));
		if (r == 0 && !slot.hash) {
			r = pcs_fs_write_at(m->slots.fd, (off_t)at, over++, sizeof(slot));
			n--;
		}
	}
	return r;
}

static int finish(struct merge *m)
{
	struct head head;
	int r = put_free(m, m->n_slots);
	if (r == 0)
		r = flush(&m->slots);
	if (r == 0)
		r = flush(&m->records);
	if (r == 0)
		r = put_over(m);
	const struct pcs_records to = { .slots = sizeof(head),
					.n_slots = m->n_slots,
					.journal = m->records.at };
	put_head(&to, &head);
	return r < 0 ? r : pcs_fs_write_at(m->slots.fd, 0, &head, sizeof(head));
}

int pcs_records_merge(struct pcs_records *f, bool (*is_there)(void *ctx, const char *dir),
		      void *ctx, int fd)
{
	struct merge m = { .is_there = is_there, .ctx = ctx };
	int r = index_table(f);
	pcs_index_sort(f->index, f->n);
	m.n_slots = f->n + f->n / 2 + 1;
	m.slots = (struct stream){ .fd = fd, .at = sizeof(struct head) };
	m.records =
		(struct stream){ .fd = fd, .at = m.slots.at + m.n_slots * sizeof(struct pcs_slot) };
	if (r == 0)
		r = each_dir(f, merge_dir, &m);
	if (r == 0)
		r = finish(&m);
	pcs_buf_done(&m.slots.out);
	pcs_buf_done(&m.records.out);
	pcs_buf_done(&m.over);
	return r;
}

struct telling {
	int (*each)(void *ctx, const char *dir, struct pcs_buf *rows);
	void *ctx;
};

static int tell_dir(struct pcs_records *f, void *telling, const struct pcs_record_place *p,
		    size_t n)
{
	const struct telling *t = telling;
	PCS_BUF struct pcs_buf bytes = { 0 };
	PCS_BUF struct pcs_buf rows = { 0 };
	int r = read_record(f, p->at, RECORD_MOSTLY, &bytes);
	const char *dir = r == 0 && bytes.len ? bytes.data + sizeof(struct record) : NULL;
	for (size_t i = 0; i < n && r == 0 && dir; i++)
		r = read_rows(f, p[i].at, RECORD_MOSTLY, dir, &rows);
	if (r == 0 && rows.len)
		r = t->each(t->ctx, dir, &rows);
	return r < 0 ? r : dir != NULL;
}

int pcs_records_each(struct pcs_records *f,
		     int (*each)(void *ctx, const char *dir, struct pcs_buf *rows), void *ctx)
{
	struct telling t = { each, ctx };
	int r = index_table(f);
	pcs_index_sort(f->index, f->n);
	return r < 0 ? r : each_dir(f, tell_dir, &t);
}
