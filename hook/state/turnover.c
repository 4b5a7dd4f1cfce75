/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/turnover.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/log.h"
#include "base/root.h"
#include "pyc/version.h"
#include "workers/interp.h"
#include "state/state.h"
#include "workers/find.h"

enum { TREES_MAX = 32 << 10 }; /* bytes of lines beyond which no tree is noted */

void pcs_turnover_done(struct pcs_turnover *t)
{
	pcs_buf_done(&t->before);
	pcs_buf_done(&t->now);
	pcs_buf_done(&t->gone);
	free(t->unseen);
}

bool pcs_tags_have(const char *tags, const char *tag, size_t len)
{
	while (tags && *tags) {
		size_t n = strcspn(tags, "\n");
		if (n == len && memcmp(tags, tag, len) == 0)
			return true;
		tags += n + (tags[n] == '\n');
	}
	return false;
}

static int add_tag(struct pcs_buf *tags, const char *tag, size_t len)
{
	if (len == 0 || pcs_tags_have(tags->data, tag, len))
		return 0;
	int r = pcs_buf_add(tags, tag, len);
	return r < 0 ? r : pcs_buf_adds(tags, "\n");
}

/* What stands for an interpreter besides its tag: its version in a line of its own, where the tag
 * does not tell it, as 3.13 and 3.13t have one tag. "" where it does. */
static void version_line(const char *version, char ret[PCS_TAG_MAX])
{
	enum { THREADS_MINOR = 13 }; /* the first that can be free-threaded */
	bool many = strncmp(version, "3.", 2) == 0 && atoi(version + 2) >= THREADS_MINOR;
	snprintf(ret, PCS_TAG_MAX, "%s%.*s", many ? "=" : "", many ? PCS_VERSION_MAX : 0, version);
}

static int add_interp(struct pcs_buf *tags, const char *version, const char *tag)
{
	char line[PCS_TAG_MAX];
	if (!tag[0] && pcs_version_tag(version, strlen(version), line))
		tag = line;
	int r = add_tag(tags, tag, strlen(tag));
	version_line(version, line);
	return r < 0 ? r : add_tag(tags, line, strlen(line));
}

/* Where nobody looks, the place of one that is served is noted: "@3.12 /opt/bin/python3.12". */
static int add_place(const struct pcs_interp *in, struct pcs_buf *tags)
{
	PCS_BUF struct pcs_buf line = { 0 };
	const char *path = pcs_interp_path(in);
	if (in->found || !path || strchr(path, '\n'))
		return 0;
	int r = pcs_buf_printf(&line, "@%s %s", in->version, path);
	return r < 0 ? r : add_tag(tags, line.data, line.len);
}

static int add_interps(const struct pcs_interps *l, struct pcs_buf *tags)
{
	int r = 0;
	size_t len;
	for (const char *line = l->pypys.data; line && *line && r == 0; line += len + 1) {
		char version[PCS_VERSION_MAX];
		len = strcspn(line, "\n");
		snprintf(version, sizeof(version), "%.*s", (int)len, line);
		r = add_interp(tags, version, "");
	}
	for (size_t i = 0; i < l->n + l->n_rest && r == 0; i++) {
		r = add_interp(tags, l->list[i].version, l->list[i].tag);
		if (r == 0)
			r = add_place(&l->list[i], tags);
	}
	return r;
}

/* Whether a line is one of those that stand for a version. */
static bool is_of(const char *version, const char *line, size_t len)
{
	char own[PCS_TAG_MAX];
	version_line(version, own);
	if (line[0] != '=' && !pcs_version_tag(version, strlen(version), own))
		return false;
	return strlen(own) == len && memcmp(own, line, len) == 0;
}

static bool is_kept(const char *const *keep, const char *line, size_t len)
{
	while (keep && *keep && !is_of(*keep, line, len))
		keep++;
	return !keep || *keep;
}

static bool is_place(const char *line)
{
	return line[0] == '@';
}

/* Whether an interpreter is at a path now, of whatever version. */
static bool is_taken(const char *now, const char *path, size_t len)
{
	for (const char *line = now; line && *line; line += strcspn(line, "\n") + 1) {
		const char *at = is_place(line) ? strchr(line, ' ') + 1 : NULL;
		if (at && strncmp(at, path, len) == 0 && at[len] == '\n')
			return true;
	}
	return false;
}

/* An error does not say that it went. */
static bool is_there(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 || !pcs_is_absence(errno);
}

/* Whether a line of a place is of the version of a tag, and the interpreter is still there, with
 * nobody else in its place now. */
static int is_where_it_was(const char *now, const char *line, size_t n, const char *tag, size_t len)
{
	PCS_BUF struct pcs_buf path = { 0 };
	char version[PCS_VERSION_MAX];
	const char *space = memchr(line, ' ', n);
	if (!space)
		return 0;
	snprintf(version, sizeof(version), "%.*s", (int)(space - line) - 1, line + 1);
	int r = pcs_buf_add(&path, space + 1, n - (size_t)(space - line) - 1);
	if (r < 0)
		return r;
	return is_of(version, tag, len) && !is_taken(now, path.data, path.len) &&
	       is_there(path.data);
}

/* Whether one that this policy does not name is where an earlier one had it; then it is noted
 * again. 1, 0 or -ENOMEM. */
static int has_stayed(struct pcs_turnover *t, const char *tag, size_t len)
{
	size_t n;
	for (const char *line = t->before.data; line && *line; line += n + 1) {
		n = strcspn(line, "\n");
		int r = is_place(line) ? is_where_it_was(t->now.data, line, n, tag, len) : 0;
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		r = add_tag(&t->now, tag, len);
		return r < 0 ? r : add_tag(&t->now, line, n) < 0 ? -ENOMEM : 1;
	}
	return 0;
}

