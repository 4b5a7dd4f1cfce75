/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/session.h"

#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/exit.h"
#include "cmd/debian.h"
#include "cmd/options.h"
#include "cmd/storage.h"
#include "tree/databases.h"
#include "state/lock.h"
#include "state/memory.h"
#include "state/old.h"
#include "state/told.h"
#include "sync/report.h"
#include "pkg/managers.h"
#include "pkg/owner.h"
#include "policy/layers.h"
#include "policy/policy.h"
#include "policy/query.h"
#include "workers/find.h"
#include "workers/ask.h"

/* A trigger waits no longer for another run: transactions must end. */
enum { TRIGGER_WAIT_SECONDS = 600, TRIGGER_TOTAL_SECONDS = 3600, TRIGGER_START_MS = 5000 };

/* Report what is wrong with the layers. Returns whether what is left of them may serve. */
static bool report_layers(struct pcs_session *s, const struct pcs_layers *l)
{
	/* A transaction has two triggers at most; the first one leaves the words to the
	 * second, but for what the second may not meet. */
	bool again = s->soft && s->goal.kind == PCS_GOAL_GOING && !l->unread;
	for (size_t i = 0; i < l->faults.n; i++)
		pcs_log(again ? PCS_LOG_DEBUG : PCS_LOG_ERROR, "%s", l->faults.lines[i]);
	/* What was made goes without a policy: else it would stay for ever where that is broken. */
	bool soft = s->soft || s->goal.kind == PCS_GOAL_PURGE_MADE;
	for (size_t i = 0; soft && i < l->broken.n; i++)
		pcs_log(again ? PCS_LOG_DEBUG : PCS_LOG_WARNING,
			"%s is passed over; the policy below it serves", l->broken.lines[i]);
	s->passed_over = soft && l->broken.n;
	return soft || l->broken.n == 0;
}

/* Bytes must not depend on what a store has: with one, they are canonical. */
static void settle_policy(const struct pcs_session *s)
{
	struct pcs_storing storing;
	pcs_policy_store(s->policy, &storing);
	if (storing.path || s->options->store)
		pcs_policy_be_canonical(s->policy);
}

/* In a staging root the host's: what a package will install is no policy yet. */
static int read_policy(struct pcs_session *s)
{
	struct pcs_layers layers = { 0 };
	struct pcs_root host = { .fd = -1 };
	int r = s->staging ? pcs_root_open("/", &host) : 0;
	if (r == 0)
		r = pcs_layers_read(s->staging ? &host : &s->root, s->options->policy, &layers);
	if (host.path)
		pcs_root_done(&host);
	bool usable = r == 0 && report_layers(s, &layers);
	if (r < 0)
		pcs_error("the policy: %s", pcs_strerror(r));
	if (usable) {
		s->policy = PCS_TAKE(layers.policy);
		settle_policy(s);
	}
	s->inside = s->root.path[0] && !s->staging ? layers.inside : 0;
	pcs_layers_done(&layers);
	return usable ? 0 : PCS_EXIT_USAGE;
}

static int open_policy(struct pcs_session *ret)
{
	const struct pcs_options *o = ret->options;
	if (o->quiet)
		pcs_log_set_level(PCS_LOG_ERROR);
	else if (o->verbose)
		pcs_log_set_level(PCS_LOG_DEBUG);
	int r = pcs_root_open(o->root, &ret->root);
	if (r < 0)
		return pcs_fail(PCS_EXIT_USAGE, "%s: %s", o->root, pcs_strerror(r));
	return read_policy(ret);
}

static void init(const struct pcs_options *o, unsigned flags, struct pcs_session *ret)
{
	*ret = (struct pcs_session){
		.options = o,
		.root.fd = -1,
		.soft = flags & PCS_SESSION_SOFT,
		.staging = flags & PCS_SESSION_STAGING,
		.state = { .dir = -1, .lock = -1 },
	};
}

int pcs_session_policy(const struct pcs_options *o, unsigned flags, struct pcs_session *ret)
{
	init(o, flags, ret);
	return open_policy(ret);
}

