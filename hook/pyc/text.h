#pragma once
/* A look into marshalled code without reading it as such. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether some str in a pyc is `text`, which is bytes as a file name is: what is no UTF-8 counts as
 * the lone surrogates that os.fsdecode() makes of it. True by accident only where other data looks
 * exactly like such a str; false also when memory is out.
 */
bool pcs_pyc_holds_text(const uint8_t *pyc, size_t len, const char *text);
