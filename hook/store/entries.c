/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/entries.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/identity.h"
#include "base/listing.h"
#include "pyc/canon.h"

enum {
	SUB_LEN = 2, /* digits of the name of a subdirectory; those of an entry are the rest */
	NAME_LEN = 2 * PCS_ENTRY_KEY - SUB_LEN,
	HOUR = 60 * 60,
};

/* What is done with each entry, open in `dir`; a negative code ends the walk. */
struct visit {
	int (*entry)(void *ctx, int dir, const char *sub, const char *name, const struct stat *st);
	int (*other)(void *ctx, int dir, const char *name, const struct stat *st); /* or NULL */
	void *ctx;
};

static bool is_hex(const char *name, size_t len)
{
	return strlen(name) == len && strspn(name, "0123456789abcdef") == len;
}

static int visit_sub(int top, const char *sub, const struct visit *v)
{
	PCS_CLOSE int dir = -1;
	struct pcs_listing l = { 0 };
	int r = pcs_fs_open_subdir(top, sub, &dir);
	if (r == 0)
		r = pcs_fs_list(dir, &l);
	for (size_t i = 0; i < l.n && r == 0; i++) {
		const char *name = l.entries[i].name;
		struct stat st;
		r = pcs_fs_lstat(dir, name, &st);
		if (r == 0 && S_ISREG(st.st_mode) && is_hex(name, NAME_LEN))
			r = v->entry(v->ctx, dir, sub, name, &st);
		else if (r == 0 && v->other)
			r = v->other(v->ctx, dir, name, &st);
		r = r == -ENOENT ? 0 : r; /* another run was quicker */
	}
	pcs_listing_done(&l);
	return r;
}

/* Goes on after an error, of which the first is returned. */
static int visit_all(int top, const struct visit *v)
{
	PCS_CLOSE int dir = -1;
	struct pcs_listing l = { 0 };
	pcs_act_as_self();
	int r = pcs_fs_open_subdir(top, ".", &dir); /* with an offset of its own */
	if (r == 0)
		r = pcs_fs_list(dir, &l);
	for (size_t i = 0; i < l.n && r != -ENOMEM; i++) {
		int k = is_hex(l.entries[i].name, SUB_LEN) ? visit_sub(top, l.entries[i].name, v) :
							     0;
		r = r < 0 && k != -ENOMEM ? r : k;
	}
	pcs_listing_done(&l);
	return r;
}

/* ---- counting ---- */

static int count(void *ctx, int dir, const char *sub, const char *name, const struct stat *st)
{
	struct pcs_store_counts *c = ctx;
	(void)dir;
	(void)sub;
	(void)name;
	c->entries++;
	c->bytes += (uint64_t)st->st_size;
	return 0;
}

int pcs_store_count(int dir, struct pcs_store_counts *ret)
{
	const struct visit v = { .entry = count, .ctx = ret };
	*ret = (struct pcs_store_counts){ 0 };
	return visit_all(dir, &v);
}

/* ---- eviction ---- */

struct used {
	struct timespec when;
	uint64_t size;
	char name[SUB_LEN + 1 + NAME_LEN + 1];
};

struct pruning {
	struct pcs_store_counts *counts;
	struct used *list;
	size_t n, cap;
	time_t now;
};

static int note_use(void *ctx, int dir, const char *sub, const char *name, const struct stat *st)
{
	struct pruning *p = ctx;
	struct used *u = PCS_ROOM(p->list, p->n, p->cap);
	if (!u)
		return -ENOMEM;
	u->when = st->st_mtim;
	u->size = (uint64_t)st->st_size;
	snprintf(u->name, sizeof(u->name), "%s/%s", sub, name);
	p->n++;
	return count(p->counts, dir, sub, name, st);
}

static int drop_left_over(void *ctx, int dir, const char *name, const struct stat *st)
{
	const struct pruning *p = ctx;
	if (!pcs_tmp_is_name(name) || p->now - st->st_mtim.tv_sec < HOUR)
		return 0;
	return pcs_fs_unlink(dir, name);
}

static int compare_uses(const void *a, const void *b)
{
	const struct used *x = a, *y = b;
	if (x->when.tv_sec != y->when.tv_sec)
		return x->when.tv_sec < y->when.tv_sec ? -1 : 1;
	return x->when.tv_nsec < y->when.tv_nsec ? -1 : x->when.tv_nsec > y->when.tv_nsec;
}

