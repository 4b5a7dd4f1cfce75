#include "workers/interp.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "workers/link.h"

enum { START_TIMEOUT_MS = 30000 };

void pcs_interp_done(struct pcs_interp *i)
{
	free(i->libpython);
	free(i->executable);
	free(i->full);
	free(i->reason);
}

void pcs_interps_done(struct pcs_interps *l)
{
	for (size_t i = 0; i < l->n; i++)
		pcs_interp_done(&l->list[i]);
	free(l->list);
	for (size_t i = 0; i < l->n_names; i++)
		free(l->names[i].name);
	free(l->names);
	*l = (struct pcs_interps){ 0 };
}

const char *pcs_interp_path(const struct pcs_interp *i)
{
	return i->libpython ? i->libpython : i->executable;
}

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
			pcs_buf_adds(why,
				     left <= 0 ? "it does not answer" : "it died while it started");
			return -PCS_EWORKER;
		}
	}
}

static int ask(struct pcs_interp *interp)
{
	PCS_BUF struct pcs_buf why = { 0 };
	for (int distrust = 0; distrust <= 1; distrust++) {
		struct pcs_link link;
		why.len = 0;
		int r = pcs_link_start(interp, distrust ? PCS_LINK_DISTRUST : 0, &link);
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

/* What was at `from` is at `to` now. */
static void rename_place(struct pcs_interps *l, size_t from, size_t to)
{
	for (size_t i = 0; i < l->n_names; i++)
		if (l->names[i].at == from)
			l->names[i].at = to;
}

void pcs_interps_keep_usable(struct pcs_interps *l)
{
	size_t kept = 0;
	for (size_t i = 0; i < l->n; i++) {
		struct pcs_interp *interp = &l->list[i];
		size_t same = 0;
		while (same < kept && strcmp(l->list[same].tag, interp->tag) != 0)
			same++;
		if (!interp->reason && same < kept)
			l->list[same].found |= interp->found;
		rename_place(l, i, interp->reason ? SIZE_MAX : same);
		if (interp->reason || same < kept)
			pcs_interp_done(interp);
		else
			l->list[kept++] = *interp;
	}
	l->all_found &= kept == l->n;
	l->n = kept;
}

bool pcs_interps_is(const struct pcs_interps *l, size_t at, const char *name)
{
	const struct pcs_interp *interp = &l->list[at];
	if (strcmp(interp->version, name) == 0 ||
	    (interp->libpython && strcmp(interp->libpython, name) == 0) ||
	    strcmp(interp->executable, name) == 0)
		return true;
	for (size_t i = 0; i < l->n_names; i++)
		if (l->names[i].at == at && strcmp(l->names[i].name, name) == 0)
			return true;
	PCS_FREE char *real = name[0] == '/' ? realpath(name, NULL) : NULL;
	PCS_FREE char *library =
		real && interp->libpython ? realpath(interp->libpython, NULL) : NULL;
	PCS_FREE char *executable = real ? realpath(interp->executable, NULL) : NULL;
	return real && ((library && strcmp(library, real) == 0) ||
			(executable && strcmp(executable, real) == 0));
}
