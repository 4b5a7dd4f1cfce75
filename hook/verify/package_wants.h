/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a package's bytecode tells of what it should have. */

#include "verify/members.h"
#include "verify/note.h"

/* A tag that the package has bytecode of. */
struct pcs_tag {
	char name[PCS_TAG_MAX];
	char version[PCS_TAG_MAX]; /* "3.11" */
	uint32_t magic;
	uint8_t interp; /* index, or PCS_NO_INTERP */
	bool shipped;   /* else only a directory is called after its version */
};

struct pcs_tags {
	struct pcs_tag list[PCS_INTERPS_MAX];
	size_t n;
};

/* The bytecode of the directory at hand, by tag: the levels that are there. */
struct pcs_tagged_dir {
	const char *pyc; /* its first one, or NULL */
	size_t len;      /* of its path, in that of the pyc */
	uint8_t levels[PCS_INTERPS_MAX];
};

/* Note the tag of a pyc, and that of the interpreter whose directory it lies in. */
void pcs_package_tags_of(struct pcs_package *k, struct pcs_tags *tags, const struct pcs_fact *f);

/* Let `d` be of the __pycache__ `cache`. */
void pcs_package_start_dir(struct pcs_package *k, const struct pcs_tags *tags, const char *cache,
			   struct pcs_tagged_dir *d);

/* What is asked for of the source `path` of so many bytes, whose pycs `d` is of: fills `ret` (room
 * for PCS_INTERPS_MAX), returns their number, and changes the enum pcs_expect_flags. */
size_t pcs_package_wants(struct pcs_package *k, const struct pcs_tags *tags,
			 const struct pcs_tagged_dir *d, const char *path, uint64_t size,
			 struct pcs_want *ret, unsigned *ret_flags);

/* Note the pycs of the source at hand that its directory's interpreter does not look at. 0 or
 * -ENOMEM. */
int pcs_package_note_misplaced(struct pcs_package *k, const struct pcs_about *s);
