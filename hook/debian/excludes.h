/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Sources that Debian's packages do not want to be byte-compiled: the files of
 * /usr/share/python3/bcep, and the option -X of py3compile. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct pcs_deb_versions;
struct pcs_regex;

/* Zero-initialise it. */
struct pcs_deb_excludes {
	struct pcs_deb_pattern *list;
	size_t n, cap;
	struct pcs_arena strings;
};
void pcs_deb_excludes_done(struct pcs_deb_excludes *e);

/*
 * Add what a line of a file says: "KIND|RANGE|PATH" or "KIND|RANGE|PATH|REGEX". One that is about
 * none of the versions that are there is left out. 0; -EINVAL with words in `ret_why` (appended)
 * for a line that is none, which is left out as well; or -ENOMEM.
 */
int pcs_deb_excludes_add_line(struct pcs_deb_excludes *e, const struct pcs_deb_versions *v,
			      const char *line, size_t len, struct pcs_buf *ret_why);

/* Add an expression for what is below a directory, and all versions of the set; `regex` is the
 * caller's and must live on. 0 or -ENOMEM. */
int pcs_deb_excludes_add_regex(struct pcs_deb_excludes *e, const char *dir,
			       const struct pcs_regex *regex, uint32_t set);

/* Whether a pattern may be about a source that is in the directory `dir` itself. */
bool pcs_deb_may_exclude(const struct pcs_deb_excludes *e, const char *dir);

/*
 * Which versions of `set` `path` is not compiled for, by the patterns that may be about something
 * in the directory `dir`, or are its own. A set, or a negative code where an expression takes too
 * long.
 */
int64_t pcs_deb_excluded(const struct pcs_deb_excludes *e, const char *dir, const char *path,
			 uint32_t set);
