/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What has the name of a pyc outside of __pycache__, in the places where the importer looks. */

#include <stdbool.h>

enum pcs_beside_flags {
	PCS_BESIDE_SOURCE = 1 << 0,    /* m.py, beside m.pyc */
	PCS_BESIDE_EXTENSION = 1 << 1, /* m.so */
	PCS_BESIDE_PACKAGE = 1 << 2,   /* m/__init__.py or the like */
	PCS_BESIDE_NAMESPACE = 1 << 3, /* m/ without it, with sources in it */
	PCS_BESIDE_MODULE = 1 << 4,    /* m.py or m.so, beside m/ with __init__.pyc */
	PCS_BESIDE_TIDIED = 1 << 5,    /* 'stage' removes m.pyc beside m.py; pcs_beside() does not
					  say so */
};

/* How to look. Paths are absolute, in the tree or in the package. */
struct pcs_beside_ops {
	/* Whether it is a file, by way of links or not. 1, 0 or -errno. */
	int (*is_file)(void *ctx, const char *path);

	/* Whether a directory has an extension module of that name: see pcs_is_extension_of(). */
	int (*has_extension)(void *ctx, const char *dir, const char *stem, unsigned minor);

	/* Whether there are sources in a directory, or below. */
	int (*has_source)(void *ctx, const char *dir);
};

/*
 * What the importer finds for the module of the pyc `dir`/`name`, which ends in ".pyc", but for
 * that; for CPython 3.`minor` (cpython:Lib/importlib/_bootstrap_external.py, FileFinder.find_spec
 * and _get_supported_file_loaders). Flags or -errno.
 */
int pcs_beside(const struct pcs_beside_ops *ops, void *ctx, const char *dir, const char *name,
	       unsigned minor);

/* Whether the file name is that of an extension module "<stem>[.<abi>].so" which CPython 3.`minor`
 * loads; 0: any version. Pure. */
bool pcs_is_extension_of(const char *name, const char *stem, unsigned minor);