/* Nothing is known of what cannot be looked at: it is neither served nor gone. */
static void report_unseen(struct pcs_session *s, const char *unseen)
{
	pcs_error("%s; none of the interpreters counts as gone, and not all may be served", unseen);
	s->flawed = true;
}

static bool is_unusable(const struct pcs_interp *in)
{
	return in->reason && !in->barred && in->minor >= PCS_MINOR_OLDEST;
}

bool pcs_session_lacks_interp(const struct pcs_session *s, size_t i)
{
	const struct pcs_interps *l = &s->interps;
	size_t k = 0;
	while (k < l->n && strcmp(l->list[k].version, l->list[i].version) != 0)
		k++;
	return is_unusable(&l->list[i]) && k == l->n;
}

/* What cannot be started is not served, unless another one is there for it. */
static void report_unusable(struct pcs_session *s)
{
	const struct pcs_interps *l = &s->interps;
	for (size_t i = l->n; i < l->n + l->n_rest; i++) {
		const struct pcs_interp *in = &l->list[i];
		pcs_log(is_unusable(in) ? PCS_LOG_WARNING : PCS_LOG_DEBUG, "interpreter %s: %s",
			pcs_interp_path(in), in->reason ? in->reason : "a spare");
		s->flawed |= pcs_session_lacks_interp(s, i);
	}
}

int pcs_session_add_interp(struct pcs_session *s, const char *name, bool required)
{
	PCS_BUF struct pcs_buf why = { 0 };
	int r = pcs_interps_add(&s->interps, name, &why);
	if (r == 0)
		return 0;
	const char *words = why.len ? why.data : pcs_strerror(r);
	if (required)
		pcs_error("interpreter %s: %s", name, words);
	else if (pcs_is_absence(r) || r == -ENOEXEC) /* else it is noted as unseen */
		pcs_log(s->soft ? PCS_LOG_DEBUG : PCS_LOG_WARNING,
			"interpreter %s of the policy: %s", name, words);
	return required ? PCS_EXIT_USAGE : 0;
}

/* Add what one choice of interpreters asks for by name. Returns whether it wants all as well. */
static bool add_choice(struct pcs_session *s, int tree, bool required, int *ret_bad)
{
	const char *const *use, *const *exclude;
	bool automatic;
	pcs_policy_choice(s->policy, tree, &automatic, &use, &exclude);
	for (; *use; use++) {
		bool again = false;
		for (size_t i = 0; i < s->interps.n_names && !again; i++)
			again = strcmp(s->interps.names[i].name, *use) == 0;
		if (!again)
			*ret_bad |= pcs_session_add_interp(s, *use, required);
	}
	return automatic;
}

int pcs_session_add_choices(struct pcs_session *s, bool required, bool *ret_auto)
{
	int bad = 0;
	*ret_auto = add_choice(s, PCS_NO_TREE, required, &bad);
	for (int tree = 0; pcs_policy_trees(s->policy)[tree]; tree++)
		*ret_auto |= add_choice(s, tree, required, &bad);
	return bad;
}

/* Those that the policy of another root names by path are not run here. */
static int forget_paths(struct pcs_session *s)
{
	PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
	int r = pcs_policy_forget_paths(s->policy, s->inside, &diags);
	for (size_t i = 0; i < diags.n; i++)
		pcs_warning("%s", diags.lines[i]);
	return r;
}

static int find_interps(struct pcs_session *s)
{
	const struct pcs_options *o = s->options;
	int r = 0;
	for (size_t i = 0; i < o->n_pythons && r == 0; i++)
		r = pcs_session_add_interp(s, o->pythons[i], true);
	if (o->n_pythons)
		return r;
	if (forget_paths(s) < 0) {
		pcs_error("out of memory");
		return PCS_EXIT_FAILED;
	}
	bool automatic;
	pcs_session_add_choices(s, false, &automatic);
	return automatic ? pcs_session_status(pcs_interps_discover(&s->interps)) : 0;
}

