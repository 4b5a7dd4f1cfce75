/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/scripts.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/listing.h"
#include "base/path.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "pkg/dpkg.h"
#include "pkg/owner.h"
#include "policy/query.h"
#include "policy/show.h"
#include "pyc/source_hash.h"
#include "state/memory.h"
#include "sync/actions.h"
#include "tree/changes.h"
#include "workers/build.h"
#include "workers/interp.h"

#define LIST ".list"

/* What a row says of a list in the state of its `quick`, in its `line`. */
enum {
	UNSURE, /* nothing */
	RIGHT,  /* the bytecode of its sources is right, in the context that is its `maker` */
	KEPT, /* its package is being replaced; `maker` is the hash of the text about what stays */
	REMOVED, /* there is no bytecode of its sources */
	STATE = 3,
	SOURCES = 4, /* flag: it has sources in trees of the policy */
};

static uint64_t hash(const void *data, size_t len)
{
	return pcs_source_hash(0, 8, data, len) | 1;
}

/* ---- rows ---- */

static int note(struct pcs_scripts *x, const char *entry, const struct pcs_row *like)
{
	struct pcs_row row = *like;
	row.name = entry;
	return pcs_memory_note(x->session->site.memory, x->admin.data, &row);
}

static const struct pcs_row *find(struct pcs_scripts *x, const char *entry)
{
	const struct pcs_row *row = pcs_rows_find(&x->rows, entry);
	return row && row->kind == PCS_ROW_LISTS ? row : NULL;
}

static const struct pcs_row *find_own(struct pcs_scripts *x)
{
	return find(x, pcs_path_base(x->list.data));
}

/* Whether all was right with the list as it is. */
static bool was_right(const struct pcs_scripts *x, const struct pcs_row *before)
{
	return before && (before->line & STATE) == RIGHT && before->quick == x->quick;
}

static int note_own(struct pcs_scripts *x, unsigned state, uint64_t maker)
{
	const struct pcs_row *before = find_own(x);
	bool has_none = state != RIGHT && was_right(x, before) && !(before->line & SOURCES);
	const struct pcs_row row = { .kind = PCS_ROW_LISTS,
				     .quick = x->quick,
				     .maker = maker,
				     .line = state | (has_none ? 0u : SOURCES) };
	return note(x, pcs_path_base(x->list.data), &row);
}

/* ---- beginning ---- */

/* Two runs that have the same would make the same bytecode for the same sources. */
static int read_context(struct pcs_scripts *x)
{
	struct pcs_session *s = x->session;
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_BUF struct pcs_buf diversions = { 0 };
	int r = pcs_policy_show(s->policy, false, &text);
	if (r == 0)
		r = pcs_path_join(&diversions, x->admin.data, "diversions");
	if (r < 0)
		return r;
	const char *const files[] = { diversions.data, "/usr/share/python3/bcep",
				      "/usr/share/python3/debian_defaults" };
	x->context = hash(text.data, text.len);
	for (size_t i = 0; i < s->interps.n; i++) { /* in any order */
		struct pcs_interp *in = &s->interps.list[i];
		x->context += hash(in->version, strlen(in->version)) ^ pcs_interp_build(in);
	}
	for (size_t i = 0; i < PCS_ARRAY_SIZE(files); i++) {
		struct stat st;
		uint64_t quick =
			pcs_root_stat(&s->root, files[i], &st) == 0 ? pcs_row_quick(&st) : 0;
		x->context = hash(&(uint64_t[2]){ x->context, quick }, 2 * sizeof(quick));
	}
	return 0;
}

static bool has_trigger(const struct pcs_scripts *x)
{
	PCS_BUF struct pcs_buf path = { 0 };
	struct stat st;
	return pcs_path_join(&path, x->admin.data, "info/pycsync.triggers") == 0 &&
	       pcs_root_stat(&x->session->root, path.data, &st) == 0;
}

static int open_list(struct pcs_scripts *x, const char *package)
{
	struct stat st;
	int r = pcs_buf_printf(&x->list, "%s/info/%s" LIST, x->admin.data, package);
	if (r == 0 && pcs_root_stat(&x->session->root, x->list.data, &st) == 0)
		x->quick = pcs_row_quick(&st);
	x->active = x->quick && !strchr(package, '/');
	return r;
}

int pcs_scripts_open(struct pcs_session *s, const char *package, struct pcs_scripts *ret)
{
	const char *admin = getenv(pcs_dpkg.variable);
	*ret = (struct pcs_scripts){ .session = s };
	int r = pcs_buf_adds(&ret->admin, admin ? admin : pcs_dpkg.places[0]);
	bool compiles = !pcs_goal_is_removal(&s->goal);
	if (r < 0 || !s->site.memory || !pcs_memory_is_kept(s->site.memory) ||
	    (compiles && s->passed_over) || s->options->dry_run || !has_trigger(ret))
		return r;
	ret->active = true;
	r = package ? open_list(ret, package) : 0;
	if (r == 0 && ret->active && compiles)
		r = read_context(ret);
	if (r == 0 && ret->active)
		r = pcs_memory_rows(s->site.memory, ret->admin.data, &ret->bytes, &ret->rows);
	return r;
}

