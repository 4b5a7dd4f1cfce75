/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static int add_entry(struct pcs_listing *l, const char *name, unsigned char type)
{
	struct pcs_dirent *entry = PCS_ROOM(l->entries, l->n, l->cap);
	char *copy = entry ? pcs_arena_dup(&l->names, name, strlen(name)) : NULL;
	if (!copy)
		return -ENOMEM;
	*entry = (struct pcs_dirent){ .name = copy, .type = type };
	l->n++;
	return 0;
}

static int compare_entries(const void *a, const void *b)
{
	const struct pcs_dirent *x = a, *y = b;
	return strcmp(x->name, y->name);
}

/* What getdents64(2) writes; the type of the C library is another. */
struct linux_dirent {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

static int add_entries(struct pcs_listing *l, const char *buf, size_t len)
{
	int r = 0;
	for (size_t i = 0; i < len && r == 0;) {
		const struct linux_dirent *d = (const struct linux_dirent *)(buf + i);
		if (strcmp(d->name, ".") != 0 && strcmp(d->name, "..") != 0)
			r = add_entry(l, d->name, d->type);
		i += d->reclen;
	}
	return r;
}

/* readdir(3) would cost a descriptor of its own and four more calls for each directory. */
int pcs_fs_list(int dirfd, struct pcs_listing *ret)
{
	_Alignas(struct linux_dirent) char buf[32 * 1024];
	struct pcs_listing l = { 0 };
	int r = 0;
	for (;;) {
		long n = syscall(SYS_getdents64, dirfd, buf, sizeof(buf));
		if (n <= 0) {
			r = n < 0 ? -errno : 0;
			break;
		}
		r = add_entries(&l, buf, (size_t)n);
		if (r < 0)
			break;
	}
	if (r < 0) {
		pcs_listing_done(&l);
		return r;
	}
	if (l.n)
		qsort(l.entries, l.n, sizeof(*l.entries), compare_entries);
	*ret = l;
	return 0;
}

bool pcs_dirent_is_dir(int dirfd, const struct pcs_dirent *e)
{
	struct stat st;
	return e->type == DT_DIR ||
	       (e->type == DT_UNKNOWN && fstatat(dirfd, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISDIR(st.st_mode));
}

void pcs_listing_done(struct pcs_listing *l)
{
	free(l->entries);
	pcs_arena_done(&l->names);
	*l = (struct pcs_listing){ 0 };
}

size_t pcs_listing_lower_bound(const struct pcs_listing *l, const char *name)
{
	return pcs_lower_bound(l->entries, l->n, sizeof(*l->entries), name);
}
