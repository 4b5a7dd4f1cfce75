/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Versions of Python as Debian's packages speak of them: which are supported, and ranges of them.
 * Pure. (debian_defaults, py3compile(1) -V) */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PCS_DEB_VERSIONS = 32 };

/* "3.11" as one number, which compares as the version does; 0 is none. */
static inline uint32_t pcs_deb_version(unsigned major, unsigned minor)
{
	return UINT32_C(1) << 24 | major << 16 | minor;
}

static inline unsigned pcs_deb_major(uint32_t version)
{
	return version >> 16 & 0xff;
}

static inline unsigned pcs_deb_minor(uint32_t version)
{
	return version & 0xffff;
}

/* The versions that are known; sets of them are bits, bit N for list[N]. */
struct pcs_deb_versions {
	uint32_t list[PCS_DEB_VERSIONS];
	size_t n;
	uint32_t supported, installed; /* sets */
	uint32_t standard;             /* the default version, or 0 */
};

/* From `min` to the one before `max`, or, where they are the same, that one; 0: no limit. */
struct pcs_deb_range {
	uint32_t min, max;
};

/* The version that `text` begins with, "3.11"; 0 when it begins with none. *ret_len, unless NULL,
 * is how long it is. */
uint32_t pcs_deb_parse_version(const char *text, size_t *ret_len);

/* Add a version; one that is there is not added again. Returns its set, 0 where there is no room.
 */
uint32_t pcs_deb_add(struct pcs_deb_versions *v, uint32_t version);

/* The set of the version alone, or 0. */
uint32_t pcs_deb_find(const struct pcs_deb_versions *v, uint32_t version);

/*
 * Take the value of supported-versions ("python3.11, python3.12") and of default-version, each
 * with "python" before its versions or not. 0, or -EINVAL where one of them is no version.
 */
int pcs_deb_read_versions(struct pcs_deb_versions *v, const char *supported, const char *standard);

/* The value of `key` in the text of debian_defaults, without spaces around it, and its length; NULL
 * where it has none. */
const char *pcs_deb_default(const char *text, const char *key, size_t *ret_len);

/* A range: "3.1", "3.1-", "-3.3", "3.1-3.3", "-" or "". As in the original, what comes behind it
 * does not matter. 0 or -EINVAL. */
int pcs_deb_parse_range(const char *text, struct pcs_deb_range *ret);

/* The set of the supported and installed versions in a range. */
uint32_t pcs_deb_pick(const struct pcs_deb_versions *v, struct pcs_deb_range range);

/* Which one of a set private modules are for: the default version, else the lowest one above it,
 * else the highest. A set of one, or 0 of an empty one. */
uint32_t pcs_deb_first(const struct pcs_deb_versions *v, uint32_t set);
