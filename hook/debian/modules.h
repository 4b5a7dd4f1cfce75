/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What Debian's tools make of a path: whose modules are in it. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pcs_deb_versions;

/* Whether a path is that of a source, by its name. */
bool pcs_deb_is_source(const char *path);

/*
 * The versions that a public module is for, which its directory tells: those of `set` with that
 * major version in ".../usr/lib/python3/dist-packages", the one of ".../usr/lib/python3.11/..."
 * alone, whether it is in `set` or not; *ret_version is that one, or 0. Returns the set, 0 for what
 * is in no such directory and where the version is not known.
 */
uint32_t pcs_deb_public(const struct pcs_deb_versions *v, const char *path, uint32_t set,
			uint32_t *ret_version);
