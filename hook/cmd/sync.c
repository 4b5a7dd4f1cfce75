/* pycsync sync and pycsync clean: the same engine, once for agreement, once for removal alone. */

#include "cmd/cmd.h"

#include "base/log.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "engine/changes.h"
#include "engine/record.h"

static int run(struct pcs_session *s)
{
	const struct pcs_options *o = s->options;
	struct pcs_changes changes;
	pcs_session_init_changes(s, o->nul ? PCS_CHANGES_NUL : 0, &changes);
	int r = o->n_operands || o->from_stdin ? pcs_session_changes(s, &changes) :
						 pcs_session_trees(s, &changes);
	if (r == 0)
		r = pcs_session_run(s, &changes);
	pcs_changes_done(&changes);
	return r;
}

/* Without a record nothing is proven to be ours, and that is all right. */
static int run_made(struct pcs_session *s)
{
	if (pcs_record_load(s->run.record) < 0) {
		pcs_info("no record tells what pycsync made: nothing is removed");
		return PCS_EXIT_OK;
	}
	int r = run(s);
	if (r == 0 && s->whole && !s->options->dry_run)
		pcs_state_clear(&s->state);
	return r;
}

static int open_and_run(const struct pcs_options *o, unsigned flags)
{
	struct pcs_session s;
	int r = pcs_session_open(o, flags, false, &s);
	if (r == 0)
		r = flags & PCS_RUN_MADE ? run_made(&s) : run(&s);
	pcs_session_done(&s);
	return r;
}

int pcs_cmd_sync(int argc, char **argv)
{
	struct pcs_options o;
	unsigned set = PCS_OPT_ROOT | PCS_OPT_POLICY | PCS_OPT_PYTHON | PCS_OPT_JOBS |
		       PCS_OPT_DRY_RUN | PCS_OPT_EXPLAIN | PCS_OPT_JSON | PCS_OPT_QUIET |
		       PCS_OPT_STDIN;
	int r = pcs_options_read(argc, argv, set, "[options] [--] [PATH...]", &o);
	r = r ? (r < 0 ? PCS_EXIT_USAGE : PCS_EXIT_OK) : open_and_run(&o, 0);
	pcs_options_done(&o);
	return r;
}

int pcs_cmd_clean(int argc, char **argv)
{
	struct pcs_options o;
	unsigned set = PCS_OPT_ROOT | PCS_OPT_POLICY | PCS_OPT_DRY_RUN | PCS_OPT_EXPLAIN |
		       PCS_OPT_JSON | PCS_OPT_QUIET | PCS_OPT_STDIN | PCS_OPT_ALL;
	int r = pcs_options_read(argc, argv, set, "[options] [--] [PATH...]", &o);
	unsigned flags = o.made ? PCS_RUN_PURGE | PCS_RUN_MADE :
			 o.all  ? PCS_RUN_PURGE :
				  PCS_RUN_CLEAN;
	r = r ? (r < 0 ? PCS_EXIT_USAGE : PCS_EXIT_OK) : open_and_run(&o, flags);
	pcs_options_done(&o);
	return r;
}
