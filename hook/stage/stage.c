#include "stage/stage.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"
#include "base/proc.h"
#include "tree/changes.h"
#include "policy/match.h"

bool pcs_epoch_parse(const char *text, uint32_t *ret)
{
	uint64_t n = 0;
	if (!*text)
		return false;
	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '9')
			return false;
		n = n * 10 + (uint64_t)(*p - '0');
		if (n > UINT32_MAX)
			return false;
	}
	*ret = (uint32_t)n;
	return true;
}

struct timespec pcs_stage_time(const struct pcs_stage *s, struct timespec mtime)
{
	bool later = mtime.tv_sec > (time_t)s->epoch ||
		     (mtime.tv_sec == (time_t)s->epoch && mtime.tv_nsec > 0);
	return s->has_epoch && later ? (struct timespec){ .tv_sec = (time_t)s->epoch } : mtime;
}

int pcs_stage_recorded(const struct pcs_stage *s, const char *path, struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf full = { 0 };
	int r = pcs_buf_printf(&full, "%s%s", s->host, path);
	if (r < 0)
		return r;
	if (!pcs_path_within(full.data, *s->strip ? s->strip : "/"))
		return -PCS_ESTRIP;
	return pcs_buf_printf(ret, "%s%s", s->prepend, full.data + strlen(s->strip));
}

/* Length of the version in a directory's name, "python3.13" or "pypy3.9"; 0 in others. */
static size_t version_in(const char *name, size_t len, const char **ret)
{
	bool pypy = strncmp(name, "pypy3.", 6) == 0;
	if (!pypy && strncmp(name, "python", 6) != 0)
		return 0;
	size_t before = pypy ? 4 : 6;
	size_t n = len > before ? pcs_version_len(name + before) : 0;
	if (n == 0 || before + n != len)
		return 0;
	*ret = pypy ? name : name + before;
	return pypy ? len : n;
}

size_t pcs_stage_version(const char *path, const char **ret)
{
	bool in_lib = false;
	for (const char *p = path; *p;) {
		p += strspn(p, "/");
		size_t len = strcspn(p, "/");
		size_t n = in_lib ? version_in(p, len, ret) : 0;
		if (n)
			return n;
		in_lib = len >= 3 && memcmp(p, "lib", 3) == 0;
		p += len;
	}
	return 0;
}

/* ---- trees ---- */

/* Directories still to be looked into. */
struct search {
	struct pcs_changes *changes;
	char **paths;
	size_t n, cap;
};

static int push(struct search *s, const char *dir, const char *name)
{
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_join(&path, dir, name);
	char **paths = r < 0 ? NULL : pcs_grow(s->paths, &s->cap, s->n + 1, sizeof(char *));
	if (!paths)
		return -ENOMEM;
	s->paths = paths;
	paths[s->n++] = PCS_TAKE(path.data);
	return 0;
}

static bool is_modules_dir(const char *dir, const char *name)
{
	const char *version, *base = pcs_path_base(dir);
	char *above = strndupa(dir, pcs_path_dir_len(dir));
	return (strcmp(name, "site-packages") == 0 || strcmp(name, "dist-packages") == 0) &&
	       strncmp(pcs_path_base(above), "lib", 3) == 0 &&
	       version_in(base, strlen(base), &version);
}

static int look_into(struct search *s, const char *path)
{
	PCS_CLOSE int fd = -1;
	struct pcs_listing l;
	int r = pcs_root_open_dir(s->changes->root, path, 0, &fd);
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	if (r < 0)
		return r == -ENOENT || r == -ENOTDIR || r == -ELOOP ? 0 : r;
	for (size_t i = 0; i < l.n && r == 0; i++) {
		const struct pcs_dirent *e = &l.entries[i];
		struct stat st;
		if (e->type != DT_DIR &&
		    (e->type != DT_UNKNOWN || pcs_fs_lstat(fd, e->name, &st) < 0 ||
		     !S_ISDIR(st.st_mode)))
			continue;
		PCS_BUF struct pcs_buf tree = { 0 };
		if (!is_modules_dir(path, e->name))
			r = push(s, path, e->name);
		else if ((r = pcs_path_join(&tree, path, e->name)) == 0)
			r = pcs_changes_add(s->changes, tree.data, tree.len);
	}
	pcs_listing_done(&l);
	return r;
}

int pcs_stage_find_trees(struct pcs_changes *changes)
{
	struct search s = { .changes = changes };
	int r = push(&s, "/", "");
	while (s.n && r == 0 && !pcs_signal_seen()) {
		PCS_FREE char *path = s.paths[--s.n];
		r = look_into(&s, path);
	}
	while (s.n)
		free(s.paths[--s.n]);
	free(s.paths);
	return r;
}

/* ---- interpreters that are not there ---- */

static bool is_lacking(const struct pcs_action *a)
{
	return a->state == PCS_FAILED && a->reason == PCS_WHY_NO_INTERP;
}

/* Length of the part of a path up to and with the directory that has the version in its name; with
 * none, of all. */
static size_t tree_len(const char *path, const char **ret_version, size_t *ret_len)
{
	*ret_len = pcs_stage_version(path, ret_version);
	return *ret_len ? (size_t)(*ret_version + *ret_len - path) : strlen(path);
}

/* Turn the failure at `first` into that of its whole tree. */
static int merge_tree(struct pcs_run *run, size_t first)
{
	const char *version = "", *path = run->actions[first].place->path;
	size_t version_len, len = tree_len(path, &version, &version_len), n = 0;
	for (size_t i = first; i < run->n_actions; i++) {
		struct pcs_action *a = &run->actions[i];
		if (!is_lacking(a) || strncmp(a->place->path, path, len) != 0 ||
		    (a->place->path[len] != '/' && a->place->path[len]))
			continue;
		n++;
		if (i != first)
			a->state = PCS_SKIPPED;
	}
	char *tree = strndupa(path, len);
	struct pcs_place *place = pcs_run_place(run, tree, len, 0);
	struct pcs_action *a = pcs_run_add(run, place, PCS_LEAVE, PCS_WHY_NO_INTERP, NULL, NULL);
	if (!place || !a)
		return -ENOMEM;
	a->settings = run->actions[first].settings;
	run->actions[first].state = PCS_SKIPPED;
	pcs_action_fail(a, "there is no interpreter%s%.*s to compile it for (sources: %zu)",
			version_len ? " " : "", (int)version_len, version, n);
	return 0;
}

int pcs_stage_merge_lacking(struct pcs_run *run)
{
	size_t n = run->n_actions;
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++)
		if (is_lacking(&run->actions[i]))
			r = merge_tree(run, i);
	return r;
}
