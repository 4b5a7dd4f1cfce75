/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a pyc shows of the directory that it was made in. Pure. */

#include <stdbool.h>

struct pcs_buf;

/*
 * Whether a pyc may show the path of a directory, in any constant or name but the one that it is to
 * record, `name`. Where that cannot be told, as in a version that is not known here, wherever its
 * bytes are in it, unless they are in the name.
 */
bool pcs_pyc_shows_dir(const struct pcs_buf *pyc, const char *dir, const char *name);

/* Whether all its code records the file name `name`, bytes of a path. False also where that cannot
 * be told. */
bool pcs_pyc_records_only(const struct pcs_buf *pyc, const char *name);
