/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pycsync status: whether all is well on a system, on one page, and what to do where it is not. */

#include "cmd/status.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/log.h"
#include "base/terminal.h"
#include "cmd/operands.h"
#include "cmd/options.h"
#include "cmd/remembered.h"
#include "cmd/session.h"
#include "pkg/callers.h"
#include "policy/layers.h"
#include "policy/query.h"
#include "state/runs.h"
#include "store/entries.h"
#include "store/store.h"
#include "sync/actions.h"
#include "tree/changes.h"

enum { SHOWN_RUNS = 5 };

struct status {
	struct pcs_session *s;
	struct pcs_json j;
	bool json;
	struct pcs_counts counts; /* of the tree that was looked at last */
	struct pcs_buf problems;  /* one behind the other, each with its NUL */
	size_t callers;           /* managers that have a database, */
	bool called;              /* of which one calls pycsync */
	bool failing;             /* a tree has sources that fail */
	const char *label;        /* of the next line of text, */
	enum pcs_hue hue;         /* and its color */
};

/* A line of text below a label, which stands in the first one of its kind. */
__attribute__((format(printf, 2, 3))) static void line(struct status *t, const char *format, ...)
{
	va_list args;
	if (t->json)
		return;
	printf("%s%-13s%s ", pcs_color(STDOUT_FILENO, t->hue), t->label,
	       pcs_color(STDOUT_FILENO, PCS_PLAIN));
	t->label = "";
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static void begin(struct status *t, const char *key, char bracket)
{
	if (t->json)
		pcs_json_begin(&t->j, key, bracket);
}

static void end(struct status *t)
{
	if (t->json)
		pcs_json_end(&t->j);
}

/* Note what needs somebody, and what to do about it. 0 or -ENOMEM. */
__attribute__((format(printf, 2, 3))) static int need(struct status *t, const char *format, ...)
{
	char words[2 * PATH_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	return pcs_buf_add(&t->problems, words, strlen(words) + 1);
}

static int show_caller(void *ctx, const struct pcs_caller *c)
{
	struct status *t = ctx;
	const char *how = c->by ?: c->error ?: "does not call pycsync";
	line(t, "%s%s%s: %s%s", c->manager, c->dir ? ", " : "", c->dir ?: "", c->by ? "by " : "",
	     how);
	t->callers++;
	t->called |= c->by != NULL;
	if (t->json) {
		pcs_json_begin(&t->j, NULL, '{');
		pcs_json_string(&t->j, "manager", c->manager);
		pcs_json_filled(&t->j, "database", c->dir);
		pcs_json_filled(&t->j, "called_by", c->by);
		pcs_json_filled(&t->j, "error", c->error);
		pcs_json_end(&t->j);
	}
	return c->error ? need(t, "%s: %s", c->manager, c->error) : 0;
}

static int show_callers(struct status *t)
{
	t->label = "called by";
	begin(t, "managers", '[');
	int r = pcs_callers_find(&t->s->root, show_caller, t);
	if (!t->callers)
		line(t, "no package manager has a database here");
	end(t);
	/* One that is there besides, as rpm on Debian, need not. */
	return r == 0 && t->callers && !t->called ?
		       need(t, "no package manager calls pycsync: install its package") :
		       r;
}

/* The file that does the work. */
static const char *worker_of(const struct pcs_interp *in)
{
	return in->by_itself && in->executable ? in->executable : pcs_interp_path(in);
}

static int show_interps(struct status *t)
{
	const struct pcs_interps *l = &t->s->interps;
	int r = 0;
	t->label = "interpreters";
	begin(t, "interpreters", '[');
	for (size_t i = 0; i < l->n + l->n_rest && r == 0; i++) {
		const struct pcs_interp *in = &l->list[i];
		const bool spare = i >= l->n && !in->reason;
		line(t, "%-8s %s%s%s", in->version, worker_of(in),
		     in->reason    ? ": " :
		     spare         ? ": another one serves" :
		     in->by_itself ? ", run by itself" :
				     ", loaded by a worker",
		     in->reason ?: "");
		if (t->json) {
			pcs_json_begin(&t->j, NULL, '{');
			pcs_json_string(&t->j, "version", in->version);
			pcs_json_string(&t->j, "path", worker_of(in));
			pcs_json_bool(&t->j, "serves", i < l->n);
			pcs_json_bool(&t->j, "by_itself", in->by_itself);
			pcs_json_filled(&t->j, "reason", in->reason);
			pcs_json_end(&t->j);
		}
		if (i >= l->n && pcs_session_lacks_interp(t->s, i))
			r = need(t, "%s cannot be used: see 'pycsync interpreters'",
				 pcs_interp_path(in));
	}
	end(t);
	if (r == 0 && l->unseen)
		r = need(t, "%s", l->unseen);
	return r == 0 && !l->n ? need(t, "there is no interpreter: nothing can be compiled") : r;
}

/* A path, or a line that has one in it, below the label and in the array. */
static int show_text(struct status *t, const char *what, const char *text)
{
	PCS_BUF struct pcs_buf shown = { 0 };
	if (pcs_buf_add_shown(&shown, text, strlen(text)) < 0)
		return -ENOMEM;
	line(t, "%s%s", what, shown.data);
	if (t->json)
		pcs_json_string(&t->j, NULL, text);
	return 0;
}

static int show_diags(struct status *t, const char *key, const char *what,
		      const struct pcs_diags *d)
{
	int r = 0;
	begin(t, key, '[');
	for (size_t i = 0; i < d->n && r == 0; i++)
		r = show_text(t, what, d->lines[i]);
	end(t);
	return r;
}

static int show_read(struct status *t)
{
	const struct pcs_policy *p = t->s->policy;
	int r = 0;
	begin(t, "policy", '[');
	for (uint32_t i = 1; i < pcs_policy_layers(p) && r == 0; i++)
		r = show_text(t, "", pcs_policy_layer(p, i));
	if (pcs_policy_layers(p) <= 1)
		line(t, "the built-in one");
	end(t);
	return r;
}

/* Which files were read; which look meant for it, and are not; and which are not valid. */
static int show_policy(struct status *t)
{
	struct pcs_layers layers = { 0 };
	PCS_CLEANUP(pcs_diags_done) struct pcs_diags ignored = { 0 };
	t->label = "policy";
	int r = show_read(t);
	if (r == 0)
		r = pcs_layers_read(&t->s->root, t->s->options->policy, &layers);
	if (r == 0)
		r = pcs_layers_ignored(&t->s->root, &ignored);
	if (r == 0)
		r = show_diags(t, "policy_ignored", "ignored: ", &ignored);
	if (r == 0)
		r = show_diags(t, "policy_refused", "refused: ", &layers.broken);
	if (r == 0 && layers.broken.n)
		r = need(t, "a file of the policy is not valid: 'pycsync policy check'");
	for (size_t i = 0; i < ignored.n && r == 0; i++)
		r = need(t, "%s", ignored.lines[i]);
	pcs_layers_done(&layers);
	return r;
}

static void keep_counts(void *ctx, const struct pcs_counts *c)
{
	((struct status *)ctx)->counts = *c;
}

/* Of nested trees the innermost counts, and it alone. What is wrong with another one is said of it.
 */
static int leave_others(const struct status *t, const char *tree, struct pcs_changes *changes)
{
	const char *const *trees = pcs_policy_trees(t->s->policy);
	const size_t failures = changes->n_failures;
	int r = 0;
	changes->leaving = true;
	for (size_t i = 0; trees[i] && r == 0; i++)
		if (strcmp(trees[i], tree) != 0)
			r = pcs_changes_add_tree(changes, trees[i]);
	changes->leaving = false;
	changes->n_failures = failures;
	return pcs_session_status(r);
}

/* Count what is in a tree, unless that is `remembered`, and tell whether it is there. 0, or an exit
 * status that was reported. */
static int look_at(struct status *t, const char *tree, const struct pcs_counts *remembered,
		   bool *ret_there)
{
	struct pcs_changes changes;
	pcs_session_init_changes(t->s, 0, &changes);
	changes.trees = NULL; /* this one is looked at, whatever serves it */
	t->counts = remembered ? *remembered : (struct pcs_counts){ 0 };
	int r = pcs_session_status(pcs_changes_add_tree(&changes, tree));
	*ret_there = changes.n_walks;
	if (r == 0 && *ret_there && !remembered)
		r = leave_others(t, tree, &changes);
	if (r == 0 && *ret_there && !remembered)
		r = pcs_session_run(t->s, &changes);
	pcs_changes_done(&changes);
	return r == PCS_EXIT_FAILED && t->counts.sources ? 0 : r;
}

static void put_tree(struct status *t, const char *tree, bool there, bool looked)
{
	const struct pcs_counts *c = &t->counts;
	if (!there)
		line(t, "%s: not there", tree);
	else if (looked)
		line(t, "%s: %zu sources, %zu fresh, %zu to do, %zu failing", tree, c->sources,
		     c->fresh, c->planned, c->failed);
	else
		line(t, "%s: remembered: %zu sources, %zu pycs, %zu failing", tree, c->sources,
		     c->fresh, c->failed);
	if (!t->json)
		return;
	pcs_json_begin(&t->j, NULL, '{');
	pcs_json_string(&t->j, "tree", tree);
	pcs_json_bool(&t->j, "there", there);
	pcs_json_bool(&t->j, "looked", looked);
	pcs_json_number(&t->j, "sources", c->sources);
	pcs_json_number(&t->j, "fresh", c->fresh);
	pcs_json_number_if(&t->j, "planned", looked, c->planned);
	pcs_json_number(&t->j, "failed", c->failed);
	pcs_json_end(&t->j);
}

static int need_fixing(struct status *t, const char *tree, size_t n)
{
	const char *them = n == 1 ? "it" : "them";
	return need(t, "%s: %zu fail%s: fix %s, or exclude %s by a rule; 'pycsync sync' names %s",
		    tree, n, n == 1 ? "s" : "", them, them, them);
}

static int show_tree(struct status *t, const char *tree, const struct pcs_counts *remembered)
{
	const struct pcs_counts *c = &t->counts;
	bool there;
	if (look_at(t, tree, remembered, &there))
		return need(t, "%s cannot be looked at", tree);
	put_tree(t, tree, there, !remembered);
	t->failing |= c->failed > 0;
	int r = c->planned ? need(t, "%s: %zu to do: 'pycsync sync'", tree, c->planned) : 0;
	return r == 0 && c->failed ? need_fixing(t, tree, c->failed) : r;
}

/* From memory where there is one: a look at all of a system takes a moment. */
static int show_trees(struct status *t)
{
	const char *const *trees = pcs_policy_trees(t->s->policy);
	struct pcs_remembered known = { 0 };
	int r = t->s->options->full ? 0 : pcs_remembered_count(t->s, &known);
	t->label = "trees";
	begin(t, "trees", '[');
	for (size_t i = 0; trees[i] && r == 0; i++)
		r = show_tree(t, trees[i], known.any ? &known.trees[i] : NULL);
	end(t);
	free(known.trees);
	return r;
}

/* ---- the last runs ---- */

struct history {
	struct pcs_run runs[SHOWN_RUNS]; /* the oldest first; strings are malloc'ed */
	size_t n;
};

static void forget_run(struct pcs_run *run)
{
	free((char *)run->by);
	for (size_t i = 0; i < run->n_failures; i++)
		free((char *)run->failures[i]);
}

static int keep_run(void *ctx, const struct pcs_run *run)
{
	struct history *h = ctx;
	if (h->n == SHOWN_RUNS) {
		forget_run(&h->runs[0]);
		memmove(h->runs, h->runs + 1, --h->n * sizeof(*h->runs));
	}
	struct pcs_run *copy = &h->runs[h->n++];
	*copy = *run;
	bool whole = (copy->by = strdup(run->by)) != NULL;
	for (size_t i = 0; i < run->n_failures; i++)
		whole &= (copy->failures[i] = strdup(run->failures[i])) != NULL;
	return whole ? 0 : -ENOMEM;
}

static int text_run(struct status *t, const struct pcs_run *run)
{
	char when[32] = "?";
	struct tm tm;
	const time_t seconds = (time_t)run->when;
	PCS_BUF struct pcs_buf text = { 0 };
	if (localtime_r(&seconds, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
	int r = pcs_buf_add_shown(&text, run->by, strlen(run->by));
	if (r == 0)
		r = pcs_buf_printf(&text, ": %zu compiled", run->compiled);
	const struct {
		const char *what;
		size_t n;
	} parts[] = { { "from the store", run->stored },
		      { "restamped", run->restamped },
		      { "removed", run->removed },
		      { "failed", run->failed } };
	for (size_t i = 0; i < PCS_ARRAY_SIZE(parts) && r == 0; i++)
		if (parts[i].n)
			r = pcs_buf_printf(&text, ", %zu %s", parts[i].n, parts[i].what);
	if (r < 0)
		return r;
	line(t, "%s %s%s", when, text.data, run->status > 128 ? ", ended by a signal" : "");
	for (size_t i = 0; i < run->n_failures; i++) {
		text.len = 0;
		if (pcs_buf_add_shown(&text, run->failures[i], strlen(run->failures[i])) < 0)
			return -ENOMEM;
		line(t, "  %s", text.len ? text.data : "");
	}
	return 0;
}

static void json_run(struct status *t, const struct pcs_run *run)
{
	pcs_json_begin(&t->j, NULL, '{');
	pcs_json_number(&t->j, "time", (uint64_t)run->when);
	pcs_json_string(&t->j, "by", run->by);
	pcs_json_number(&t->j, "status", (uint64_t)run->status);
	pcs_json_number(&t->j, "compiled", run->compiled);
	pcs_json_number(&t->j, "stored", run->stored);
	pcs_json_number(&t->j, "restamped", run->restamped);
	pcs_json_number(&t->j, "removed", run->removed);
	pcs_json_number(&t->j, "failed", run->failed);
	begin(t, "failures", '[');
	for (size_t i = 0; i < run->n_failures; i++)
		pcs_json_string(&t->j, NULL, run->failures[i]);
	end(t);
	pcs_json_end(&t->j);
}

/* What the last one left needs somebody, unless the trees told of it. */
static int judge_last(struct status *t, const struct pcs_run *last)
{
	if (last->status > 128)
		return need(t, "the last run was ended by a signal: 'pycsync sync' does the rest");
	if (last->failed && !t->failing)
		return need(t, "in the last run %zu failed: run it again on the same paths",
			    last->failed);
	return 0;
}

static int show_runs(struct status *t)
{
	struct history h = { 0 };
	t->label = "last runs";
	begin(t, "runs", '[');
	int r = pcs_runs_read(&t->s->state, keep_run, &h);
	for (size_t i = h.n; i-- && r == 0;) {
		if (t->json)
			json_run(t, &h.runs[i]);
		else
			r = text_run(t, &h.runs[i]);
	}
	if (!h.n)
		line(t, "none is remembered");
	end(t);
	if (r == 0 && h.n)
		r = judge_last(t, &h.runs[h.n - 1]);
	else if (r < 0 && r != -ENOMEM)
		r = pcs_state_is_not_ours(t->s->state.dir, r) ?
			    0 :
			    need(t, "the log of runs cannot be read: %s", pcs_strerror(r));
	for (size_t i = 0; i < h.n; i++)
		forget_run(&h.runs[i]);
	return r;
}

/* A directory of the store; with --full, all entries are counted. */
static int show_layer(struct status *t, const struct pcs_store_layer *l)
{
	struct pcs_store_counts c = { 0 };
	const bool counts = t->s->options->full && l->fd >= 0;
	const bool unusable = l->error && l->error != -ENOENT; /* else it is made when it is used */
	const char *fault = l->why ? l->why : unusable ? pcs_strerror(l->error) : NULL;
	int error = counts ? pcs_store_count(l->fd, &c) : 0;
	if (error < 0)
		fault = pcs_strerror(error);
	if (fault)
		line(t, "%s: not used: %s", l->path, fault);
	else if (counts)
		line(t, "%s: %zu entries, %llu bytes", l->path, c.entries,
		     (unsigned long long)c.bytes);
	else
		line(t, "%s%s", l->path, l->fd < 0 ? ": not there" : "");
	if (t->json) {
		pcs_json_begin(&t->j, NULL, '{');
		pcs_json_string(&t->j, "store", l->path);
		pcs_json_bool(&t->j, "there", l->fd >= 0);
		pcs_json_number_if(&t->j, "entries", counts, c.entries);
		pcs_json_number_if(&t->j, "bytes", counts, c.bytes);
		pcs_json_string(&t->j, "error", fault);
		pcs_json_end(&t->j);
	}
	return fault ? need(t, "the store %s is not used: %s", l->path, fault) : 0;
}

/* What is kept from run to run. */
static int show_kept(struct status *t)
{
	const struct pcs_store *store = t->s->site.store;
	const bool kept = pcs_state_is_kept(&t->s->state);
	int r = 0;
	t->label = "memory";
	line(t, kept ? "what was made is remembered" :
		       "nothing is remembered: there is no " PCS_STATE_DIR);
	if (t->json)
		pcs_json_bool(&t->j, "remembers", kept);
	t->label = "store";
	begin(t, "stores", '[');
	for (size_t i = 0; store && i < store->n && r == 0; i++)
		r = show_layer(t, &store->layers[i]);
	if (!store)
		line(t, "none");
	end(t);
	return r;
}

/* The exit status. */
static int show_problems(struct status *t)
{
	const struct pcs_buf *b = &t->problems;
	t->label = b->len ? "needs you" : "";
	t->hue = PCS_RED;
	begin(t, "problems", '[');
	for (size_t at = 0; at < b->len; at += strlen(b->data + at) + 1) {
		line(t, "%s", b->data + at);
		if (t->json)
			pcs_json_string(&t->j, NULL, b->data + at);
	}
	end(t);
	return b->len ? PCS_EXIT_FAILED : PCS_EXIT_OK;
}

static int show(struct status *t)
{
	begin(t, NULL, '{');
	if (t->json)
		pcs_json_string(&t->j, "version", PCS_VERSION);
	t->label = "pycsync";
	line(t, "%s", PCS_VERSION);
	int r = show_callers(t);
	if (r == 0)
		r = show_interps(t);
	if (r == 0)
		r = show_policy(t);
	if (r == 0)
		r = show_trees(t);
	if (r == 0)
		r = show_runs(t);
	if (r == 0)
		r = show_kept(t);
	int status = show_problems(t);
	end(t);
	return r < 0 ? pcs_session_status(r) : status;
}

static int run(struct pcs_options *o)
{
	struct pcs_session s;
	const struct pcs_goal goal = { .kind = PCS_GOAL_RECONCILE };
	struct status t = { .s = &s, .json = o->json, .j = { .out = stdout } };
	if (o->n_operands)
		return pcs_fail(PCS_EXIT_USAGE, "status: unexpected argument '%s'", o->operands[0]);
	o->json = false;
	o->quiet = o->dry_run = true;
	int r = pcs_session_open(o, &goal, PCS_SESSION_SOFT, &s);
	if (r == 0) {
		s.soft = false;
		s.counted = keep_counts;
		s.counted_ctx = &t;
		r = show(&t);
		if (t.json && pcs_json_done(&t.j) < 0)
			r = pcs_fail(PCS_EXIT_FAILED, "out of memory");
	}
	pcs_buf_done(&t.problems);
	pcs_session_done(&s);
	return r;
}

int pcs_cmd_status(int argc, char **argv)
{
	return pcs_options_run(argc, argv, PCS_STATUS, "[options]", run);
}
