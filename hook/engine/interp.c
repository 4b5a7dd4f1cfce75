#include "engine/interp.h"

#include <dirent.h>
#include <fcntl.h>
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
	*l = (struct pcs_interps){ 0 };
}

const char *pcs_interp_path(const struct pcs_interp *i)
{
	return i->libpython ? i->libpython : i->executable;
}

/* What the name of a file tells of the interpreter in it. */
struct named {
	char version[12];
	unsigned minor;
};

/* PREFIX "3." digits, ABI flags, SUFFIX: flags are m until 3.7, t where it is free-threaded. */
static bool parse_name(const char *name, const char *prefix, const char *suffix, struct named *ret)
{
	size_t n = strlen(prefix);
	if (strncmp(name, prefix, n) != 0 || strncmp(name + n, "3.", 2) != 0)
		return false;
	const char *digits = name + n + 2;
	n = strspn(digits, "0123456789");
	size_t flags = strspn(digits + n, "mt");
	if (n == 0 || n > 3 || flags > 2 || strcmp(digits + n + flags, suffix) != 0)
		return false;
	ret->minor = (unsigned)strtoul(digits, NULL, 10);
	bool threads = memchr(digits + n, 't', flags) != NULL;
	snprintf(ret->version, sizeof(ret->version), "3.%.*s%s", (int)n, digits,
		 threads ? "t" : "");
	return true;
}

/* "libpython3.11.so.1.0" is 3.11; the unversioned and development links beside it are not taken. */
static bool parse_library(const char *name, struct named *ret)
{
	return parse_name(name, "libpython", ".so.1.0", ret);
}

