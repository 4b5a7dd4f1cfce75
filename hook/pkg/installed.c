#include "pkg/installed.h"

#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/proc.h"

struct query {
	const struct pcs_root *root;
	const char *name;
	int (*each)(void *ctx, const char *path);
	void *ctx;
};

/* No manager has other names, and none of these can be an option, a path or a pattern. */
static bool is_name(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789@._+-:~^";
	return s[0] && s[0] != '-' && s[0] != '.' && s[strspn(s, letters)] == '\0';
}

/* Each line of a list, "/" put before it where it has none. 0 or a negative code. */
static int each_line(const struct query *q, char *text)
{
	PCS_BUF struct pcs_buf path = { 0 };
	char *save = NULL;
	int r = 0;
	for (char *line = strtok_r(text, "\n", &save); line && r == 0;
	     line = strtok_r(NULL, "\n", &save)) {
		path.len = 0;
		r = pcs_buf_printf(&path, "%s%s", line[0] == '/' ? "" : "/", line);
		if (r == 0)
			r = q->each(q->ctx, path.data);
	}
	return r;
}

/* The names in a directory of the root for which `is_ours` holds; `use` gets the path of each. */
static int each_entry(const struct query *q, const char *dir,
		      bool (*is_ours)(const char *entry, const char *name),
		      int (*use)(const struct query *q, const char *path))
{
	PCS_CLOSE int fd = -1;
	struct pcs_listing l = { 0 };
	int r = pcs_root_open_dir(q->root, dir, strlen(dir), &fd), found = 0;
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	for (size_t i = 0; i < l.n && r == 0; i++) {
		PCS_BUF struct pcs_buf path = { 0 };
		if (!is_ours(l.entries[i].name, q->name))
			continue;
		found = 1;
		r = pcs_path_join(&path, dir, l.entries[i].name);
		if (r == 0)
			r = use(q, path.data);
	}
	pcs_listing_done(&l);
	return r < 0 ? r : found;
}

/* pacman: a directory "name-version-release". */
static bool is_alpm_entry(const char *entry, const char *name)
{
	const char *release = strrchr(entry, '-');
	const char *version = release ? memrchr(entry, '-', (size_t)(release - entry)) : NULL;
	return version && (size_t)(version - entry) == strlen(name) &&
	       memcmp(entry, name, strlen(name)) == 0;
}

static int use_alpm(const struct query *q, const char *dir)
{
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf text = { 0 };
	struct stat st;
	int r = pcs_path_join(&path, dir, "files");
	if (r == 0)
		r = pcs_root_read(q->root, path.data, &text, &st);
	if (r < 0 || text.len == 0)
		return r;
	static const char start[] = "%FILES%\n";
	char *list = strstr(text.data, start);
	if (!list)
		return 0;
	list += strlen(start);
	char *end = strstr(list, "\n\n"); /* the next part begins behind an empty line */
	if (end)
		*end = '\0';
	return each_line(q, list);
}

/* dpkg: "name.list", or "name:arch.list" where several architectures may be installed. */
static bool is_dpkg_entry(const char *entry, const char *name)
{
	size_t n = strlen(name);
	if (strncmp(entry, name, n) != 0 || !pcs_ends_with(entry, ".list"))
		return false;
	return strcmp(entry + n, ".list") == 0 || (entry[n] == ':' && !strchr(name, ':') &&
						   strchr(entry + n, '.') == strrchr(entry, '.'));
}

static int use_dpkg(const struct query *q, const char *path)
{
	PCS_BUF struct pcs_buf text = { 0 };
	struct stat st;
	int r = pcs_root_read(q->root, path, &text, &st);
	return r < 0 || text.len == 0 ? r : each_line(q, text.data);
}

/* rpm's database has several forms, which rpm alone knows. It writes to standard output that it
 * does not know a package, and its status tells. */
static int ask_rpm(const struct query *q)
{
	static const char program[] = "/usr/bin/rpm";
	PCS_BUF struct pcs_buf text = { 0 };
	const char *const argv[] = { program, "--root", q->root->path[0] ? q->root->path : "/",
				     "-ql",   "--",     q->name,
				     NULL };
	if (access(program, X_OK) < 0)
		return 0;
	int r = pcs_proc_capture(argv, PCS_SOURCE_MAX, &text);
	if (r == -ENOEXEC)
		return 0;
	if (r < 0 || text.len == 0)
		return r < 0 ? r : 1;
	if (text.data[0] != '/')
		return 1; /* "(contains no files)" */
	r = each_line(q, text.data);
	return r < 0 ? r : 1;
}

int pcs_installed_files(const struct pcs_root *root, const char *name,
			int (*each)(void *ctx, const char *path), void *ctx,
			struct pcs_buf *ret_why)
{
	const struct query q = { .root = root, .name = name, .each = each, .ctx = ctx };
	if (!is_name(name)) {
		pcs_buf_adds(ret_why, "this is no name of a package");
		return -EINVAL;
	}
	int alpm = each_entry(&q, "/var/lib/pacman/local", is_alpm_entry, use_alpm);
	int dpkg = alpm < 0 ? alpm : each_entry(&q, "/var/lib/dpkg/info", is_dpkg_entry, use_dpkg);
	int rpm = dpkg < 0 ? dpkg : ask_rpm(&q);
	if (rpm < 0) {
		pcs_buf_printf(ret_why, "the package database cannot be read: %s",
			       pcs_strerror(rpm));
		return rpm;
	}
	return alpm + dpkg + rpm;
}
