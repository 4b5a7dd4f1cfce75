/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/row.h"

#include <string.h>
#include <sys/stat.h>

#include "pyc/source_hash.h"

/* A row as bytes: this, its name and its words, each with a NUL. */
struct packed {
	uint64_t maker, quick, file;
	uint8_t source[PCS_DIGEST], body[PCS_DIGEST], header[PCS_PYC_HEADER];
	uint32_t change, line;
	uint16_t name_size, words_size;
	uint8_t kind, unused[3];
};

enum { WORDS_MAX = 4096 };

/* SipHash with two and four rounds, as CPython 3.8 has it. */
static uint64_t hash(const void *data, size_t len)
{
	return pcs_source_hash(0, 8, data, len);
}

uint64_t pcs_row_file(const struct stat *st)
{
	const uint64_t file[] = { st->st_ino, (uint64_t)st->st_size, (uint64_t)st->st_mtim.tv_sec,
				  (uint64_t)st->st_mtim.tv_nsec };
	return hash(file, sizeof(file)) | 1;
}

uint32_t pcs_row_change(const struct stat *st)
{
	const uint64_t change[] = { (uint64_t)st->st_ctim.tv_sec, (uint64_t)st->st_ctim.tv_nsec };
	return (uint32_t)hash(change, sizeof(change));
}

uint64_t pcs_row_quick(const struct stat *st)
{
	const uint64_t all[] = { pcs_row_file(st), (uint64_t)st->st_ctim.tv_sec,
				 (uint64_t)st->st_ctim.tv_nsec };
	return hash(all, sizeof(all)) | 1;
}

int pcs_row_add(struct pcs_buf *bytes, const struct pcs_row *row)
{
	const char *words = row->words ? row->words : "";
	size_t name_size = strlen(row->name) + 1, words_size = strlen(words) + 1;
	if (name_size > UINT16_MAX || words_size > WORDS_MAX)
		return -E2BIG;
	struct packed p = { .maker = row->maker,
			    .quick = row->quick,
			    .file = row->file,
			    .change = row->change,
			    .line = row->line,
			    .name_size = (uint16_t)name_size,
			    .words_size = (uint16_t)words_size,
			    .kind = row->kind };
	memcpy(p.source, row->source, sizeof(p.source));
	memcpy(p.body, row->body, sizeof(p.body));
	memcpy(p.header, row->header, sizeof(p.header));
	int r = pcs_buf_reserve(bytes, sizeof(p) + name_size + words_size);
	if (r == 0)
		r = pcs_buf_add(bytes, &p, sizeof(p));
	if (r == 0)
		r = pcs_buf_add(bytes, row->name, name_size);
	return r < 0 ? r : pcs_buf_add(bytes, words, words_size);
}

/* Put a row into its place; rows mostly come in order. */
static int put(struct pcs_rows *r, const struct pcs_row *row)
{
	size_t at = r->n;
	if (at && strcmp(r->list[at - 1].name, row->name) >= 0)
		at = pcs_lower_bound(r->list, r->n, sizeof(*r->list), row->name);
	if (at < r->n && strcmp(r->list[at].name, row->name) == 0) {
		r->list[at] = *row;
		return 0;
	}
	if (!PCS_ROOM(r->list, r->n, r->cap))
		return -ENOMEM;
	memmove(&r->list[at + 1], &r->list[at], (r->n - at) * sizeof(*r->list));
	r->list[at] = *row;
	r->n++;
	return 0;
}

int pcs_rows_read(struct pcs_rows *r, const char *bytes, size_t len)
{
	int error = 0;
	while (len && error == 0) {
		struct packed p;
		if (len < sizeof(p))
			return -EBADMSG;
		memcpy(&p, bytes, sizeof(p));
		const char *name = bytes + sizeof(p), *words = name + p.name_size;
		size_t size = sizeof(p) + p.name_size + p.words_size;
		if (size > len || !p.name_size || !p.words_size || name[p.name_size - 1] ||
		    words[p.words_size - 1] || p.kind > PCS_ROW_GIVEN)
			return -EBADMSG;
		struct pcs_row row = { .name = name,
				       .kind = p.kind,
				       .maker = p.maker,
				       .quick = p.quick,
				       .file = p.file,
				       .change = p.change,
				       .line = p.line,
				       .words = words };
		memcpy(row.source, p.source, sizeof(row.source));
		memcpy(row.body, p.body, sizeof(row.body));
		memcpy(row.header, p.header, sizeof(row.header));
		error = put(r, &row);
		r->failed |= p.kind == PCS_ROW_FAILED;
		bytes += size;
		len -= size;
	}
	return error;
}

static bool is_at(const struct pcs_rows *r, size_t at, const char *name)
{
	return at < r->n && strcmp(r->list[at].name, name) == 0;
}

const struct pcs_row *pcs_rows_find(struct pcs_rows *r, const char *name)
{
	size_t at = r->next;
	if (!is_at(r, at, name))
		at = pcs_lower_bound(r->list, r->n, sizeof(*r->list), name);
	if (!is_at(r, at, name))
		return NULL;
	r->next = at + 1;
	return r->list[at].kind != PCS_ROW_GONE ? &r->list[at] : NULL;
}

void pcs_rows_done(struct pcs_rows *r)
{
	free(r->list);
	*r = (struct pcs_rows){ 0 };
}
