/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers/ask.h"

#include <poll.h>
#include <time.h>

#include "base/err.h"
#include "workers/interp.h"
#include "workers/link.h"

enum { START_TIMEOUT_MS = 30000 };

/* Wait for the first frame of a worker. 0, or negative with words in `why`. */
static int wait_hello(struct pcs_link *link, struct pcs_interp *interp, struct pcs_buf *why)
{
	struct pcs_frame f;
	const char *text, *body;
	long long deadline = pcs_now_ms() + START_TIMEOUT_MS;
	for (;;) {
		int r = pcs_link_peek(link, &f, &text, &body);
		if (r > 0)
			return pcs_link_hello(&f, text, interp, why);
		struct pollfd p = { .fd = link->child.fd, .events = POLLIN };
		long long left = deadline - pcs_now_ms();
		if (r == 0 && left > 0 && poll(&p, 1, left < 500 ? (int)left : 500) > 0)
			r = pcs_link_fill(link);
		if (pcs_signal_seen())
			r = -PCS_EWORKER;
		if (r < 0 || left <= 0) {
			if (left <= 0)
				pcs_buf_adds(why, "it does not answer");
			else
				pcs_link_bury(link, why);
			return -PCS_EWORKER;
		}
	}
}

/* There may be too many processes or descriptors for a moment. 0 or -errno. */
static int start_patiently(const struct pcs_interp *interp, unsigned mode, struct pcs_link *ret)
{
	for (long ms = 50;; ms *= 2) {
		int r = pcs_link_start(interp, mode, ret);
		if (r == 0 || ms > 800 || pcs_signal_seen())
			return r;
		nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
	}
}

static int ask(struct pcs_interp *interp)
{
	PCS_BUF struct pcs_buf why = { 0 };
	for (int distrust = 0; distrust <= 1; distrust++) {
		struct pcs_link link;
		why.len = 0;
		int r = start_patiently(interp, distrust ? PCS_LINK_DISTRUST : 0, &link);
		if (r == 0)
			r = wait_hello(&link, interp, &why);
		else
			pcs_buf_adds(&why, pcs_strerror(r));
		pcs_link_stop(&link);
		if (r == 0)
			return 0;
	}
	interp->reason = PCS_TAKE(why.data);
	return interp->reason ? 0 : -ENOMEM;
}

int pcs_interps_ask(struct pcs_interps *l, bool all)
{
	for (size_t i = 0; i < l->n; i++) {
		struct pcs_interp *interp = &l->list[i];
		if (interp->reason || (interp->magic && !all))
			continue;
		int r = ask(interp);
		if (r < 0)
			return r;
	}
	return 0;
}