/* Whether the state is that of the system whose interpreters they are, and ours to write: then each
 * is asked once, be it where distributions have theirs, for none is only known by its name. */
static bool keeps_told(const struct pcs_session *s)
{
	return s->state.dir >= 0 && !s->state.home && !s->root.path[0] && !s->staging &&
	       !s->options->n_pythons && !s->options->dry_run;
}

/* The first run on a system waits for its interpreters: what it will ask the package databases is
 * read meanwhile. */
static void prepare_owners(const struct pcs_session *s)
{
	PCS_FREE char *path = s->options->n_operands && !s->root.path[0] && !s->soft ?
				      realpath(s->options->operands[0], NULL) :
				      NULL;
	struct stat st;
	if (!path || !s->site.owner || s->goal.kind != PCS_GOAL_RECONCILE || stat(path, &st) < 0)
		return;
	if (!S_ISDIR(st.st_mode))
		path[pcs_path_dir_len(path)] = '\0';
	pcs_owner_prepare(s->site.owner, path);
}

static void read_told(struct pcs_session *s)
{
	if (s->state.dir >= 0 && !s->root.path[0] && !s->staging)
		pcs_told_read(&s->state, &s->told);
	if (keeps_told(s) && !s->told.len)
		prepare_owners(s);
}

static int ask(struct pcs_session *s)
{
	enum pcs_ask_whom whom = keeps_told(s) ? PCS_ASK_UNTOLD : PCS_ASK_ODD;
	pcs_told_fill(&s->told, &s->interps);
	if (pcs_interps_any_asked(&s->interps, whom))
		prepare_owners(s);
	s->early.mode = s->goal.flags & PCS_GOAL_WARN ? PCS_LINK_WARN : 0;
	/* With a store, there may be nothing to compile. */
	bool idle = s->options->dry_run || s->site.store;
	return pcs_session_status(pcs_interps_ask(&s->interps, whom, idle ? NULL : &s->early));
}

static void keep_told(struct pcs_session *s)
{
	int r = pcs_state_enter(&s->state);
	if (r == 0) {
		r = pcs_told_keep(&s->state, &s->interps, &s->told);
		pcs_state_leave(&s->state);
	}
	if (r < 0 && !pcs_state_is_not_ours(s->state.dir, r))
		pcs_warning(PCS_STATE_DIR "/told cannot be written, and the next run will ask the "
					  "interpreters again: %s",
			    pcs_strerror(r));
}

int pcs_session_interps(struct pcs_session *s)
{
	read_told(s);
	int r = find_interps(s);
	s->interps.start_ms = s->soft ? TRIGGER_START_MS : 0;
	if (r == 0)
		r = ask(s);
	for (size_t i = 0; r == 0 && s->options->n_pythons && i < s->interps.n; i++) {
		const struct pcs_interp *in = &s->interps.list[i];
		if (!in->reason)
			continue;
		pcs_error("interpreter %s: %s", pcs_interp_path(in), in->reason);
		r = PCS_EXIT_USAGE;
	}
	if (r)
		return r;
	pcs_early_keep_usable(&s->early, &s->interps);
	if (!s->options->n_pythons) { /* those that are named serve everything */
		s->site.served = s->served = pcs_served(s->policy, &s->interps);
		if (!s->served)
			return pcs_session_status(-ENOMEM);
	}
	report_unusable(s);
	if (s->interps.unseen)
		report_unseen(s, s->interps.unseen);
	return 0;
}

int pcs_session_status(int code)
{
	int sig = pcs_signal_seen();
	if (code >= 0)
		return 0;
	if (code != -PCS_ESIGNAL)
		return pcs_fail(PCS_EXIT_FAILED, "%s", pcs_strerror(code));
	return pcs_fail(128 + sig,
			"ended by SIG%s; what is done is complete, the rest is as it was",
			sigabbrev_np(sig));
}

