#include "engine/interp.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"
#include "engine/link.h"
#include "pyc/header.h"

enum { OLDEST_MINOR = 8, START_TIMEOUT_MS = 30000 };

static void interp_done(struct pcs_interp *i)
{
	free(i->libpython);
	free(i->executable);
	free(i->full);
	free(i->reason);
}

void pcs_interps_done(struct pcs_interps *l)
{
	for (size_t i = 0; i < l->n; i++)
		interp_done(&l->list[i]);
	free(l->list);
	for (size_t i = 0; i < l->n_names; i++)
		free(l->names[i].name);
	free(l->names);
	*l = (struct pcs_interps){ 0 };
}

/* "libpython3.11.so.1.0" is 3.11; the unversioned and development links beside it are not taken. */
static bool parse_library(const char *name, char version[8], unsigned *ret_minor)
{
	static const char prefix[] = "libpython3.";
	if (strncmp(name, prefix, strlen(prefix)) != 0)
		return false;
	const char *digits = name + strlen(prefix);
	size_t n = strspn(digits, "0123456789");
	size_t flags = strspn(digits + n, "mt"); /* ABI flags: m until 3.7, t free-threaded */
	if (n == 0 || n > 3 || flags > 2 || strcmp(digits + n + flags, ".so.1.0") != 0)
		return false;
	*ret_minor = (unsigned)strtoul(digits, NULL, 10);
	bool threads = memchr(digits + n, 't', flags) != NULL;
	snprintf(version, 8, "3.%.*s%s", (int)n, digits, threads ? "t" : "");
	return true;
}

/* PREFIX/bin/python3.X for PREFIX/lib.../libpython3.X.so.1.0, however deep in lib it is. */
static char *executable_of(const char *libpython, const char *version)
{
	PCS_FREE char *prefix = strdup(libpython);
	char *path = NULL;
	for (char *slash; prefix && (slash = strrchr(prefix, '/'));) {
		*slash = '\0';
		if (strncmp(slash + 1, "lib", 3) != 0 || strncmp(slash + 1, "libpython", 9) == 0)
			continue;
		if (asprintf(&path, "%s/bin/python%s", prefix, version) < 0)
			return NULL;
		return path;
	}
	return asprintf(&path, "/usr/bin/python%s", version) < 0 ? NULL : path;
}

/* The place of the one with that library, or the end of the list. */
static size_t find_library(const struct pcs_interps *l, const char *libpython)
{
	size_t i = 0;
	while (i < l->n && strcmp(l->list[i].libpython, libpython) != 0)
		i++;
	return i;
}

/* Returns its place in the list, or -ENOMEM. */
static int add(struct pcs_interps *l, const char *libpython, const char *version, unsigned minor,
	       const char *executable)
{
	size_t at = find_library(l, libpython);
	if (at < l->n)
		return (int)at;
	struct pcs_interp *list = pcs_grow(l->list, &l->cap, l->n + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	l->list = list;
	struct pcs_interp i = { .minor = minor };
	snprintf(i.version, sizeof(i.version), "%s", version);
	i.libpython = strdup(libpython);
	i.executable = executable ? strdup(executable) : executable_of(libpython, version);
	if (minor < OLDEST_MINOR)
		i.reason = strdup("older than 3.8, the oldest CPython that is served");
	if (!i.libpython || !i.executable || (minor < OLDEST_MINOR && !i.reason)) {
		interp_done(&i);
		return -ENOMEM;
	}
	if (strchr(version, 't') == NULL && pcs_magic_of(minor, &i.magic))
		snprintf(i.tag, sizeof(i.tag), "cpython-3%u", minor);
	l->list[l->n++] = i;
	return (int)at;
}

static int add_directory(struct pcs_interps *l, const char *dir)
{
	DIR *d = opendir(dir);
	int r = 0;
	if (!d)
		return 0;
	for (struct dirent *e; r >= 0 && (e = readdir(d));) {
		char version[8];
		unsigned minor;
		PCS_FREE char *path = NULL;
		if (!parse_library(e->d_name, version, &minor))
			continue;
		if (asprintf(&path, "%s/%s", dir, e->d_name) < 0)
			r = -ENOMEM;
		else
			r = add(l, path, version, minor, NULL);
		if (r >= 0)
			l->list[r].found = true;
	}
	closedir(d);
	return r < 0 ? r : 0;
}

static bool before(const struct pcs_interp *a, const struct pcs_interp *b)
{
	return a->minor != b->minor ? a->minor < b->minor : strcmp(a->version, b->version) < 0;
}

/* By version; of one version, the order of the directories stays. */
static void sort_stably(struct pcs_interp *list, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct pcs_interp moved = list[i];
		size_t k = i;
		for (; k > 0 && before(&moved, &list[k - 1]); k--)
			list[k] = list[k - 1];
		list[k] = moved;
	}
}

