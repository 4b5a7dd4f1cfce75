/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Where an ordinary user's runs keep their memory and their marks: `pycsync` in the user's
 * directory for state ($XDG_STATE_HOME, else ~/.local/state; see the XDG Base Directory
 * Specification). It is the user's own, for all roots, and root never looks at it.
 */

#include <stdbool.h>

struct stat;

struct pcs_home {
	char *path; /* of the host */
	int fd;     /* -1: it is not there yet */
	int error;  /* why it could not be made, or 0 */
};

/*
 * Find it. *ret is NULL where there is none that can be used, which is noted at debug level: it
 * costs speed and nothing else. 0 or -ENOMEM. Freed by pcs_home_free().
 */
int pcs_home_open(struct pcs_home **ret);
void pcs_home_free(struct pcs_home *h);

/* Whether a directory is the user's, and nobody else may write there: whoever may decides what is
 * believed. */
bool pcs_home_is_own(const struct stat *st);

/* Make it, and the directories above it, where it is not there. 0 or -errno: -EACCES also where it
 * is not the user's alone. */
int pcs_home_make(struct pcs_home *h);
