/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What py3compile and py3clean ask the system: versions, exclusions, and which sources there are.
 */

#include <stdbool.h>
#include <stddef.h>

struct pcs_deb_excludes;
struct pcs_deb_versions;

/* Who is told of each source, by its path. A negative code ends it. */
struct pcs_deb_sink {
	int (*each)(void *ctx, const char *path);
	void *ctx;
};

/* The versions of /usr/share/python3/debian_defaults, or of DEBPYTHON3_SUPPORTED and
 * DEBPYTHON3_DEFAULT, and which of them are installed. `ret` is empty. 0 or a negative code, which
 * was reported. */
int pcs_debian_versions(struct pcs_deb_versions *ret);

/* Whether Debian's interpreter of that version is there. */
bool pcs_debian_has_python(unsigned version);

/* Read /usr/share/python3/bcep into `ret`, which is empty; what is wrong in it is reported and left
 * out. 0 or -ENOMEM. */
int pcs_debian_excludes(const struct pcs_deb_versions *v, struct pcs_deb_excludes *ret);

/* Tell of the sources in dpkg's list of a package, "name" or "name:arch". 0 or a negative code; of
 * `each`, or, after it was reported, -PCS_EUSAGE where there is no such package. */
int pcs_debian_package(const char *name, const struct pcs_deb_sink *to);

/*
 * Tell of a path that is a source's, or of all below it that are named like one: links to
 * directories are not followed. What is not there has none. 0, -errno, or a negative code of
 * `each`.
 */
int pcs_debian_path(const char *path, const struct pcs_deb_sink *to);

/*
 * Whether dpkg is replacing the package by another version of it, this is run by the script for
 * that, and pycsync is there to clean up afterwards: the trigger of its package is.
 */
bool pcs_debian_upgrades(const char *package);
