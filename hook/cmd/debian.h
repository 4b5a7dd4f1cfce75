/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What py3compile and py3clean ask the system: versions, exclusions, and which sources there are.
 */

#include <stdbool.h>

#include "debian/excludes.h"
#include "debian/versions.h"

struct pcs_root;

/* Which versions there are, and what is not compiled for which. Zero-initialise it. */
struct pcs_debian {
	struct pcs_deb_versions versions;
	struct pcs_deb_excludes excludes;
};
void pcs_debian_done(struct pcs_debian *d);

/* Who is told of each source, by its path. A negative code ends it. */
struct pcs_deb_sink {
	int (*each)(void *ctx, const char *path);
	void *ctx;
};

/* The versions of /usr/share/python3/debian_defaults in the root, or of DEBPYTHON3_SUPPORTED and
 * DEBPYTHON3_DEFAULT, and which of them are installed. 0, -EINVAL where nothing tells them, or
 * another negative code. */
int pcs_debian_versions(const struct pcs_root *root, struct pcs_debian *d);

/* Whether Debian's interpreter of that version is there. */
bool pcs_debian_has_python(unsigned version);

/* Read /usr/share/python3/bcep of the root, once the versions are known; what is wrong in it is
 * reported and left out. 0 or -ENOMEM. */
int pcs_debian_excludes(const struct pcs_root *root, struct pcs_debian *d);

/* Read both where there is a bcep. 1; 0 where nothing is excluded; or -ENOMEM. */
int pcs_debian_rules(const struct pcs_root *root, struct pcs_debian *d);

/* Whether a source is not compiled for a version ("3.11"), by these rules: see struct pcs_site. */
bool pcs_debian_is_excluded(const void *rules, const char *path, const char *version);

/* Whether any source in a directory may be. */
bool pcs_debian_may_exclude(const void *rules, const char *dir);

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
