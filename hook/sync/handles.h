/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The directories of actions while they are worked in. Each is opened once, held as long as
 * anything in it is under way, and kept for a while after that; so many are open at a time.
 */

struct pcs_dir;
struct pcs_place;
struct pcs_handles;
struct pcs_site;

/* 0 or -ENOMEM. Freed by pcs_handles_free(), once nothing is held. */
int pcs_handles_new(const struct pcs_site *site, struct pcs_handles **ret);

/* Close all. */
void pcs_handles_free(struct pcs_handles *p);

/*
 * Hold a place's directory until pcs_handles_put(). 0; 1 when it is held and is another directory
 * than the one that was looked at when its actions were planned; or -errno.
 */
int pcs_handles_get(struct pcs_handles *p, struct pcs_place *place, struct pcs_dir **ret);

/* Let go of a directory; NULL is fine. */
void pcs_handles_put(struct pcs_handles *p, struct pcs_dir *d);

/* Hold a directory that is held already, once more. */
void pcs_handles_hold(struct pcs_dir *d);
