/* pcs_reader_rpm(). */

#include "archive/reader.h"

#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/proc.h"
#include "archive/rpmfile.h"

/* What a member's header begins with. */
static const char stripped[] = "07070X", ordinary[] = "070701";

/*
 * The payload of an .rpm whose members are numbers of files in its header. Offsets of 4 bytes;
 * behind the last one comes an ordinary cpio header.
 */
struct payload {
	struct pcs_rpmfile *rpm;
	struct pcs_reader r;
	uint64_t at;
};

/* Open what is behind the header as bytes. */
static bool open_payload(struct payload *p)
{
	const struct pcs_archive_api *api = p->r.api;
	struct archive_entry *e;
	if (lseek(p->r.fd, (off_t)p->rpm->payload, SEEK_SET) < 0 || !pcs_reader_new(&p->r))
		return false;
	api->archive_read_support_format_raw(p->r.a);
	api->archive_read_set_read_callback(p->r.a, pcs_reader_block);
	api->archive_read_set_callback_data(p->r.a, &p->r);
	return api->archive_read_open1(p->r.a) >= ARCHIVE_WARN &&
	       api->archive_read_next_header(p->r.a, &e) >= ARCHIVE_WARN;
}

static int read_payload(struct pcs_reading *g, struct payload *p, void *to, size_t n)
{
	for (size_t have = 0; have < n;) {
		la_ssize_t got = p->r.api->archive_read_data(p->r.a, (char *)to + have, n - have);
		if (got == ARCHIVE_RETRY)
			continue;
		if (got < 0)
			return pcs_reader_failed(g, &p->r);
		if (got == 0) {
			pcs_buf_adds(g->why, "it ends within its payload");
			return -PCS_EARCHIVE;
		}
		have += (size_t)got;
		p->at += (uint64_t)got;
	}
	return 0;
}

static int skip_payload(struct pcs_reading *g, struct payload *p, uint64_t n)
{
	g->data.len = 0;
	int r = pcs_buf_reserve(&g->data, PCS_ARCHIVE_BLOCK);
	for (; n && r == 0; n -= n < PCS_ARCHIVE_BLOCK ? n : PCS_ARCHIVE_BLOCK)
		r = read_payload(g, p, g->data.data, n < PCS_ARCHIVE_BLOCK ? n : PCS_ARCHIVE_BLOCK);
	return r;
}

static int align(struct pcs_reading *g, struct payload *p)
{
	return skip_payload(g, p, -p->at & 3);
}

static int path_of_entry(const struct pcs_rpmfile_entry *e, struct pcs_buf *path)
{
	path->len = 0;
	int r = pcs_buf_adds(path, e->dir);
	return r < 0 ? r : pcs_buf_adds(path, e->base);
}

static int take_file(struct pcs_reading *g, struct payload *p, size_t i)
{
	const struct pcs_rpmfile_entry *e = &p->rpm->files[i];
	PCS_BUF struct pcs_buf name = { 0 };
	PCS_BUF struct pcs_buf content = { 0 };
	bool hard = e->content != i;
	bool has_data = !hard && (S_ISREG(e->mode) || S_ISLNK(e->mode));
	int r = path_of_entry(e, &name);
	if (r == 0 && hard)
		r = path_of_entry(&p->rpm->files[e->content], &content);
	g->path.len = 0;
	if (r == 0)
		r = pcs_path_normalize(name.data, name.len, "/", &g->path);
	if (r < 0)
		return r;
	const struct pcs_member m = { .path = g->path.data,
				      .link = hard             ? content.data :
					      S_ISLNK(e->mode) ? e->link :
								 NULL,
				      .hardlink = hard,
				      .escapes = pcs_reader_escapes(name.data),
				      .mode = e->mode,
				      .mtime = { .tv_sec = e->mtime },
				      .size = has_data ? e->size : 0,
				      .format = PCS_ARCHIVE_RPM };
	size_t max = hard ? 0 : g->ops->want(g->ctx, &m);
	bool whole = max && m.size <= max;
	g->data.len = 0;
	r = whole ? pcs_buf_reserve(&g->data, m.size) : skip_payload(g, p, m.size);
	if (r == 0 && whole)
		r = read_payload(g, p, g->data.data, m.size);
	return r < 0 ? r :
		       g->ops->member(g->ctx, &m, whole ? g->data.data : NULL, whole ? m.size : 0);
}

/* The number behind the magic of a member. 1, or 0 at the end of all. */
static int next_file(struct pcs_reading *g, struct payload *p, size_t *ret)
{
	char digits[9] = "", *end;
	int r = read_payload(g, p, digits, 8);
	if (r < 0)
		return r;
	*ret = strtoul(digits, &end, 16);
	bool known = end == digits + 8 && *ret < p->rpm->n;
	if (known && !p->rpm->files[*ret].came)
		return p->rpm->files[*ret].came = true;
	pcs_buf_adds(g->why, known ? "its payload has a file twice" :
				     "its payload has a file that its header has not");
	return -PCS_EARCHIVE;
}

static int each_file(struct pcs_reading *g, struct payload *p)
{
	char magic[sizeof(stripped)] = "";
	do {
		size_t i;
		int r = next_file(g, p, &i);
		if (r > 0 && pcs_signal_seen())
			r = -PCS_ESIGNAL;
		if (r > 0)
			r = align(g, p);
		if (r == 0)
			r = take_file(g, p, i);
		if (r == 0)
			r = align(g, p);
		if (r == 0)
			r = read_payload(g, p, magic, strlen(stripped));
		if (r < 0)
			return r;
	} while (strcmp(magic, stripped) == 0);
	if (strcmp(magic, ordinary) == 0)
		return 0;
	pcs_buf_adds(g->why, "there is something else in its payload");
	return -PCS_EARCHIVE;
}

int pcs_reader_rpm(struct pcs_reading *g, struct pcs_reader *r)
{
	struct pcs_rpmfile rpm;
	struct payload p = { .rpm = &rpm, .r = *r };
	struct pcs_buf *why = g->why;
	PCS_BUF struct pcs_buf unused = { 0 };
	char magic[sizeof(stripped)] = "";
	int e = pcs_rpmfile_read(r->fd, &rpm);
	if (e < 0)
		return e == -ENOMEM ? e : 0;
	g->why = &unused;
	bool known = open_payload(&p) && read_payload(g, &p, magic, strlen(stripped)) == 0 &&
		     strcmp(magic, stripped) == 0;
	g->why = why;
	if (known)
		e = each_file(g, &p);
	if (p.r.a)
		p.r.api->archive_read_free(p.r.a);
	pcs_rpmfile_done(&rpm);
	if (!known && lseek(r->fd, 0, SEEK_SET) < 0)
		return -errno;
	return e < 0 ? e : known;
}
