#include "archive/archive.h"

#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <sys/resource.h>

#include "base/dl.h"
#include "base/err.h"
#include "base/path.h"
#include "base/proc.h"
#include "archive/reader.h"

/* Far more than a path can have, and little enough for the stack. */
enum { NAME_MAX_BYTES = 1 << 20 };

/* Memory that a hostile archive may make libarchive ask for, by a large dictionary or window. */
enum { MEMORY_MAX = 512 << 20 };

/* What we use of libarchive. */
PCS_DL_LIBRARY(sonames, "archive", "Read package files", "recommended", "libarchive.so.13");
static const struct pcs_dl_symbol symbols[] = {
#define SYMBOL(name) PCS_DL_SYMBOL(struct pcs_archive_api, name, #name),
	PCS_ARCHIVE_FUNCTIONS(SYMBOL)
#undef SYMBOL
};

/*
 * Called for each block that libarchive asks for, also while it skips: what came out of the blocks
 * before is bounded here. A member that never ends ends here, too.
 */
static bool may_go_on(struct pcs_reader *r)
{
	la_int64_t out = r->api->archive_filter_bytes(r->a, 0);
	la_int64_t in = r->api->archive_filter_bytes(r->a, -1);
	if (out > PCS_UNPACKED_FREE && out / PCS_UNPACKED_RATIO > in)
		r->beyond = true;
	if (r->beyond)
		r->api->archive_set_error(r->a, EFBIG, "it unpacks to more than %d times its size",
					  PCS_UNPACKED_RATIO);
	else if (pcs_signal_seen())
		r->api->archive_set_error(r->a, EINTR, "ended by a signal");
	return !r->beyond && !pcs_signal_seen();
}

la_ssize_t pcs_reader_block(struct archive *a, void *ctx, const void **ret)
{
	struct pcs_reader *r = ctx;
	ssize_t n;
	if (!may_go_on(r))
		return -1;
	do
		n = read(r->fd, r->block, PCS_ARCHIVE_BLOCK);
	while (n < 0 && errno == EINTR && !pcs_signal_seen());
	if (n < 0)
		r->api->archive_set_error(a, errno, "%s", strerror(errno));
	*ret = r->block;
	return n;
}

static la_int64_t seek_file(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
	struct pcs_reader *r = ctx;
	off_t at = lseek(r->fd, offset, whence);
	(void)a;
	return at < 0 ? ARCHIVE_FATAL : at;
}

static la_int64_t skip_file(struct archive *a, void *ctx, la_int64_t n)
{
	struct pcs_reader *r = ctx;
	struct stat st;
	off_t at = lseek(r->fd, 0, SEEK_CUR);
	(void)a;
	if (at < 0 || fstat(r->fd, &st) < 0 || n > st.st_size - at)
		return 0; /* beyond the end: let it read and see */
	return lseek(r->fd, n, SEEK_CUR) < 0 ? 0 : n;
}

static la_ssize_t read_outer(struct archive *a, void *ctx, const void **ret)
{
	struct pcs_reader *r = ctx;
	size_t n = 0;
	la_int64_t at;
	if (!may_go_on(r))
		return -1;
	int e = r->api->archive_read_data_block(r->outer, ret, &n, &at);
	if (e == ARCHIVE_EOF)
		return 0;
	if (e == ARCHIVE_OK || e == ARCHIVE_WARN)
		return (la_ssize_t)n;
	r->api->archive_set_error(a, EIO, "%s", r->api->archive_error_string(r->outer));
	return -1;
}

/* Filters by name: those that start programs of their own are not among them. */
bool pcs_reader_new(struct pcs_reader *r)
{
	const struct pcs_archive_api *api = r->api;
	r->a = api->archive_read_new();
	if (!r->a)
		return false;
	api->archive_read_support_filter_gzip(r->a);
	api->archive_read_support_filter_bzip2(r->a);
	api->archive_read_support_filter_xz(r->a);
	api->archive_read_support_filter_lzma(r->a);
	api->archive_read_support_filter_lz4(r->a);
	api->archive_read_support_filter_zstd(r->a);
	return true;
}

