/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* A growable run of bytes, always followed by a NUL, and an arena for strings that live together.
 */

#include <stdarg.h>
#include <stddef.h>

#include "base/util.h"

struct pcs_buf {
	char *data; /* NUL-terminated once something was appended, else NULL */
	size_t len;
	size_t cap;
};

/* Free the bytes and make the buffer empty again. */
void pcs_buf_done(struct pcs_buf *b);
#define PCS_BUF PCS_CLEANUP(pcs_buf_done)

/* Make room for `more` bytes beyond `len`. 0 or -ENOMEM. */
int pcs_buf_reserve(struct pcs_buf *b, size_t more);

/* Append bytes, a string, or printf output. 0 or -ENOMEM; on failure the buffer is as it was. */
int pcs_buf_add(struct pcs_buf *b, const void *data, size_t len);
int pcs_buf_adds(struct pcs_buf *b, const char *s);
int pcs_buf_printf(struct pcs_buf *b, const char *fmt, ...) PCS_PRINTF(2, 3);
int pcs_buf_vprintf(struct pcs_buf *b, const char *fmt, va_list ap) PCS_PRINTF(2, 0);

/* Drop the first `len` bytes. */
void pcs_buf_consume(struct pcs_buf *b, size_t len);

/* An arena: strings are copied in and freed all at once. Zero-initialise it. */
struct pcs_arena {
	struct pcs_arena_block *head;
};

/* Copy `len` bytes and add a NUL. NULL when memory is out. Freed by pcs_arena_done(). */
char *pcs_arena_dup(struct pcs_arena *a, const char *s, size_t len);
void pcs_arena_done(struct pcs_arena *a);

/* Move all strings of `from`, which is empty then, to `to`. */
void pcs_arena_join(struct pcs_arena *to, struct pcs_arena *from);

/*
 * Grow an array by doubling so that it holds at least `need` elements of `size` bytes.
 * Returns the array (perhaps moved) and updates *cap, or NULL with the old one still valid.
 */
void *pcs_grow(void *array, size_t *cap, size_t need, size_t size);

/* The place behind the `n` elements of a list, which is grown for it, or NULL when memory is out.
 * Whoever fills it counts it. */
#define PCS_ROOM(list, n, cap)                                                     \
	({                                                                         \
		typeof(list) grown_ = (list);                                      \
		if (!grown_ || (n) >= (cap))                                       \
			grown_ = pcs_grow(list, &(cap), (n) + 1, sizeof(*(list))); \
		(list) = grown_ ? grown_ : (list);                                 \
		grown_ ? &grown_[n] : NULL;                                        \
	})

/* Of an array that is sorted by the string that each element of `size` bytes begins with a pointer
 * to: the first one that is not before `name`. */
size_t pcs_lower_bound(const void *array, size_t n, size_t size, const char *name);