static int evict(int dir, uint64_t size, struct pruning *p)
{
	struct pcs_store_counts *c = p->counts;
	const uint64_t enough = size - size / 8;
	int r = 0;
	if (c->bytes <= size)
		return 0;
	qsort(p->list, p->n, sizeof(*p->list), compare_uses);
	for (size_t i = 0; i < p->n && c->bytes - c->freed > enough; i++) {
		int k = pcs_fs_unlink(dir, p->list[i].name);
		if (k < 0 && k != -ENOENT) {
			r = k;
			continue;
		}
		c->gone++;
		c->freed += p->list[i].size;
	}
	return r;
}

int pcs_store_prune(int dir, uint64_t size, struct pcs_store_counts *ret)
{
	struct pruning p = { .counts = ret, .now = time(NULL) };
	const struct visit v = { .entry = note_use, .other = drop_left_over, .ctx = &p };
	*ret = (struct pcs_store_counts){ 0 };
	int r = visit_all(dir, &v);
	int k = r == -ENOMEM ? r : evict(dir, size, &p);
	free(p.list);
	return r < 0 ? r : k;
}

int pcs_store_prune_at_times(int dir, uint64_t size, struct pcs_store_counts *ret)
{
	static const char stamp[] = "pruned";
	PCS_CLOSE int fd = -1;
	struct stat st;
	int r = pcs_fs_lstat(dir, stamp, &st);
	*ret = (struct pcs_store_counts){ 0 };
	if (r == 0 && time(NULL) - st.st_mtim.tv_sec < HOUR)
		return 0;
	r = pcs_fs_open_state(dir, stamp, true, &fd);
	if (r == 0)
		r = pcs_fs_touch(dir, stamp);
	return r < 0 ? r : pcs_store_prune(dir, size, ret);
}

/* ---- checking ---- */

struct checking {
	struct pcs_store_counts *counts;
	void (*wrong)(void *ctx, const char *name, const char *why);
	void *ctx;
	struct pcs_buf entry, code;
};

static void read_hex(const char *text, uint8_t *ret, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char digits[3] = { text[2 * i], text[2 * i + 1], '\0' };
		ret[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
}

/* The code must be its own canonical form, with the entry's name where it says. */
static const char *code_fault(struct checking *k, const struct pcs_entry_key *key,
			      const struct pcs_entry *e)
{
	struct pcs_refusal why = { 0 };
	char name[PCS_ENTRY_NAME + 1];
	pcs_entry_name(key, name);
	pcs_buf_consume(&k->entry, PCS_ENTRY_HEAD);
	k->code.len = 0;
	int r = pcs_marshal_renamed(&k->entry, e->minor, name, &k->code, &why);
	if (r < 0)
		return r == -PCS_ECANON && why.what ? why.what : pcs_strerror(r);
	bool same = k->code.len == k->entry.len &&
		    memcmp(k->code.data, k->entry.data, k->code.len) == 0;
	if (!same)
		return "its code is not in canonical form";
	return pcs_marshal_find_name((const uint8_t *)k->code.data, k->code.len, name) == e->name ?
		       NULL :
		       "its file name is not where it says";
}

static int check(void *ctx, int dir, const char *sub, const char *name, const struct stat *st)
{
	struct checking *k = ctx;
	struct pcs_entry_key key;
	struct pcs_entry e;
	struct stat now;
	char path[SUB_LEN + 1 + NAME_LEN + 1];
	read_hex(sub, key.bytes, 1);
	read_hex(name, key.bytes + 1, sizeof(key.bytes) - 1);
	k->entry.len = 0;
	int r = pcs_fs_read(dir, name, PCS_SOURCE_MAX, &k->entry, &now);
	if (r == -ENOENT || r == -ENOMEM)
		return r;
	const char *why = r < 0 ? pcs_strerror(r) : pcs_entry_check(&k->entry, &key, &e);
	if (!why)
		why = code_fault(k, &key, &e);
	snprintf(path, sizeof(path), "%s/%s", sub, name);
	if (why)
		k->wrong(k->ctx, path, why);
	return count(k->counts, dir, sub, name, st);
}

int pcs_store_verify(int dir, void (*wrong)(void *ctx, const char *name, const char *why),
		     void *ctx, struct pcs_store_counts *ret)
{
	struct checking k = { .counts = ret, .wrong = wrong, .ctx = ctx };
	const struct visit v = { .entry = check, .ctx = &k };
	*ret = (struct pcs_store_counts){ 0 };
	int r = visit_all(dir, &v);
	pcs_buf_done(&k.entry);
	pcs_buf_done(&k.code);
	return r;
}
