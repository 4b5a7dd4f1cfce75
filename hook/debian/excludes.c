/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debian/excludes.h"

#include <string.h>

#include "base/regex.h"
#include "debian/versions.h"

enum kind { WHOLE_DIR, ONE_FILE, BY_REGEX, OTHER };

struct pcs_deb_pattern {
	enum kind kind;
	uint32_t set;
	const char *path; /* of a directory with a slash at the end */
	const struct pcs_regex *regex;
	struct pcs_regex *own; /* the same, where it is ours to free */
	const char *dir;       /* of -X: only what is asked for in this one */
};

void pcs_deb_excludes_done(struct pcs_deb_excludes *e)
{
	for (size_t i = 0; i < e->n; i++)
		pcs_regex_free(e->list[i].own);
	free(e->list);
	pcs_arena_done(&e->strings);
}

static int add(struct pcs_deb_excludes *e, const struct pcs_deb_pattern *pattern)
{
	struct pcs_deb_pattern *room = PCS_ROOM(e->list, e->n, e->cap);
	if (!room)
		return -ENOMEM;
	*room = *pattern;
	e->n++;
	return 0;
}

/* A directory with one slash at its end. */
static const char *dup_dir(struct pcs_arena *arena, const char *dir, size_t len)
{
	while (len && dir[len - 1] == '/')
		len--;
	char *copy = pcs_arena_dup(arena, dir, len + 1);
	if (copy)
		copy[len] = '/';
	return copy;
}

int pcs_deb_excludes_add_regex(struct pcs_deb_excludes *e, const char *dir,
			       const struct pcs_regex *regex, uint32_t set)
{
	PCS_BUF struct pcs_buf text = { 0 };
	if (pcs_buf_adds(&text, dir) < 0 || pcs_buf_adds(&text, "/") < 0)
		return -ENOMEM;
	const char *path = dup_dir(&e->strings, text.data, strlen(dir));
	const struct pcs_deb_pattern pattern = {
		.kind = BY_REGEX, .set = set, .path = path, .regex = regex, .dir = path
	};
	return path ? add(e, &pattern) : -ENOMEM;
}

static enum kind kind_of(const char *word)
{
	return strcmp(word, "dir") == 0  ? WHOLE_DIR :
	       strcmp(word, "file") == 0 ? ONE_FILE :
	       strcmp(word, "re") == 0   ? BY_REGEX :
					   OTHER;
}

/* Split at the first three bars. Returns how many fields there are. */
static size_t split(char *line, char *fields[4])
{
	size_t n = 1;
	fields[0] = line;
	for (char *bar; n < 4 && (bar = strchr(fields[n - 1], '|')); n++) {
		*bar = '\0';
		fields[n] = bar + 1;
	}
	return n;
}

int pcs_deb_excludes_add_line(struct pcs_deb_excludes *e, const struct pcs_deb_versions *v,
			      const char *line, size_t len, struct pcs_buf *ret_why)
{
	PCS_FREE char *copy = strndup(line, len);
	char *fields[4];
	struct pcs_deb_range range;
	if (!copy)
		return -ENOMEM;
	if (copy[0] == '#')
		return 0;
	size_t n = split(copy, fields);
	if (n < 3 || pcs_deb_parse_range(fields[1], &range) < 0) {
		pcs_buf_adds(ret_why, n < 3 ? "expected KIND|RANGE|PATH|REGEX" :
					      "the range of versions is not valid");
		return -EINVAL;
	}
	struct pcs_deb_pattern p = { .kind = kind_of(fields[0]), .set = pcs_deb_pick(v, range) };
	if (!p.set || p.kind == OTHER)
		return 0;
	p.path = p.kind == ONE_FILE ? pcs_arena_dup(&e->strings, fields[2], strlen(fields[2])) :
				      dup_dir(&e->strings, fields[2], strlen(fields[2]));
	int r = p.path ? 0 : -ENOMEM;
	if (r == 0 && p.kind == BY_REGEX)
		r = pcs_regex_new(n == 4 ? fields[3] : ".*", &p.own, ret_why);
	p.regex = p.own;
	if (r == 0)
		r = add(e, &p);
	if (r < 0)
		pcs_regex_free(p.own);
	return r == -ENOMEM ? r : r < 0 ? -EINVAL : 0;
}

/* Whether a pattern about `path` may be about something in `dir`, or the other way round. */
static bool concerns(const struct pcs_deb_pattern *p, const char *dir)
{
	size_t n = strlen(p->path), len = strlen(dir);
	while (len && dir[len - 1] == '/')
		len--;
	if (p->dir)
		return strncmp(p->dir, dir, len) == 0 && strlen(p->dir) == len + 1;
	size_t common = n < len ? n : len;
	return strncmp(p->path, dir, common) == 0 && (n <= len || p->path[len] == '/');
}

/* Whether `path` is that of `dir`, whose length is `len`, or above it; with a slash at its end. */
static bool is_above(const char *path, const char *dir, size_t len)
{
	size_t n = strlen(path) - 1;
	return n <= len && strncmp(path, dir, n) == 0 && (n == len || dir[n] == '/');
}

bool pcs_deb_may_exclude(const struct pcs_deb_excludes *e, const char *dir)
{
	size_t len = strcmp(dir, "/") == 0 ? 0 : strlen(dir);
	for (size_t i = 0; i < e->n; i++) {
		const char *path = e->list[i].path;
		if (e->list[i].kind != ONE_FILE ?
			    is_above(path, dir, len) :
			    strncmp(path, dir, len) == 0 && strrchr(path, '/') == path + len)
			return true;
	}
	return false;
}

/* 1, 0, or a negative code. */
static int fits(const struct pcs_deb_pattern *p, const char *path)
{
	size_t n = strlen(p->path);
	if (strncmp(path, p->path, n) != 0)
		return 0;
	if (p->kind != BY_REGEX)
		return p->kind == WHOLE_DIR || path[n] == '\0';
	int fit = pcs_regex_match(p->regex, path, strlen(path));
	return fit ? fit : pcs_regex_match(p->regex, path + n, strlen(path + n));
}

int64_t pcs_deb_excluded(const struct pcs_deb_excludes *e, const char *dir, const char *path,
			 uint32_t set)
{
	uint32_t out = 0;
	for (size_t i = 0; i < e->n && set & ~out; i++) {
		const struct pcs_deb_pattern *p = &e->list[i];
		if (!(set & ~out & p->set) || !concerns(p, dir))
			continue;
		int fit = fits(p, path);
		if (fit < 0)
			return fit;
		out |= fit ? p->set & set : 0;
	}
	return out;
}
