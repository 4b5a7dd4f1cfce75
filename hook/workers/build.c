/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers/build.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/path.h"
#include "pyc/source_hash.h"
#include "workers/interp.h"

enum { HEADERS_MAX = 64, NOTES_MAX = 4096 };

/* In the place of a build that is not known, as its file cannot be read; builds are odd. */
enum { UNKNOWN = 2 };

/* 1, 0 where there is less, or -errno. */
static int read_at(int fd, size_t at, void *ret, size_t len)
{
	ssize_t n = pcs_fs_read_at(fd, at, ret, len);
	return n < 0 ? (int)n : (size_t)n == len;
}

/* Find the build ID among notes. 0: it is not there. */
static uint64_t find_id(const char *notes, size_t len)
{
	ElfW(Nhdr) n;
	while (len >= sizeof(n)) {
		memcpy(&n, notes, sizeof(n));
		size_t name = ((size_t)n.n_namesz + 3) & ~(size_t)3;
		size_t id = ((size_t)n.n_descsz + 3) & ~(size_t)3;
		if (name > len - sizeof(n) || id > len - sizeof(n) - name)
			return 0;
		const char *text = notes + sizeof(n);
		if (n.n_type == NT_GNU_BUILD_ID && n.n_namesz == 4 && memcmp(text, "GNU", 4) == 0)
			return pcs_source_hash(0, 8, text + name, n.n_descsz) | 1;
		notes += sizeof(n) + name + id;
		len -= sizeof(n) + name + id;
	}
	return 0;
}

/* The hash of the build ID; 0 where there is none. 0 or -errno. */
static int build_id(int fd, uint64_t *ret)
{
	ElfW(Ehdr) e;
	ElfW(Phdr) p[HEADERS_MAX];
	char notes[NOTES_MAX];
	*ret = 0;
	int r = read_at(fd, 0, &e, sizeof(e));
	if (r <= 0 || memcmp(e.e_ident, ELFMAG, SELFMAG) != 0 || e.e_phentsize != sizeof(*p) ||
	    e.e_phnum > HEADERS_MAX)
		return r < 0 ? r : 0;
	r = read_at(fd, e.e_phoff, p, e.e_phnum * sizeof(*p));
	for (unsigned i = 0; i < e.e_phnum && r > 0 && !*ret; i++) {
		if (p[i].p_type != PT_NOTE || p[i].p_filesz > sizeof(notes))
			continue;
		r = read_at(fd, p[i].p_offset, notes, p[i].p_filesz);
		*ret = r > 0 ? find_id(notes, p[i].p_filesz) : 0;
	}
	return r < 0 ? r : 0;
}

/* 0 or -errno. */
static int find_build(const char *path, uint64_t *ret)
{
	struct stat st;
	uint64_t id;
	pcs_act_as_self();
	PCS_CLOSE int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	int r = build_id(fd, &id);
	const uint64_t file[] = {
		st.st_dev,
		st.st_ino,
		(uint64_t)st.st_size,
		(uint64_t)st.st_mtim.tv_sec,
		(uint64_t)st.st_mtim.tv_nsec,
		(uint64_t)st.st_ctim.tv_sec,
		(uint64_t)st.st_ctim.tv_nsec,
	};
	*ret = id ? id : pcs_source_hash(0, 8, file, sizeof(file)) | 1;
	return r;
}

/* The build of the library that PyPy is in, where `executable` does no more than call it: beside
 * it, or where libraries of its prefix are. 0, or -errno: -ENOENT where there is none. */
static int find_library_build(const char *executable, uint64_t *ret)
{
	static const char *const dirs[] = { "", "../lib/" PCS_MULTIARCH "/", "../lib64/",
					    "../lib/" };
	const char *name = pcs_path_base(executable);
	int bin = (int)pcs_path_dir_len(executable), r = -ENOENT;
	if (strncmp(name, "pypy", 4) != 0)
		return -ENOENT;
	for (size_t k = 0; k < PCS_ARRAY_SIZE(dirs) && pcs_is_absence(r); k++) {
		PCS_FREE char *path = NULL;
		if (asprintf(&path, "%.*s/%slib%s-c.so", bin, executable, dirs[k], name) < 0)
			return -ENOMEM;
		r = find_build(path, ret);
	}
	return r;
}

/* The build of an interpreter of these files. 0 or -errno. */
static int find_all(const struct pcs_interp *i, const char *path, uint64_t *ret)
{
	uint64_t builds[2] = { 0 };
	int r = find_build(path, &builds[0]);
	*ret = builds[0];
	if (r < 0 || i->libpython)
		return r;
	r = find_library_build(i->executable, &builds[1]);
	if (r == 0)
		*ret = pcs_source_hash(0, 8, builds, sizeof(builds)) | 1;
	return pcs_is_absence(r) ? 0 : r;
}

uint64_t pcs_interp_build(struct pcs_interp *i)
{
	uint64_t build = __atomic_load_n(&i->build, __ATOMIC_RELAXED), none = 0;
	if (build)
		return build == UNKNOWN ? 0 : build;
	const char *path = i->by_itself ? i->executable : pcs_interp_path(i);
	int r = find_all(i, path, &build);
	if (r < 0)
		build = UNKNOWN;
	bool first = __atomic_compare_exchange_n(&i->build, &none, build, false, __ATOMIC_RELAXED,
						 __ATOMIC_RELAXED);
	if (r < 0 && first && !pcs_is_absence(r))
		pcs_warning("%s cannot be read, and what it makes will be compiled again: %s", path,
			    pcs_strerror(r));
	return r < 0 ? 0 : build;
}

bool pcs_interp_is_whole(const struct pcs_interp *i)
{
	enum { STUB_MAX = 1 << 20 };
	struct stat st;
	uint64_t library;
	pcs_act_as_self();
	return i->libpython || find_library_build(i->executable, &library) == 0 ||
	       (stat(i->executable, &st) == 0 && st.st_size > STUB_MAX);
}
