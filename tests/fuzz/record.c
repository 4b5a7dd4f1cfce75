/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzed: the RECORD of a wheel, whose rows stay, go or are emptied as their paths have it. What
 * stays everywhere is what was there. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stage/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int by_length(void *ctx, const char *path, const char *hash)
{
	(void)ctx;
	return *hash && strlen(path) % 3 == 0 ? PCS_RECORD_EMPTIED :
	       strlen(path) % 3 == 1          ? PCS_RECORD_GOES :
						PCS_RECORD_STAYS;
}

static int stays(void *ctx, const char *path, const char *hash)
{
	(void)ctx;
	(void)path;
	(void)hash;
	return PCS_RECORD_STAYS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_BUF struct pcs_buf edited = { 0 };
	PCS_BUF struct pcs_buf same = { 0 };
	if (!len || pcs_buf_add(&text, data, len) < 0)
		return 0;
	pcs_record_edit(&text, by_length, NULL, &edited);
	if (pcs_record_edit(&text, stays, NULL, &same) == 1)
		abort();
	return 0;
}
