/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What pycsync and its workers say to each other over one stream socket: frames of a fixed head and
 * two runs of bytes. The worker says HELLO or FAILED first; then each COMPILE is answered by one
 * CODE or ERROR for each level asked, in rising order, perhaps with a WARNING before it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PCS_FRAME_HEAD = 32, PCS_PROTOCOL = 2 };

enum pcs_frame_type {
	/* text "VERSION\nTAG\nABIFLAGS", arg1 magic, arg2 marshal version, arg3 protocol */
	PCS_FRAME_HELLO = 1,
	/* text: why the interpreter could not be started, or why it ends */
	PCS_FRAME_FAILED,
	/* text: file name to record; body: source; arg1 levels as bits, arg2 limit of the address
	 * space in MiB (0: none), arg3 of enum pcs_ask */
	PCS_FRAME_COMPILE,
	/* body: marshalled code; arg1 level */
	PCS_FRAME_CODE,
	/* text: last line of CPython's words; body: the lines before it, or all of them with
	 * PCS_ASK_PY_COMPILE; arg1 level, arg2 line number or 0, arg3 of enum pcs_compile_error */
	PCS_FRAME_ERROR,
	/* text: what CPython would have said on stderr; arg1 level. Before the level's answer */
	PCS_FRAME_WARNING,
};

enum pcs_ask {
	PCS_ASK_PY_COMPILE = 1 << 0, /* word errors as py_compile.PyCompileError does */
	PCS_ASK_OWN_NAME = 1 << 1,   /* the name is the source's: warnings may quote its lines */
};

enum pcs_compile_error {
	PCS_COMPILE_ERROR = 1, /* the source does not compile */
	PCS_COMPILE_MEMORY,    /* the heap ran full: the worker should be replaced */
	PCS_COMPILE_UNSAID,    /* it does not, but the worker failed to find out why */
};

struct pcs_frame {
	uint32_t type;
	uint32_t arg1, arg2, arg3;
	size_t text_len, body_len;
};

void pcs_frame_put(uint8_t out[PCS_FRAME_HEAD], const struct pcs_frame *f);

/* False when the head is none of ours or its lengths are absurd. */
bool pcs_frame_get(const uint8_t in[PCS_FRAME_HEAD], struct pcs_frame *ret);
