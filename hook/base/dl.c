/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/dl.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

int pcs_dl_symbols(void *library, const struct pcs_dl_symbol symbols[], size_t n, void *ret_api)
{
	for (size_t i = 0; i < n; i++) {
		void *address = dlsym(library, symbols[i].name);
		if (!address)
			return -ELIBACC;
		/* dlsym(3) gives functions as pointers to data. */
		memcpy((char *)ret_api + symbols[i].offset, &address, sizeof(address));
	}
	return 0;
}

int pcs_dl_load(const char *const sonames[], const struct pcs_dl_symbol symbols[], size_t n,
		void *ret_api)
{
	void *library = NULL;
	for (; *sonames && !library; sonames++)
		library = dlopen(*sonames, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	return library ? pcs_dl_symbols(library, symbols, n, ret_api) : -ELIBACC;
}
