/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Where interpreters are: by directories, by versions, by names. */

#include "workers/interp.h"

/*
 * Add every CPython of the usual directories, by its shared libpython or its executable, oldest
 * version first. One that is too old is added with a reason, and what cannot be looked at is noted
 * in `unseen`. 0 or -ENOMEM.
 */
int pcs_interps_discover(struct pcs_interps *l);

/*
 * Add what `name` stands for: a version ("3.11") among the usual directories, or an interpreter's
 * executable ("pypy3.9" is looked for, a path is taken) or libpython. -ENOENT or -ENOTDIR when
 * there is none, -ENOEXEC when it is none, another -errno where it cannot be looked at, which is
 * noted in `unseen`; `ret_why` then has words, appended.
 */
int pcs_interps_add(struct pcs_interps *l, const char *name, struct pcs_buf *ret_why);

/*
 * Whether a path is the one of an interpreter as packages have it: an executable python3.X, or a
 * libpython3.X.so.1.0. Its version is written to `version`.
 */
bool pcs_interp_version_of(const char *path, char version[PCS_VERSION_MAX]);
