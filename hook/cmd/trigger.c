/* pycsync trigger: sync with a package manager's list, and never a reason for it to fail. */

#include "cmd/cmd.h"

#include <string.h>

#include "base/log.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "engine/changes.h"

static const struct {
	const char *name;
	unsigned flags;
} triggers[] = {
	{ "alpm-pre", PCS_RUN_TRIGGER | PCS_RUN_GOING },
	{ "alpm-post", PCS_RUN_TRIGGER },
};

static int run(const struct pcs_options *o, unsigned flags)
{
	struct pcs_session s;
	struct pcs_changes changes;
	int r = pcs_session_open(o, flags, true, &s);
	if (r == 0) {
		pcs_session_init_changes(&s, PCS_CHANGES_TRIGGER, &changes);
		r = pcs_session_list(&changes);
		if (r == 0)
			r = pcs_session_run(&s, &changes);
		pcs_changes_done(&changes);
	}
	pcs_session_done(&s);
	return r;
}

int pcs_cmd_trigger(int argc, char **argv)
{
	struct pcs_options o;
	unsigned set = PCS_OPT_ROOT | PCS_OPT_POLICY | PCS_OPT_PYTHON | PCS_OPT_JOBS |
		       PCS_OPT_DRY_RUN | PCS_OPT_EXPLAIN | PCS_OPT_JSON | PCS_OPT_QUIET;
	int r = pcs_options_read(argc, argv, set, "[options] alpm-pre|alpm-post <LIST", &o);
	if (r) {
		pcs_options_done(&o);
		return r < 0 ? PCS_EXIT_USAGE : PCS_EXIT_OK;
	}
	const char *name = o.n_operands == 1 ? o.operands[0] : "";
	r = -1;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(triggers); i++)
		if (strcmp(triggers[i].name, name) == 0)
			r = run(&o, triggers[i].flags);
	if (r < 0) {
		pcs_error("trigger: expected one of alpm-pre, alpm-post");
		r = PCS_EXIT_USAGE;
	}
	pcs_options_done(&o);
	return r;
}
