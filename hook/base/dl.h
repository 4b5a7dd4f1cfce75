/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Libraries that are loaded when they are needed. No other command waits for them. */

#include <stddef.h>
#include <stdint.h>

/* The name of a symbol, and where its address goes in a struct of pointers. */
struct pcs_dl_symbol {
	const char *name;
	size_t offset;
};
#define PCS_DL_SYMBOL(type, member, name)    \
	{                                    \
		name, offsetof(type, member) \
	}

/*
 * Define `variable`, the names that a library may have, the best one first, and a note in the ELF
 * file that tells packagers and distributions of them: https://systemd.io/ELF_DLOPEN_METADATA/.
 * All others are string literals; `priority` is required, recommended or suggested.
 */
#define PCS_DL_LIBRARY(variable, feature, description, priority, ...)              \
	static const char *const variable[] = { __VA_ARGS__, NULL };               \
	PCS_DL_NOTE(variable##_note,                                               \
		    "[{\"feature\":\"" feature "\",\"description\":\"" description \
		    "\",\"priority\":\"" priority "\",\"soname\":[" #__VA_ARGS__ "]}]")
#define PCS_DL_NOTE(variable, content)                                                          \
	__attribute__((used, section(".note.dlopen"))) _Alignas(uint32_t) static const struct { \
		uint32_t name_size, content_size, type;                                         \
		char name[4];                                                                   \
		_Alignas(uint32_t) char json[sizeof(content)];                                  \
	} variable = { 4, sizeof(content), 0x407c0c0a, "FDO", content }

/*
 * Load the first of `sonames` that is there, and look up all symbols. It stays loaded: to ask again
 * costs no more than the lookups, from any thread. 0, or -ELIBACC when none is there or one symbol
 * is missing; *ret_api is of no use then.
 */
int pcs_dl_load(const char *const sonames[], const struct pcs_dl_symbol symbols[], size_t n,
		void *ret_api);

/* The second half, for a library that is loaded: look up all symbols. 0 or -ELIBACC. */
int pcs_dl_symbols(void *library, const struct pcs_dl_symbol symbols[], size_t n, void *ret_api);