static void open_state(struct pcs_session *s)
{
	if (s->options->no_state)
		return;
	int r = pcs_state_open(&s->root, &s->state);
	if (r == 0 || pcs_state_is_not_ours(-1, r))
		return;
	pcs_error(PCS_STATE_DIR
		  " cannot be opened, and what earlier runs left there is not known: %s",
		  pcs_strerror(r));
	s->flawed = true;
}

const char *const *pcs_session_keep(const struct pcs_session *s)
{
	return s->passed_over ? NULL : pcs_policy_keep(s->policy);
}

/* Another root's interpreters are not those of this system, and those that the command line names
 * are not all. */
static int find_turnover(struct pcs_session *s)
{
	s->knows_turnover = !s->options->n_pythons && !s->root.path[0] && !s->staging;
	if (!s->knows_turnover)
		return 0;
	int r = pcs_turnover_find(&s->state, &s->interps, pcs_session_keep(s),
				  s->options->policy ? NULL : pcs_policy_trees(s->policy),
				  &s->turnover);
	if (r == 0 && s->turnover.unseen && !s->interps.unseen)
		report_unseen(s, s->turnover.unseen);
	return pcs_session_status(r);
}

/* What is asked for, by the command and by the options. */
static void settle_goal(struct pcs_session *s)
{
	const struct pcs_options *o = s->options;
	s->goal.jobs = o->jobs ? o->jobs : pcs_cpu_count();
	s->goal.total = s->soft ? TRIGGER_TOTAL_SECONDS : 0;
	if (o->explain || o->verbose)
		s->goal.flags |= PCS_GOAL_TELL_ALL;
	if (o->dry_run)
		s->goal.flags |= PCS_GOAL_DRY;
	if (o->check)
		s->goal.flags |= PCS_GOAL_CHECK;
	/* What is kept is to be known to be without a warning, for those who want them. */
	if (pcs_policy_wants_warnings(s->policy) || s->storage)
		s->goal.flags |= PCS_GOAL_WARN;
}

/* What Debian's packages want not to be compiled; elsewhere there is no such thing. */
static int settle_excludes(struct pcs_session *s)
{
	s->debian = calloc(1, sizeof(*s->debian));
	int r = s->debian ? pcs_debian_rules(&s->root, s->debian) : -ENOMEM;
	if (r > 0) {
		s->site.excludes = pcs_debian_is_excluded;
		s->site.may_exclude = pcs_debian_may_exclude;
		s->site.excludes_ctx = s->debian;
	}
	return r < 0 ? r : 0;
}

static int settle_site(struct pcs_session *s)
{
	s->site = (struct pcs_site){ .root = &s->root,
				     .policy = s->policy,
				     .interps = &s->interps,
				     .prefix = pcs_policy_prefix(s->policy),
				     .store = pcs_storage_get(s->storage) };
	pcs_site_set_now(&s->site);
	int r = s->staging ? 0 : pcs_owner_new(&s->root, pcs_managers, &s->site.owner);
	if (r == 0 && !s->staging)
		r = pcs_memory_new(&s->state, &s->root, &s->site.memory);
	if (r == 0 && !s->staging && !pcs_goal_is_removal(&s->goal))
		r = settle_excludes(s);
	if (s->site.memory)
		pcs_databases_remember(s->site.memory, s->site.owner);
	if (s->site.memory && s->options->dry_run)
		pcs_memory_freeze(s->site.memory);
	return pcs_session_status(r);
}

static int open_store(struct pcs_session *s)
{
	struct pcs_root host;
	bool make = !s->options->dry_run;
	if (pcs_goal_is_removal(&s->goal))
		return 0;
	if (s->options->store)
		return pcs_storage_open(s->options->store, make, &s->storage);
	if (!s->staging)
		return pcs_storage_open_policy(s->policy, &s->root, make, &s->storage);
	int r = pcs_root_open("/", &host);
	if (r < 0)
		return pcs_session_status(r);
	r = pcs_storage_open_policy(s->policy, &host, make, &s->storage);
	pcs_root_done(&host);
	return r;
}

