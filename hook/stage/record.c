/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage/record.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/listing.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/root.h"
#include "pyc/name.h"
#include "stage/place.h"
#include "stage/wheel.h"
#include "sync/actions.h"
#include "tree/dir.h"
#include "tree/walk.h"

/* In the alphabet of base64 for file names, without padding, as a RECORD has it. */
struct pcs_record_hash {
	char text[(PCS_SHA256 * 8 + 5) / 6 + 1];
};

void pcs_record_done(struct pcs_record *rec)
{
	pcs_map_done(&rec->places);
	pcs_map_done(&rec->hashed);
	free(rec->hashes);
}

int pcs_record_limit(void *record, const char *path)
{
	struct pcs_record *rec = record;
	bool put = pcs_map_put(&rec->places, path, 1);
	rec->limited = true;
	if (put && pcs_source_stem_len(pcs_path_base(path))) {
		char *names = strndupa(path, strlen(path) - strlen("py")); /* with the dot */
		put = pcs_map_put(&rec->places, names, 1);
	}
	return put ? 0 : -ENOMEM;
}

/* Whether the name of a pyc in `dir` begins with that of a source there that was to be looked at.
 */
static bool covers_source(const struct pcs_record *rec, const char *dir, const char *name)
{
	PCS_BUF struct pcs_buf names = { 0 };
	bool covered = false;
	if (pcs_path_join(&names, dir, name) < 0)
		return false;
	char *start = names.data + names.len - strlen(name);
	for (char *dot; !covered && (dot = strrchr(start, '.')); *dot = '\0') {
		dot[1] = '\0';
		covered = pcs_map_get(&rec->places, names.data);
	}
	return covered;
}

/* Whether the pyc at `path` is among what was to be looked at. */
static bool covers(const struct pcs_record *rec, const char *path)
{
	const char *name = pcs_path_base(path);
	size_t len = pcs_path_dir_len(path);
	char *dir = strndupa(path, len);
	if (strcmp(pcs_path_base(dir), PCS_CACHE_DIR) == 0)
		dir[len = pcs_path_dir_len(dir)] = '\0';
	bool covered = !rec->limited || pcs_map_get(&rec->places, path) ||
		       covers_source(rec, dir, name) || pcs_map_get(&rec->places, "/");
	while (!covered && len > 1) {
		covered = pcs_map_get(&rec->places, dir);
		dir[len = pcs_path_dir_len(dir)] = '\0';
	}
	return covered;
}

/* ---- rows ---- */

/* A field of CSV, in quotes where it has to be. */
static int add_field(struct pcs_buf *b, const char *field)
{
	int r = 0;
	if (!field[strcspn(field, "\",\r\n")])
		return pcs_buf_adds(b, field);
	r = pcs_buf_adds(b, "\"");
	for (const char *p = field; *p && r == 0; p++)
		r = pcs_buf_printf(b, *p == '"' ? "\"%c" : "%c", *p);
	return r < 0 ? r : pcs_buf_adds(b, "\"");
}

/* Append a row, with the end of the one before it, as it is or without hash and size. */
static int add_row(const char *row, size_t len, const char *path, int how, struct pcs_buf *ret)
{
	size_t breaks = strspn(row, "\r\n");
	if (ret->len == 0) { /* the rows before it are gone, and so are their ends */
		row += breaks;
		len -= breaks;
		breaks = 0;
	}
	if (how == PCS_RECORD_STAYS)
		return pcs_buf_add(ret, row, len);
	int r = pcs_buf_add(ret, row, breaks);
	if (r == 0)
		r = add_field(ret, path);
	return r < 0 ? r : pcs_buf_adds(ret, ",,");
}

