/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers/find.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"
#include "base/trust.h"
#include "pyc/version.h"
#include "workers/venv.h"

enum {
	SCRIPT_MINOR =
		11, /* before it, names that the worker's script uses show in a pyc (FLAG_REF) */
	THREADS_MINOR = 13, /* the first that can be free-threaded */
	LAST_MINOR = 30,    /* to look for */
	LAST_PYPY = 19,     /* the same */
};

/* What the name of a file tells of the interpreter in it. */
struct named {
	char version[PCS_VERSION_MAX];
	unsigned minor;
	bool debug;
};

/* PREFIX "3." digits, ABI flags, SUFFIX: flags are m until 3.7, t where it is free-threaded, d
 * where it was built for debugging, which changes neither what its bytecode is nor where it lies.
 */
static bool parse_name(const char *name, const char *prefix, const char *suffix, struct named *ret)
{
	size_t n = strlen(prefix);
	if (strncmp(name, prefix, n) != 0 || strncmp(name + n, "3.", 2) != 0)
		return false;
	const char *digits = name + n + 2;
	n = strspn(digits, "0123456789");
	size_t flags = strspn(digits + n, "dmt");
	if (n == 0 || n > 3 || flags > 2 || strcmp(digits + n + flags, suffix) != 0)
		return false;
	ret->minor = (unsigned)strtoul(digits, NULL, 10);
	bool threads = memchr(digits + n, 't', flags) != NULL;
	ret->debug = memchr(digits + n, 'd', flags) != NULL;
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
	*ret = (struct named){ .minor = pypy.minor };
	snprintf(ret->version, sizeof(ret->version), "pypy%.7s", pypy.version);
	return true;
}

/* PREFIX/bin/python3.X for PREFIX/lib.../libpython3.X.so.1.0, however deep in lib it is. */
static char *executable_of(const char *libpython, const struct named *named)
{
	const char *flag = named->debug ? "d" : "";
	PCS_FREE char *prefix = strdup(libpython);
	char *path = NULL;
	for (char *slash; prefix && (slash = strrchr(prefix, '/'));) {
		*slash = '\0';
		if (strncmp(slash + 1, "lib", 3) != 0 || strncmp(slash + 1, "libpython", 9) == 0)
			continue;
		if (asprintf(&path, "%s/bin/python%s%s", prefix, named->version, flag) < 0)
			return NULL;
		return path;
	}
	return asprintf(&path, "/usr/bin/python%s%s", named->version, flag) < 0 ? NULL : path;
}

static bool is_same(const struct pcs_interp *i, const char *libpython, const char *executable)
{
	if (libpython && i->libpython)
		return strcmp(i->libpython, libpython) == 0;
	return !libpython && strcmp(i->executable, executable) == 0;
}

/* Whether a file is there and may be used so (access(2)). What cannot be looked at is not, and is
 * noted. */
static bool may(struct pcs_interps *l, const char *path, int how)
{
	if (access(path, how) == 0)
		return true;
	if (!pcs_is_absence(errno) && errno != EACCES)
		pcs_interps_note_unseen(l, path, errno);
	return false;
}

/*
 * Whether an executable holds the whole interpreter. One that only calls libpython is a few
 * kilobytes; where both are there, the static one is some 12 % faster (measured on Debian's).
 */
static bool is_static(struct pcs_interps *l, const char *executable)
{
	enum { STUB_MAX = 1 << 20 };
	struct stat st;
	if (stat(executable, &st) < 0) {
		if (!pcs_is_absence(errno))
			pcs_interps_note_unseen(l, executable, errno);
		return false;
	}
	return S_ISREG(st.st_mode) && st.st_size > STUB_MAX && may(l, executable, X_OK);
}

/* Give a reason why a file is not run, where there is one and none was given. */
static int refuse(struct pcs_interps *l, const char *path, char **reason)
{
	int r = *reason ? 0 : pcs_refuse_to_run(path, reason);
	if (r == 0)
		return 0;
	if (!pcs_is_absence(r) && r != -ELOOP && r != -EINVAL)
		pcs_interps_note_unseen(l, path, r);
	return asprintf(reason, "%s: %s", path, pcs_strerror(r)) < 0 ? -ENOMEM : 0;
}

