#include "cmd/session.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "cmd/cmd.h"
#include "cmd/options.h"
#include "tree/changes.h"
#include "state/record.h"
#include "sync/report.h"
#include "sync/lacking.h"
#include "pkg/owner.h"
#include "policy/layers.h"

/* A trigger waits no longer for another run: transactions must end. */
enum { TRIGGER_WAIT_SECONDS = 600 };

/* Report what is wrong with the layers. Returns whether what is left of them may serve. */
static bool report_layers(const struct pcs_session *s, const struct pcs_layers *l)
{
	/* A transaction has two triggers at most; the first one leaves the words to the second. */
	bool again = s->soft && s->run.flags & PCS_RUN_GOING;
	for (size_t i = 0; i < l->faults.n; i++)
		pcs_log(again ? PCS_LOG_DEBUG : PCS_LOG_ERROR, "%s", l->faults.lines[i]);
	for (size_t i = 0; s->soft && i < l->broken.n; i++)
		pcs_log(again ? PCS_LOG_DEBUG : PCS_LOG_WARNING,
			"%s is passed over; the policy below it serves", l->broken.lines[i]);
	return s->soft || l->broken.n == 0;
}

/* What a package will install is no policy yet. */
static int read_host_layers(const struct pcs_session *s, struct pcs_layers *ret)
{
	struct pcs_root host;
	int r = pcs_root_open("/", &host);
	if (r < 0)
		return r;
	r = pcs_layers_read(&host, s->options->policy, ret);
	pcs_root_done(&host);
	return r;
}

static int read_policy(struct pcs_session *s)
{
	struct pcs_layers layers;
	int r = s->run.flags & PCS_RUN_STAGE ?
			read_host_layers(s, &layers) :
			pcs_layers_read(&s->root, s->options->policy, &layers);
	bool usable = r == 0 && report_layers(s, &layers);
	if (r < 0)
		pcs_error("the policy: %s", pcs_strerror(r));
	if (usable)
		s->policy = PCS_TAKE(layers.policy);
	pcs_layers_done(&layers);
	return usable ? 0 : PCS_EXIT_USAGE;
}

int pcs_session_policy(const struct pcs_options *o, unsigned run_flags, bool soft,
		       struct pcs_session *ret)
{
	*ret = (struct pcs_session){
		.options = o,
		.root.fd = -1,
		.soft = soft,
		.run.flags = run_flags,
		.state = { .dir = -1, .lock = -1 },
	};
	if (o->quiet)
		pcs_log_set_level(PCS_LOG_ERROR);
	else if (o->verbose)
		pcs_log_set_level(PCS_LOG_DEBUG);
	int r = pcs_root_open(o->root, &ret->root);
	if (r < 0) {
		pcs_error("%s: %s", o->root, pcs_strerror(r));
		return PCS_EXIT_USAGE;
	}
	return read_policy(ret);
}

/* One that the command line or the policy names. Returns 0 or an exit status. */
static int add_interp(struct pcs_session *s, const char *name, bool required)
{
	PCS_BUF struct pcs_buf why = { 0 };
	int r = pcs_interps_add(&s->interps, name, &why);
	if (r == 0)
		return 0;
	const char *words = why.len ? why.data : pcs_strerror(r);
	if (required)
		pcs_error("interpreter %s: %s", name, words);
	else
		pcs_log(s->soft ? PCS_LOG_DEBUG : PCS_LOG_WARNING,
			"interpreter %s of the policy: %s", name, words);
	return required ? PCS_EXIT_USAGE : 0;
}

/* Add what one choice of interpreters asks for by name. Returns whether it wants all as well. */
static bool add_choice(struct pcs_session *s, int tree)
{
	const char *const *use, *const *exclude;
	bool automatic;
	pcs_policy_choice(s->policy, tree, &automatic, &use, &exclude);
	for (; *use; use++) {
		bool again = false;
		for (size_t i = 0; i < s->interps.n_names && !again; i++)
			again = strcmp(s->interps.names[i].name, *use) == 0;
		if (!again)
			add_interp(s, *use, false);
	}
	return automatic;
}

