/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What 'stage' and 'verify --stage' make of a staging root: the names that are recorded, the time,
 * the policy, and which paths it is about. */

#include "base/buf.h"
#include "tree/staged.h"

struct pcs_changes;
struct pcs_options;
struct pcs_record;
struct pcs_session;

struct pcs_staging_site {
	struct pcs_session *session;
	struct pcs_staged staged;
	struct pcs_buf strip, prepend; /* what `staged` points to */
};

/* Have the command work in `destdir`. 0 or an exit status. */
int pcs_staging_root(struct pcs_options *o, const char *destdir);

/* Settle, for a session that is open with PCS_SESSION_STAGING, all that options, policy and
 * SOURCE_DATE_EPOCH say; its site has it from then on. 0 or an exit status; freed by
 * pcs_staging_done() in any case. */
int pcs_staging_settle(struct pcs_session *s, struct pcs_staging_site *ret);
void pcs_staging_done(struct pcs_staging_site *g);

/* Append the path inside the root of what a path of the command line is; it has to be there. 0 or
 * an exit status. */
int pcs_staging_path(const struct pcs_staging_site *g, const char *path, struct pcs_buf *ret);

/* Add what the operands and options name, and where they name nothing all trees. `record`, if not
 * NULL, is limited to what they name. 0 or an exit status. */
int pcs_staging_changes(struct pcs_staging_site *g, struct pcs_changes *changes,
			struct pcs_record *record);
