/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* dpkg's database, which is text: a list of paths for each package, their states, diversions. */

#include "pkg/manager.h"

extern const struct pcs_manager pcs_dpkg;

/* What dpkg knows of packages besides their paths. Zero-initialise it; parts for the tests. */
struct pcs_dpkg_state {
	struct pcs_map states;   /* of "name" and "name:arch", see dpkg.c */
	struct pcs_map diverted; /* a path, and which of `diversions` it is */
	struct pcs_diversion {
		const char *to, *package; /* in `words`; package ":": the administrator's */
	} * diversions;
	size_t n_diversions, cap_diversions;
	struct pcs_arena words;
};
void pcs_dpkg_state_done(struct pcs_dpkg_state *s);

/* Note the states of the packages in the text of `status`, or of one file of `updates`, which has
 * the last word. 0 or -ENOMEM. */
int pcs_dpkg_read_status(struct pcs_dpkg_state *s, const char *text, size_t len, bool update);

/* Whether of the package with the list `entry` nothing but its configuration is left. */
bool pcs_dpkg_is_removed(const struct pcs_dpkg_state *s, const char *entry);

/* Note what the text of `diversions` says. 0, -EINVAL, or -ENOMEM. */
int pcs_dpkg_read_diversions(struct pcs_dpkg_state *s, const char *text, size_t len);

/* Where dpkg puts the file that `entry`'s package has as `path`. */
const char *pcs_dpkg_divert(const struct pcs_dpkg_state *s, const char *entry, const char *path);
