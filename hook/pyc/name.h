/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Names of bytecode caches: PEP 3147 (cache tags) and PEP 488 (optimization levels). Pure. */

#include "base/buf.h"
#include "pyc/version.h"

#define PCS_CACHE_DIR "__pycache__"

enum {
	PCS_LEVELS = 3,        /* optimization levels 0, 1 and 2 */
	PCS_LEVEL_OTHER = 255, /* an .opt- suffix that CPython's own levels do not make */
};

struct pcs_pyc_name {
	size_t stem_len; /* of the module's name, at the start of the string; never 0 */
	const char *tag; /* inside the string */
	size_t tag_len;
	unsigned level; /* 0 to 2, or PCS_LEVEL_OTHER */
};

/* Take "<stem>.<tag>[.opt-N].pyc" apart. False when it is anything else. */
bool pcs_pyc_name_parse(const char *name, struct pcs_pyc_name *ret);

/*
 * Of an entry of __pycache__ that is none of these: the length of the shortest stem, longer than
 * `after`, of a source that it may be bytecode of; 0: there is none. Of pytest's rewritten modules,
 * "<stem>.<tag>-pytest-<version>.pyc", the stem is known. The tag of an interpreter that nobody
 * knows may have dots: "a.b.x.pyc" may be of "a.b.py" and of "a.py".
 */
size_t pcs_stray_stem(const char *entry, size_t after);

/* Whether the name is one of pytest's. */
bool pcs_is_pytest_name(const char *entry);

/* Whether the tag of `name`, which may have none, is that one, or that of another name. */
bool pcs_pyc_name_has_tag(const struct pcs_pyc_name *name, const char *tag);
bool pcs_pyc_name_same_tag(const struct pcs_pyc_name *a, const struct pcs_pyc_name *b);

/* Append "<stem>.<tag>[.opt-N].pyc" for the source `source` ("<stem>.py") and a level of 0 to 2. 0
 * or -ENOMEM. */
int pcs_pyc_name_add(struct pcs_buf *ret, const char *source, const char *tag, unsigned level);

/* Length of the stem of a source that can be imported ("mod.py": 3), or 0 if it is none. */
size_t pcs_source_stem_len(const char *name);
