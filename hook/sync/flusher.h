/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Threads that wait for the disk, so that whoever has other work does not. They are given open
 * files, a batch at a time, and know nothing else: no name, no directory, no identity.
 */

#include <stdbool.h>
#include <stddef.h>

struct pcs_flusher;

struct pcs_flush {
	int fd;
	int error; /* 0 or -errno, once the batch is done */
};

/* 0 or -ENOMEM. */
int pcs_flusher_new(struct pcs_flusher **ret);

/* Waits for the batch, and ends the threads. */
void pcs_flusher_free(struct pcs_flusher *f);

/* Bring a batch to the disk; the one before must be done. The list and its descriptors are the
 * caller's, who leaves them alone until this one is. */
void pcs_flusher_start(struct pcs_flusher *f, struct pcs_flush *list, size_t n);

/* Whether the batch is done; with none, it is. */
bool pcs_flusher_is_done(struct pcs_flusher *f);

/* Wait until it is. Where no thread could be had, this does all the work. */
void pcs_flusher_wait(struct pcs_flusher *f);
