#pragma once
/* A strong hash of bytes: SHA-256 (FIPS 180-4), from libnettle, which is loaded when the first one
 * is asked for. */

#include <stddef.h>
#include <stdint.h>

enum { PCS_DIGEST = 16 }; /* bytes: its first half, of which nobody finds two alike */

/* 0, or -ELIBACC where the library is not there, from any thread. */
int pcs_digest(const void *data, size_t len, uint8_t ret[PCS_DIGEST]);