/* Add one by its libpython, its executable, or both; one of them may be NULL. Returns its place in
 * the list, or -ENOMEM. */
static int add(struct pcs_interps *l, const struct named *named, const char *libpython,
	       const char *executable)
{
	struct pcs_interp i = { .minor = named->minor };
	bool pypy = named->version[0] == 'p';
	for (size_t k = 0; k < l->n; k++)
		if (is_same(&l->list[k], libpython, executable))
			return (int)k;
	struct pcs_interp *list = pcs_grow(l->list, &l->cap, l->n + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	l->list = list;
	memcpy(i.version, named->version, sizeof(i.version));
	i.libpython = libpython ? strdup(libpython) : NULL;
	if (executable)
		i.executable = strdup(executable);
	else if (libpython)
		i.executable = executable_of(libpython, named);
	if (i.minor < PCS_MINOR_OLDEST)
		i.reason = strdup("older than 3.8, the oldest that is served");
	if ((libpython && !i.libpython) || !i.executable ||
	    (i.minor < PCS_MINOR_OLDEST && !i.reason)) {
		pcs_interp_done(&i);
		return -ENOMEM;
	}
	i.by_itself = !libpython || (i.minor >= SCRIPT_MINOR && is_static(l, i.executable));
	if ((libpython && refuse(l, libpython, &i.reason) < 0) ||
	    (i.by_itself && refuse(l, i.executable, &i.reason) < 0)) {
		pcs_interp_done(&i);
		return -ENOMEM;
	}
	if (!pypy && !strchr(i.version, 't') && pcs_magic_of(i.minor, &i.magic))
		pcs_tag_of(i.minor, i.tag);
	l->list[l->n++] = i;
	return (int)l->n - 1;
}

enum program { OTHER, SCRIPT, PROGRAM };

/* What a file is: one of enum program, or -errno where that cannot be seen. */
static int kind_of(const char *path)
{
	char magic[4] = "";
	PCS_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, magic, sizeof(magic));
	if (n < 0 && !pcs_is_absence(errno) && errno != ENXIO && errno != EISDIR && errno != EAGAIN)
		return -errno;
	if (n >= 2 && memcmp(magic, "#!", 2) == 0)
		return SCRIPT;
	return n == 4 && memcmp(magic, "\177ELF", 4) == 0 ? PROGRAM : OTHER;
}

/* Executables count where no libpython is theirs. */
static int add_file(struct pcs_interps *l, const char *path, bool executables)
{
	struct named named;
	const char *name = pcs_path_base(path);
	if (!(executables ? parse_name(name, "python", "", &named) : parse_library(name, &named)))
		return 0;
	int kind = executables ? kind_of(path) : PROGRAM;
	if (kind < 0)
		pcs_interps_note_unseen(l, path, kind);
	if (kind == SCRIPT)
		return pcs_buf_printf(&l->scripts, "%s\n", path);
	if (kind != PROGRAM)
		return 0;
	int at = executables ? add(l, &named, NULL, path) : add(l, &named, path, NULL);
	if (at >= 0)
		l->list[at].found = true;
	return at < 0 ? at : 0;
}

/* Each name that an interpreter may have is tried: these directories are large, and to list them
 * takes ten times as long. */
static int add_directory(struct pcs_interps *l, const char *dir, int fd, bool executables)
{
	int r = 0;
	for (unsigned i = 0; i <= 2 * LAST_MINOR && r == 0; i++) {
		char path[PATH_MAX];
		unsigned minor = i / 2;
		const char *flags = i % 2 == 0 ? "" : minor < PCS_MINOR_OLDEST ? "m" : "t";
		if (i % 2 && minor >= PCS_MINOR_OLDEST && minor < THREADS_MINOR)
			continue;
		snprintf(path, sizeof(path),
			 executables ? "%s/python3.%u%s" : "%s/libpython3.%u%s.so.1.0", dir, minor,
			 flags);
		if (faccessat(fd, pcs_path_base(path), F_OK, 0) == 0)
			r = add_file(l, path, executables);
		else if (!pcs_is_absence(errno))
			pcs_interps_note_unseen(l, path, errno);
	}
	return r;
}

