/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers/ask.h"

#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/path.h"
#include "workers/early.h"
#include "workers/interp.h"

/* To start an interpreter takes tens of milliseconds: so many are asked at a time. */
enum { AT_ONCE = 8 };

/* One interpreter that is asked. */
struct question {
	unsigned at; /* in the list */
	struct pcs_interp *interp;
	char tag[PCS_TAG_MAX]; /* that its name tells */
	struct pcs_link link;
	long long began;
	int started; /* 0 or -errno */
};

/* There may be too many processes or descriptors for a moment, of which one is that of the worker
 * that is kept. 0 or -errno. */
static int start_patiently(const struct pcs_interp *interp, unsigned mode, struct pcs_early *early,
			   struct pcs_link *ret)
{
	int r = pcs_link_start(interp, mode, ret);
	if (r < 0 && early)
		pcs_early_stop(early);
	for (long ms = 50; r < 0 && ms <= 800 && !pcs_signal_seen(); ms *= 2) {
		nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
		r = pcs_link_start(interp, mode, ret);
	}
	return r;
}

static void begin(struct question *q, unsigned mode, struct pcs_early *early)
{
	q->began = pcs_now_ms();
	q->started = start_patiently(q->interp, mode, early, &q->link);
}

/* Wait for the first frame of a worker, which stays in the link. 0, -ETIMEDOUT, or another negative
 * code with words in `why`. */
static int wait_hello(struct question *q, int timeout, struct pcs_buf *why)
{
	struct pcs_frame f;
	const char *text, *body;
	for (;;) {
		int r = pcs_link_peek(&q->link, &f, &text, &body);
		if (r > 0)
			return pcs_link_hello(&f, text, q->interp, why);
		struct pollfd p = { .fd = q->link.child.fd, .events = POLLIN };
		long long left = q->began + timeout - pcs_now_ms();
		left = left < 0 ? 0 : left < 500 ? left : 500;
		bool said = r == 0 && poll(&p, 1, (int)left) > 0;
		if (said)
			r = pcs_link_fill(&q->link);
		if (r < 0 || pcs_signal_seen()) {
			pcs_link_bury(&q->link, why);
			return -PCS_EWORKER;
		}
		if (!said && left == 0) {
			pcs_buf_printf(why, "it does not start within %d seconds", timeout / 1000);
			return -ETIMEDOUT;
		}
	}
}

/* 0 while it runs and has said what it is, or as wait_hello(). */
static int hear(struct question *q, int timeout, struct pcs_buf *why)
{
	int r = q->started;
	why->len = 0;
	if (r == 0)
		r = wait_hello(q, timeout, why);
	else
		pcs_buf_adds(why, pcs_strerror(r));
	if (r < 0)
		pcs_link_stop(&q->link);
	return r;
}

/* Hear what it says, and ask it another way if need be. One that hangs would do so again. */
static int settle(struct question *q, enum pcs_ask_whom whom, int timeout, struct pcs_early *early)
{
	PCS_BUF struct pcs_buf why = { 0 };
	struct pcs_interp *interp = q->interp;
	int r = hear(q, timeout, &why);
	if (r == 0 && early)
		pcs_early_keep(early, q->at, &q->link);
	if (r < 0 && r != -ENOMEM && r != -ETIMEDOUT) {
		begin(q, PCS_LINK_DISTRUST, early);
		r = hear(q, timeout, &why);
	}
	pcs_link_stop(&q->link);
	if (r == 0)
		return 0;
	memcpy(interp->tag, q->tag, sizeof(q->tag));
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

static bool is_asked(const struct pcs_interp *i, enum pcs_ask_whom whom)
{
	if (i->reason)
		return false;
	return whom == PCS_ASK_ALL || (!i->told && (whom == PCS_ASK_UNTOLD || !is_usual(i)));
}

bool pcs_interps_any_asked(const struct pcs_interps *l, enum pcs_ask_whom whom)
{
	for (size_t i = 0; i < l->n; i++)
		if (is_asked(&l->list[i], whom))
			return true;
	return false;
}

/* Begin to ask, from *at on, as many as can be started at a time. Returns how many. */
static size_t begin_some(struct pcs_interps *l, enum pcs_ask_whom whom, struct pcs_early *early,
			 size_t *at, struct question asked[AT_ONCE])
{
	const unsigned mode = early ? early->mode : 0;
	size_t n = 0;
	for (; *at < l->n && n < AT_ONCE; ++*at) {
		struct question *q = &asked[n];
		if (!is_asked(&l->list[*at], whom))
			continue;
		*q = (struct question){ .at = (unsigned)*at,
					.interp = &l->list[*at],
					.began = pcs_now_ms() };
		if (n == 0)
			begin(q, mode, early);
		else if (pcs_link_start(q->interp, mode, &q->link) < 0)
			break; /* it has to wait until these have ended */
		memcpy(q->tag, q->interp->tag, sizeof(q->tag));
		q->interp->told = false;
		q->interp->tag[0] = '\0'; /* it need not be what its name tells */
		n++;
	}
	return n;
}

int pcs_interps_ask(struct pcs_interps *l, enum pcs_ask_whom whom, struct pcs_early *early)
{
	struct question asked[AT_ONCE];
	int timeout = l->start_ms ? l->start_ms : PCS_START_MS;
	int r = 0;
	for (size_t at = 0; at < l->n && r == 0;) {
		size_t n = begin_some(l, whom, early, &at, asked);
		for (size_t i = 0; i < n; i++) {
			int k = r < 0 ? r : settle(&asked[i], whom, timeout, early);
			if (k < 0)
				pcs_link_stop(&asked[i].link);
			r = k;
		}
	}
	return r;
}
