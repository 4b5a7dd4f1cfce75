/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "archive/rpm.h"

#include <string.h>
#include <sys/stat.h>

#include "archive/reader.h"
#include "archive/rpmfile.h"
#include "base/err.h"
#include "base/path.h"
#include "base/proc.h"

/* What a member's header begins with. */
static const char stripped[] = "07070X", ordinary[] = "070701";

/*
 * The payload of an .rpm whose members are numbers of files in its header. Offsets of 4 bytes;
 * behind the last one comes an ordinary cpio header.
 */
struct payload {
	struct pcs_rpmfile rpm;
	struct pcs_reader *r;
	const struct pcs_archive_ops *ops;
	void *ctx;
	struct pcs_buf *why;
	struct pcs_buf path, data;
	uint64_t at;
};

static int read_payload(struct payload *p, void *to, size_t n)
{
	for (size_t have = 0; have < n;) {
		ssize_t got = pcs_reader_read(p->r, (char *)to + have, n - have);
		if (got < 0)
			return (int)got;
		if (got == 0) {
			pcs_buf_adds(p->why, "it ends within its payload");
			return -PCS_EARCHIVE;
		}
		have += (size_t)got;
		p->at += (uint64_t)got;
	}
	return 0;
}

static int skip_payload(struct payload *p, uint64_t n)
{
	p->data.len = 0;
	int r = pcs_buf_reserve(&p->data, PCS_READER_BLOCK);
	for (; n && r == 0; n -= n < PCS_READER_BLOCK ? n : PCS_READER_BLOCK)
		r = read_payload(p, p->data.data,
				 n < PCS_READER_BLOCK ? (size_t)n : PCS_READER_BLOCK);
	return r;
}

static int align(struct payload *p)
{
	return skip_payload(p, -p->at & 3);
}

static int take_file(struct payload *p, size_t i)
{
	const struct pcs_rpmfile_entry *e = &p->rpm.files[i];
	PCS_BUF struct pcs_buf name = { 0 };
	PCS_BUF struct pcs_buf content = { 0 };
	bool hard = e->content != i;
	bool has_data = !hard && (S_ISREG(e->mode) || S_ISLNK(e->mode));
	const struct pcs_rpmfile_entry *to = &p->rpm.files[e->content];
	int r = pcs_buf_printf(&name, "%s%s", e->dir, e->base);
	if (r == 0 && hard)
		r = pcs_buf_printf(&content, "%s%s", to->dir, to->base);
	p->path.len = 0;
	if (r == 0)
		r = pcs_path_normalize(name.data, name.len, "/", &p->path);
	if (r < 0)
		return r;
	const struct pcs_member m = { .path = p->path.data,
				      .link = hard             ? content.data :
					      S_ISLNK(e->mode) ? e->link :
								 NULL,
				      .hardlink = hard,
				      .escapes = pcs_reader_escapes(name.data),
				      .mode = e->mode,
				      .mtime = { .tv_sec = (time_t)e->mtime },
				      .size = has_data ? e->size : 0,
				      .format = PCS_ARCHIVE_RPM };
	size_t max = hard ? 0 : p->ops->want(p->ctx, &m);
	bool whole = max && m.size <= max;
	size_t len = whole ? (size_t)m.size : 0;
	p->data.len = 0;
	r = whole ? pcs_buf_reserve(&p->data, len) : skip_payload(p, m.size);
	if (r == 0 && whole)
		r = read_payload(p, p->data.data, len);
	return r < 0 ? r : p->ops->member(p->ctx, &m, whole ? p->data.data : NULL, len);
}

/* The number behind the magic of a member. 1, or 0 at the end of all. */
static int next_file(struct payload *p, size_t *ret)
{
	char digits[9] = "", *end;
	int r = read_payload(p, digits, 8);
	if (r < 0)
		return r;
	*ret = strtoul(digits, &end, 16);
	bool known = end == digits + 8 && *ret < p->rpm.n;
	if (known && !p->rpm.files[*ret].came)
		return p->rpm.files[*ret].came = true;
	pcs_buf_adds(p->why, known ? "its payload has a file twice" :
				     "its payload has a file that its header does not list");
	return -PCS_EARCHIVE;
}

static int each_file(struct payload *p)
{
	char magic[sizeof(stripped)] = "";
	do {
		size_t i;
		int r = next_file(p, &i);
		if (r > 0 && pcs_signal_seen())
			r = -PCS_ESIGNAL;
		if (r > 0)
			r = align(p);
		if (r == 0)
			r = take_file(p, i);
		if (r == 0)
			r = align(p);
		if (r == 0)
			r = read_payload(p, magic, strlen(stripped));
		if (r < 0)
			return r;
	} while (strcmp(magic, stripped) == 0);
	if (strcmp(magic, ordinary) == 0)
		return 0;
	pcs_buf_adds(p->why, "there is something else in its payload");
	return -PCS_EARCHIVE;
}

/* Whether the payload is of that kind; then the magic of its first member was read. */
static bool is_stripped(struct payload *p)
{
	char magic[sizeof(stripped)] = "";
	size_t said = p->why->len;
	bool known = pcs_reader_open(p->r, PCS_READER_BYTES, p->rpm.payload) == 0 &&
		     pcs_reader_next(p->r) >= 0 && read_payload(p, magic, strlen(stripped)) == 0 &&
		     strcmp(magic, stripped) == 0;
	if (!known)
		p->why->len = said; /* it is for others to tell what is wrong */
	return known;
}

int pcs_rpm_read(struct pcs_reader *r, int fd, const struct pcs_archive_ops *ops, void *ctx,
		 struct pcs_buf *ret_why)
{
	struct payload p = { .r = r, .ops = ops, .ctx = ctx, .why = ret_why };
	int e = pcs_rpmfile_read(fd, &p.rpm);
	if (e < 0)
		return e == -ENOMEM ? e : 0;
	if (is_stripped(&p)) {
		e = each_file(&p);
		e = e < 0 ? e : 1;
	}
	pcs_rpmfile_done(&p.rpm);
	pcs_buf_done(&p.path);
	pcs_buf_done(&p.data);
	return e;
}