/* Those of PyPy serve where the policy names them; but they are there. */
static int add_pypys(struct pcs_interps *l, const char *dir, int fd)
{
	int r = 0;
	for (unsigned minor = PCS_MINOR_OLDEST; minor <= LAST_PYPY && r == 0; minor++) {
		char name[PCS_VERSION_MAX];
		snprintf(name, sizeof(name), "pypy3.%u", minor);
		if (faccessat(fd, name, F_OK, 0) == 0)
			r = pcs_buf_printf(&l->pypys, "%s\n", name);
		else if (!pcs_is_absence(errno))
			pcs_interps_note_unseen(l, dir, errno);
	}
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
	int r = 0;
	for (size_t i = 0; i < n_dirs && r == 0; i++) {
		PCS_CLOSE int fd = open(dirs[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 || fstat(fd, &seen[n]) < 0) {
			if (!pcs_is_absence(errno))
				pcs_interps_note_unseen(l, dirs[i], errno);
			continue;
		}
		bool again = false;
		for (size_t k = 0; k < n && !again; k++)
			again = seen[k].st_dev == seen[n].st_dev &&
				seen[k].st_ino == seen[n].st_ino;
		n += !again;
		r = again ? 0 : add_directory(l, dirs[i], fd, executables);
		if (r == 0 && executables && !again)
			r = add_pypys(l, dirs[i], fd);
	}
	return r;
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
	l->all_found = r == 0 && !l->unseen;
	return r;
}

/* Add all of the version, the first one for use and the others as its spares. */
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
		int at = add(l, &named, in->libpython, in->executable);
		r = at < 0 ? at : 0;
		found = found < 0 ? at : found;
	}
	if (r == 0 && found == -ENOENT)
		pcs_buf_printf(ret_why, "no Python %s is in the usual directories%s%s", version,
			       all.unseen ? ", as far as can be seen: " : "",
			       all.unseen ? all.unseen : "");
	if (!l->unseen)
		l->unseen = PCS_TAKE(all.unseen);
	pcs_interps_done(&all);
	return r < 0 ? r : found;
}

/*
 * Find the libpython beside PREFIX/bin/pythonX.Y, malloc'ed; NULL: it has none. python3.13 of a
 * free-threaded or debug build is python3.13t or python3.13d by another name. 0 or -ENOMEM.
 */
static int library_of(struct pcs_interps *l, const char *path, const struct named *named,
		      char **ret)
{
	static const char *const libs[] = { ("lib/" PCS_MULTIARCH), "lib64", "lib" };
	static const char *const flags[] = { "", "t", "d", "td" };
	PCS_FREE char *bin = strndup(path, pcs_path_dir_len(path));
	if (!bin)
		return -ENOMEM;
	int prefix = (int)pcs_path_dir_len(bin);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(flags) * PCS_ARRAY_SIZE(libs); i++) {
		const char *flag = flags[i / PCS_ARRAY_SIZE(libs)];
		PCS_FREE char *lib = NULL;
		if (named->debug && strcmp(flag, "d") != 0)
			continue;
		if (asprintf(&lib, "%.*s/%s/libpython%s%s.so.1.0", prefix, bin,
			     libs[i % PCS_ARRAY_SIZE(libs)], named->version, flag) < 0)
			return -ENOMEM;
		if (may(l, lib, R_OK)) {
			*ret = PCS_TAKE(lib);
			return 0;
		}
	}
	return 0;
}

