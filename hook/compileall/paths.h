/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a pyc records, and where it goes. */

#include "compileall/request.h"

/*
 * The name to be recorded for `path`. 1 with the name appended to `ret`; 0 when it is `path`
 * itself; *ret_bad_strip tells that the stripdir is no prefix (and was ignored, as from 3.13 on);
 * -EINVAL when stripping leaves nothing; -ENOMEM. Pure.
 */
int pcs_compileall_recorded(const struct pcs_compileall *ca, const char *path, struct pcs_buf *ret,
			    bool *ret_bad_strip);

/* Append the path of the pyc of `path` at `level` (importlib.util.cache_from_source). Pure. */
int pcs_compileall_cache(const struct pcs_compileall *ca, const char *path, long level,
			 struct pcs_buf *ret);
