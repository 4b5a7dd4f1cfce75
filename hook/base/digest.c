/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/digest.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "base/dl.h"
#include "base/log.h"
#include "base/util.h"

PCS_DL_LIBRARY(nettle, "memory", "to know by content what was compiled before", "recommended",
	       "libnettle.so.8");

/* Room for struct sha256_ctx, of 112 bytes in this ABI of the library. */
union context {
	uint64_t align;
	uint8_t room[256];
};

static struct api {
	void (*init)(void *ctx);
	void (*update)(void *ctx, size_t len, const uint8_t *data);
	void (*digest)(void *ctx, size_t len, uint8_t *ret);
} api;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int loaded;

static void load(void)
{
	static const struct pcs_dl_symbol symbols[] = {
		PCS_DL_SYMBOL(struct api, init, "nettle_sha256_init"),
		PCS_DL_SYMBOL(struct api, update, "nettle_sha256_update"),
		PCS_DL_SYMBOL(struct api, digest, "nettle_sha256_digest"),
	};
	loaded = pcs_dl_load(nettle, symbols, PCS_ARRAY_SIZE(symbols), &api);
	const char *why = loaded < 0 ? dlerror() : NULL;
	if (loaded == 0 || (why && strstr(why, "No such file or directory")))
		return;
	loaded = -ELIBBAD;
	pcs_warning("%s: nothing is known by content in this run",
		    why ? why : "libnettle cannot be loaded");
}

static int digest(const void *data, size_t len, uint8_t *ret, size_t ret_len)
{
	union context ctx;
	pthread_once(&once, load);
	if (loaded < 0)
		return loaded;
	api.init(&ctx);
	api.update(&ctx, len, data);
	api.digest(&ctx, ret_len, ret);
	return 0;
}

int pcs_sha256(const void *data, size_t len, uint8_t ret[PCS_SHA256])
{
	return digest(data, len, ret, PCS_SHA256);
}

int pcs_digest(const void *data, size_t len, uint8_t ret[PCS_DIGEST])
{
	return digest(data, len, ret, PCS_DIGEST);
}
