/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Looks at what lies in a __pycache__ and is no cache of an interpreter that is known, and at that
 * itself. For struct pcs_visit_ops. */

struct pcs_dirent;
struct pcs_visit;

/* The ctx of the visit is a struct pcs_look. 0 or -ENOMEM. */
int pcs_look_at_stray(struct pcs_visit *v, const struct pcs_dirent *entry);

/* The same, when all else was looked at. 0 or -errno. */
int pcs_look_at_cache_dir(struct pcs_visit *v);