static int find_interps(struct pcs_session *s)
{
	const struct pcs_options *o = s->options;
	int r = 0;
	for (size_t i = 0; i < o->n_pythons && r == 0; i++)
		r = add_interp(s, o->pythons[i], true);
	if (o->n_pythons)
		return r;
	bool automatic = add_choice(s, PCS_NO_TREE);
	for (int tree = 0; pcs_policy_trees(s->policy)[tree]; tree++)
		automatic |= add_choice(s, tree);
	if (automatic && pcs_interps_discover(&s->interps) < 0) {
		pcs_error("out of memory");
		return PCS_EXIT_FAILED;
	}
	return r;
}

/* The interpreters of one choice, as bits. */
static uint32_t served_by(const struct pcs_session *s, int tree)
{
	const struct pcs_interps *l = &s->interps;
	const char *const *use, *const *exclude;
	bool automatic;
	uint32_t bits = 0;
	pcs_policy_choice(s->policy, tree, &automatic, &use, &exclude);
	for (size_t i = 0; i < l->n && i < PCS_INTERPS_MAX; i++) {
		bool in = automatic && l->list[i].found;
		for (size_t k = 0; use[k] && !in; k++)
			in = pcs_interps_is(l, i, use[k]);
		for (size_t k = 0; exclude[k] && in; k++)
			in = !pcs_interps_is(l, i, exclude[k]);
		bits |= in ? UINT32_C(1) << i : 0;
	}
	return bits;
}

/* Which interpreter serves which tree. Those that the command line names serve everything. */
static int assign_interps(struct pcs_session *s)
{
	size_t n = 0;
	while (pcs_policy_trees(s->policy)[n])
		n++;
	if (s->options->n_pythons)
		return 0;
	s->served = calloc(n + 1, sizeof(*s->served));
	if (!s->served) {
		pcs_error("out of memory");
		return PCS_EXIT_FAILED;
	}
	uint32_t whole = served_by(s, PCS_NO_TREE);
	for (size_t i = 0; i <= n; i++)
		s->served[i] = whole;
	for (size_t i = 0; i < n; i++) {
		const char *const *use, *const *exclude;
		bool automatic;
		if (pcs_policy_choice(s->policy, (int)i, &automatic, &use, &exclude))
			s->served[i] = served_by(s, (int)i);
	}
	return 0;
}

int pcs_session_interps(struct pcs_session *s)
{
	int r = find_interps(s);
	if (r == 0 && pcs_interps_ask(&s->interps, false) < 0) {
		pcs_error("out of memory");
		return PCS_EXIT_FAILED;
	}
	for (size_t i = 0; r == 0 && i < s->interps.n; i++) {
		const struct pcs_interp *in = &s->interps.list[i];
		if (in->reason && s->options->n_pythons) {
			pcs_error("interpreter %s: %s", pcs_interp_path(in), in->reason);
			r = PCS_EXIT_USAGE;
		} else if (in->reason) {
			pcs_debug("interpreter %s: %s", pcs_interp_path(in), in->reason);
		}
	}
	if (r)
		return r;
	pcs_interps_keep_usable(&s->interps);
	return assign_interps(s);
}

int pcs_session_signal(void)
{
	int sig = pcs_signal_seen();
	pcs_error("ended by SIG%s; what is done is complete, the rest is as it was",
		  sigabbrev_np(sig));
	return 128 + sig;
}

/* One run at a time works on a root. 0 or an exit status. */
static int lock_root(struct pcs_session *s)
{
	if (s->run.flags & PCS_RUN_STAGE)
		return 0;
	pcs_state_open(&s->root, &s->state);
	int r = s->options->dry_run ?
			0 :
			pcs_state_lock(&s->state, &s->root, s->soft ? TRIGGER_WAIT_SECONDS : 0);
	if (r == -PCS_ESIGNAL)
		return pcs_session_signal();
	if (r < 0)
		pcs_warning("the other run does not end; going on beside it");
	return 0;
}

/* Another root's interpreters are not those of this system, and those that the command line names
 * are not all. */
