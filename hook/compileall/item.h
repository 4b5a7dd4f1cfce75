/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What the walk of compileall finds, in its order. Private to this folder. */

#include "base/digest.h"
#include "base/map.h"
#include "compileall/request.h"
#include "compileall/source.h"

enum pcs_ca_state {
	PCS_CA_TODO,
	PCS_CA_DONE,
	PCS_CA_FAILED,
};

struct pcs_ca_item {
	char *text;           /* printed as it is, before the source; or NULL */
	char *path;           /* a source to compile, or NULL */
	char *recorded;       /* the name to be recorded, or NULL where it is the path */
	struct pcs_buf error; /* PCS_CA_FAILED: what compileall prints of it */
	struct pcs_buf warnings;
	struct pcs_buf last; /* the code of the level before, where it may be linked to */
	struct timespec mtime;
	off_t size;
	mode_t mode;
	uint64_t hash;
	uint8_t digest[PCS_SHA256]; /* of the source, where `digested` */
	bool digested;
	bool shared;           /* see struct pcs_reuse */
	struct pcs_ca_dir dir; /* of the source; only in a guarded run */
	uint8_t state;         /* enum pcs_ca_state */
	uint8_t next;          /* index of the level whose result comes next */
};

struct pcs_ca {
	const struct pcs_compileall *o;
	struct pcs_compileall paths; /* *o with the path options as they are for the current dest */
	struct pcs_ca_item *items;
	size_t n, cap;
	size_t printed;
	size_t *order; /* job number to item */
	size_t n_jobs;
	struct pcs_map planned; /* the pycs that are to be written */
	struct pcs_buf source;
	struct pcs_buf dir; /* the last directory of pycs; what it is, or the one above */
	struct stat dir_stat;
	bool dir_missing;
	bool guarded; /* root at work: see compileall/source.h */
	bool failed;
};

/* Add an item that is done and has nothing to print yet. NULL: out of memory. */
struct pcs_ca_item *pcs_ca_add(struct pcs_ca *ca);

/* Drop all items, and what the walk remembers of them. */
void pcs_ca_forget(struct pcs_ca *ca);

/* Free everything. */
void pcs_ca_done(struct pcs_ca *ca);