static bool open_reader(struct pcs_reader *r, bool outer)
{
	const struct pcs_archive_api *api = r->api;
	if (!pcs_reader_new(r))
		return false;
	api->archive_read_support_format_tar(r->a);
	if (outer) {
		api->archive_read_support_filter_rpm(r->a);
		api->archive_read_support_format_cpio(r->a);
		api->archive_read_support_format_zip(r->a);
		api->archive_read_support_format_ar(r->a);
		api->archive_read_set_seek_callback(r->a, seek_file);
		api->archive_read_set_skip_callback(r->a, skip_file);
	}
	api->archive_read_set_read_callback(r->a, outer ? pcs_reader_block : read_outer);
	api->archive_read_set_callback_data(r->a, r);
	return api->archive_read_open1(r->a) >= ARCHIVE_WARN;
}

int pcs_reader_failed(struct pcs_reading *g, struct pcs_reader *r)
{
	const char *words = r->a ? r->api->archive_error_string(r->a) : NULL;
	pcs_buf_adds(g->why, words ? words : "out of memory");
	return pcs_signal_seen() ? -PCS_ESIGNAL : r->beyond ? -PCS_ELIMIT : -PCS_EARCHIVE;
}

bool pcs_reader_escapes(const char *name)
{
	for (const char *p = name; (p = strstr(p, "..")); p += 2)
		if ((p == name || p[-1] == '/') && (p[2] == '/' || p[2] == '\0'))
			return true;
	return false;
}

/* 1, or 0 where the member has no name at all. */
static int describe(struct pcs_reading *g, const struct pcs_archive_api *api,
		    struct archive_entry *e, struct pcs_member *ret)
{
	const char *name = api->archive_entry_pathname(e);
	if (!name) /* no UTF-8, in a format that says it were */
		name = api->archive_entry_pathname_utf8(e);
	if (!name || !*name)
		return 0;
	if (strlen(name) > NAME_MAX_BYTES) {
		pcs_buf_adds(g->why, "it has a member with a name that no path can be");
		return -PCS_EARCHIVE;
	}
	const char *hard = api->archive_entry_hardlink(e), *soft = api->archive_entry_symlink(e);
	la_int64_t size = api->archive_entry_size(e);
	g->path.len = 0;
	int r = pcs_path_normalize(name, strlen(name), "/", &g->path);
	*ret = (struct pcs_member){ .path = g->path.data,
				    .link = hard ? hard : soft,
				    .hardlink = hard != NULL,
				    .escapes = pcs_reader_escapes(name),
				    .absolute = name[0] == '/',
				    .mode = hard ? (api->archive_entry_mode(e) & 07777) | S_IFREG :
						   api->archive_entry_mode(e),
				    .uid = (uid_t)api->archive_entry_uid(e),
				    .gid = (gid_t)api->archive_entry_gid(e),
				    .mtime = { .tv_sec = api->archive_entry_mtime(e),
					       .tv_nsec = api->archive_entry_mtime_nsec(e) },
				    .size = size > 0 ? (uint64_t)size : 0,
				    .format = g->format };
	return r < 0 ? r : 1;
}

/* Read up to `max` bytes of content. 1 when that is all of it, 0 when there is more. */
static int read_content(struct pcs_reading *g, struct pcs_reader *r, size_t max)
{
	g->data.len = 0;
	for (;;) {
		size_t want = max + 1 - g->data.len < PCS_ARCHIVE_BLOCK ? max + 1 - g->data.len :
									  PCS_ARCHIVE_BLOCK;
		if (pcs_buf_reserve(&g->data, want) < 0)
			return -ENOMEM;
		la_ssize_t n = r->api->archive_read_data(r->a, g->data.data + g->data.len, want);
		if (n == ARCHIVE_RETRY)
			continue;
		if (n < 0)
			return pcs_reader_failed(g, r);
		if (n == 0)
			return 1;
		g->data.len += (size_t)n;
		if (g->data.len > max)
			return 0;
	}
}

static int take_member(struct pcs_reading *g, struct pcs_reader *r, struct archive_entry *e)
{
	struct pcs_member m;
	int d = describe(g, r->api, e, &m);
	if (d <= 0)
		return d;
	size_t max = m.hardlink && m.size == 0 ? 0 : g->ops->want(g->ctx, &m);
	int whole = max && m.size <= max ? read_content(g, r, max) : 0;
	if (whole < 0)
		return whole;
	return g->ops->member(g->ctx, &m, whole ? g->data.data : NULL, whole ? g->data.len : 0);
}

static int each_member(struct pcs_reading *g, struct pcs_reader *r);