static int add_gone(struct pcs_turnover *t, const char *const *keep, const char *tag, size_t len)
{
	if (t->unseen || is_place(tag) || pcs_tags_have(t->now.data, tag, len) ||
	    is_kept(keep, tag, len))
		return 0;
	int r = has_stayed(t, tag, len);
	return r < 0 ? r : r > 0 ? 0 : add_tag(&t->gone, tag, len);
}

/* All that is there, served or not. */
static int find_now(const struct pcs_interps *served, struct pcs_turnover *ret)
{
	struct pcs_interps found = { 0 };
	int r = served->all_found ? 0 : pcs_interps_discover(&found);
	if (r == 0)
		r = add_interps(&found, &ret->now);
	if (r == 0)
		r = add_interps(served, &ret->now);
	const char *unseen = served->unseen ? served->unseen : found.unseen;
	if (r == 0 && unseen && !(ret->unseen = strdup(unseen)))
		r = -ENOMEM;
	pcs_interps_done(&found);
	return r;
}

/* What earlier runs saw. A damaged list is none; one that cannot be read may hold anything. */
static int find_before(const struct pcs_state *state, struct pcs_turnover *ret)
{
	int r = pcs_state_list(state, "tags", &ret->before);
	if (r == -EBADMSG)
		pcs_warning(PCS_STATE_DIR
			    "/tags is damaged or of an earlier version: it is not known "
			    "which interpreters went before this run");
	else if (r < 0 && !pcs_is_absence(r) && !ret->unseen &&
		 asprintf(&ret->unseen, PCS_STATE_DIR "/tags: %s", pcs_strerror(r)) < 0)
		return -ENOMEM;
	return 0;
}

/* Trees have lines, too. Where the policy is not that of the system, its trees are not told of. */
static int add_trees(struct pcs_turnover *t, const char *const *trees)
{
	size_t len;
	int r = 0;
	for (; trees && *trees && r == 0; trees++)
		if (!strchr(*trees, '\n') && t->now.len < TREES_MAX)
			r = add_tag(&t->now, *trees, strlen(*trees));
	for (const char *line = trees ? NULL : t->before.data; line && *line && r == 0;
	     line += len + 1) {
		len = strcspn(line, "\n");
		if (line[0] == '/')
			r = add_tag(&t->now, line, len);
	}
	return r;
}

int pcs_turnover_find(const struct pcs_state *state, const struct pcs_interps *served,
		      const char *const *keep, const char *const *trees, struct pcs_turnover *ret)
{
	*ret = (struct pcs_turnover){ 0 };
	int r = find_now(served, ret);
	if (r == 0)
		r = find_before(state, ret);
	if (r == 0)
		r = add_trees(ret, trees);
	size_t len;
	for (const char *tag = ret->before.data; r == 0 && tag && *tag; tag += len + 1) {
		len = strcspn(tag, "\n");
		r = add_gone(ret, keep, tag, len);
	}
	for (const char *tag = ret->now.data; state->dir >= 0 && tag && *tag; tag += len + 1) {
		len = strcspn(tag, "\n");
		ret->news |= !is_place(tag) && !pcs_tags_have(ret->before.data, tag, len);
	}
	return r;
}

/* What another run has added meanwhile stays. */
static int add_others(struct pcs_turnover *t, const struct pcs_buf *there)
{
	size_t len;
	int r = 0;
	for (const char *tag = there->data; r == 0 && tag && *tag; tag += len + 1) {
		len = strcspn(tag, "\n");
		if (!pcs_tags_have(t->before.data, tag, len))
			r = add_tag(&t->now, tag, len);
	}
	return r;
}

int pcs_turnover_keep(const struct pcs_state *state, struct pcs_turnover *t)
{
	PCS_BUF struct pcs_buf there = { 0 };
	int r = pcs_state_enter(state);
	if (r < 0)
		return r;
	r = pcs_state_list(state, "tags", &there) == -ENOMEM ? -ENOMEM : add_others(t, &there);
	if (r == 0 && t->now.len)
		r = pcs_state_set_list(state, "tags", &t->now);
	pcs_state_leave(state);
	return r;
}

int pcs_turnover_note(struct pcs_turnover *t, const struct pcs_root *root, const char *const *keep,
		      const char *path)
{
	struct stat st;
	char version[PCS_VERSION_MAX];
	PCS_BUF struct pcs_buf lines = { 0 };
	if (!pcs_interp_version_of(path, version))
		return 0;
	if (!pcs_is_absence(pcs_root_stat(root, path, &st)))
		return 1; /* be it in a place that nobody looks at */
	int r = add_interp(&lines, version, "");
	size_t len;
	/* There are names that no tag belongs to: pypy3.11t. */
	for (const char *line = lines.data; r == 0 && line && *line; line += len + 1) {
		len = strcspn(line, "\n");
		r = add_gone(t, keep, line, len);
	}
	return r < 0 ? r : 1;
}

bool pcs_turnover_is_gone(const char *gone, const char *tag, size_t len, const char *version,
			  size_t version_len)
{
	char line[PCS_TAG_MAX], own[PCS_TAG_MAX];
	if (!gone || pcs_tags_have(gone, tag, len))
		return gone;
	if (!version || !pcs_version_tag(version, version_len, own) || strlen(own) != len ||
	    memcmp(own, tag, len) != 0)
		return false;
	int n = snprintf(line, sizeof(line), "=%.*s", (int)version_len, version);
	return pcs_tags_have(gone, line, (size_t)n);
}
