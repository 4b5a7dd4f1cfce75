/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pyc/source_hash.h"

#include "pyc/marshal_layout.h"
#include "pyc/version.h"

struct sip {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotl(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

static inline void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = rotl(s->v1, 13) ^ s->v0;
	s->v3 = rotl(s->v3, 16) ^ s->v2;
	s->v0 = rotl(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = rotl(s->v1, 17) ^ s->v2;
	s->v3 = rotl(s->v3, 21) ^ s->v0;
	s->v2 = rotl(s->v2, 32);
}

/* Take in a word: one round of SipHash-1-3, or two of SipHash-2-4. */
static inline void sip_word(struct sip *s, uint64_t m, bool two)
{
	s->v3 ^= m;
	sip_round(s);
	if (two)
		sip_round(s);
	s->v0 ^= m;
}

/* SipHash-1-3 or SipHash-2-4, Aumasson and Bernstein 2012, with the second half of the key zero.
 * Inlined into its two callers, as the state stays in registers then: a run over a tree that is
 * fresh hashes the times of all its files. */
__attribute__((always_inline)) static inline uint64_t siphash(uint64_t k0, const uint8_t *in,
							      size_t len, bool two)
{
	struct sip s = { .v0 = k0 ^ 0x736f6d6570736575u,
			 .v1 = 0x646f72616e646f6du,
			 .v2 = k0 ^ 0x6c7967656e657261u,
			 .v3 = 0x7465646279746573u };
	uint64_t last = (uint64_t)len << 56;
	for (; len >= 8; in += 8, len -= 8)
		sip_word(&s, pcs_load64(in), two);
	for (size_t i = 0; i < len; i++)
		last |= (uint64_t)in[i] << (8 * i);
	sip_word(&s, last, two);
	s.v2 ^= 0xff;
	for (int i = two ? 4 : 3; i; i--)
		sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t pcs_source_hash(uint32_t magic, unsigned minor, const void *source, size_t len)
{
	return minor >= 11 && !pcs_magic_is_pypy(magic) ? siphash(magic, source, len, false) :
							  siphash(magic, source, len, true);
}
