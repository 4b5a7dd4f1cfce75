/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pyc/header.h"

#include "pyc/marshal_layout.h"

static void put32(uint8_t *out, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(v >> (8 * i));
}

void pcs_pyc_header_put(uint8_t out[PCS_PYC_HEADER], const struct pcs_pyc_header *h)
{
	bool hashed = h->flags & 1;
	put32(out, h->magic);
	put32(out + 4, h->flags);
	put32(out + 8, hashed ? (uint32_t)h->hash : h->mtime);
	put32(out + 12, hashed ? (uint32_t)(h->hash >> 32) : h->size);
}

bool pcs_pyc_header_get(const uint8_t *in, size_t len, struct pcs_pyc_header *ret)
{
	if (len < PCS_PYC_HEADER)
		return false;
	uint32_t flags = pcs_load32(in + 4);
	if (flags != PCS_PYC_TIMESTAMP && flags != PCS_PYC_UNCHECKED_HASH &&
	    flags != PCS_PYC_CHECKED_HASH)
		return false;
	*ret = (struct pcs_pyc_header){ .magic = pcs_load32(in), .flags = flags };
	if (flags == PCS_PYC_TIMESTAMP) {
		ret->mtime = pcs_load32(in + 8);
		ret->size = pcs_load32(in + 12);
	} else {
		ret->hash = pcs_load64(in + 8);
	}
	return true;
}

bool pcs_pyc_looks_like_one(const uint8_t *in, size_t len)
{
	if (len < 4 || in[2] != '\r' || in[3] != '\n')
		return false;
	struct pcs_pyc_header h;
	return len < PCS_PYC_HEADER || pcs_pyc_header_get(in, len, &h);
}

uint32_t pcs_pyc_mtime(const struct timespec *mtime)
{
	/* Stored, so that it is rounded to a double where the processor computes with more bits. */
	volatile double seconds = (double)mtime->tv_sec + 1e-9 * (double)mtime->tv_nsec;
	return (uint32_t)(int64_t)seconds;
}
