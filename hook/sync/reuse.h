#pragma once
/* The code of a source, looked up in the store by what the source and its compiler are, and kept
 * there. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pcs_action;
struct pcs_buf;
struct pcs_settings;
struct pcs_site;

/* Whether the store may serve a compilation: what comes from there is canonical, and so must be
 * what is asked for. */
bool pcs_reuse_serves(const struct pcs_site *site, const struct pcs_action *a,
		      const struct pcs_settings *settings);

/*
 * Append the code of a compilation that the store serves: of the source with this SHA-256, with the
 * recorded name. Whether it was there.
 */
bool pcs_reuse_get(const struct pcs_site *site, const struct pcs_action *a,
		   const struct pcs_settings *settings, const uint8_t *source, const char *recorded,
		   struct pcs_buf *ret);

/* Keep the code of a compilation that the store serves. `quiet`: CPython was asked to warn and did
 * not. */
struct pcs_reuse_code {
	const void *code;
	size_t len;
	bool quiet;
};
void pcs_reuse_put(const struct pcs_site *site, const struct pcs_action *a, const uint8_t *source,
		   const struct pcs_reuse_code *made);
