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

/* Append the text of the list, as far as it can be read. */
void pcs_told_read(const struct pcs_state *state, struct pcs_buf *ret);

/* Fill in what a list tells of these very builds, as if they had been asked. */
void pcs_told_fill(const struct pcs_buf *list, struct pcs_interps *l);

/* Note for the runs to come what those told that can be used, where that is news; of others, what
 * was in the list `before` stays. 0 or -errno. */
int pcs_told_keep(const struct pcs_state *state, struct pcs_interps *l,
		  const struct pcs_buf *before);
