/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Pycs on their way to their names. Each is a temporary file in its __pycache__ until it is on the
 * disk; several wait together, so that the disk is asked once for many. Where only the time in the
 * header is another, the file that is there gets it instead.
 */

#include <sys/stat.h>

#include "base/digest.h"
#include "pyc/header.h"

struct pcs_action;
struct pcs_actions;
struct pcs_dir;
struct pcs_handles;
struct pcs_publisher;
struct pcs_site;

struct pcs_publish_ops {
	const struct pcs_site *site;
	const struct pcs_actions *actions;
	struct pcs_handles *handles;
	/* Called for an action whose source changed after it was read. */
	void (*redo)(void *ctx, struct pcs_action *a);
	/* Called for an action that waited for its name and has ended. */
	void (*ended)(void *ctx, struct pcs_action *a);
};

/* The file that has the pyc's name, where its code is the same. */
struct pcs_present {
	int fd; /* for reading and writing; -1 where the latter cannot be, and once it is taken */
	struct stat st;
	const void *header; /* that it has */
};

/* A pyc, and what it is made from. */
struct pcs_pyc {
	struct pcs_action *action;
	struct pcs_dir *dir; /* that the source was read in; held */
	uint8_t header[PCS_PYC_HEADER];
	const void *code;
	size_t code_len;
	struct pcs_present *present; /* or NULL */
	const uint8_t *digest;       /* of the source, or NULL where it is not known */
	const uint8_t *body;       /* digest of the code, or NULL: it is made where it is needed */
	uint64_t quick;            /* see pcs_read_quick() */
	const struct stat *source; /* what fstat said of the bytes that were compiled */
};

/* 0 or -ENOMEM. */
int pcs_publisher_new(const struct pcs_publish_ops *ops, void *ctx, struct pcs_publisher **ret);

/* What was not committed is discarded. */
void pcs_publisher_free(struct pcs_publisher *p);

/* Write a pyc; of `present`, the descriptor may be taken over. Success and failure end up in the
 * action's state, now or in pcs_publish_commit(). */
void pcs_publish(struct pcs_publisher *p, const struct pcs_pyc *pyc);

/* Put all that waits for more than a moment to the disk and under their names, also where that is
 * no full batch: slow sources, or a caller that sleeps, are not waited for. Returns when, by the
 * clock of pcs_now_ms(), which says `now`, there may be something to do. */
long long pcs_publish_tend(struct pcs_publisher *p, long long now);

/* Put all that waits to the disk and under their names. */
void pcs_publish_commit(struct pcs_publisher *p);
