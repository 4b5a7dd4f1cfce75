/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Pycs whose code is right and whose header is not: they get another one, and no compiler is asked.
 */

struct pcs_action;
struct pcs_actions;
struct pcs_handles;
struct pcs_publisher;
struct pcs_restamper;
struct pcs_site;

/* 0 or -ENOMEM. Freed by pcs_restamper_free(). */
int pcs_restamper_new(const struct pcs_site *site, struct pcs_handles *handles,
		      struct pcs_publisher *publisher, struct pcs_restamper **ret);
void pcs_restamper_free(struct pcs_restamper *r);

/*
 * Prove once more, of the very bytes of source and pyc, that a PCS_RESTAMP of `l` is right, and
 * hand the pyc to the publisher. Where there is any doubt the action becomes a PCS_COMPILE.
 */
void pcs_restamp(struct pcs_restamper *r, const struct pcs_actions *l, struct pcs_action *a);
