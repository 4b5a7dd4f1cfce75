/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* pycsync's end of the talk with one worker process. */

#include "base/proc.h"
#include "base/buf.h"
#include "worker/protocol.h"

struct pcs_interp;

struct pcs_link {
	struct pcs_child child;
	struct pcs_buf in;  /* bytes received and not yet taken */
	struct pcs_buf out; /* bytes not yet sent */
	size_t sent;        /* of `out` */
	uint64_t max;       /* bytes of text and body that a frame may have now */
};

enum pcs_link_mode {
	PCS_LINK_DISTRUST = 1 << 0,   /* it reads no pyc of its own library */
	PCS_LINK_WARN = 1 << 1,       /* it says what it warns of */
	PCS_LINK_COMPILEALL = 1 << 2, /* it is as compileall's process: our PYTHONWARNINGS,
					 PYTHONHASHSEED and PYTHONINTMAXSTRDIGITS count */
};

/* Start a worker for `interp`; `mode` is of enum pcs_link_mode. 0 or -errno. */
int pcs_link_start(const struct pcs_interp *interp, unsigned mode, struct pcs_link *ret);

/* Kill, reap, free. Returns wait(2)'s status. A zeroed link is fine. */
int pcs_link_stop(struct pcs_link *l);

/* The same for a worker that ended before its first frame; appends how: its signal, and what the
 * loader or the interpreter said. 0 or -ENOMEM. */
int pcs_link_bury(struct pcs_link *l, struct pcs_buf *ret_words);

/* Send what can be sent without waiting. 0 or -errno. */
int pcs_link_flush(struct pcs_link *l);

/* Whether some of it is not sent yet. */
bool pcs_link_is_sending(const struct pcs_link *l);

/* Receive what is there. 0, -EPIPE when the worker has gone, or -errno. */
int pcs_link_fill(struct pcs_link *l);

/* The next whole frame: 1, 0 when there is none yet, -PCS_EPROTO, also where it is larger than
 * `max`. Pointers are into the link and
 * valid until pcs_link_take(). */
int pcs_link_peek(const struct pcs_link *l, struct pcs_frame *ret, const char **ret_text,
		  const char **ret_body);
void pcs_link_take(struct pcs_link *l, const struct pcs_frame *f);

/* Queue a source for compilation; `f` has the args of a PCS_FRAME_COMPILE. 0 or -ENOMEM. */
int pcs_link_send(struct pcs_link *l, struct pcs_frame f, const char *name, const char *source,
		  size_t len);

/*
 * Deal with a worker's first frame: check it against what `interp` is planned to be, and fill in
 * what is not known. 0, -ENOMEM, or -PCS_EWORKER with words in `ret_why` (appended).
 */
int pcs_link_hello(const struct pcs_frame *f, const char *text, struct pcs_interp *interp,
		   struct pcs_buf *ret_why);
