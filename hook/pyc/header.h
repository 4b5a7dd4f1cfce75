/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The 16 bytes in front of a pyc (PEP 552). Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum { PCS_PYC_HEADER = 16 };

/* The flags word: bit 0 hash-based, bit 1 checked against the source at import (PEP 552). */
enum pcs_pyc_flags {
	PCS_PYC_TIMESTAMP = 0,
	PCS_PYC_UNCHECKED_HASH = 1,
	PCS_PYC_CHECKED_HASH = 3,
};

struct pcs_pyc_header {
	uint32_t magic; /* the four bytes, little-endian: the number and "\r\n" */
	uint32_t flags; /* enum pcs_pyc_flags */
	uint32_t mtime; /* PCS_PYC_TIMESTAMP: of the source, in seconds, lower 32 bits */
	uint32_t size;  /* PCS_PYC_TIMESTAMP: of the source, in bytes, lower 32 bits */
	uint64_t hash;  /* the hash modes: source hash */
};

void pcs_pyc_header_put(uint8_t out[PCS_PYC_HEADER], const struct pcs_pyc_header *h);

/* False when fewer than 16 bytes are there or the flags are not one of the three. */
bool pcs_pyc_header_get(const uint8_t *in, size_t len, struct pcs_pyc_header *ret);

/* Whether the bytes start as a pyc of CPython or PyPy does: the proof asked for before removal. */
bool pcs_pyc_looks_like_one(const uint8_t *in, size_t len);

/*
 * What the importer compares with the header: int(st_mtime) where st_mtime is the double that
 * os.stat() makes of seconds and nanoseconds (cpython:Lib/importlib/_bootstrap_external.py).
 */
uint32_t pcs_pyc_mtime(const struct timespec *mtime);