int pcs_record_edit(const struct pcs_buf *text,
		    int (*judge)(void *ctx, const char *path, const char *hash), void *ctx,
		    struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf hash = { 0 };
	const char *p = text->data, *row = p;
	size_t left = text->len;
	bool edited = false;
	int r;
	while ((r = pcs_wheel_next(&p, &left, PCS_WHEEL_PATH, &path)) > 0) {
		const char *again = row;
		size_t len = (size_t)(p - row);
		r = pcs_wheel_next(&again, &len, PCS_WHEEL_HASH, &hash);
		if (r < 0)
			break;
		int how = r = judge(ctx, path.data, hash.data);
		if (r < 0)
			break;
		edited |= how != PCS_RECORD_STAYS;
		if (how != PCS_RECORD_GOES)
			r = add_row(row, (size_t)(p - row), path.data, how, ret);
		if (r < 0)
			break;
		row = p;
	}
	if (r == 0 && ret->len)
		r = pcs_buf_add(ret, row, (size_t)(text->data + text->len - row));
	return r < 0 ? r : edited;
}

/* ---- files ---- */

/* One RECORD. */
struct judging {
	struct pcs_record *rec;
	const char *top; /* what its paths are relative to */
};

static int hash_of(const struct pcs_buf *bytes, struct pcs_record_hash *ret)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint8_t sum[PCS_SHA256 + 1];
	int r = pcs_sha256(bytes->data, bytes->len, sum);
	if (r < 0)
		return r;
	sum[PCS_SHA256] = 0;
	for (size_t i = 0; i + 1 < sizeof(ret->text); i++) {
		unsigned two = (unsigned)sum[i * 6 / 8] << 8 | sum[i * 6 / 8 + 1];
		ret->text[i] = digits[two >> (10 - i * 6 % 8) & 63];
	}
	ret->text[sizeof(ret->text) - 1] = '\0';
	return 0;
}

/* Read a file for its hash. Its number in `hashes`, or -errno. */
static int read_hash(struct pcs_record *rec, int dir, const char *name)
{
	PCS_BUF struct pcs_buf bytes = { 0 };
	struct stat st;
	struct pcs_record_hash *hash = PCS_ROOM(rec->hashes, rec->n_hashes, rec->cap_hashes);
	int r = hash ? pcs_fs_read(dir, name, PCS_SOURCE_MAX, &bytes, &st) : -ENOMEM;
	if (r == 0)
		r = hash_of(&bytes, hash);
	return r < 0 ? r : (int)rec->n_hashes++;
}

/* The hash of a file as a RECORD has it, "" where there is none, or NULL when memory is out. A
 * small RECORD can name a large file many times, in as many ways: it is read once. */
