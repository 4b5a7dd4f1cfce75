/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "worker/protocol.h"

/* Longest text or body: far above any source, far below what would exhaust the receiver. */
static const uint64_t FRAME_MAX = UINT64_C(1) << 31;

static void put(uint8_t *out, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		out[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t get(const uint8_t *in, int bytes)
{
	uint64_t v = 0;
	for (int i = 0; i < bytes; i++)
		v |= (uint64_t)in[i] << (8 * i);
	return v;
}

void pcs_frame_put(uint8_t out[PCS_FRAME_HEAD], const struct pcs_frame *f)
{
	put(out, f->type, 4);
	put(out + 4, f->arg1, 4);
	put(out + 8, f->arg2, 4);
	put(out + 12, f->arg3, 4);
	put(out + 16, f->text_len, 8);
	put(out + 24, f->body_len, 8);
}

bool pcs_frame_get(const uint8_t in[PCS_FRAME_HEAD], struct pcs_frame *ret)
{
	const uint64_t text_len = get(in + 16, 8), body_len = get(in + 24, 8);
	if (text_len >= FRAME_MAX || body_len >= FRAME_MAX)
		return false;
	*ret = (struct pcs_frame){
		.type = (uint32_t)get(in, 4),
		.arg1 = (uint32_t)get(in + 4, 4),
		.arg2 = (uint32_t)get(in + 8, 4),
		.arg3 = (uint32_t)get(in + 12, 4),
		.text_len = (size_t)text_len,
		.body_len = (size_t)body_len,
	};
	return ret->type >= PCS_FRAME_HELLO && ret->type <= PCS_FRAME_WARNING;
}
