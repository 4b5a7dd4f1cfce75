/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The interpreters of the system: which there are, and what their bytecode is called. */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "pyc/name.h"

/* Why a script that has the name of an interpreter is not taken for one. */
#define PCS_INTERP_SCRIPT "it is a script: name the interpreter that it runs"

enum {
	PCS_VERSION_MAX = 12,
	PCS_INTERPS_MAX = 32, /* so many serve at a time */
	PCS_NO_INTERP = 255,  /* in the place of an interpreter's number: none */
	PCS_START_MS = 30000, /* the most that one may take to start, where nothing else is said */
};

struct pcs_interp {
	/* "3.11", "3.13t", "pypy3.9": as in the name of the directory that its library is in. Two
	 * of one tag and magic number may differ in it: 3.13 and 3.13t. */
	char version[PCS_VERSION_MAX];
	char tag[PCS_TAG_MAX]; /* cache tag; "" while it is not known */
	unsigned minor;
	uint32_t magic;   /* as in struct pcs_pyc_header; 0 while it is not known */
	char *libpython;  /* absolute path, or NULL: then the executable has to do the work */
	char *executable; /* absolute path that its standard library is found from */
	bool by_itself;   /* its worker is the executable, which holds the whole interpreter */
	char *full;       /* "3.11.2", once it was asked, else NULL */
	uint32_t marshal; /* version of the marshal format, once it was asked */
	uint64_t build;   /* see build.h; 0 while it is not known */
	char *reason;     /* why it cannot be used, or NULL */
	bool told;        /* it was asked for tag and magic number, now or in an earlier run; else
			     they are those that its name tells */
	bool found;       /* in the usual directories */
	bool barred;      /* a spare that the policy excludes */
};

/* What one was asked for by. */
struct pcs_interp_name {
	char *name;
	size_t at; /* in the list, or SIZE_MAX when it cannot be used */
};

struct pcs_interps {
	struct pcs_interp *list;
	size_t n, cap;
	size_t n_rest; /* behind these: spares of the same versions, and what cannot be used */
	struct pcs_interp_name *names;
	size_t n_names, cap_names;
	int start_ms;           /* the most that one may take to start; 0: PCS_START_MS */
	struct pcs_buf scripts; /* paths in the usual directories, one on a line, where a script has
				   the name of an interpreter: what it runs is not known */
	struct pcs_buf pypys; /* versions of PyPy that are there and serve only who names them, one
				 on a line */
	bool all_found;       /* none of the usual directories is missing */
	char *unseen;         /* the first that could not be looked at, and why; NULL: all were */
};
void pcs_interps_done(struct pcs_interps *l);

/* Free what one holds, not itself. */
void pcs_interp_done(struct pcs_interp *i);

/* The file that it is known by: its libpython, else its executable. */
const char *pcs_interp_path(const struct pcs_interp *i);

/* Note that nobody knows whether an interpreter is at `path`, because of an errno. */
void pcs_interps_note_unseen(struct pcs_interps *l, const char *path, int error);

/* Put behind the rest what cannot be used, and of several with one cache tag and version all but
 * the first. */
void pcs_interps_keep_usable(struct pcs_interps *l);

/*
 * Put the next one of the same bytecode and version in the place of the one at `at`, which has a
 * reason and stays as a spare. Returns that one, or NULL when there is none.
 */
const struct pcs_interp *pcs_interps_replace(struct pcs_interps *l, size_t at);

/* Whether the interpreter at `at` is what `name`, a version or a path, stands for: 1 or 0, or
 * -errno where that cannot be seen, which is noted. */
int pcs_interps_is(struct pcs_interps *l, size_t at, const char *name);