static int find_turnover(struct pcs_session *s)
{
	bool stage = s->run.flags & PCS_RUN_STAGE;
	s->knows_turnover = !s->options->n_pythons && !s->root.path[0] && !stage;
	if (!s->knows_turnover)
		return 0;
	if (pcs_turnover_find(&s->state, &s->interps, pcs_policy_keep(s->policy), &s->turnover) <
	    0) {
		pcs_error("out of memory");
		return PCS_EXIT_FAILED;
	}
	return 0;
}

int pcs_session_open(const struct pcs_options *o, unsigned run_flags, bool soft,
		     struct pcs_session *ret)
{
	int r = pcs_session_policy(o, run_flags, soft, ret);
	if (r == 0)
		r = lock_root(ret);
	if (r == 0 && !(run_flags & (PCS_RUN_GOING | PCS_RUN_CLEAN | PCS_RUN_PURGE))) {
		r = pcs_session_interps(ret);
		if (r == 0)
			r = find_turnover(ret);
	}
	if (r)
		return r;
	ret->run = (struct pcs_run){ .root = &ret->root,
				     .policy = ret->policy,
				     .interps = &ret->interps,
				     .served = ret->served,
				     .prefix = pcs_policy_prefix(ret->policy),
				     .flags = run_flags,
				     .jobs = o->jobs ? o->jobs : pcs_cpu_count() };
	if (o->explain || o->verbose)
		ret->run.flags |= PCS_RUN_TELL_ALL;
	if (o->dry_run)
		ret->run.flags |= PCS_RUN_DRY;
	if (pcs_policy_wants_warnings(ret->policy))
		ret->run.flags |= PCS_RUN_WARN;
	if (run_flags & PCS_RUN_STAGE)
		return 0;
	if (pcs_owner_new(&ret->root, &ret->run.owner) < 0 ||
	    pcs_record_new(&ret->state, &ret->run.record) < 0) {
		pcs_error("out of memory");
		return PCS_EXIT_FAILED;
	}
	return 0;
}

void pcs_session_done(struct pcs_session *s)
{
	pcs_owner_free(s->run.owner);
	pcs_record_free(s->run.record);
	pcs_turnover_done(&s->turnover);
	pcs_state_done(&s->state);
	pcs_run_done(&s->run);
	pcs_interps_done(&s->interps);
	free(s->served);
	pcs_policy_free(s->policy);
	if (s->root.path)
		pcs_root_done(&s->root);
}

/* Where relative paths start: inside the root that is its "/", else the working directory. */
static void set_cwd(struct pcs_session *s, struct pcs_changes *changes)
{
	char cwd[PATH_MAX];
	if (s->root.path[0])
		pcs_changes_set_cwd(changes, "/");
	else if (getcwd(cwd, sizeof(cwd)) && cwd[0] == '/')
		pcs_changes_set_cwd(changes, cwd);
}

void pcs_session_init_changes(struct pcs_session *s, unsigned flags, struct pcs_changes *ret)
{
	pcs_changes_init(ret, &s->root, flags);
	ret->prefix = s->run.prefix;
}

int pcs_session_trees(struct pcs_session *s, struct pcs_changes *changes)
{
	const char *const *trees = pcs_policy_trees(s->policy);
	for (size_t i = 0; trees[i]; i++)
		if (pcs_changes_add_tree(changes, trees[i]) < 0) {
			pcs_error("out of memory");
			return PCS_EXIT_FAILED;
		}
	s->whole = true;
	return 0;
}

int pcs_session_list(struct pcs_changes *changes)
{
	int r = pcs_changes_read(changes, STDIN_FILENO);
	if (r == 0)
		return 0;
	if (pcs_signal_seen())
		return pcs_session_signal();
	pcs_error("standard input: %s", pcs_strerror(r));
	return PCS_EXIT_USAGE;
}

/* Whether a path that is no directory may have meant something all the same. */
static bool speaks(const char *path)
{
	struct pcs_pyc_name name;
	const char *base = pcs_path_base(path);
	return pcs_source_stem_len(base) || pcs_pyc_name_parse(base, &name) ||
	       strcmp(base, PCS_CACHE_DIR) == 0 || strcmp(base, "") == 0;
}

