/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pycsync trigger: sync with a package manager's list, and never a reason for it to fail. */

#include "cmd/trigger.h"

#include <string.h>

#include "base/exit.h"
#include "base/log.h"
#include "cmd/operands.h"
#include "cmd/options.h"
#include "cmd/scripts.h"
#include "cmd/session.h"
#include "tree/changes.h"
#include "pkg/manager.h"
#include "pkg/managers.h"
#include "pkg/owner.h"
#include "policy/query.h"
#include "sync/actions.h"

/* The names of the triggers that come with a list, or, with PCS_TRIGGER_NAMES, with names. */
static int add_names(struct pcs_buf *b, unsigned flag, const char *between)
{
	const char *before = "";
	int r = 0;
	for (const struct pcs_manager *const *m = pcs_managers; *m; m++)
		for (const struct pcs_trigger *t = (*m)->triggers; t->name && r == 0; t++) {
			if ((t->flags & PCS_TRIGGER_NAMES) != flag)
				continue;
			r = pcs_buf_printf(b, "%s%s", before, t->name);
			before = between;
		}
	return r;
}

/* What is noted of each path of a list besides that it is looked at. */
struct listening {
	struct pcs_session *session;
	bool erased;
	bool interp; /* the path of an interpreter is among them */
};

static int listen_to(void *ctx, const char *path)
{
	struct listening *l = ctx;
	struct pcs_session *s = l->session;
	int r = 0;
	if (l->erased)
		r = pcs_owner_release(s->site.owner, path);
	if (r == 0 && s->knows_turnover)
		r = pcs_turnover_note(&s->turnover, &s->root, pcs_session_keep(s), path);
	l->interp |= r > 0;
	return r < 0 ? r : 0;
}

static int take_list(struct pcs_session *s, unsigned flags, struct pcs_changes *changes)
{
	struct listening l = { .session = s, .erased = flags & PCS_TRIGGER_ERASED };
	changes->each = listen_to;
	changes->each_ctx = &l;
	int r = pcs_session_list(changes);
	changes->each_ctx = NULL;
	changes->each = NULL;
	bool turnover = l.interp || s->turnover.news || s->turnover.gone.len;
	return r == 0 && turnover ? pcs_session_all_trees(s, changes) : r;
}

/* dpkg gives its names in one argument, or none of them where all may have changed. */
static int split_names(const struct pcs_options *o, struct pcs_buf *ret, const char ***ret_names,
		       size_t *ret_n)
{
	int r = pcs_buf_adds(ret, "");
	for (size_t i = 1; i < o->n_operands && r == 0; i++)
		r = pcs_buf_printf(ret, "%s ", o->operands[i]);
	char *rest = ret->data;
	for (char *name; r == 0 && (name = strtok_r(rest, " ", &rest));)
		r = pcs_words_add(ret_names, ret_n, name);
	return r;
}

struct named {
	const struct pcs_manager *manager;
	const char **names;
	size_t n;
};

static bool is_told_of(void *ctx, const char *tree)
{
	const struct named *l = ctx;
	for (size_t i = 0; i < l->n; i++)
		if (pcs_trigger_tells(l->manager, l->names[i], tree))
			return true;
	return false;
}

/* What scripts did is done with once all is carried out, and what failed would fail again. */
static int note_right(void *ctx, struct pcs_actions *l)
{
	struct pcs_scripts *x = ctx;
	return pcs_scripts_failed(x, l, PCS_FAILED_FOR_GOOD) ? 0 : pcs_scripts_set_all_right(x);
}

/* Where scripts have dealt with everything, nothing is left to walk; else that is all trees, as it
 * is not known what there was before. */
static int leave_to_scripts(struct pcs_session *s, struct pcs_scripts *x, struct named *told,
			    struct pcs_changes *changes)
{
	size_t i = 0;
	while (i < changes->n_walks && !is_told_of(told, changes->walks[i].path))
		i++;
	int done = i < changes->n_walks ? pcs_scripts_did_all(x) : 0;
	if (done < 0)
		return done;
	s->whole = !done && i < changes->n_walks && x->active && x->rows.n;
	if (done)
		changes->n_walks = 0;
	else if (!s->whole)
		pcs_changes_keep_walks(changes, is_told_of, told);
	return 0;
}

