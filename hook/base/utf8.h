/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* UTF-8 as RFC 3629 has it: no surrogates, nothing overlong, nothing above U+10FFFF. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode one character. Returns its length in bytes, or 0 when `s` does not begin with one. */
size_t pcs_utf8_decode(const char *s, size_t left, uint32_t *ret);

/* Whether a character drives what shows it: the controls of C0 and C1, delete, and those that set
 * the direction of text (Unicode: Bidi_Control), which make one name look like another. */
bool pcs_utf8_is_control(uint32_t c);

/* The length of the character at `s`, of which at least one byte is left, and whether it is a
 * control. A byte that is no UTF-8 counts as the character of its number. */
size_t pcs_utf8_step(const char *s, size_t left, bool *ret_control);
