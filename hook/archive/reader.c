/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "archive/reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/dl.h"
#include "base/err.h"
#include "base/path.h"
#include "base/proc.h"

/* Far more than a path can have, and little enough for the stack. */
enum { NAME_MAX_BYTES = 1 << 20 };

/* What bounds an archive, whatever it says of itself. */
enum {
	MEMBERS_MAX = 4000000,
	UNPACKED_FREE = 1 << 30, /* bytes that no ratio is asked of */
	UNPACKED_RATIO = 500,
};

#define PCS_ARCHIVE_FUNCTIONS(X)             \
	X(archive_read_new)                  \
	X(archive_read_free)                 \
	X(archive_read_support_filter_gzip)  \
	X(archive_read_support_filter_bzip2) \
	X(archive_read_support_filter_xz)    \
	X(archive_read_support_filter_lzma)  \
	X(archive_read_support_filter_lz4)   \
	X(archive_read_support_filter_zstd)  \
	X(archive_read_support_filter_rpm)   \
	X(archive_read_support_format_tar)   \
	X(archive_read_support_format_cpio)  \
	X(archive_read_support_format_zip)   \
	X(archive_read_support_format_ar)    \
	X(archive_read_support_format_raw)   \
	X(archive_read_set_read_callback)    \
	X(archive_read_set_skip_callback)    \
	X(archive_read_set_seek_callback)    \
	X(archive_read_set_callback_data)    \
	X(archive_read_open1)                \
	X(archive_read_next_header)          \
	X(archive_read_data)                 \
	X(archive_read_data_block)           \
	X(archive_format)                    \
	X(archive_filter_code)               \
	X(archive_filter_count)              \
	X(archive_filter_bytes)              \
	X(archive_error_string)              \
	X(archive_set_error)                 \
	X(archive_entry_pathname)            \
	X(archive_entry_pathname_utf8)       \
	X(archive_entry_hardlink)            \
	X(archive_entry_symlink)             \
	X(archive_entry_mode)                \
	X(archive_entry_uid)                 \
	X(archive_entry_gid)                 \
	X(archive_entry_mtime)               \
	X(archive_entry_mtime_nsec)          \
	X(archive_entry_size)

struct pcs_archive_api {
#define MEMBER(name) typeof(name) *name;
	PCS_ARCHIVE_FUNCTIONS(MEMBER)
#undef MEMBER
};

/* What we use of libarchive. */
PCS_DL_LIBRARY(sonames, "archive", "Read package files", "recommended", "libarchive.so.13");
static const struct pcs_dl_symbol symbols[] = {
#define SYMBOL(name) PCS_DL_SYMBOL(struct pcs_archive_api, name, #name),
	PCS_ARCHIVE_FUNCTIONS(SYMBOL)
#undef SYMBOL
};

struct pcs_reader {
	struct pcs_archive_api api;
	struct archive *a;
	struct archive *outer; /* what `a` is read from, where it is a member of it */
	struct archive_entry *e;
	int fd;
	char *block;
	size_t members;
	bool any;    /* there are files in it */
	bool beyond; /* more came out of it than a package holds */
	enum pcs_archive_format format;
	struct pcs_buf *why;
};

/* The message of the last error. Returns the code that it comes to. */
static int failed(struct pcs_reader *r)
{
	const char *message = r->a ? r->api.archive_error_string(r->a) : NULL;
	pcs_buf_adds(r->why, message ? message : "out of memory");
	return pcs_signal_seen() ? -PCS_ESIGNAL : r->beyond ? -PCS_ELIMIT : -PCS_EARCHIVE;
}

/*
 * Called for each block that libarchive asks for, also while it skips: what came out of the blocks
 * before is bounded here. A member that never ends ends here, too.
 */
static bool may_go_on(struct pcs_reader *r, struct archive *a)
{
	la_int64_t out = r->api.archive_filter_bytes(a, 0);
	la_int64_t in = r->api.archive_filter_bytes(a, -1);
	if (out > UNPACKED_FREE && out / UNPACKED_RATIO > in)
		r->beyond = true;
	if (r->beyond)
		r->api.archive_set_error(a, EFBIG, "it unpacks to more than %d times its size",
					 UNPACKED_RATIO);
	else if (pcs_signal_seen())
		r->api.archive_set_error(a, EINTR, "ended by a signal");
	return !r->beyond && !pcs_signal_seen();
}

