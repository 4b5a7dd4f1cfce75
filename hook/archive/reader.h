#pragma once
/* What archive.c and its part for .rpm share: libarchive's functions, and one archive being read.
 */

#include <archive.h>
#include <archive_entry.h>

#include "archive/archive.h"

enum { PCS_ARCHIVE_BLOCK = 256 * 1024 };

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

struct pcs_reader {
	const struct pcs_archive_api *api;
	struct archive *a;
	struct archive *outer; /* a .deb: what `a` is read from */
	int fd;
	char *block;
	bool beyond; /* more came out of it than a package holds */
};

struct pcs_reading {
	const struct pcs_archive_ops *ops;
	void *ctx;
	struct pcs_buf *why;
	struct pcs_buf path, data;
	size_t members;
	enum pcs_archive_format format;
};

/* Start reading, with the filters that start no programs, and without a format. False: memory is
 * out. */
bool pcs_reader_new(struct pcs_reader *r);

/* libarchive's callback: the next block of r->fd, within the bounds of an archive. */
la_ssize_t pcs_reader_block(struct archive *a, void *reader, const void **ret);

/* The words of the last error go to g->why. Returns the code that it comes to. */
int pcs_reader_failed(struct pcs_reading *g, struct pcs_reader *r);

/* Whether a name has a "..". */
bool pcs_reader_escapes(const char *name);

/*
 * Read the file where it is an .rpm whose payload only says which of the header's files each member
 * is: libarchive does not know these. 1 when it was read; 0, with the file at its beginning, when
 * it is anything else; else as pcs_archive_read().
 */
int pcs_reader_rpm(struct pcs_reading *g, struct pcs_reader *r);
