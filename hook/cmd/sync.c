/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pycsync sync and pycsync clean: the same engine, once for agreement, once for removal alone. */

#include "cmd/sync.h"

#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/exit.h"
#include "cmd/operands.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "tree/changes.h"
#include "state/memory.h"
#include "archive/archive.h"

static size_t want_none(void *ctx, const struct pcs_member *m)
{
	(void)ctx;
	(void)m;
	return 0;
}

static int add_member(void *ctx, const struct pcs_member *m, const char *data, size_t len)
{
	(void)data;
	(void)len;
	if (m->escapes || S_ISDIR(m->mode))
		return 0;
	return pcs_changes_add(ctx, m->path, strlen(m->path));
}

/* The paths in package files, as their manager would list them. 0 or an exit status. */
static int add_packages(const struct pcs_options *o, struct pcs_changes *changes)
{
	static const struct pcs_archive_ops ops = { .want = want_none, .member = add_member };
	for (size_t i = 0; i < o->n_packages; i++) {
		PCS_BUF struct pcs_buf why = { 0 };
		int r = pcs_ends_with(o->packages[i], ".whl") ?
				pcs_buf_adds(&why, "a wheel does not say where it is installed") :
				pcs_archive_read(o->packages[i], &ops, changes, &why);
		if (r == 0 && !why.len)
			continue;
		pcs_error("%s: %s", o->packages[i], why.len ? why.data : pcs_strerror(r));
		return r == -PCS_ESIGNAL ? pcs_session_status(r) : PCS_EXIT_USAGE;
	}
	return 0;
}

static int run(struct pcs_session *s)
{
	const struct pcs_options *o = s->options;
	struct pcs_changes changes;
	pcs_session_init_changes(s, o->n_packages ? PCS_CHANGES_TRIGGER : 0, &changes);
	int r = o->n_packages                  ? add_packages(o, &changes) :
		o->n_operands || o->from_stdin ? pcs_session_changes(s, &changes) :
						 pcs_session_all_trees(s, &changes);
	if (r == 0)
		r = pcs_session_run(s, &changes);
	pcs_changes_done(&changes);
	return r;
}

/* Without a memory nothing is proven to be ours, and that is all right. It is not read before other
 * runs that were waited for have written theirs. */
static int run_made(struct pcs_session *s)
{
	int r = run(s);
	int known = r == 0 ? pcs_memory_load(s->site.memory) : 0;
	if (known < 0 && known != -EBADMSG && !pcs_is_absence(known))
		return pcs_fail(PCS_EXIT_FAILED, "the memory of what pycsync made: %s",
				pcs_strerror(known));
	if (known < 0) {
		pcs_info("nothing tells what pycsync made: nothing is removed");
		return PCS_EXIT_OK;
	}
	/* Without the policy, not all trees are known: the rest of the memory is still needed. */
	if (r || !s->whole || s->passed_over || s->options->dry_run)
		return r;
	r = pcs_state_clear(&s->state);
	return r == 0 ? PCS_EXIT_OK :
			pcs_fail(PCS_EXIT_FAILED, "what is kept in %s cannot be removed: %s",
				 PCS_STATE_DIR, pcs_strerror(r));
}

static int open_and_run(struct pcs_options *o, const struct pcs_goal *goal)
{
	struct pcs_session s;
	o->dry_run |= o->check;
	int r = pcs_session_open(o, goal, 0, &s);
	if (r == 0)
		r = goal->kind == PCS_GOAL_PURGE_MADE ? run_made(&s) : run(&s);
	pcs_session_done(&s);
	return r;
}

static int sync_paths(struct pcs_options *o)
{
	const struct pcs_goal goal = { .flags = o->n_packages ? PCS_GOAL_IN_TREES : 0 };
	if (o->n_packages && (o->n_operands || o->from_stdin))
		return pcs_fail(PCS_EXIT_USAGE, "sync: --package cannot be combined with paths");
	return open_and_run(o, &goal);
}

static int clean(struct pcs_options *o)
{
	if (o->all && o->made)
		return pcs_fail(PCS_EXIT_USAGE, "clean: --all cannot be combined with --made");
	const struct pcs_goal goal = { .kind = o->made ? PCS_GOAL_PURGE_MADE :
					       o->all  ? PCS_GOAL_PURGE :
							 PCS_GOAL_CLEAN,
				       .flags = o->made ? PCS_GOAL_ROOTS : 0 };
	return open_and_run(o, &goal);
}

int pcs_cmd_sync(int argc, char **argv)
{
	return pcs_options_run(argc, argv, PCS_SYNC, "[options] [--] [PATH...]", sync_paths);
}

int pcs_cmd_clean(int argc, char **argv)
{
	return pcs_options_run(argc, argv, PCS_CLEAN, "[options] [--] [PATH...]", clean);
}
