/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "archive/rpmfile.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"

enum {
	LEAD = 96,
	INTRO = 16, /* magic, reserved, number of entries, size of the store */
	ENTRY = 16, /* tag, type, offset, count */
	ENTRIES_MAX = 1 << 16,
	STORE_MAX = 64 << 20,
	GHOST = 1 << 6, /* of FILEFLAGS: not in the payload */
};

enum tag {
	FILESIZES = 1028,
	FILEMODES = 1030,
	FILEMTIMES = 1034,
	FILELINKTOS = 1036,
	FILEFLAGS = 1037,
	FILEDEVICES = 1095,
	FILEINODES = 1096,
	DIRINDEXES = 1116,
	BASENAMES = 1117,
	DIRNAMES = 1118,
	LONGFILESIZES = 5008,
};

enum type { INT16 = 3, INT32 = 4, INT64 = 5, STRINGS = 8 };

struct header {
	uint8_t *index;
	char *store;
	size_t n, size;
};

/* One tag: `n` values, the first at `data`, the store's end at `stop`. */
struct values {
	const char *data, *stop;
	size_t n;
};

static uint64_t number(const char *at, size_t bytes)
{
	uint64_t n = 0;
	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | (uint8_t)at[i];
	return n;
}

static int read_at(int fd, uint64_t at, void *to, size_t n)
{
	ssize_t got = pcs_fs_read_at(fd, at, to, n);
	return got < 0 ? (int)got : (size_t)got < n ? -EINVAL : 0;
}

/* The signature and the header proper are of one form: the sizes of what is at `at`. */
static int read_intro(int fd, uint64_t at, struct header *ret)
{
	static const char magic[] = "\x8e\xad\xe8\x01";
	char intro[INTRO];
	int r = read_at(fd, at, intro, sizeof(intro));
	if (r < 0)
		return r;
	ret->n = (size_t)number(intro + 8, 4);
	ret->size = (size_t)number(intro + 12, 4);
	return memcmp(intro, magic, 4) != 0 || ret->n > ENTRIES_MAX || ret->size > STORE_MAX ?
		       -EINVAL :
		       0;
}

static int read_header(int fd, uint64_t *at, struct header *ret)
{
	int r = read_intro(fd, *at, ret);
	if (r < 0)
		return r;
	ret->index = malloc(ret->n * ENTRY + 1);
	ret->store = malloc(ret->size + 1);
	if (!ret->index || !ret->store)
		return -ENOMEM;
	ret->store[ret->size] = '\0';
	r = read_at(fd, *at + INTRO, ret->index, ret->n * ENTRY);
	if (r == 0)
		r = read_at(fd, *at + INTRO + ret->n * ENTRY, ret->store, ret->size);
	*at += INTRO + ret->n * ENTRY + ret->size;
	return r;
}

/* The values of a tag, checked to be all there; none where it is not, or of another type. */
static struct values values_of(const struct header *h, enum tag tag, enum type type)
{
	static const size_t sizes[] = { [INT16] = 2, [INT32] = 4, [INT64] = 8, [STRINGS] = 1 };
	for (size_t i = 0; i < h->n; i++) {
		const char *e = (const char *)h->index + i * ENTRY;
		size_t offset = (size_t)number(e + 8, 4), n = (size_t)number(e + 12, 4);
		if (number(e, 4) != tag)
			continue;
		if (number(e + 4, 4) != type || offset > h->size ||
		    n > (h->size - offset) / sizes[type])
			break;
		return (struct values){ h->store + offset, h->store + h->size, n };
	}
	return (struct values){ 0 };
}

/* Value `i`, or 0 where there are less. */
static uint64_t value(const struct values *v, size_t i, size_t bytes)
{
	return i < v->n ? number(v->data + i * bytes, bytes) : 0;
}

/* The next string, or NULL behind the last one. */
static const char *next_string(struct values *v)
{
	if (v->n == 0 || v->data >= v->stop)
		return NULL;
	const char *s = v->data;
	v->data += strlen(s) + 1; /* there is a NUL at the end of the store */
	v->n--;
	return s;
}

/* The names of one hard link have a number in common. */
struct link {
	uint32_t device, inode, file;
};

static int compare_links(const void *a, const void *b)
{
	const struct link *x = a, *y = b;
	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	if (x->inode != y->inode)
		return x->inode < y->inode ? -1 : 1;
	return x->file < y->file ? -1 : x->file > y->file;
}

