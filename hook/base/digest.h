/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A strong hash of bytes: SHA-256 (FIPS 180-4), from libnettle, which is loaded when the first one
 * is asked for. */

#include <stddef.h>
#include <stdint.h>

enum {
	PCS_SHA256 = 32, /* bytes */
	PCS_DIGEST = 16, /* its first half, of which nobody finds two alike by accident */
};

/* All of it. 0, or -ELIBACC where the library is not there, or -ELIBBAD where it cannot be loaded
 * for another reason, which is reported; from any thread. */
int pcs_sha256(const void *data, size_t len, uint8_t ret[PCS_SHA256]);

/* Its first half. The same. */
int pcs_digest(const void *data, size_t len, uint8_t ret[PCS_DIGEST]);