int pcs_interps_discover(struct pcs_interps *l)
{
	static const char *const dirs[] = { ("/usr/lib/" PCS_MULTIARCH), "/usr/lib64", "/usr/lib",
					    "/usr/local/lib64", "/usr/local/lib" };
	struct stat seen[PCS_ARRAY_SIZE(dirs)];
	size_t n = 0, start = l->n;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(dirs); i++) {
		bool again = stat(dirs[i], &seen[n]) < 0; /* /usr/lib64 may be a link to /usr/lib */
		for (size_t k = 0; k < n && !again; k++)
			again = seen[k].st_dev == seen[n].st_dev &&
				seen[k].st_ino == seen[n].st_ino;
		if (again)
			continue;
		n++;
		int r = add_directory(l, dirs[i]);
		if (r < 0)
			return r;
	}
	sort_stably(l->list + start, l->n - start);
	return 0;
}

static int add_version(struct pcs_interps *l, const char *version, struct pcs_buf *ret_why)
{
	struct pcs_interps all = { 0 };
	int r = pcs_interps_discover(&all), found = -ENOENT;
	for (size_t i = 0; r == 0 && i < all.n; i++) {
		if (strcmp(all.list[i].version, version) != 0)
			continue;
		found = add(l, all.list[i].libpython, version, all.list[i].minor, NULL);
		break;
	}
	pcs_interps_done(&all);
	if (r == 0 && found == -ENOENT)
		pcs_buf_printf(ret_why, "no shared libpython%s is in the usual directories",
			       version);
	return r < 0 ? r : found;
}

/* /usr/bin/python3.11 -> 3.11; false when the name does not tell. */
static bool version_of_executable(const char *name, char version[8])
{
	static const char prefix[] = "python3.";
	if (strncmp(name, prefix, strlen(prefix)) != 0)
		return false;
	const char *digits = name + strlen(prefix);
	size_t n = strspn(digits, "0123456789");
	bool threads = digits[n] == 't';
	if (n == 0 || n > 3 || digits[n + threads] != '\0')
		return false;
	snprintf(version, 8, "3.%.*s%s", (int)n, digits, threads ? "t" : "");
	return true;
}

static int add_executable(struct pcs_interps *l, const char *path, struct pcs_buf *ret_why)
{
	static const char *const libs[] = { ("lib/" PCS_MULTIARCH), "lib64", "lib" };
	char version[8];
	if (!version_of_executable(pcs_path_base(path), version)) {
		pcs_buf_adds(ret_why, "it is neither a pythonX.Y nor a libpythonX.Y.so");
		return -ENOEXEC;
	}
	PCS_FREE char *bin = strndup(path, pcs_path_dir_len(path));
	if (!bin)
		return -ENOMEM;
	int prefix = (int)pcs_path_dir_len(bin);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(libs); i++) {
		PCS_FREE char *lib = NULL;
		if (asprintf(&lib, "%.*s/%s/libpython%s.so.1.0", prefix, bin, libs[i], version) < 0)
			return -ENOMEM;
		if (access(lib, R_OK) == 0)
			return add(l, lib, version, (unsigned)strtoul(version + 2, NULL, 10), path);
	}
	pcs_buf_printf(ret_why, "it has no shared libpython%s.so.1.0", version);
	return -ENOEXEC;
}

/* A bare name is looked up where systems keep their interpreters, whatever the caller's PATH is. */
static char *find_interpreter(const char *name)
{
	static const char *const dirs[] = { "/usr/local/bin", "/usr/bin", "/bin" };
	if (strchr(name, '/'))
		return realpath(name, NULL);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(dirs); i++) {
		PCS_FREE char *path = NULL;
		if (asprintf(&path, "%s/%s", dirs[i], name) < 0)
			return NULL;
		char *real = realpath(path, NULL);
		if (real)
			return real;
	}
	errno = ENOENT;
	return NULL;
}

static int add_named(struct pcs_interps *l, const char *name, struct pcs_buf *ret_why)
{
	char version[8];
	unsigned minor;
	if (name[0] == '3' && name[1] == '.' && strlen(name) < sizeof(version))
		return add_version(l, name, ret_why);
	PCS_FREE char *path = find_interpreter(name);
	if (!path) {
		pcs_buf_adds(ret_why, strerror(errno));
		return -ENOENT;
	}
	if (parse_library(pcs_path_base(path), version, &minor))
		return add(l, path, version, minor, NULL);
	return add_executable(l, path, ret_why);
}