/* The one member of a .deb that holds the package's files. */
static int read_inner(struct pcs_reading *g, struct pcs_reader *outer)
{
	struct pcs_reader inner = { .api = outer->api, .outer = outer->a, .fd = -1 };
	int r = open_reader(&inner, false) ? each_member(g, &inner) : pcs_reader_failed(g, &inner);
	if (inner.a)
		inner.api->archive_read_free(inner.a);
	return r;
}

static bool is_data_member(const struct pcs_archive_api *api, struct archive_entry *e)
{
	const char *name = api->archive_entry_pathname(e);
	return name && strncmp(name, "data.tar", 8) == 0;
}

static void note_format(struct pcs_reading *g, const struct pcs_reader *r)
{
	int format = r->api->archive_format(r->a) & ARCHIVE_FORMAT_BASE_MASK;
	if (r->outer)
		return;
	g->format = format == ARCHIVE_FORMAT_ZIP ? PCS_ARCHIVE_ZIP :
		    format == ARCHIVE_FORMAT_AR  ? PCS_ARCHIVE_DEB :
						   PCS_ARCHIVE_TAR;
	for (int i = 0; i < r->api->archive_filter_count(r->a); i++)
		if (r->api->archive_filter_code(r->a, i) == ARCHIVE_FILTER_RPM)
			g->format = PCS_ARCHIVE_RPM;
}

static int each_member(struct pcs_reading *g, struct pcs_reader *r)
{
	bool any = false;
	for (;;) {
		struct archive_entry *e;
		int n = r->api->archive_read_next_header(r->a, &e);
		if (n == ARCHIVE_EOF)
			break;
		if (n != ARCHIVE_OK && n != ARCHIVE_WARN && n != ARCHIVE_RETRY)
			return pcs_reader_failed(g, r);
		if (n == ARCHIVE_RETRY)
			continue;
		note_format(g, r);
		if (++g->members > PCS_MEMBERS_MAX) {
			pcs_buf_printf(g->why, "it has more than %d members", PCS_MEMBERS_MAX);
			return -PCS_ELIMIT;
		}
		bool deb = g->format == PCS_ARCHIVE_DEB && !r->outer;
		int t = !deb                      ? take_member(g, r, e) :
			is_data_member(r->api, e) ? read_inner(g, r) :
						    0;
		if (t < 0)
			return t;
		any |= !deb || is_data_member(r->api, e);
	}
	if (any || r->outer)
		return 0;
	pcs_buf_adds(g->why, g->members ? "there is no data.tar in it" : "there is nothing in it");
	return -PCS_EARCHIVE;
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

static int read_all(struct pcs_reading *g, struct pcs_reader *r)
{
	struct rlimit before;
	r->block = malloc(PCS_ARCHIVE_BLOCK);
	if (!r->block)
		return -ENOMEM;
	/* libarchive asks the locale what bytes mean; here they are to stay what they are. */
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	locale_t old = utf8 ? uselocale(utf8) : NULL;
	bound_memory(&before);
	int e = pcs_reader_rpm(g, r);
	if (e == 0)
		e = open_reader(r, true) ? each_member(g, r) : pcs_reader_failed(g, r);
	else if (e > 0)
		e = 0;
	if (r->a)
		r->api->archive_read_free(r->a);
	if (before.rlim_max)
		setrlimit(RLIMIT_DATA, &before);
	if (utf8) {
		uselocale(old);
		freelocale(utf8);
	}
	free(r->block);
	return e;
}

int pcs_archive_read(const char *file, const struct pcs_archive_ops *ops, void *ctx,
		     struct pcs_buf *ret_why)
{
	struct pcs_archive_api api;
	struct stat st;
	struct pcs_reading g = { .ops = ops, .ctx = ctx, .why = ret_why };
	PCS_CLOSE int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode)) {
		pcs_buf_adds(ret_why, "it is no regular file");
		return -EINVAL;
	}
	if (pcs_dl_load(sonames, symbols, PCS_ARRAY_SIZE(symbols), &api) < 0) {
		pcs_buf_printf(ret_why, "%s, which reads packages, is not installed", sonames[0]);
		return -ELIBACC;
	}
	struct pcs_reader r = { .api = &api, .fd = fd };
	int e = read_all(&g, &r);
	pcs_buf_done(&g.path);
	pcs_buf_done(&g.data);
	return e;
}