static la_ssize_t read_file(struct archive *a, void *ctx, const void **ret)
{
	struct pcs_reader *r = ctx;
	ssize_t n;
	if (!may_go_on(r, a))
		return -1;
	do
		n = read(r->fd, r->block, PCS_READER_BLOCK);
	while (n < 0 && errno == EINTR && !pcs_signal_seen());
	if (n < 0)
		r->api.archive_set_error(a, errno, "%s", strerror(errno));
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
	if (!may_go_on(r, a))
		return -1;
	int e = r->api.archive_read_data_block(r->outer, ret, &n, &at);
	if (e == ARCHIVE_EOF)
		return 0;
	if (e == ARCHIVE_OK || e == ARCHIVE_WARN)
		return (la_ssize_t)n;
	r->api.archive_set_error(a, EIO, "%s", r->api.archive_error_string(r->outer));
	return -1;
}

/* Be done with the archive at hand, and go on with the one that it is a member of. */
static void leave(struct pcs_reader *r)
{
	if (r->a)
		r->api.archive_read_free(r->a);
	r->a = r->outer;
	r->outer = NULL;
}

int pcs_reader_new(int fd, struct pcs_buf *ret_why, struct pcs_reader **ret)
{
	struct pcs_reader *r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	*r = (struct pcs_reader){ .fd = fd, .why = ret_why };
	r->block = malloc(PCS_READER_BLOCK);
	int e = !r->block ? -ENOMEM :
			    pcs_dl_load(sonames, symbols, PCS_ARRAY_SIZE(symbols), &r->api);
	if (e == 0) {
		*ret = r;
		return 0;
	}
	if (r->block)
		pcs_buf_printf(ret_why, "%s, which reads packages, is not installed", sonames[0]);
	e = r->block ? -ELIBACC : e;
	pcs_reader_free(r);
	return e;
}

void pcs_reader_free(struct pcs_reader *r)
{
	if (!r)
		return;
	while (r->a || r->outer)
		leave(r);
	free(r->block);
	free(r);
}