void pcs_scripts_done(struct pcs_scripts *x)
{
	pcs_rows_done(&x->rows);
	pcs_buf_done(&x->admin);
	pcs_buf_done(&x->list);
	pcs_buf_done(&x->bytes);
	pcs_buf_done(&x->kept);
	pcs_buf_done(&x->news);
}

bool pcs_scripts_failed(const struct pcs_scripts *x, const struct pcs_actions *l, unsigned but_for)
{
	bool failed = x->session->flawed || pcs_owner_problem(x->session->site.owner);
	for (size_t i = 0; i < l->n && !failed; i++)
		failed = l->list[i].state == PCS_FAILED && !(l->list[i].flags & but_for);
	return failed;
}

/* ---- removal ---- */

int pcs_scripts_begin_removal(struct pcs_scripts *x)
{
	int r = x->active ? note_own(x, UNSURE, 0) : 0;
	if (r < 0 || !x->active)
		return r;
	if (pcs_memory_save(x->session->site.memory) < 0)
		x->active = false; /* the end of the run says so */
	return 0;
}

/* A text that is too long for a row is in several. */
enum { PART = 4000 };

static int note_part(struct pcs_scripts *x, size_t number, const char *text, size_t len)
{
	char name[16];
	PCS_FREE char *words = strndup(text, len);
	if (!words)
		return -ENOMEM;
	snprintf(name, sizeof(name), "%08zu", number);
	const struct pcs_row row = { .name = name,
				     .kind = len ? PCS_ROW_LISTS : PCS_ROW_GONE,
				     .words = words };
	return pcs_memory_note(x->session->site.memory, x->list.data, &row);
}

int pcs_scripts_end_removal(struct pcs_scripts *x)
{
	int r = 0;
	/* What was there before is not known, and may have left caches of sources that went. */
	if (!x->active || !was_right(x, find_own(x)))
		return 0;
	/* Another architecture of the package may have the same sources. */
	if (!x->kept.len)
		return strchr(pcs_path_base(x->list.data), ':') ? 0 : note_own(x, REMOVED, 0);
	for (size_t at = 0, n = 0; at < x->kept.len && r == 0; at += PART, n++) {
		size_t rest = x->kept.len - at;
		r = note_part(x, n, x->kept.data + at, rest < PART ? rest : PART);
	}
	return r < 0 ? r : note_own(x, KEPT, hash(x->kept.data, x->kept.len));
}

/* ---- compilation ---- */

/* What was kept, by its hash: parts of an earlier text may follow. */
static int read_kept(struct pcs_scripts *x, uint64_t wanted)
{
	PCS_CLEANUP(pcs_rows_done) struct pcs_rows rows = { 0 };
	PCS_BUF struct pcs_buf bytes = { 0 };
	int r = pcs_memory_rows(x->session->site.memory, x->list.data, &bytes, &rows);
	for (size_t i = 0; i < rows.n && r == 0; i++) {
		if (rows.list[i].kind != PCS_ROW_LISTS)
			continue;
		if (!x->kept.len || hash(x->kept.data, x->kept.len) != wanted)
			r = pcs_buf_adds(&x->kept, rows.list[i].words);
		x->n_kept++;
	}
	return r;
}

static int add_if_gone(struct pcs_changes *changes, const char *path, size_t len)
{
	struct stat st;
	PCS_BUF struct pcs_buf copy = { 0 };
	int r = pcs_buf_add(&copy, path, len);
	if (r < 0)
		return r;
	return lstat(copy.data, &st) < 0 && errno == ENOENT ? pcs_changes_add(changes, path, len) :
							      0;
}

int pcs_scripts_add_dropped(struct pcs_scripts *x, struct pcs_changes *changes)
{
	const struct pcs_row *before = x->active ? find_own(x) : NULL;
	const unsigned state = before ? before->line & STATE : REMOVED;
	if (!x->active || state == UNSURE || (state == RIGHT && before->quick != x->quick))
		return 0;
	if (state != KEPT)
		return 1;
	int r = read_kept(x, before->maker);
	if (r < 0 || !x->kept.len || hash(x->kept.data, x->kept.len) != before->maker)
		return r;
	size_t len;
	for (const char *line = x->kept.data; *line && r == 0; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		r = add_if_gone(changes, line, len);
	}
	return r < 0 ? r : 1;
}

int pcs_scripts_set_right(struct pcs_scripts *x)
{
	int r = x->active ? note_own(x, RIGHT, x->context) : 0;
	for (size_t n = 0; n < x->n_kept && r == 0; n++)
		r = note_part(x, n, "", 0);
	return r;
}

/* ---- the trigger ---- */

