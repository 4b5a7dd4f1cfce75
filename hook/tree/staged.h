/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What is different in a staging root, where a package is built: names are recorded as they will be
 * once it is installed, times may be those of SOURCE_DATE_EPOCH, and the place of a source tells
 * the interpreter. Pure.
 */

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"

struct pcs_staged {
	const char *host;    /* path of the root on the host, without a slash at the end */
	const char *strip;   /* what is taken off host + path; "": nothing */
	const char *prepend; /* what is put before the rest, without a slash at the end */
	bool has_epoch;
	bool clamp_mtime; /* of sources that are newer than the epoch */
	uint8_t extra;    /* enum pcs_extra: what becomes of pycs that nobody asked for */
	uint32_t epoch;
};

/* Whether 'stage' removes pycs that nobody asked for: not where it is to keep them, or to fail. */
bool pcs_staged_removes(const struct pcs_staged *s);

/* Read a SOURCE_DATE_EPOCH: digits, and no more than a pyc and an archive can hold. False where it
 * is not valid. */
bool pcs_epoch_parse(const char *text, uint32_t *ret);

/* The earlier one of a source's time and the epoch, where there is one. */
struct timespec pcs_staged_time(const struct pcs_staged *s, struct timespec mtime);

/* The name that a pyc records for `path`, which is one inside the root. Appends. 0, -ENOMEM, or
 * -PCS_ESTRIP where the path is not below what is to be taken off. */
int pcs_staged_recorded(const struct pcs_staged *s, const char *path, struct pcs_buf *ret);

/*
 * The version that `path` belongs to by its place: "3.13" of "/opt/app/lib64/python3.13/...",
 * "pypy3.9" of "/usr/lib/pypy3.9/...". Returns its length, and *ret points into `path`; 0 where
 * there is none.
 */
size_t pcs_staged_version(const char *path, const char **ret);

/* The version in a directory's name, "python3.13" or "pypy3.9". Returns its length, and *ret points
 * into `name`; 0 in others. */
size_t pcs_staged_version_in(const char *name, size_t len, const char **ret);
