/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The RECORD of an installed wheel: a CSV file of "path,hash,size", the paths being relative to the
 * directory that the .dist-info lies in (the "Recording installed projects" specification). */

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct pcs_changes;

/* The fields of a row. */
enum { PCS_WHEEL_PATH, PCS_WHEEL_HASH };

/*
 * A field of the next row of CSV, with or without quotes, replaces what is in `ret`: "" where it
 * has none. *text and *len move behind the row. 1, 0 at the end, or -ENOMEM. Pure.
 */
int pcs_wheel_next(const char **text, size_t *len, unsigned field, struct pcs_buf *ret);

/* Whether a path is called as a RECORD is: ".../NAME.dist-info/RECORD". */
bool pcs_wheel_is_record(const char *path);

/* Add what the RECORD at `path`, inside the root, lists. 0, -errno of reading it, or -PCS_ESIGNAL.
 */
int pcs_wheel_add(struct pcs_changes *changes, const char *path);