/* What is to be noted of a list once all is right: its state and flags, and its name. */
struct news {
	uint64_t quick;
	uint32_t line;
};

static int add_news(struct pcs_scripts *x, const char *entry, uint64_t quick, uint32_t line)
{
	const struct news news = { .quick = quick, .line = line };
	int r = pcs_buf_add(&x->news, &news, sizeof(news));
	return r < 0 ? r : pcs_buf_add(&x->news, entry, strlen(entry) + 1);
}

bool pcs_scripts_in_tree(const struct pcs_policy *policy, const char *path)
{
	PCS_BUF struct pcs_buf real = { 0 };
	struct pcs_tree_hit hit;
	pcs_policy_tree(policy, path, &hit);
	if (hit.tree != PCS_NO_TREE || strncmp(path, "/lib/", strlen("/lib/")) != 0)
		return hit.tree != PCS_NO_TREE;
	if (pcs_buf_printf(&real, "/usr%s", path) < 0)
		return true;
	pcs_policy_tree(policy, real.data, &hit);
	return hit.tree != PCS_NO_TREE;
}

/* Whether a list has sources or bytecode in trees of the policy. What cannot be read may. */
static bool has_sources(const struct pcs_scripts *x, int dir, const char *entry)
{
	PCS_BUF struct pcs_buf text = { 0 };
	struct stat st;
	if (pcs_fs_read(dir, entry, PCS_SOURCE_MAX, &text, &st) < 0)
		return true;
	if (text.len && memchr(text.data, '\0', text.len))
		return true;
	char *rest = text.data;
	for (char *line; rest && (line = strsep(&rest, "\n"));)
		if ((pcs_ends_with(line, ".py") || pcs_ends_with(line, ".pyc")) &&
		    pcs_scripts_in_tree(x->session->policy, line))
			return true;
	return false;
}

/* 1 where nobody has to look because of it, 0 or -ENOMEM. */
static int judge(struct pcs_scripts *x, int dir, const char *entry, bool *seen)
{
	struct stat st;
	if (pcs_fs_lstat(dir, entry, &st) < 0)
		return 0;
	const uint64_t quick = pcs_row_quick(&st);
	const struct pcs_row *row = find(x, entry);
	if (row)
		seen[row - x->rows.list] = true;
	if (row && row->quick == quick && row->maker == x->context && (row->line & STATE) == RIGHT)
		return 1;
	const bool before = row && row->line & SOURCES, now = has_sources(x, dir, entry);
	int r = add_news(x, entry, quick, RIGHT | (now ? SOURCES : 0u));
	return r < 0 ? r : !before && !now;
}

/* The same of lists that went. */
static int judge_gone(struct pcs_scripts *x, const bool *seen)
{
	int r = 1;
	for (size_t i = 0; i < x->rows.n && r >= 0; i++) {
		const struct pcs_row *row = &x->rows.list[i];
		if (seen[i] || row->kind != PCS_ROW_LISTS)
			continue;
		bool done = !(row->line & SOURCES) || (row->line & STATE) == REMOVED;
		int k = add_news(x, row->name, 0, 0);
		r = k < 0 ? k : r && done;
	}
	return r;
}

static int judge_all(struct pcs_scripts *x, int dir)
{
	PCS_FREE bool *seen = calloc(x->rows.n + 1, sizeof(*seen));
	struct pcs_listing l = { 0 };
	int r = seen ? pcs_fs_list(dir, &l) : -ENOMEM;
	bool all = r == 0;
	for (size_t i = 0; i < l.n && r >= 0; i++) {
		r = pcs_ends_with(l.entries[i].name, LIST) ?
			    judge(x, dir, l.entries[i].name, seen) :
			    1;
		all &= r > 0;
	}
	if (r >= 0)
		r = judge_gone(x, seen);
	pcs_listing_done(&l);
	return r == -ENOMEM ? r : r > 0 && all;
}

int pcs_scripts_did_all(struct pcs_scripts *x)
{
	PCS_BUF struct pcs_buf info = { 0 };
	PCS_CLOSE int dir = -1;
	if (!x->active || !x->rows.n)
		return 0;
	int r = pcs_path_join(&info, x->admin.data, "info");
	if (r == 0)
		r = pcs_root_open_dir(&x->session->root, info.data, info.len, &dir);
	return r == -ENOMEM ? r : r < 0 ? 0 : judge_all(x, dir);
}

int pcs_scripts_set_all_right(struct pcs_scripts *x)
{
	int r = 0;
	for (size_t at = 0; at < x->news.len && r == 0;) {
		struct news news;
		memcpy(&news, x->news.data + at, sizeof(news));
		const char *entry = x->news.data + at + sizeof(news);
		const struct pcs_row row = { .kind = news.quick ? PCS_ROW_LISTS : PCS_ROW_GONE,
					     .quick = news.quick,
					     .maker = x->context,
					     .line = news.line };
		r = note(x, entry, &row);
		at += sizeof(news) + strlen(entry) + 1;
	}
	return r;
}