int pcs_session_changes(struct pcs_session *s, struct pcs_changes *changes)
{
	const struct pcs_options *o = s->options;
	set_cwd(s, changes);
	for (size_t i = 0; i < o->n_operands; i++) {
		size_t before = changes->n_walks;
		int r = pcs_changes_add(changes, o->operands[i], strlen(o->operands[i]));
		if (r < 0) {
			pcs_error("%s: %s", o->operands[i],
				  r == -EINVAL ? "the working directory is not there any more" :
						 pcs_strerror(r));
			return PCS_EXIT_USAGE;
		}
		if (o->strict && changes->n_walks == before && !speaks(o->operands[i])) {
			pcs_error("%s: no directory, source or package is there", o->operands[i]);
			return PCS_EXIT_USAGE;
		}
	}
	return o->from_stdin ? pcs_session_list(changes) : 0;
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
	if (s->soft)
		flags |= PCS_REPORT_IF_ANY | PCS_REPORT_NOTE;
	return flags;
}

/* Whether a failed action fails the run. In a staging root only what the policy speaks of can be
 * excused by it. */
static bool counts(const struct pcs_session *s, const struct pcs_action *a)
{
	bool excused = pcs_action_settings(&s->run, a)->on_error == PCS_ON_ERROR_WARN;
	if (s->run.stage)
		return !a->settings || !excused;
	return !s->soft || !excused;
}

static int exit_status(const struct pcs_session *s)
{
	const struct pcs_run *run = &s->run;
	const unsigned removal = PCS_RUN_CLEAN | PCS_RUN_GOING | PCS_RUN_PURGE;
	bool failed = !s->soft && pcs_owner_problem(run->owner);
	if (!s->soft && !(run->flags & removal) && !run->interps->n && run->counts.sources) {
		pcs_error("no interpreter was found: nothing can be compiled");
		failed = true;
	}
	for (size_t i = 0; i < run->n_actions && !failed; i++)
		failed = run->actions[i].state == PCS_FAILED && counts(s, &run->actions[i]);
	return failed ? PCS_EXIT_FAILED : PCS_EXIT_OK;
}

/* What the next runs are to know of this one. Where it cannot be kept, more stays than has to. */
static void keep_state(struct pcs_session *s, bool complete)
{
	int r = s->run.record ? pcs_record_save(s->run.record) : 0;
	if (r < 0)
		pcs_debug("the record of what was made: %s", pcs_strerror(r));
	if (complete && s->whole && s->knows_turnover)
		pcs_state_set_tags(&s->state, &s->turnover.now);
}

int pcs_session_run(struct pcs_session *s, struct pcs_changes *changes)
{
	struct pcs_run *run = &s->run;
	int r = pcs_changes_finish(changes);
	run->gone_tags = s->turnover.gone.data;
	if (r == 0)
		r = pcs_run_plan(run, changes);
	pcs_changes_done(changes); /* a long list is much of the memory */
	if (r == 0 && run->stage)
		r = pcs_run_merge_lacking(run);
	if (r == 0 && pcs_owner_problem(run->owner))
		pcs_error("%s; what a package may own is left alone",
			  pcs_owner_problem(run->owner));
	if (r == 0 && pcs_signal_seen())
		r = -PCS_ESIGNAL;
	if (r == 0 && !s->options->dry_run)
		r = pcs_run_apply(run);
	if (!s->options->dry_run)
		keep_state(s, r == 0);
	pcs_run_count(run);
	pcs_report_warnings(run);
	pcs_report_failures(run);
	int w = pcs_report(run, report_flags(s), stdout);
	if (w < 0)
		pcs_error("standard output: %s", pcs_strerror(w));
	if (r == -PCS_ESIGNAL)
		return pcs_session_signal();
	if (r < 0) {
		pcs_error("%s", pcs_strerror(r));
		return PCS_EXIT_FAILED;
	}
	return w < 0 && !s->soft ? PCS_EXIT_FAILED : exit_status(s);
}
