/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage/record.h"

#include <limits.h>
#include <string.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/listing.h"
#include "base/path.h"
#include "base/root.h"
#include "pyc/name.h"
#include "stage/place.h"
#include "stage/wheel.h"
#include "sync/actions.h"
#include "tree/dir.h"
#include "tree/walk.h"

void pcs_record_done(struct pcs_record *rec)
{
	pcs_map_done(&rec->places);
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
static int add_row(const char *row, size_t len, const char *path, enum pcs_record_row how,
		   struct pcs_buf *ret)
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
		    enum pcs_record_row (*judge)(void *ctx, const char *path, const char *hash),
		    void *ctx, struct pcs_buf *ret)
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
		enum pcs_record_row how = judge(ctx, path.data, hash.data);
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
	const struct pcs_record *rec;
	const char *top; /* what its paths are relative to */
};

/* Whether a hash as a RECORD has it is that of the bytes. */
static bool is_hash_of(const char *hash, const struct pcs_buf *bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint8_t sum[PCS_SHA256 + 1];
	char text[(PCS_SHA256 * 8 + 5) / 6 + 1] = "";
	sum[PCS_SHA256] = 0;
	if (strncmp(hash, "sha256=", 7) != 0 || pcs_sha256(bytes->data, bytes->len, sum) < 0)
		return false;
	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		unsigned two = (unsigned)sum[i * 6 / 8] << 8 | sum[i * 6 / 8 + 1];
		text[i] = digits[two >> (10 - i * 6 % 8) & 63];
	}
	return strcmp(hash + 7, text) == 0;
}

/* A row is as long as who wrote it pleases. */
static bool is_no_path(const char *path, size_t len)
{
	return len >= PATH_MAX || strlen(pcs_path_base(path)) > NAME_MAX;
}

static enum pcs_record_row judge_row(void *ctx, const char *path, const char *hash)
{
	const struct judging *j = ctx;
	PCS_BUF struct pcs_buf full = { 0 };
	PCS_BUF struct pcs_buf bytes = { 0 };
	struct pcs_dir d;
	struct stat st;
	if (!pcs_ends_with(path, ".pyc") || is_no_path(path, strlen(path)) ||
	    pcs_path_normalize(path, strlen(path), j->top, &full) < 0 ||
	    is_no_path(full.data, full.len) || !covers(j->rec, full.data))
		return PCS_RECORD_STAYS;
	int r = pcs_root_stat(j->rec->root, full.data, &st);
	if (r < 0)
		return pcs_is_absence(r) ? PCS_RECORD_GOES : PCS_RECORD_STAYS;
	if (!*hash)
		return PCS_RECORD_STAYS;
	r = pcs_place_open(j->rec->root, full.data, &d);
	if (r == 0)
		r = pcs_fs_read(d.fd, pcs_path_base(full.data), PCS_SOURCE_MAX, &bytes, &st);
	pcs_dir_done(&d);
	return r == 0 && is_hash_of(hash, &bytes) ? PCS_RECORD_STAYS : PCS_RECORD_EMPTIED;
}

/* 1 where it was written anew, 0, or -errno. */
static int follow_file(const struct pcs_record *rec, const char *path)
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
		int k = pcs_place_replace(&d, pcs_path_base(path), &edited, &st);
		r = k < 0 ? k : 1;
	}
	pcs_dir_done(&d);
	return r;
}

struct following {
	struct pcs_record *rec;
	struct pcs_actions *actions;
};

/* `dir` is that of a .dist-info. 0 or -ENOMEM. */
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
	return r == -ENOMEM ? r : 0;
}

int pcs_record_follow(void *record, struct pcs_actions *l)
{
	static const struct pcs_walk_ops ops = { .visit = look_into };
	struct following f = { .rec = record, .actions = l };
	return pcs_walk_tree("/", 1, &ops, (void *[PCS_WALK_THREADS]){ &f });
}
