#pragma once
/* UTF-8 as RFC 3629 has it: no surrogates, nothing overlong, nothing above U+10FFFF. */

#include <stddef.h>
#include <stdint.h>

/* Decode one character. Returns its length in bytes, or 0 when `s` does not begin with one. */
size_t pcs_utf8_decode(const char *s, size_t left, uint32_t *ret);
