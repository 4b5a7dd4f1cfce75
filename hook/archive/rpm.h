/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Packages of rpm whose payload libarchive does not know. */

struct pcs_archive_ops;
struct pcs_buf;
struct pcs_reader;

/*
 * Read the file where it is an .rpm whose payload only says which of the header's files each member
 * is. 1 when it was read; 0 when it is anything else; else as pcs_archive_read().
 */
int pcs_rpm_read(struct pcs_reader *r, int fd, const struct pcs_archive_ops *ops, void *ctx,
		 struct pcs_buf *ret_why);
