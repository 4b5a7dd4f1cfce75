/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "archive/archive.h"

#include <fcntl.h>
#include <locale.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "archive/reader.h"
#include "archive/rpm.h"
#include "base/buf.h"

/* Memory that a hostile archive may make libarchive ask for, by a large dictionary or window. */
enum { MEMORY_MAX = (512 << 20) + PCS_ARCHIVE_KEPT };

struct reading {
	struct pcs_reader *r;
	const struct pcs_archive_ops *ops;
	void *ctx;
	struct pcs_buf *why;
	struct pcs_buf path, data;
};

/* Read up to `max` bytes of content. 1 when that is all of it, 0 when there is more. */
static int read_content(struct reading *g, size_t max)
{
	g->data.len = 0;
	for (;;) {
		size_t want = max + 1 - g->data.len < PCS_READER_BLOCK ? max + 1 - g->data.len :
									 PCS_READER_BLOCK;
		if (pcs_buf_reserve(&g->data, want) < 0)
			return -ENOMEM;
		ssize_t n = pcs_reader_read(g->r, g->data.data + g->data.len, want);
		if (n <= 0)
			return n < 0 ? (int)n : 1;
		g->data.len += (size_t)n;
		if (g->data.len > max)
			return 0;
	}
}

static int take_member(struct reading *g)
{
	struct pcs_member m;
	int d = pcs_reader_member(g->r, &g->path, &m);
	if (d <= 0)
		return d;
	size_t max = m.hardlink && m.size == 0 ? 0 : g->ops->want(g->ctx, &m);
	int whole = max && m.size <= max ? read_content(g, max) : 0;
	if (whole == -ENOMEM) /* of one member: it counts as too large */
		whole = 0;
	if (whole < 0)
		return whole;
	return g->ops->member(g->ctx, &m, whole ? g->data.data : NULL, whole ? g->data.len : 0);
}

/* Large windows and dictionaries are refused by the allocator. */
static void bound_memory(struct rlimit *ret_before)
{
#ifndef PCS_SANITIZE
	if (getrlimit(RLIMIT_DATA, ret_before) == 0 && ret_before->rlim_cur > MEMORY_MAX) {
		struct rlimit now = { .rlim_cur = MEMORY_MAX, .rlim_max = ret_before->rlim_max };
		setrlimit(RLIMIT_DATA, &now);
		return;
	}
#endif
	ret_before->rlim_max = 0;
}

static int read_all(struct reading *g, int fd)
{
	struct rlimit before;
	/* libarchive asks the locale what bytes mean; here they are to stay what they are. */
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	locale_t old = utf8 ? uselocale(utf8) : NULL;
	bound_memory(&before);
	int e = pcs_rpm_read(g->r, fd, g->ops, g->ctx, g->why);
	if (e == 0)
		e = pcs_reader_open(g->r, PCS_READER_PACKAGE, 0);
	while (e == 0 && (e = pcs_reader_next(g->r)) > 0)
		e = take_member(g);
	if (before.rlim_max)
		setrlimit(RLIMIT_DATA, &before);
	if (utf8) {
		uselocale(old);
		freelocale(utf8);
	}
	return e < 0 ? e : 0;
}

int pcs_archive_read(const char *file, const struct pcs_archive_ops *ops, void *ctx,
		     struct pcs_buf *ret_why)
{
	struct stat st;
	struct reading g = { .ops = ops, .ctx = ctx, .why = ret_why };
	PCS_CLOSE int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode)) {
		pcs_buf_adds(ret_why, "it is not a regular file");
		return -EINVAL;
	}
	int e = pcs_reader_new(fd, ret_why, &g.r);
	if (e == 0)
		e = read_all(&g, fd);
	pcs_reader_free(g.r);
	pcs_buf_done(&g.path);
	pcs_buf_done(&g.data);
	return e;
}
