/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Text as marshal has it: UTF-8 in which lone surrogates, such as os.fsdecode() makes of bytes that
 * are no UTF-8, are encoded as well ("surrogatepass"). Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pcs_buf;

/* Decode one character. Returns its length in bytes, or 0 when `s` does not begin with one. */
size_t pcs_text_decode(const char *s, size_t left, uint32_t *ret);

/* Whether the bytes are such text. */
bool pcs_text_is_valid(const uint8_t *s, size_t len);

/*
 * Append a file name, which is bytes, as such text: what is no UTF-8 becomes the lone surrogates
 * that os.fsdecode() makes of it. 0 or -ENOMEM.
 */
int pcs_text_add_name(const char *name, struct pcs_buf *ret);

/*
 * Whether a text may show the path of a directory: by the path itself, or by that of anything below
 * it. Not by that of a neighbour whose name begins as its own does: /srv/output of /srv/out.
 */
bool pcs_text_shows_dir(const char *s, size_t len, const char *dir);

/*
 * Whether some str in a pyc is `text`, which is bytes as a file name is: what is no UTF-8 counts as
 * the lone surrogates that os.fsdecode() makes of it. True by accident only where other data looks
 * exactly like such a str; false also when memory is out.
 */
bool pcs_pyc_holds_text(const uint8_t *pyc, size_t len, const char *text);