/* "python3.11", "pypy3.9" */
static bool parse_executable(const char *name, struct named *ret)
{
	struct named pypy;
	if (!parse_name(name, "pypy", "", &pypy))
		return parse_name(name, "python", "", ret);
	ret->minor = pypy.minor;
	snprintf(ret->version, sizeof(ret->version), "pypy%.7s", pypy.version);
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

static bool is_same(const struct pcs_interp *i, const char *libpython, const char *executable)
{
	if (libpython && i->libpython)
		return strcmp(i->libpython, libpython) == 0;
	return !libpython && strcmp(i->executable, executable) == 0;
}

/*
 * Whether an executable holds the whole interpreter. One that only calls libpython is a few
 * kilobytes; where both are there, the static one is some 12 % faster (measured on Debian's).
 */
static bool is_static(const char *executable)
{
	enum { STUB_MAX = 1 << 20 };
	struct stat st;
	return stat(executable, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > STUB_MAX &&
	       access(executable, X_OK) == 0;
}

/* Add one by its libpython, its executable, or both; one of them may be NULL. */
static int add(struct pcs_interps *l, const struct named *named, const char *libpython,
	       const char *executable)
{
	struct pcs_interp i = { .minor = named->minor };
	bool pypy = named->version[0] == 'p';
	for (size_t k = 0; k < l->n; k++)
		if (is_same(&l->list[k], libpython, executable))
			return 0;
	struct pcs_interp *list = pcs_grow(l->list, &l->cap, l->n + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	l->list = list;
	memcpy(i.version, named->version, sizeof(i.version));
	i.libpython = libpython ? strdup(libpython) : NULL;
	if (executable)
		i.executable = strdup(executable);
	else if (libpython)
		i.executable = executable_of(libpython, i.version);
	if (i.minor < OLDEST_MINOR)
		i.reason = strdup("older than 3.8, the oldest that is served");
	if ((libpython && !i.libpython) || !i.executable || (i.minor < OLDEST_MINOR && !i.reason)) {
		interp_done(&i);
		return -ENOMEM;
	}
	i.by_itself = !libpython || is_static(i.executable);
	if (!pypy && !strchr(i.version, 't') && pcs_magic_of(i.minor, &i.magic))
		snprintf(i.tag, sizeof(i.tag), "cpython-3%u", i.minor);
	l->list[l->n++] = i;
	return 0;
}

/* Whether a file is a program and no script that stands in for one. */
static bool is_program(const char *path)
{
	char magic[4] = "";
	PCS_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return fd >= 0 && read(fd, magic, 4) == 4 && memcmp(magic, "\177ELF", 4) == 0;
}

/* Executables count where no libpython is theirs. */
static int add_file(struct pcs_interps *l, const char *dir, const char *name, bool executables)
{
	struct named named;
	PCS_FREE char *path = NULL;
	if (!(executables ? parse_name(name, "python", "", &named) : parse_library(name, &named)))
		return 0;
	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return -ENOMEM;
	if (!executables)
		return add(l, &named, path, NULL);
	return is_program(path) ? add(l, &named, NULL, path) : 0;
}

static int add_directory(struct pcs_interps *l, const char *dir, bool executables)
{
	DIR *d = opendir(dir);
	int r = 0;
	if (!d)
		return 0;
	for (struct dirent *e; r == 0 && (e = readdir(d));)
		r = add_file(l, dir, e->d_name, executables);
	closedir(d);
	return r;
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

/* Look into each of the directories once: /usr/lib64 may be a link to /usr/lib. */
static int add_directories(struct pcs_interps *l, const char *const dirs[], size_t n_dirs,
			   bool executables)
{
	struct stat seen[8];
	size_t n = 0;
	for (size_t i = 0; i < n_dirs; i++) {
		bool again = stat(dirs[i], &seen[n]) < 0;
		for (size_t k = 0; k < n && !again; k++)
			again = seen[k].st_dev == seen[n].st_dev &&
				seen[k].st_ino == seen[n].st_ino;
		if (again)
			continue;
		n++;
		int r = add_directory(l, dirs[i], executables);
		if (r < 0)
			return r;
	}
	return 0;
}

int pcs_interps_discover(struct pcs_interps *l)
{
	static const char *const libs[] = { ("/usr/lib/" PCS_MULTIARCH), "/usr/lib64", "/usr/lib",
					    "/usr/local/lib64", "/usr/local/lib" };
	static const char *const bins[] = { "/usr/bin", "/usr/local/bin" };
	size_t start = l->n;
	int r = add_directories(l, libs, PCS_ARRAY_SIZE(libs), false);
	if (r == 0)
		r = add_directories(l, bins, PCS_ARRAY_SIZE(bins), true);
	sort_stably(l->list + start, l->n - start);
	return r;
}

static int add_version(struct pcs_interps *l, const char *version, struct pcs_buf *ret_why)
{
	struct pcs_interps all = { 0 };
	int r = pcs_interps_discover(&all), found = -ENOENT;
	for (size_t i = 0; r == 0 && i < all.n; i++) {
		const struct pcs_interp *in = &all.list[i];
		struct named named = { .minor = in->minor };
		if (strcmp(in->version, version) != 0)
			continue;
		memcpy(named.version, in->version, sizeof(named.version));
		found = add(l, &named, in->libpython, in->executable);
		break;
	}
	pcs_interps_done(&all);
	if (r == 0 && found == -ENOENT)
		pcs_buf_printf(ret_why, "no Python %s is in the usual directories", version);
	return r < 0 ? r : found;
}

static int add_executable(struct pcs_interps *l, const char *path, struct pcs_buf *ret_why)
{
	static const char *const libs[] = { ("lib/" PCS_MULTIARCH), "lib64", "lib" };
	struct named named;
	if (!parse_executable(pcs_path_base(path), &named)) {
		pcs_buf_adds(ret_why, "it is neither a pythonX.Y or pypyX.Y nor a libpythonX.Y.so");
		return -ENOEXEC;
	}
	PCS_FREE char *bin = strndup(path, pcs_path_dir_len(path));
	if (!bin)
		return -ENOMEM;
	int prefix = (int)pcs_path_dir_len(bin);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(libs); i++) {
		PCS_FREE char *lib = NULL;
		if (asprintf(&lib, "%.*s/%s/libpython%s.so.1.0", prefix, bin, libs[i],
			     named.version) < 0)
			return -ENOMEM;
		if (access(lib, R_OK) == 0)
			return add(l, &named, lib, path);
	}
	if (is_program(path))
		return add(l, &named, NULL, path);
	pcs_buf_adds(ret_why, "it is no program");
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

/* A libpython that is asked for by its own name does the work itself. */
static int add_library(struct pcs_interps *l, const struct named *named, const char *path)
{
	size_t before = l->n;
	int r = add(l, named, path, NULL);
	if (l->n > before)
		l->list[before].by_itself = false;
	return r;
}

int pcs_interps_add(struct pcs_interps *l, const char *name, struct pcs_buf *ret_why)
{
	struct named named;
	if (name[0] == '3' && name[1] == '.' && strlen(name) < sizeof(named.version))
		return add_version(l, name, ret_why);
	PCS_FREE char *path = find_interpreter(name);
	if (!path) {
		pcs_buf_adds(ret_why, strerror(errno));
		return -ENOENT;
	}
	if (parse_library(pcs_path_base(path), &named))
		return add_library(l, &named, path);
	return add_executable(l, path, ret_why);
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

void pcs_interps_keep_usable(struct pcs_interps *l)
{
	size_t kept = 0;
	for (size_t i = 0; i < l->n; i++) {
		bool drop = l->list[i].reason != NULL;
		for (size_t k = 0; k < kept && !drop; k++)
			drop = strcmp(l->list[k].tag, l->list[i].tag) == 0;
		if (drop)
			interp_done(&l->list[i]);
		else
			l->list[kept++] = l->list[i];
	}
	l->n = kept;
}
