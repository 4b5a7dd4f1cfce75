/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* All entries of a directory of a store: counting, checking and eviction. */

#include "store/entry.h"

struct stat;

struct pcs_store_counts {
	size_t entries, gone; /* `gone`: that were removed */
	uint64_t bytes, freed;
};

/* Count the entries of an open directory. 0; or -errno, and then not all were seen. */
int pcs_store_count(int dir, struct pcs_store_counts *ret);

/*
 * Where the entries take more than `size` bytes, remove those that were used longest ago, until
 * they take seven eighths of it; and what runs that were killed have left, after an hour. Beside
 * any number of runs. 0 or -errno.
 */
int pcs_store_prune(int dir, uint64_t size, struct pcs_store_counts *ret);

/* The same, unless it was done less than an hour ago. */
int pcs_store_prune_at_times(int dir, uint64_t size, struct pcs_store_counts *ret);

/*
 * Read every entry, and tell of each that is wrong: its name relative to the directory, and why, as
 * a fixed text. Fills *ret as pcs_store_count() does. 0 or -errno.
 */
int pcs_store_verify(int dir, void (*wrong)(void *ctx, const char *name, const char *why),
		     void *ctx, struct pcs_store_counts *ret);