int pcs_session_open(const struct pcs_options *o, const struct pcs_goal *goal, unsigned flags,
		     struct pcs_session *ret)
{
	init(o, flags, ret);
	ret->goal = *goal;
	int r = open_policy(ret);
	if (r == 0 && !ret->staging)
		open_state(ret);
	if (r == 0)
		r = open_store(ret);
	if (r)
		return r;
	settle_goal(ret);
	r = settle_site(ret);
	if (r || pcs_goal_is_removal(goal))
		return r;
	r = pcs_session_interps(ret);
	return r ? r : find_turnover(ret);
}

void pcs_session_done(struct pcs_session *s)
{
	pcs_early_stop(&s->early);
	pcs_owner_free(s->site.owner);
	pcs_memory_free(s->site.memory);
	pcs_storage_free(s->storage);
	pcs_turnover_done(&s->turnover);
	pcs_buf_done(&s->told);
	pcs_state_done(&s->state);
	pcs_interps_done(&s->interps);
	if (s->debian)
		pcs_debian_done(s->debian);
	free(s->debian);
	free(s->served);
	pcs_policy_free(s->policy);
	if (s->root.path)
		pcs_root_done(&s->root);
}

static unsigned report_flags(const struct pcs_session *s)
{
	const struct pcs_options *o = s->options;
	unsigned flags = PCS_REPORT_SUMMARY;
	if (o->json)
		flags |= PCS_REPORT_JSON | PCS_REPORT_ACTIONS;
	if (o->dry_run)
		flags |= PCS_REPORT_DRY;
	if ((o->dry_run || o->explain || o->verbose) && !o->quiet)
		flags |= PCS_REPORT_ACTIONS;
	if (o->quiet && !o->json)
		flags &= ~(unsigned)PCS_REPORT_SUMMARY;
	if (s->staging && !o->quiet && !o->json)
		flags |= PCS_REPORT_EXTRA;
	if (s->soft)
		flags |= PCS_REPORT_IF_ANY | PCS_REPORT_NOTE;
	return flags;
}

int pcs_session_run(struct pcs_session *s, struct pcs_changes *changes)
{
	s->site.gone_tags = s->turnover.gone.data;
	const struct pcs_pipeline p = {
		.site = &s->site,
		.state = s->staging ? NULL : &s->state,
		.goal = s->goal,
		.early = &s->early,
		.wait = s->soft && s->options->wait == PCS_WAIT_FOREVER ? TRIGGER_WAIT_SECONDS :
									  s->options->wait,
		.report = report_flags(s),
		.by = s->by ? s->by : s->options->command,
		.whole = s->whole,
		.soft = s->soft,
		.flawed = s->flawed,
		.follow = s->follow,
		.follow_ctx = s->follow_ctx,
		.counted = s->counted,
		.counted_ctx = s->counted_ctx,
	};
	bool settled;
	int r = pcs_pipeline_run(&p, changes, &settled);
	pcs_storage_end(s->storage);
	if (r < 0)
		return pcs_session_status(r);
	if (r == 0 && s->whole && !s->staging && !s->options->dry_run &&
	    !pcs_goal_is_removal(&s->goal))
		pcs_old_forget(&s->state); /* the memory has what it had */
	/* An interpreter that went is forgotten once its caches are gone, and one that came is
	 * known once it has its own, in all trees of the policy. */
	bool noted =
		settled && s->whole && s->knows_turnover && !s->turnover.unseen && !s->passed_over;
	int k = noted && !s->options->dry_run ? pcs_turnover_keep(&s->state, &s->turnover) : 0;
	if (k < 0 && !pcs_state_is_not_ours(s->state.dir, k))
		pcs_warning(PCS_STATE_DIR
			    "/tags cannot be written, and the next run will look at all "
			    "trees again: %s",
			    pcs_strerror(k));
	if (keeps_told(s) && !pcs_goal_is_removal(&s->goal))
		keep_told(s);
	return r == 0 && s->flawed && !s->soft ? PCS_EXIT_FAILED : r;
}
