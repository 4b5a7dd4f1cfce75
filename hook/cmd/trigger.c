/* pycsync trigger: sync with a package manager's list, and never a reason for it to fail. */

#include "cmd/trigger.h"

#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/path.h"
#include "base/exit.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "tree/changes.h"
#include "pkg/owner.h"
#include "policy/query.h"

enum trigger_flags {
	NAMES = 1 << 0,    /* directories come as arguments, and there is no list */
	NO_FAULT = 1 << 1, /* status 0 whatever happens */
};

static const struct trigger {
	const char *name;
	const char *manager;
	struct pcs_goal goal;
	unsigned flags;
} triggers[] = {
	{ "alpm-pre", "pacman", { .kind = PCS_GOAL_GOING, .flags = PCS_GOAL_IN_TREES }, 0 },
	{ "alpm-post", "pacman", { .flags = PCS_GOAL_IN_TREES }, 0 },
	{ "rpm-in", "rpm", { .flags = PCS_GOAL_IN_TREES }, 0 },
	{ "rpm-postun", "rpm", { .flags = PCS_GOAL_IN_TREES | PCS_GOAL_ERASED }, 0 },
	{ "dpkg", "dpkg", { .flags = PCS_GOAL_IN_TREES | PCS_GOAL_ROOTS }, NAMES | NO_FAULT },
};

static const struct trigger *find_trigger(const char *name)
{
	for (size_t i = 0; i < PCS_ARRAY_SIZE(triggers); i++)
		if (strcmp(triggers[i].name, name) == 0)
			return &triggers[i];
	return NULL;
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
		r = pcs_turnover_note(&s->turnover, pcs_policy_keep(s->policy), path);
	l->interp |= r > 0;
	return r < 0 ? r : 0;
}

static int take_list(struct pcs_session *s, const struct trigger *t, struct pcs_changes *changes)
{
	struct listening l = { .session = s, .erased = t->goal.flags & PCS_GOAL_ERASED };
	changes->each = listen_to;
	changes->each_ctx = &l;
	int r = pcs_session_list(changes);
	changes->each_ctx = NULL;
	changes->each = NULL;
	bool turnover = l.interp || s->turnover.news || s->turnover.gone.len;
	return r == 0 && turnover ? pcs_session_trees(s, changes) : r;
}

/* dpkg gives its names in one argument, or none of them where all may have changed. */
static int split_names(const struct pcs_options *o, struct pcs_buf *ret, char ***ret_names,
		       size_t *ret_n)
{
	size_t cap = 0;
	int r = pcs_buf_adds(ret, "");
	for (size_t i = 1; i < o->n_operands && r == 0; i++)
		r = pcs_buf_printf(ret, "%s ", o->operands[i]);
	char *save = NULL;
	for (char *name = r == 0 ? strtok_r(ret->data, " ", &save) : NULL; name;
	     name = strtok_r(NULL, " ", &save)) {
		char **names = pcs_grow(*ret_names, &cap, *ret_n + 1, sizeof(char *));
		if (!names)
			return -ENOMEM;
		*ret_names = names;
		names[(*ret_n)++] = name;
	}
	return r;
}

static int take_names(struct pcs_session *s, struct pcs_changes *changes)
{
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_FREE char **names = NULL;
	size_t n = 0;
	if (split_names(s->options, &text, &names, &n) < 0) {
		pcs_error("out of memory");
		return PCS_EXIT_FAILED;
	}
	int r = pcs_session_trees(s, changes);
	if (r || n == 0 || s->turnover.news || s->turnover.gone.len)
		return r;
	pcs_changes_keep_walks(changes, names, n);
	s->whole = false;
	return 0;
}

static int run(const struct pcs_options *o, const struct trigger *t)
{
	struct pcs_session s;
	struct pcs_changes changes;
	pcs_log_to_syslog(t->manager);
	int r = pcs_session_open(o, &t->goal, PCS_SESSION_SOFT, &s);
	if (r == 0) {
		pcs_session_init_changes(&s, PCS_CHANGES_TRIGGER, &changes);
		r = t->flags & NAMES ? take_names(&s, &changes) : take_list(&s, t, &changes);
		if (r == 0)
			r = pcs_session_run(&s, &changes);
		pcs_changes_done(&changes);
	}
	pcs_session_done(&s);
	return t->flags & NO_FAULT ? PCS_EXIT_OK : r;
}

int pcs_cmd_trigger(int argc, char **argv)
{
	struct pcs_options o;
	int r = pcs_options_read(argc, argv, PCS_TRIGGER,
				 "[options] alpm-pre|alpm-post|rpm-in|rpm-postun <LIST\n"
				 "       pycsync trigger [options] dpkg [NAMES]",
				 &o);
	if (r) {
		pcs_options_done(&o);
		return r < 0 ? PCS_EXIT_USAGE : PCS_EXIT_OK;
	}
	const struct trigger *t = find_trigger(o.n_operands ? o.operands[0] : "");
	if (t && (o.n_operands == 1 || t->flags & NAMES)) {
		r = run(&o, t);
	} else {
		pcs_error("trigger: expected one of alpm-pre, alpm-post, rpm-in, rpm-postun, dpkg");
		r = PCS_EXIT_USAGE;
	}
	pcs_options_done(&o);
	return r;
}
