/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The versions of Python whose bytecode is known: magic numbers and cache tags (PEP 3147), each
 * found by the other. A version is the 11 of 3.11 here. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PCS_MINOR_OLDEST = 8,  /* that is served */
	PCS_MINOR_NEWEST = 15, /* whose magic number is frozen and whose marshal is known */
	PCS_TAG_MAX = 24,      /* longest cache tag that we deal with, NUL included */
};

/*
 * The frozen magic of CPython 3.`minor`, as the header of a pyc has it, in *ret. False where it is
 * not known here: then the interpreter has to be asked.
 */
bool pcs_magic_of(unsigned minor, uint32_t *ret);

/* The other way round: the version that a frozen magic belongs to. */
bool pcs_minor_of(uint32_t magic, unsigned *ret);

/* Whether a magic number is one of PyPy's, which counts from far below where CPython begins. */
bool pcs_magic_is_pypy(uint32_t magic);

/*
 * Whether `tag` is a cache tag as CPython ("cpython-311", "cpython-313t") or PyPy ("pypy39") make
 * it. *ret_minor may be NULL.
 */
bool pcs_tag_parse(const char *tag, size_t len, unsigned *ret_minor);

/* The cache tag of CPython 3.`minor`, not free-threaded. */
void pcs_tag_of(unsigned minor, char ret[PCS_TAG_MAX]);

/* The version that a tag is of, as interpreters and directories are called: "3.11", "pypy3.9".
 * False, and "", for no tag. A free-threaded build, "3.13t", has the tag of the normal one. */
bool pcs_tag_version(const char *tag, size_t len, char ret[PCS_TAG_MAX]);

/* The tag that interpreters of such a version make. False for no version. */
bool pcs_version_tag(const char *version, size_t len, char ret[PCS_TAG_MAX]);
