/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What the name and the bytes of one pyc tell, wherever it lies. */

#include "verify/verify.h"

/* Fill in what is known of the tag of a pyc. `any` takes versions that are not on the system, too.
 */
void pcs_verify_tag(const struct pcs_verify *v, bool any, struct pcs_seen *c);

/* Take name, header and body of a pyc apart; `any` as above. The recorded path is left to the
 * caller, in p->peek. */
void pcs_verify_content(struct pcs_verify_part *p, bool any, struct pcs_seen *c, const char *data,
			size_t len);

/* Whether a whole pyc is in its canonical form, or has none. */
bool pcs_verify_is_canonical(struct pcs_verify_part *p, const char *data, size_t len);

/* Looks again at a recorded name that is not `path`, and may change what was found. */
typedef void pcs_verify_recorded(void *ctx, struct pcs_seen *c, const char *recorded,
				 const char *path);

/* Compare the names in p->peek with the path that the pyc should record. 0 or -ENOMEM. */
int pcs_verify_compare(struct pcs_verify_part *p, struct pcs_seen *c, const char *path,
		       pcs_verify_recorded *again, void *ctx);

/* Whether a path is below one where packages are built: no installed source lies there. Pure. */
bool pcs_verify_is_build_place(const char *path);

/* Whether a name in a __pycache__ is that of a temporary: ours, the importer's, or a package
 * manager's. */
bool pcs_verify_is_temporary(const char *name);
