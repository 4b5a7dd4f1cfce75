/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What dpkg has a package's script do. Pure. (deb-prerm(5)) */

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a command line, each argument ended by a NUL, is that of the script which dpkg runs
 * before the package "name" or "name:arch" is replaced by another version of it: "PATH/name.prerm
 * upgrade", or, of the new version, "failed-upgrade".
 */
bool pcs_deb_is_upgrade(const char *cmdline, size_t len, const char *package);
