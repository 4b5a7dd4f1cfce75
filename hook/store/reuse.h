/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The code of a source, by what the source is and what compiles it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pcs_buf;
struct pcs_interp;
struct pcs_store;

/* A compilation. */
struct pcs_reuse {
	struct pcs_interp *interp;
	const uint8_t *source; /* its SHA-256 */
	unsigned level;
	bool quiet; /* asked: only code of which CPython was asked to warn, and did not; kept: it is
		       such code */
	bool shared; /* kept: everybody may read the source, and so this */
};

/* Whether there can be code of an interpreter in a store: its canonical form must be known. */
bool pcs_reuse_knows(const struct pcs_interp *interp);

/* Append the code with the recorded name `name`. Whether it was there. */
bool pcs_reuse_get(struct pcs_store *s, const struct pcs_reuse *what, const char *name,
		   struct pcs_buf *ret);

/* Keep code, whatever its recorded name. See pcs_store_put(). */
void pcs_reuse_put(struct pcs_store *s, const struct pcs_reuse *what, const void *code, size_t len);
