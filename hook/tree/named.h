/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Paths as somebody types them: whether there is anything that one may stand for. */

#include <stdbool.h>

struct pcs_site;

/*
 * Whether the path, absolute in the root and normalised, is there; of a source, a cache or a
 * `__pycache__` whether there is the source or any cache of it; with `beside` also a pyc beside the
 * source. What cannot be looked at, or for want of memory was not, counts as there.
 */
bool pcs_named_is_there(const struct pcs_site *site, const char *path, bool beside);
