#include "workers/build.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>

#include "base/identity.h"
#include "pyc/source_hash.h"
#include "workers/interp.h"

enum { HEADERS_MAX = 64, NOTES_MAX = 4096 };

static bool read_at(int fd, size_t at, void *ret, size_t len)
{
	return pread(fd, ret, len, (off_t)at) == (ssize_t)len;
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

static uint64_t build_id(int fd)
{
	ElfW(Ehdr) e;
	ElfW(Phdr) p[HEADERS_MAX];
	char notes[NOTES_MAX];
	uint64_t id = 0;
	if (!read_at(fd, 0, &e, sizeof(e)) || memcmp(e.e_ident, ELFMAG, SELFMAG) != 0 ||
	    e.e_phentsize != sizeof(*p) || e.e_phnum > HEADERS_MAX ||
	    !read_at(fd, e.e_phoff, p, e.e_phnum * sizeof(*p)))
		return 0;
	for (unsigned i = 0; i < e.e_phnum && !id; i++)
		if (p[i].p_type == PT_NOTE && p[i].p_filesz <= sizeof(notes) &&
		    read_at(fd, p[i].p_offset, notes, p[i].p_filesz))
			id = find_id(notes, p[i].p_filesz);
	return id;
}

static uint64_t find_build(const char *path)
{
	struct stat st;
	pcs_act_as_self();
	PCS_CLOSE int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	uint64_t id = build_id(fd);
	const uint64_t file[] = {
		st.st_dev,
		st.st_ino,
		(uint64_t)st.st_size,
		(uint64_t)st.st_mtim.tv_sec,
		(uint64_t)st.st_mtim.tv_nsec,
		(uint64_t)st.st_ctim.tv_sec,
		(uint64_t)st.st_ctim.tv_nsec,
	};
	return id ? id : pcs_source_hash(0, 8, file, sizeof(file)) | 1;
}

uint64_t pcs_interp_build(struct pcs_interp *i)
{
	uint64_t build = __atomic_load_n(&i->build, __ATOMIC_RELAXED);
	if (build)
		return build;
	build = find_build(i->by_itself ? i->executable : pcs_interp_path(i));
	__atomic_store_n(&i->build, build, __ATOMIC_RELAXED);
	return build;
}