static int add_executable(struct pcs_interps *l, const char *path, struct pcs_buf *ret_why)
{
	struct named named;
	if (!parse_executable(pcs_path_base(path), &named)) {
		pcs_buf_adds(ret_why, "it is neither a pythonX.Y or pypyX.Y nor a libpythonX.Y.so");
		return -ENOEXEC;
	}
	PCS_FREE char *lib = NULL;
	int r = library_of(l, path, &named, &lib);
	if (r < 0)
		return r;
	int kind = lib ? PROGRAM : kind_of(path);
	if (kind == PROGRAM)
		return add(l, &named, lib, path);
	pcs_buf_adds(ret_why, kind < 0       ? pcs_strerror(kind) :
			      kind == SCRIPT ? PCS_INTERP_SCRIPT :
					       "it is not a program");
	return kind < 0 ? kind : -ENOEXEC;
}

/* A bare name is looked up where systems keep their interpreters, whatever the caller's PATH is. */
static char *find_interpreter(const char *name)
{
	static const char *const dirs[] = { "/usr/local/bin", "/usr/bin", "/bin" };
	char *real = NULL;
	errno = ENOENT;
	if (strchr(name, '/'))
		return realpath(name, NULL);
	for (size_t i = 0; !real && pcs_is_absence(errno) && i < PCS_ARRAY_SIZE(dirs); i++) {
		PCS_FREE char *path = NULL;
		if (asprintf(&path, "%s/%s", dirs[i], name) < 0)
			return NULL;
		real = realpath(path, NULL);
	}
	return real;
}

/* A copy in a virtual environment stands for what it was copied from, as it has neither library nor
 * standard library of its own. 0 or -errno, where `why` has what could not be found. */
static int follow_venv(char **path, struct pcs_buf *why)
{
	PCS_FREE char *base = NULL;
	int r = pcs_venv_base(*path, &base);
	if (r < 0 || !base)
		return r < 0 && pcs_buf_adds(why, "its pyvenv.cfg: ") < 0 ? -ENOMEM : r;
	char *real = realpath(base, NULL);
	if (!real) {
		r = -errno;
		return pcs_buf_printf(why, "the %s of its pyvenv.cfg: ", base) < 0 ? -ENOMEM : r;
	}
	free(*path);
	*path = real;
	return 0;
}

/* A libpython that is asked for by its own name does the work itself. */
static int add_library(struct pcs_interps *l, const struct named *named, const char *path)
{
	int at = add(l, named, path, NULL);
	if (at >= 0 && !l->list[at].found)
		l->list[at].by_itself = false;
	return at;
}

static int add_named(struct pcs_interps *l, const char *name, struct pcs_buf *ret_why)
{
	struct named named;
	if (name[0] == '3' && name[1] == '.' && strlen(name) < sizeof(named.version))
		return add_version(l, name, ret_why);
	PCS_FREE char *path = find_interpreter(name);
	int r = path ? follow_venv(&path, ret_why) : -errno;
	if (r < 0)
		pcs_buf_adds(ret_why, pcs_strerror(r));
	if (r < 0 || !path)
		return r;
	if (parse_library(pcs_path_base(path), &named))
		return add_library(l, &named, path);
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
	if (at < 0 && !pcs_is_absence(at) && at != -ENOEXEC)
		pcs_interps_note_unseen(l, name, at);
	if (at == -ENOMEM)
		return at;
	names[l->n_names] = (struct pcs_interp_name){ .name = strdup(name),
						      .at = at < 0 ? SIZE_MAX : (size_t)at };
	return !names[l->n_names].name ? -ENOMEM : (l->n_names++, at < 0 ? at : 0);
}

bool pcs_interp_version_of(const char *path, char version[PCS_VERSION_MAX])
{
	struct named named;
	const char *base = pcs_path_base(path);
	size_t dir = pcs_path_dir_len(path);
	bool bin = dir >= 4 && memcmp(path + dir - 4, "/bin", 4) == 0;
	if (!parse_library(base, &named) && !(bin && parse_executable(base, &named)))
		return false;
	memcpy(version, named.version, PCS_VERSION_MAX);
	return true;
}
