/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What is wrong in a package: it follows from the facts once all of them are there. */

struct pcs_buf;
struct pcs_verify;

/* Look at a package, a file of the host. What is wrong with the archive is a finding. 0 or a
 * negative code, with words in `ret_why` (appended) where it is no archive at all. */
int pcs_verify_archive(struct pcs_verify *v, const char *file, struct pcs_buf *ret_why);
