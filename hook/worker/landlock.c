/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "worker/landlock.h"

#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/path.h"
#include "base/util.h"

/* linux/landlock.h, which the headers of older systems lack; the numbers are those of all
 * architectures but alpha. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum { VERSION = 1 << 0 /* a flag */, PATH_BENEATH = 1 /* a type of rule */ };

enum access {
	EXECUTE = 1 << 0,
	READ_FILE = 1 << 2,
	READ_DIR = 1 << 3,
};

struct ruleset {
	uint64_t files, net, scopes;
};

struct beneath {
	uint64_t access;
	int32_t fd;
} __attribute__((packed));

/* All that the kernel's version of Landlock can refuse. */
static struct ruleset refusable(int version)
{
	enum { FIRST = 13, REFER = 2, TRUNCATE, NET, IOCTL_DEV, SCOPES };
	int rights = FIRST + (version >= REFER) + (version >= TRUNCATE) + (version >= IOCTL_DEV);
	return (struct ruleset){ .files = (UINT64_C(1) << rights) - 1,
				 .net = version >= NET ? 3 : 0,
				 .scopes = version >= SCOPES ? 3 : 0 };
}

/* What is not there needs no rule. 0 or -errno. */
static int allow(int ruleset, const char *path, uint64_t access)
{
	struct stat st;
	PCS_CLOSE int fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return 0;
	struct beneath rule = { .access =
					S_ISDIR(st.st_mode) ? access : access & ~(uint64_t)READ_DIR,
				.fd = fd };
	return syscall(SYS_landlock_add_rule, ruleset, PATH_BENEATH, &rule, 0) < 0 ? -errno : 0;
}

/* What the directory of a standard library may have behind the version. */
static const char *const flags[] = { "", "t" };

/* The length of a name without its ABI flags: the standard library of python3.11d is in python3.11,
 * that of a python3.13 may be in python3.13t. */
static int stem_len(const char *name)
{
	size_t n = strlen(name);
	while (n && strchr("td", name[n - 1]))
		n--;
	return (int)n;
}

/* The libraries of PREFIX/bin/NAME. The directory of the standard library may be a link. */
static int allow_prefix(int ruleset, const char *executable)
{
	static const char *const dirs[] = { "lib", "lib64", "bin", "lib-python", "lib_pypy" };
	const char *name = pcs_path_base(executable);
	size_t n = strncmp(name, "pypy", 4) == 0 ? PCS_ARRAY_SIZE(dirs) : 2;
	int bin = (int)pcs_path_dir_len(executable), r = 0;
	for (size_t i = 0; i < n && r == 0; i++) {
		char path[PATH_MAX];
		snprintf(path, sizeof(path), "%.*s/../%s/", bin, executable, dirs[i]);
		r = allow(ruleset, path, READ_FILE | READ_DIR);
		const size_t end = strlen(path);
		for (size_t k = 0; k < PCS_ARRAY_SIZE(flags) && r == 0; k++) {
			snprintf(path + end, sizeof(path) - end, "%.*s%s", stem_len(name), name,
				 flags[k]);
			r = allow(ruleset, path, READ_FILE | READ_DIR);
		}
	}
	return r;
}

/* The loader that an executable asks for, which the kernel starts. */
static int allow_loader(int ruleset, const char *executable)
{
	ElfW(Ehdr) head;
	ElfW(Phdr) part;
	char path[PATH_MAX];
	PCS_CLOSE int fd = open(executable, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || pread(fd, &head, sizeof(head), 0) != sizeof(head))
		return -ENOEXEC;
	for (unsigned i = 0; i < head.e_phnum; i++) {
		off_t at = (off_t)head.e_phoff + (off_t)i * head.e_phentsize;
		if (pread(fd, &part, sizeof(part), at) != sizeof(part))
			return -ENOEXEC;
		if (part.p_type != PT_INTERP)
			continue;
		ssize_t n = pread(fd, path, sizeof(path) - 1, (off_t)part.p_offset);
		if (n < 0)
			return -errno;
		path[n] = '\0';
		return allow(ruleset, path, READ_FILE | EXECUTE);
	}
	return 0;
}

static int allow_interpreter(int ruleset, const struct pcs_interp_files *files)
{
	PCS_FREE char *real = realpath(files->executable, NULL);
	PCS_FREE char *dir = NULL;
	int r = allow_prefix(ruleset, files->executable);
	if (r == 0 && real)
		r = allow_prefix(ruleset, real);
	if (r < 0)
		return r;
	if (!files->libpython) {
		r = allow(ruleset, files->executable, READ_FILE | EXECUTE);
		return r < 0 ? r : allow_loader(ruleset, files->executable);
	}
	dir = strndup(files->libpython, pcs_path_dir_len(files->libpython));
	if (!dir)
		return -ENOMEM;
	r = allow(ruleset, files->libpython, READ_FILE);
	return r < 0 ? r : allow(ruleset, dir, READ_FILE | READ_DIR);
}

static int allow_all(int ruleset, const struct pcs_interp_files *files)
{
	/* Where loaders look for libraries; the stores are those of Nix and Guix. */
	static const char *const loader[] = { "/etc/ld.so.cache", "/lib",       "/lib64",
					      "/usr/lib",         "/usr/lib64", "/usr/local/lib",
					      "/usr/local/lib64", "/nix/store", "/gnu/store" };
	/* Where CPython from 3.14 on learns, by pthread_getattr_np(3), how large its stack is. */
	int r = allow(ruleset, "/proc/self/maps", READ_FILE);
	if (r == 0)
		r = allow_interpreter(ruleset, files);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(loader) && r == 0; i++)
		r = allow(ruleset, loader[i], READ_FILE | READ_DIR);
	return r;
}

int pcs_landlock(const struct pcs_interp_files *files)
{
	int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION);
	if (version < 0) /* not built in, switched off, or refused by a container */
		return 0;
	const struct ruleset set = refusable(version);
	PCS_CLOSE int fd = (int)syscall(SYS_landlock_create_ruleset, &set, sizeof(set), 0);
	if (fd < 0)
		return -errno;
	int r = allow_all(fd, files);
	if (r < 0)
		return r;
	return syscall(SYS_landlock_restrict_self, fd, 0) < 0 ? -errno : 0;
}

static bool is_readable(const char *path)
{
	return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0 || errno == ENOENT;
}

bool pcs_landlock_readable(const struct pcs_interp_files *files)
{
	const char *executable = files->executable, *name = pcs_path_base(executable);
	bool readable = is_readable(files->libpython ? files->libpython : executable);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(flags) && readable; i++) {
		char landmark[PATH_MAX];
		snprintf(landmark, sizeof(landmark), "%.*s/../lib/%.*s%s/os.py",
			 (int)pcs_path_dir_len(executable), executable, stem_len(name), name,
			 flags[i]);
		readable = is_readable(landmark);
	}
	return readable;
}
