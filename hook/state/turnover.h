/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Which interpreters came and went since pycsync last looked, by their cache tags; and by their
 * versions, "=3.13t", from 3.13 on, of which two have one tag. And which trees the policy has got
 * and lost, by their names in it.
 */

#include <stdbool.h>

#include "base/buf.h"

struct pcs_interps;
struct pcs_root;
struct pcs_state;

struct pcs_turnover {
	struct pcs_buf before; /* what the state told of, one on a line */
	struct pcs_buf now;    /* of all that are there, one on a line */
	struct pcs_buf gone;   /* of those that were there and are not any more */
	bool news;             /* one is there that was not, as far as is known */
	char *unseen; /* what could not be looked at, and why: nothing is gone then, and `now` is
			 not all there is; or NULL */
};
void pcs_turnover_done(struct pcs_turnover *t);

/* Whether the lines of `tags`, which may be NULL, have `tag` among them. */
bool pcs_tags_have(const char *tags, const char *tag, size_t len);

/*
 * Compare what is there, `served` and all in the usual directories, with what the state says of
 * earlier runs. `keep`: versions, NULL-terminated, that never count as gone, or
 * NULL: it is not known which, and nothing does; `trees`: those of the
 * system's policy, NULL-terminated, or NULL where another one is in force. Says so where the state
 * is damaged. 0 or -ENOMEM.
 */
int pcs_turnover_find(const struct pcs_state *state, const struct pcs_interps *served,
		      const char *const *keep, const char *const *trees, struct pcs_turnover *ret);

/*
 * A path that a package manager names: where it is the one of an interpreter, that one came, went
 * or is another now: the first and the last where it is there. Returns 1 then, 0 where it is none,
 * or -ENOMEM.
 */
int pcs_turnover_note(struct pcs_turnover *t, const struct pcs_root *root, const char *const *keep,
		      const char *path);

/* Note in the state, for the runs to come, what is there; and what another run has noted since it
 * was compared. 0 or -errno. */
int pcs_turnover_keep(const struct pcs_state *state, struct pcs_turnover *t);

/*
 * Whether the interpreter is gone that a pyc with `tag` is of. `gone` is as above, or NULL;
 * `version` is what the place of the pyc binds it to, or NULL. Without it, the pyc is of all with
 * the tag.
 */
bool pcs_turnover_is_gone(const char *gone, const char *tag, size_t len, const char *version,
			  size_t version_len);
