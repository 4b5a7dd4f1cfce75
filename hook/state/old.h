/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The record "made" of earlier versions, which had for each pyc a hash of the very file and no
 * more. What it vouches for is noted in the memory when it is met, and the first run that meets all
 * takes the record away.
 */

#include <stdbool.h>

#include "pyc/header.h"

struct pcs_old;
struct pcs_state;
struct stat;

/* 0; -ENOENT where there is none; or another negative code. Freed by pcs_old_free(). */
int pcs_old_read(const struct pcs_state *state, struct pcs_old **ret);
void pcs_old_free(struct pcs_old *o);

/* Take it away. */
void pcs_old_forget(const struct pcs_state *state);

/* Whether the file with this header is in it. */
bool pcs_old_has(const struct pcs_old *o, const struct stat *st,
		 const uint8_t header[PCS_PYC_HEADER]);