static const char *hash_in(struct pcs_record *rec, int dir, const char *name)
{
	char id[48];
	struct stat st;
	int r = pcs_fs_lstat(dir, name, &st);
	if (r < 0 || !S_ISREG(st.st_mode))
		return "";
	snprintf(id, sizeof(id), "%llx:%llx", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	const uint32_t *known = pcs_map_get(&rec->hashed, id);
	if (known)
		return rec->hashes[*known].text;
	r = read_hash(rec, dir, name);
	if (r >= 0 && !pcs_map_put(&rec->hashed, id, (uint32_t)r))
		r = -ENOMEM;
	return r >= 0 ? rec->hashes[r].text : r == -ENOMEM ? NULL : "";
}

/* A row is as long as who wrote it pleases. */
static bool is_no_path(const char *path, size_t len)
{
	return len >= PATH_MAX || strlen(pcs_path_base(path)) > NAME_MAX;
}

/* A pyc that is there, and its hash as it is recorded. */
static int judge_hash(struct pcs_record *rec, const char *path, const char *hash)
{
	static const char kind[] = "sha256=";
	const size_t before = strlen(kind);
	const char *is = "";
	struct pcs_dir d;
	if (strncmp(hash, kind, before) != 0)
		return PCS_RECORD_EMPTIED;
	if (pcs_place_open(rec->root, path, &d) == 0)
		is = hash_in(rec, d.fd, pcs_path_base(path));
	pcs_dir_done(&d);
	if (!is)
		return -ENOMEM;
	return *is && strcmp(hash + before, is) == 0 ? PCS_RECORD_STAYS : PCS_RECORD_EMPTIED;
}

static int judge_row(void *ctx, const char *path, const char *hash)
{
	const struct judging *j = ctx;
	PCS_BUF struct pcs_buf full = { 0 };
	struct stat st;
	if (pcs_signal_seen())
		return -PCS_ESIGNAL;
	if (!pcs_ends_with(path, ".pyc") || is_no_path(path, strlen(path)))
		return PCS_RECORD_STAYS;
	int r = pcs_path_normalize(path, strlen(path), j->top, &full);
	if (r < 0)
		return r;
	if (is_no_path(full.data, full.len) || !covers(j->rec, full.data))
		return PCS_RECORD_STAYS;
	r = pcs_root_stat(j->rec->root, full.data, &st);
	if (r < 0)
		return pcs_is_absence(r) ? PCS_RECORD_GOES : PCS_RECORD_STAYS;
	return *hash ? judge_hash(j->rec, full.data, hash) : PCS_RECORD_STAYS;
}

/* 1 where it was written anew, 0, or -errno. */
static int follow_file(struct pcs_record *rec, const char *path)
{
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_BUF struct pcs_buf edited = { 0 };
	struct pcs_dir d;
	struct stat st;
	char *info = strndupa(path, pcs_path_dir_len(path));
	struct judging j = { rec, strndupa(info, pcs_path_dir_len(info)) };
	int r = pcs_place_open(rec->root, path, &d);
	if (r == 0)
		r = pcs_fs_read(d.fd, pcs_path_base(path), PCS_SOURCE_MAX, &text, &st);
	if (r == 0)
		r = pcs_record_edit(&text, judge_row, &j, &edited);
	if (r > 0) {
		int k = pcs_place_replace(&d, pcs_path_base(path), &edited, &st, NULL);
		r = k < 0 ? k : 1;
	}
	pcs_dir_done(&d);
	return r;
}

struct following {
	struct pcs_record *rec;
	struct pcs_actions *actions;
};

/* `dir` is that of a .dist-info. 0, -ENOMEM or -PCS_ESIGNAL. */
static int follow_dir(const struct following *f, const char *dir)
{
	static const struct pcs_step step = { .act = PCS_REWRITE,
					      .reason = PCS_WHY_LISTED,
					      .interp = PCS_NO_INTERP };
	static const char name[] = "RECORD";
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, dir, name);
	if (r < 0)
		return r;
	r = follow_file(f->rec, path.data);
	if (r == -PCS_ESIGNAL)
		return r;
	if (r == 0 || pcs_is_absence(r) || r == -EINVAL)
		return 0;
	struct pcs_place *place = pcs_actions_place(f->actions, dir, strlen(dir), 0);
	struct pcs_action *a = place ? pcs_actions_add(f->actions, place, &step, name, NULL) : NULL;
	if (!a)
		return -ENOMEM;
	a->state = PCS_DONE;
	if (r < 0)
		pcs_action_fail(a, "%s", pcs_strerror(r));
	return 0;
}

static int look_into(void *member, const char *path, size_t follow_len, pcs_walk_found *found,
		     void *walk)
{
	const struct following *f = member;
	struct pcs_listing l = { 0 };
	struct pcs_dir d;
	int r = pcs_dir_open(f->rec->root, path, follow_len, &d);
	if (r < 0)
		return r == -ENOMEM ? r : 0; /* who looks for sources tells of it */
	r = pcs_dir_act(&d);
	if (r == 0)
		r = pcs_fs_list(d.fd, &l);
	for (size_t i = 0; i < l.n && r == 0; i++) {
		const char *name = l.entries[i].name;
		PCS_BUF struct pcs_buf info = { 0 };
		if (!pcs_dirent_is_dir(d.fd, &l.entries[i]))
			continue;
		if (!pcs_ends_with(name, ".dist-info"))
			r = found(walk, path, name);
		else if ((r = pcs_path_join(&info, path, name)) == 0)
			r = follow_dir(f, info.data);
	}
	pcs_listing_done(&l);
	pcs_dir_done(&d);
	return r == -ENOMEM || r == -PCS_ESIGNAL ? r : 0;
}

int pcs_record_follow(void *record, struct pcs_actions *l)
{
	static const struct pcs_walk_ops ops = { .visit = look_into };
	struct following f = { .rec = record, .actions = l };
	int r = pcs_walk_tree("/", 1, &ops, (void *[PCS_WALK_THREADS]){ &f });
	return r == 0 && pcs_signal_seen() ? -PCS_ESIGNAL : r; /* a walk only ends with one */
}
