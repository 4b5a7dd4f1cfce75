/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What interpreters told of themselves in earlier runs: tag, magic number and version of each
 * build. To start one takes longer than most runs; to find its build, a few system calls. Safe to
 * lose: then they are asked again.
 */

#include "base/buf.h"

struct pcs_interps;
struct pcs_state;

/* Fill in what is known of these very builds, as if they had been asked. The text of the list, as
 * far as it can be read, is put into `ret_before`, for pcs_told_keep(). */
void pcs_told_fill(const struct pcs_state *state, struct pcs_interps *l,
		   struct pcs_buf *ret_before);

/* Note for the runs to come what those told that can be used, where that is news; of others, what
 * was noted `before` stays. 0 or -errno. */
int pcs_told_keep(const struct pcs_state *state, struct pcs_interps *l,
		  const struct pcs_buf *before);
