/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzed: what a worker says, a piece at a time; the first byte is the size of the pieces. */

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "workers/interp.h"
#include "workers/link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { FRAME_MAX = 1 << 20 };

/* Every byte of a frame can be read. */
static void touch(const volatile char *bytes, uint64_t len)
{
	for (uint64_t i = 0; i < len; i++)
		(void)bytes[i];
}

/* The frames that are whole. False where the worker is not to be listened to any more. */
static bool take(struct pcs_link *l, struct pcs_interp *interp)
{
	struct pcs_frame f;
	const char *text, *body;
	int r;
	while ((r = pcs_link_peek(l, &f, &text, &body)) > 0) {
		PCS_BUF struct pcs_buf why = { 0 };
		touch(text, f.text_len);
		touch(body, f.body_len);
		if (pcs_link_hello(&f, text, interp, &why) == 0 && !interp->full)
			abort();
		pcs_link_take(l, &f);
	}
	return r == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pcs_link l = { .child = { .fd = -1, .said = -1 }, .max = FRAME_MAX };
	struct pcs_interp interp = { 0 };
	size_t piece = len ? 1 + data[0] : 1;
	for (size_t at = 1; at < len; at += piece)
		if (pcs_buf_add(&l.in, data + at, len - at < piece ? len - at : piece) < 0 ||
		    !take(&l, &interp))
			break;
	free(interp.full);
	pcs_link_stop(&l);
	return 0;
}