static int take_names(struct pcs_session *s, const struct pcs_manager *m, struct pcs_scripts *x,
		      struct pcs_changes *changes)
{
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_FREE const char **names = NULL;
	size_t n = 0;
	int r = pcs_session_status(split_names(s->options, &text, &names, &n));
	if (r == 0)
		r = pcs_session_all_trees(s, changes);
	if (r)
		return r;
	r = pcs_scripts_open(s, NULL, x);
	if (r == 0 && (n == 0 || s->turnover.news || s->turnover.gone.len))
		r = pcs_scripts_did_all(x);
	else if (r == 0)
		r = leave_to_scripts(s, x, &(struct named){ m, names, n }, changes);
	s->follow = note_right;
	s->follow_ctx = x;
	return pcs_session_status(r < 0 ? r : 0);
}

static int run(const struct pcs_options *o, const struct pcs_manager *m, unsigned flags)
{
	struct pcs_session s;
	struct pcs_changes changes;
	struct pcs_scripts scripts = { 0 };
	const bool listed = !(flags & (PCS_TRIGGER_NAMES | PCS_TRIGGER_ERASED));
	const unsigned asked = (flags & PCS_TRIGGER_ERASED ? PCS_GOAL_ERASED : 0u) |
			       (flags & PCS_TRIGGER_ROOTS ? PCS_GOAL_ROOTS : 0u) |
			       (listed ? PCS_GOAL_LISTED : 0u);
	const bool going = flags & PCS_TRIGGER_GOING;
	const struct pcs_goal goal = { .kind = going ? PCS_GOAL_GOING : PCS_GOAL_RECONCILE,
				       .flags = PCS_GOAL_IN_TREES | asked };
	pcs_log_to_syslog(m->name);
	int r = pcs_session_open(o, &goal, PCS_SESSION_SOFT, &s);
	const char *place = r == 0 && m->variable ? getenv(m->variable) : NULL;
	if (place && pcs_owner_tell(s.site.owner, m, place) < 0) {
		pcs_error("out of memory");
		r = PCS_EXIT_FAILED;
	}
	s.by = m->name;
	if (r == 0) {
		pcs_session_init_changes(&s, PCS_CHANGES_TRIGGER, &changes);
		r = flags & PCS_TRIGGER_NAMES ? take_names(&s, m, &scripts, &changes) :
						take_list(&s, flags, &changes);
		if (r == 0)
			r = pcs_session_run(&s, &changes);
		pcs_changes_done(&changes);
	}
	pcs_scripts_done(&scripts);
	pcs_session_done(&s);
	return flags & PCS_TRIGGER_NO_FAULT ? PCS_EXIT_OK : r;
}

static int find_and_run(struct pcs_options *o)
{
	PCS_BUF struct pcs_buf names = { 0 };
	const struct pcs_manager *m;
	const struct pcs_trigger *t = pcs_trigger_find(o->n_operands ? o->operands[0] : "", &m);
	if (t && (o->n_operands == 1 || t->flags & PCS_TRIGGER_NAMES))
		return run(o, m, t->flags);
	if (add_names(&names, 0, ", ") == 0 && pcs_buf_adds(&names, ", ") == 0 &&
	    add_names(&names, PCS_TRIGGER_NAMES, ", ") == 0)
		pcs_error("trigger: expected one of %s", names.data);
	return PCS_EXIT_USAGE;
}

/* What must not fail its transaction does not do so before its options could be read, either. */
static bool may_fail(int argc, char **argv)
{
	const struct pcs_manager *m;
	for (int i = 1; i < argc; i++) {
		const struct pcs_trigger *t = pcs_trigger_find(argv[i], &m);
		if (t && t->flags & PCS_TRIGGER_NO_FAULT)
			return false;
	}
	return true;
}

int pcs_cmd_trigger(int argc, char **argv)
{
	PCS_BUF struct pcs_buf usage = { 0 };
	if (pcs_buf_adds(&usage, "[options] ") < 0 || add_names(&usage, 0, "|") < 0 ||
	    pcs_buf_adds(&usage, " <LIST\n       pycsync trigger [options] ") < 0 ||
	    add_names(&usage, PCS_TRIGGER_NAMES, "|") < 0 || pcs_buf_adds(&usage, " [NAMES]") < 0) {
		pcs_error("out of memory");
		return may_fail(argc, argv) ? PCS_EXIT_USAGE : PCS_EXIT_OK;
	}
	int status = pcs_options_run(argc, argv, PCS_TRIGGER, usage.data, find_and_run);
	return status == PCS_EXIT_USAGE && !may_fail(argc, argv) ? PCS_EXIT_OK : status;
}
