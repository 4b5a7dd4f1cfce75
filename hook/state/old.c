/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/old.h"

#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "pyc/source_hash.h"
#include "state/state.h"

/* The file: a head of 16 bytes and then entries. */
struct entry {
	uint64_t file;
	uint32_t state, path;
};
static const char magic[16] = "pycmade3";
enum { MAGIC_LEN = 8, ENTRIES_MAX = 4 << 20 };

struct pcs_old {
	size_t n;
	uint64_t files[]; /* sorted */
};

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

int pcs_old_read(const struct pcs_state *state, struct pcs_old **ret)
{
	PCS_BUF struct pcs_buf text = { 0 };
	struct stat st;
	int r = pcs_fs_read(state->dir, "made", sizeof(magic) + ENTRIES_MAX * sizeof(struct entry),
			    &text, &st);
	if (r < 0)
		return r;
	if (text.len < sizeof(magic) || memcmp(text.data, magic, MAGIC_LEN) != 0)
		return -EBADMSG;
	size_t n = (text.len - sizeof(magic)) / sizeof(struct entry);
	struct pcs_old *o = malloc(sizeof(*o) + n * sizeof(*o->files));
	if (!o)
		return -ENOMEM;
	o->n = n;
	for (size_t i = 0; i < n; i++)
		memcpy(&o->files[i], text.data + sizeof(magic) + i * sizeof(struct entry),
		       sizeof(*o->files));
	qsort(o->files, n, sizeof(*o->files), compare);
	*ret = o;
	return 0;
}

void pcs_old_free(struct pcs_old *o)
{
	free(o);
}

void pcs_old_forget(const struct pcs_state *state)
{
	if (state->dir >= 0)
		pcs_fs_unlink(state->dir, "made");
}

bool pcs_old_has(const struct pcs_old *o, const struct stat *st,
		 const uint8_t header[PCS_PYC_HEADER])
{
	uint64_t file[4 + PCS_PYC_HEADER / sizeof(uint64_t)] = { st->st_ino,
								 (uint64_t)st->st_mtim.tv_sec,
								 (uint64_t)st->st_mtim.tv_nsec,
								 (uint64_t)st->st_size };
	memcpy(&file[4], header, PCS_PYC_HEADER);
	uint64_t key = pcs_source_hash(0, 8, file, sizeof(file)) | 1;
	return bsearch(&key, o->files, o->n, sizeof(key), compare);
}
