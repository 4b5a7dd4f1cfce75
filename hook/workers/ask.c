/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers/ask.h"

#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/path.h"
#include "workers/interp.h"
#include "workers/link.h"

/* Wait for the first frame of a worker. 0, or negative with words in `why`. */
static int wait_hello(struct pcs_link *link, struct pcs_interp *interp, int timeout,
		      struct pcs_buf *why)
{
	struct pcs_frame f;
	const char *text, *body;
	long long deadline = pcs_now_ms() + timeout;
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
				pcs_buf_printf(why, "it does not start within %d seconds",
					       timeout / 1000);
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

/* Ask, one way and then the other. One that hangs would do so again. 0, -ETIMEDOUT, or another
 * negative code. */
static int ask_patiently(struct pcs_interp *interp, int timeout, struct pcs_buf *why)
{
	for (int distrust = 0;; distrust++) {
		struct pcs_link link;
		long long began = pcs_now_ms();
		why->len = 0;
		int r = start_patiently(interp, distrust ? PCS_LINK_DISTRUST : 0, &link);
		if (r == 0)
			r = wait_hello(&link, interp, timeout, why);
		else
			pcs_buf_adds(why, pcs_strerror(r));
		pcs_link_stop(&link);
		if (r < 0 && pcs_now_ms() - began >= timeout)
			return -ETIMEDOUT;
		if (r == 0 || r == -ENOMEM || distrust)
			return r;
	}
}

static int ask(struct pcs_interp *interp, enum pcs_ask_whom whom, int timeout)
{
	PCS_BUF struct pcs_buf why = { 0 };
	char tag[PCS_TAG_MAX];
	memcpy(tag, interp->tag, sizeof(tag));
	interp->told = false;
	interp->tag[0] = '\0'; /* it need not be what its name tells */
	int r = ask_patiently(interp, timeout, &why);
	if (r == 0)
		return 0;
	memcpy(interp->tag, tag, sizeof(tag));
	if (r == -ENOMEM)
		return r;
	/* What its name tells will do until something is to be compiled, which has more to say. */
	if (whom != PCS_ASK_ALL && interp->magic && r != -ETIMEDOUT)
		return 0;
	interp->reason = PCS_TAKE(why.data);
	return interp->reason ? 0 : -ENOMEM;
}

/* Whether its place and its name tell what it is: a release of a distribution. */
static bool is_usual(const struct pcs_interp *i)
{
	const char *path = pcs_interp_path(i);
	return i->magic && pcs_path_within(path, "/usr") && !pcs_path_within(path, "/usr/local");
}

int pcs_interps_ask(struct pcs_interps *l, enum pcs_ask_whom whom)
{
	for (size_t i = 0; i < l->n; i++) {
		struct pcs_interp *interp = &l->list[i];
		bool known = (whom == PCS_ASK_ODD && is_usual(interp)) || interp->told;
		if (interp->reason || (known && whom != PCS_ASK_ALL))
			continue;
		int r = ask(interp, whom, l->start_ms ? l->start_ms : PCS_START_MS);
		if (r < 0)
			return r;
	}
	return 0;
}