/* Filters by name: those that start programs of their own are not among them. */
static bool new_archive(struct pcs_reader *r)
{
	const struct pcs_archive_api *api = &r->api;
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

static int start(struct pcs_reader *r, archive_read_callback *from)
{
	r->api.archive_read_set_read_callback(r->a, from);
	r->api.archive_read_set_callback_data(r->a, r);
	return r->api.archive_read_open1(r->a) >= ARCHIVE_WARN ? 0 : failed(r);
}

int pcs_reader_open(struct pcs_reader *r, enum pcs_reader_form form, uint64_t offset)
{
	const struct pcs_archive_api *api = &r->api;
	while (r->a || r->outer)
		leave(r);
	r->beyond = r->any = false;
	r->members = 0;
	if (lseek(r->fd, (off_t)offset, SEEK_SET) < 0)
		return -errno;
	if (!new_archive(r))
		return failed(r);
	if (form == PCS_READER_BYTES) {
		api->archive_read_support_format_raw(r->a);
		return start(r, read_file);
	}
	api->archive_read_support_format_tar(r->a);
	api->archive_read_support_filter_rpm(r->a);
	api->archive_read_support_format_cpio(r->a);
	api->archive_read_support_format_zip(r->a);
	api->archive_read_support_format_ar(r->a);
	api->archive_read_set_seek_callback(r->a, seek_file);
	api->archive_read_set_skip_callback(r->a, skip_file);
	return start(r, read_file);
}

/* Go on with the members of the tar that the member at hand is. 0 or a code. */
static int enter(struct pcs_reader *r)
{
	r->any = true;
	r->outer = r->a;
	if (!new_archive(r))
		return failed(r);
	r->api.archive_read_support_format_tar(r->a);
	return start(r, read_outer);
}

static enum pcs_archive_format format_of(const struct pcs_reader *r)
{
	int format = r->api.archive_format(r->a) & ARCHIVE_FORMAT_BASE_MASK;
	for (int i = 0; i < r->api.archive_filter_count(r->a); i++)
		if (r->api.archive_filter_code(r->a, i) == ARCHIVE_FILTER_RPM)
			return PCS_ARCHIVE_RPM;
	return format == ARCHIVE_FORMAT_ZIP ? PCS_ARCHIVE_ZIP :
	       format == ARCHIVE_FORMAT_AR  ? PCS_ARCHIVE_DEB :
					      PCS_ARCHIVE_TAR;
}

static int next_header(struct pcs_reader *r)
{
	int n;
	do
		n = r->api.archive_read_next_header(r->a, &r->e);
	while (n == ARCHIVE_RETRY);
	if (n == ARCHIVE_EOF)
		return 0;
	if (n != ARCHIVE_OK && n != ARCHIVE_WARN)
		return failed(r);
	if (!r->outer)
		r->format = format_of(r);
	r->any |= r->outer || r->format != PCS_ARCHIVE_DEB;
	if (++r->members <= MEMBERS_MAX)
		return 1;
	pcs_buf_printf(r->why, "it has more than %d members", MEMBERS_MAX);
	return -PCS_ELIMIT;
}

static const char *name_of(const struct pcs_reader *r)
{
	const char *name = r->api.archive_entry_pathname(r->e);
	if (!name) /* no UTF-8, in a format that says it were */
		name = r->api.archive_entry_pathname_utf8(r->e);
	return name ? name : "";
}

static int nothing(struct pcs_reader *r)
{
	pcs_buf_adds(r->why, r->members ? "there is no data.tar in it" : "there is nothing in it");
	return -PCS_EARCHIVE;
}

/* On 32 bits, libarchive may have been built for times of another width than ours. The half that
 * both have is in the same place, and a pyc has room for no more. */
static time_t mtime_of(const struct pcs_reader *r)
{
	long (*mtime)(struct archive_entry *) =
		(long (*)(struct archive_entry *))(void (*)(void))r->api.archive_entry_mtime;
	return mtime(r->e);
}

/* What is in a .deb is the one member that holds the package's files. */
int pcs_reader_next(struct pcs_reader *r)
{
	for (;;) {
		int n = next_header(r);
		bool wrapped = n > 0 && !r->outer && r->format == PCS_ARCHIVE_DEB;
		if (n == 0 && r->outer)
			leave(r);
		else if (n == 0)
			return r->any ? 0 : nothing(r);
		else if (!wrapped)
			return n;
		else if (strncmp(name_of(r), "data.tar", 8) == 0 && (n = enter(r)) < 0)
			return n;
	}
}

bool pcs_reader_escapes(const char *name)
{
	for (const char *p = name; (p = strstr(p, "..")); p += 2)
		if ((p == name || p[-1] == '/') && (p[2] == '/' || p[2] == '\0'))
			return true;
	return false;
}

int pcs_reader_member(const struct pcs_reader *r, struct pcs_buf *path, struct pcs_member *ret)
{
	const struct pcs_archive_api *api = &r->api;
	struct archive_entry *e = r->e;
	const char *name = name_of(r);
	if (!*name)
		return 0;
	if (strlen(name) > NAME_MAX_BYTES) {
		pcs_buf_adds(r->why, "it has a member with a name that no path can be");
		return -PCS_EARCHIVE;
	}
	const char *hard = api->archive_entry_hardlink(e), *soft = api->archive_entry_symlink(e);
	la_int64_t size = api->archive_entry_size(e);
	path->len = 0;
	int n = pcs_path_normalize(name, strlen(name), "/", path);
	*ret = (struct pcs_member){ .path = path->data,
				    .link = hard ? hard : soft,
				    .hardlink = hard != NULL,
				    .escapes = pcs_reader_escapes(name),
				    .absolute = name[0] == '/',
				    .mode = hard ? (api->archive_entry_mode(e) & 07777) | S_IFREG :
						   api->archive_entry_mode(e),
				    .uid = (uid_t)api->archive_entry_uid(e),
				    .gid = (gid_t)api->archive_entry_gid(e),
				    .mtime = { .tv_sec = mtime_of(r),
					       .tv_nsec = api->archive_entry_mtime_nsec(e) },
				    .size = size > 0 ? (uint64_t)size : 0,
				    .format = r->format };
	return n < 0 ? n : 1;
}

ssize_t pcs_reader_read(struct pcs_reader *r, void *to, size_t n)
{
	la_ssize_t got;
	do
		got = r->api.archive_read_data(r->a, to, n);
	while (got == ARCHIVE_RETRY);
	return got < 0 ? failed(r) : got;
}