int pcs_interps_add(struct pcs_interps *l, const char *name, struct pcs_buf *ret_why)
{
	struct pcs_interp_name *names =
		pcs_grow(l->names, &l->cap_names, l->n_names + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	l->names = names;
	int at = add_named(l, name, ret_why);
	if (at < 0)
		return at;
	names[l->n_names] = (struct pcs_interp_name){ .name = strdup(name), .at = (size_t)at };
	return names[l->n_names].name ? (l->n_names++, 0) : -ENOMEM;
}

/* Wait for the first frame of a worker. 0, or negative with words in `why`. */
static int wait_hello(struct pcs_link *link, struct pcs_interp *interp, struct pcs_buf *why)
{
	struct pcs_frame f;
	const char *text, *body;
	long long deadline = pcs_now_ms() + START_TIMEOUT_MS;
	for (;;) {
		int r = pcs_link_peek(link, &f, &text, &body);
		if (r > 0)
			return pcs_link_hello(&f, text, interp, why);
		struct pollfd p = { .fd = link->child.fd, .events = POLLIN };
		long long left = deadline - pcs_now_ms();
		if (r == 0 && left > 0 && poll(&p, 1, left < 500 ? (int)left : 500) > 0)
			r = pcs_link_fill(link);
		if (pcs_signal_seen())
			r = -PCS_EWORKER;
		if (r < 0 || left <= 0) {
			pcs_buf_adds(why,
				     left <= 0 ? "it does not answer" : "it died while it started");
			return -PCS_EWORKER;
		}
	}
}

static int ask(struct pcs_interp *interp)
{
	PCS_BUF struct pcs_buf why = { 0 };
	for (int distrust = 0; distrust <= 1; distrust++) {
		struct pcs_link link;
		why.len = 0;
		int r = pcs_link_start(interp, distrust ? PCS_LINK_DISTRUST : 0, &link);
		if (r == 0)
			r = wait_hello(&link, interp, &why);
		else
			pcs_buf_adds(&why, pcs_strerror(r));
		pcs_link_stop(&link);
		if (r == 0)
			return 0;
	}
	interp->reason = PCS_TAKE(why.data);
	return interp->reason ? 0 : -ENOMEM;
}

int pcs_interps_ask(struct pcs_interps *l, bool all)
{
	for (size_t i = 0; i < l->n; i++) {
		struct pcs_interp *interp = &l->list[i];
		if (interp->reason || (interp->magic && !all))
			continue;
		int r = ask(interp);
		if (r < 0)
			return r;
	}
	return 0;
}

/* What was at `from` is at `to` now. */
static void rename_place(struct pcs_interps *l, size_t from, size_t to)
{
	for (size_t i = 0; i < l->n_names; i++)
		if (l->names[i].at == from)
			l->names[i].at = to;
}

void pcs_interps_keep_usable(struct pcs_interps *l)
{
	size_t kept = 0;
	for (size_t i = 0; i < l->n; i++) {
		struct pcs_interp *interp = &l->list[i];
		size_t same = 0;
		while (same < kept && strcmp(l->list[same].tag, interp->tag) != 0)
			same++;
		if (!interp->reason && same < kept)
			l->list[same].found |= interp->found;
		rename_place(l, i, interp->reason ? SIZE_MAX : same);
		if (interp->reason || same < kept)
			interp_done(interp);
		else
			l->list[kept++] = *interp;
	}
	l->n = kept;
}

bool pcs_interps_is(const struct pcs_interps *l, size_t at, const char *name)
{
	const struct pcs_interp *interp = &l->list[at];
	if (strcmp(interp->version, name) == 0 || strcmp(interp->libpython, name) == 0 ||
	    strcmp(interp->executable, name) == 0)
		return true;
	for (size_t i = 0; i < l->n_names; i++)
		if (l->names[i].at == at && strcmp(l->names[i].name, name) == 0)
			return true;
	PCS_FREE char *real = name[0] == '/' ? realpath(name, NULL) : NULL;
	PCS_FREE char *library = real ? realpath(interp->libpython, NULL) : NULL;
	PCS_FREE char *executable = real ? realpath(interp->executable, NULL) : NULL;
	return real && ((library && strcmp(library, real) == 0) ||
			(executable && strcmp(executable, real) == 0));
}