static int find_links(const struct header *h, struct pcs_rpmfile *f)
{
	struct values inodes = values_of(h, FILEINODES, INT32);
	struct values devices = values_of(h, FILEDEVICES, INT32);
	struct values flags = values_of(h, FILEFLAGS, INT32);
	PCS_FREE struct link *links = calloc(f->n + 1, sizeof(*links));
	size_t n = 0;
	if (!links)
		return -ENOMEM;
	for (size_t i = 0; i < f->n; i++) {
		f->files[i].content = (uint32_t)i;
		if (i < inodes.n && S_ISREG(f->files[i].mode) && !(value(&flags, i, 4) & GHOST))
			links[n++] = (struct link){ .device = (uint32_t)value(&devices, i, 4),
						    .inode = (uint32_t)value(&inodes, i, 4),
						    .file = (uint32_t)i };
	}
	qsort(links, n, sizeof(*links), compare_links);
	for (size_t i = n; i-- > 1;)
		if (links[i - 1].device == links[i].device && links[i - 1].inode == links[i].inode)
			f->files[links[i - 1].file].content = f->files[links[i].file].content;
	return 0;
}

/* A table of the directories: values are told by their place. One that no path can begin with ends
 * it. */
static const char **list_dirs(struct values dirs, size_t *ret_n)
{
	const char **list = calloc(dirs.n + 1, sizeof(*list));
	const char *dir;
	*ret_n = 0;
	while (list && (dir = next_string(&dirs)) && strlen(dir) < PATH_MAX)
		list[(*ret_n)++] = dir;
	return list;
}

static int list_files(const struct header *h, struct pcs_rpmfile *f)
{
	struct values bases = values_of(h, BASENAMES, STRINGS);
	struct values links = values_of(h, FILELINKTOS, STRINGS);
	struct values indexes = values_of(h, DIRINDEXES, INT32);
	struct values modes = values_of(h, FILEMODES, INT16);
	struct values mtimes = values_of(h, FILEMTIMES, INT32);
	struct values sizes = values_of(h, FILESIZES, INT32);
	struct values long_sizes = values_of(h, LONGFILESIZES, INT64);
	size_t n_dirs;
	PCS_FREE const char **dirs = list_dirs(values_of(h, DIRNAMES, STRINGS), &n_dirs);
	f->n = bases.n;
	f->files = calloc(f->n + 1, sizeof(*f->files));
	if (!dirs || !f->files)
		return -ENOMEM;
	for (size_t i = 0; i < f->n; i++) {
		const char *base = next_string(&bases), *link = next_string(&links);
		size_t dir = (size_t)value(&indexes, i, 4);
		if (!base || dir >= n_dirs || i >= modes.n || strlen(base) >= PATH_MAX ||
		    (link && strlen(link) >= PATH_MAX))
			return -EINVAL;
		f->files[i] = (struct pcs_rpmfile_entry){
			.dir = dirs[dir],
			.base = base,
			.link = link ? link : "",
			.size = long_sizes.n ? value(&long_sizes, i, 8) : value(&sizes, i, 4),
			.mode = (uint32_t)value(&modes, i, 2),
			.mtime = (uint32_t)value(&mtimes, i, 4),
		};
	}
	return find_links(h, f);
}

int pcs_rpmfile_read(int fd, struct pcs_rpmfile *ret)
{
	struct header signature = { 0 }, h = { 0 };
	char lead[4];
	*ret = (struct pcs_rpmfile){ 0 };
	int r = read_at(fd, 0, lead, sizeof(lead));
	if (r == 0 && memcmp(lead, "\xed\xab\xee\xdb", 4) != 0)
		r = -EINVAL;
	if (r == 0)
		r = read_intro(fd, LEAD, &signature);
	if (r < 0)
		return r;
	uint64_t at = LEAD + INTRO + signature.n * ENTRY + signature.size;
	at = (at + 7) & ~UINT64_C(7);
	r = read_header(fd, &at, &h);
	ret->payload = at;
	ret->store = h.store;
	if (r == 0)
		r = list_files(&h, ret);
	free(h.index);
	if (r < 0)
		pcs_rpmfile_done(ret);
	return r;
}

void pcs_rpmfile_done(struct pcs_rpmfile *f)
{
	free(f->files);
	free(f->store);
	*f = (struct pcs_rpmfile){ 0 };
}
