/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The hash that hash-based pycs hold (PEP 552). Pure. */

#include <stddef.h>
#include <stdint.h>

/*
 * What `_imp.source_hash(magic, source)` gives: SipHash keyed with the magic number, with one and
 * three rounds from CPython 3.11 on, with two and four before (cpython:Python/pyhash.c) and in
 * PyPy, whatever its version. `minor` is the 11 of 3.11. The eight bytes of the header are the
 * result in little-endian order.
 */
uint64_t pcs_source_hash(uint32_t magic, unsigned minor, const void *source, size_t len);
