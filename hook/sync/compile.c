/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/compile.h"

#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/trust.h"
#include "workers/pool.h"
#include "sync/actions.h"
#include "sync/answer.h"
#include "sync/goal.h"
#include "sync/handles.h"
#include "sync/publish.h"
#include "sync/restamp.h"
#include "store/reuse.h"
#include "base/chase.h"
#include "state/memory.h"
#include "tree/dir.h"
#include "tree/proof.h"
#include "tree/site.h"
#include "tree/staged.h"
#include "workers/interp.h"
#include "sync/sweep.h"
#include "sync/watch.h"
#include "pyc/source_hash.h"

enum { ROUNDS = 4 }; /* how often a source that keeps changing is compiled anew */

/* The compilations of one source by one interpreter. */
struct job {
	uint32_t first; /* of its actions: one for each level, one after the other */
	uint8_t n;
};

/* What was read, kept until the code comes back; its directory is held as long. */
struct reading {
	size_t job;
	struct pcs_dir *dir; /* NULL until it is open */
	struct stat st;
	uint64_t hash;
	uint64_t quick;             /* see pcs_read_quick() */
	uint8_t digest[PCS_SHA256]; /* where `digested` */
	bool digested, has_warned;
	char *warned; /* of the level that is answered next; or NULL */
};

struct compiling {
	const struct pcs_site *site;
	const struct pcs_goal *goal;
	struct pcs_actions *actions;
	struct job *jobs;
	size_t n_jobs;
	struct pcs_publisher *publisher;
	struct pcs_handles *handles;
	struct pcs_buf source, path, recorded;
	struct reading *readings;
	size_t n_readings, cap_readings;
	struct pcs_early *early;
	size_t redo; /* actions to be done once more */
};

static bool same_job(const struct pcs_action *a, const struct pcs_action *b)
{
	return b->act == PCS_COMPILE && b->state == PCS_PENDING && a->interp == b->interp &&
	       a->place == b->place && strcmp(a->source, b->source) == 0;
}

static void collect_jobs(struct compiling *ap)
{
	struct pcs_actions *l = ap->actions;
	ap->n_jobs = 0;
	for (size_t i = 0; i < l->n;) {
		struct pcs_action *a = &l->list[i];
		size_t n = 1;
		if (a->act == PCS_COMPILE && a->state == PCS_PENDING) {
			while (i + n < l->n && same_job(a, a + n))
				n++;
			ap->jobs[ap->n_jobs++] =
				(struct job){ .first = (uint32_t)i, .n = (uint8_t)n };
		}
		i += n;
	}
}

/* One interpreter after the other, as changing it costs a new worker; the largest sources first, as
 * the one that comes last decides how long the others wait. */
static int compare_jobs(const void *a, const void *b, void *actions)
{
	const struct pcs_action *x = (struct pcs_action *)actions + ((const struct job *)a)->first;
	const struct pcs_action *y = (struct pcs_action *)actions + ((const struct job *)b)->first;
	if (x->interp != y->interp)
		return x->interp < y->interp ? -1 : 1;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x < y ? -1 : x > y;
}

static struct pcs_action *actions_of(const struct compiling *ap, size_t job)
{
	return &ap->actions->list[ap->jobs[job].first];
}

static unsigned job_interp(void *ctx, size_t job)
{
	const struct compiling *ap = ctx;
	return actions_of(ap, job)->interp;
}

static struct reading *reading_of(struct compiling *ap, size_t job)
{
	for (size_t i = 0; i < ap->n_readings; i++)
		if (ap->readings[i].job == job)
			return &ap->readings[i];
	struct reading *list =
		pcs_grow(ap->readings, &ap->cap_readings, ap->n_readings + 1, sizeof(*list));
	if (!list)
		return NULL;
	ap->readings = list;
	list[ap->n_readings] = (struct reading){ .job = job };
	return &list[ap->n_readings++];
}

static void reading_done(struct compiling *ap, struct reading *reading)
{
	free(reading->warned);
	pcs_handles_put(ap->handles, reading->dir);
}

static void drop_reading(struct compiling *ap, size_t job)
{
	for (size_t i = 0; i < ap->n_readings; i++)
		if (ap->readings[i].job == job) {
			reading_done(ap, &ap->readings[i]);
			ap->readings[i] = ap->readings[--ap->n_readings];
			return;
		}
}

static bool is_finished(const struct compiling *ap, size_t job)
{
	for (unsigned i = 0; i < ap->jobs[job].n; i++)
		if (actions_of(ap, job)[i].state == PCS_PENDING)
			return false;
	return true;
}

static void ended(void *ctx, struct pcs_action *a)
{
	const struct compiling *ap = ctx;
	pcs_watch_ended(ap->goal->watch, a);
}

/* Tell of those actions of a job that have ended. */
static void tell_ended(struct compiling *ap, size_t job)
{
	for (unsigned i = 0; i < ap->jobs[job].n; i++)
		pcs_watch_ended(ap->goal->watch, &actions_of(ap, job)[i]);
}

static void end_job(struct compiling *ap, size_t job, const struct pcs_dir *dir, int error)
{
	struct pcs_action *actions = actions_of(ap, job);
	PCS_BUF struct pcs_buf words = { 0 };
	int r = dir ? pcs_dir_add_error(dir, actions->source, error, &words) :
		      pcs_root_add_error(ap->site->root, actions->place->path, error, &words);
	for (unsigned i = 0; i < ap->jobs[job].n; i++) {
		if (error == -ENOENT)
			actions[i].state = PCS_SKIPPED; /* it went while we were at it */
		else
			pcs_action_fail(&actions[i], "%s", r == 0 ? words.data : "out of memory");
	}
	drop_reading(ap, job);
	tell_ended(ap, job);
}

/* The pyc will speak of the clamped time, so the source must have it first. */
static int clamp_source(const struct pcs_staged *stage, const struct pcs_action *a,
			const struct pcs_dir *dir)
{
	struct stat st;
	if (!stage || !stage->clamp_mtime || a->flags != PCS_PYC_TIMESTAMP)
		return 0;
	int r = pcs_dir_stat_source(dir, a->source, &st);
	if (r < 0 || !S_ISREG(st.st_mode) ||
	    pcs_staged_time(stage, st.st_mtim).tv_sec == st.st_mtim.tv_sec)
		return r;
	return pcs_dir_set_mtime(dir, a->source, (time_t)stage->epoch);
}

/* Read the source of an action. That its directory is another one than was looked at does not
 * matter: it is read and compiled as it is there, and its pyc goes there. */
static int read_source(struct compiling *ap, const struct pcs_action *a, struct reading *reading)
{
	ap->path.len = ap->source.len = ap->recorded.len = 0;
	int r = pcs_action_path(a, &ap->path);
	if (r == 0)
		r = pcs_site_recorded(ap->site, ap->path.data, &ap->recorded);
	if (r == 0 && !reading->dir) /* else it is compiled once more */
		r = pcs_handles_get(ap->handles, a->place, &reading->dir);
	if (r >= 0)
		r = clamp_source(ap->site->staged, a, reading->dir);
	return r < 0 ? r : pcs_dir_read_source(reading->dir, a->source, &ap->source, &reading->st);
}

/* Whether what is made will be remembered. */
static bool remembers(const struct compiling *ap)
{
	return ap->site->memory && pcs_memory_is_kept(ap->site->memory);
}

/* Read the source of a job, and learn all of it that will be asked. */
static int read_job(struct compiling *ap, const struct pcs_action *a, struct reading *reading)
{
	const struct pcs_interp *interp = &ap->site->interps->list[a->interp];
	int r = read_source(ap, a, reading);
	if (r == -EMFILE || r == -ENFILE) { /* those that wait hold descriptors */
		pcs_publish_commit(ap->publisher);
		r = read_source(ap, a, reading);
	}
	if (r < 0)
		return r;
	reading->quick = pcs_read_quick(&reading->st);
	reading->digested = (remembers(ap) || ap->site->store) &&
			    pcs_sha256(ap->source.data, ap->source.len, reading->digest) == 0;
	if (a->flags != PCS_PYC_TIMESTAMP)
		reading->hash = pcs_source_hash(interp->magic, interp->minor, ap->source.data,
						ap->source.len);
	return 0;
}

static int load_job(void *ctx, size_t job, struct pcs_request *ret)
{
	struct compiling *ap = ctx;
	const struct pcs_action *a = actions_of(ap, job);
	const struct pcs_settings *settings = pcs_action_settings(ap->actions, a);
	struct reading *reading = reading_of(ap, job);
	int r = reading ? read_job(ap, a, reading) : -ENOMEM;
	if (r < 0) {
		end_job(ap, job, reading ? reading->dir : NULL, r);
		return 0;
	}
	*ret = (struct pcs_request){ .name = ap->recorded.data,
				     .source = ap->source.data,
				     .len = ap->source.len,
				     .seconds = settings->seconds,
				     .total = settings->total ? settings->total : ap->goal->total,
				     .memory = settings->memory,
				     .foreign = pcs_others_write(&reading->st) };
	for (unsigned i = 0; i < ap->jobs[job].n; i++)
		ret->levels |= (uint8_t)(1u << a[i].level);
	if (ap->goal->watch)
		ap->goal->watch->begins(ap->goal->watch->ctx, a);
	return 1;
}

/* The pyc of the old content goes. Where it cannot, that is what has to be told: the source's own
 * error comes again. */
static void sweep_old(struct compiling *ap, struct pcs_action *a, struct pcs_dir *dir, int flag)
{
	int r = pcs_sweep_old_pyc(ap->site, a, dir);
	if (r == 0 || pcs_is_absence(r) || r == -EINVAL) {
		a->flags = (uint8_t)flag;
		return;
	}
	a->line = 0;
	pcs_action_fail(a, "it does not compile, and its old pyc cannot be removed: %s",
			pcs_strerror(r));
}

/* The policy takes warnings for errors, so its old pyc is of no use either. */
static void fail_warned(struct compiling *ap, struct pcs_action *a, struct pcs_dir *dir,
			const char *text)
{
	pcs_answer_warned(ap->site, a, text);
	sweep_old(ap, a, dir, PCS_FAILED_FOR_GOOD);
}

static void warn(void *ctx, size_t job, const char *text, size_t len)
{
	struct compiling *ap = ctx;
	struct reading *reading = reading_of(ap, job);
	PCS_BUF struct pcs_buf words = { 0 };
	if (!reading)
		return;
	free(reading->warned);
	reading->warned =
		pcs_buf_add_abridged(&words, text, len) == 0 ? PCS_TAKE(words.data) : NULL;
	reading->has_warned = true;
}

/* Keep a warning where it will be reported: once, though each level may warn of the same. */
static void keep_warning(struct compiling *ap, struct pcs_action *a, struct reading *reading)
{
	if (pcs_action_settings(ap->actions, a)->warnings == PCS_WARNINGS_SHOW && !a->words)
		a->words = PCS_TAKE(reading->warned);
	free(reading->warned);
	reading->warned = NULL;
}

static void publish(struct compiling *ap, struct pcs_action *a, const struct reading *reading,
		    const struct pcs_interp *interp, const struct pcs_result *r)
{
	const struct pcs_staged *stage = ap->site->staged;
	const struct timespec mtime =
		stage ? pcs_staged_time(stage, reading->st.st_mtim) : reading->st.st_mtim;
	struct pcs_pyc pyc = { .action = a,
			       .dir = reading->dir,
			       .source = &reading->st,
			       .quick = reading->quick,
			       .digest = reading->digested && remembers(ap) ? reading->digest :
									      NULL };
	struct pcs_pyc_header h = { .magic = interp->magic,
				    .flags = a->flags,
				    .mtime = pcs_pyc_mtime(&mtime),
				    .size = (uint32_t)reading->st.st_size,
				    .hash = reading->hash };
	pcs_pyc_header_put(pyc.header, &h);
	pyc.code = r->code;
	pyc.code_len = r->code_len;
	pcs_publish(ap->publisher, &pyc);
}

/* Whether the store may serve: what comes from there is canonical, and so must be what is asked. */
static bool is_reusable(const struct compiling *ap, const struct pcs_action *a)
{
	return ap->site->store && pcs_action_settings(ap->actions, a)->reproducible &&
	       pcs_reuse_knows(&ap->site->interps->list[a->interp]);
}

static struct pcs_reuse reuse_of(const struct compiling *ap, const struct pcs_action *a,
				 const struct reading *reading, bool quiet)
{
	return (struct pcs_reuse){ .interp = &ap->site->interps->list[a->interp],
				   .source = reading->digest,
				   .level = a->level,
				   .quiet = quiet };
}

/* Code that came from a worker: as it was asked for into its place, and into the store. What a
 * foreign source may have had the worker answer is kept for nobody else. */
static void take_code(struct compiling *ap, struct pcs_action *a, const struct reading *reading,
		      const struct pcs_interp *interp, struct pcs_result r)
{
	PCS_BUF struct pcs_buf canonical = { 0 };
	const struct pcs_settings *settings = pcs_action_settings(ap->actions, a);
	if (settings->reproducible && !pcs_answer_canonicalize(a, interp->magic, &r, &canonical))
		return;
	const bool quiet = ap->goal->flags & PCS_GOAL_WARN && !reading->has_warned;
	struct pcs_reuse what = reuse_of(ap, a, reading, quiet);
	if (!r.tainted && reading->digested && is_reusable(ap, a)) {
		what.shared = pcs_all_may_read(reading->dir->fd, a->source, &reading->st);
		pcs_reuse_put(ap->site->store, &what, r.code, r.code_len);
	}
	publish(ap, a, reading, interp, &r);
}

/* Publish what the store has of a job. What is not read or not found is compiled. */
static void take_stored(struct compiling *ap, size_t job)
{
	struct pcs_action *a = actions_of(ap, job);
	const struct pcs_settings *settings = pcs_action_settings(ap->actions, a);
	const struct pcs_interp *interp = &ap->site->interps->list[a->interp];
	struct reading *reading = is_reusable(ap, a) ? reading_of(ap, job) : NULL;
	if (!reading)
		return;
	bool known = read_job(ap, a, reading) == 0 && reading->digested;
	for (unsigned i = 0; i < ap->jobs[job].n && known; i++) {
		PCS_BUF struct pcs_buf code = { 0 };
		const struct pcs_reuse what =
			reuse_of(ap, &a[i], reading, settings->warnings != PCS_WARNINGS_IGNORE);
		if (!pcs_reuse_get(ap->site->store, &what, ap->recorded.data, &code))
			continue;
		a[i].stored = true;
		publish(ap, &a[i], reading, interp,
			&(struct pcs_result){ .code = code.data, .code_len = code.len });
	}
	drop_reading(ap, job);
	tell_ended(ap, job);
}

/* Remember that a level does not compile, and why. */
static void note_failure(struct compiling *ap, const struct pcs_action *a,
			 const struct reading *reading)
{
	PCS_BUF struct pcs_buf name = { 0 };
	PCS_BUF struct pcs_buf path = { 0 };
	struct pcs_row row = {
		.kind = PCS_ROW_FAILED, .quick = reading->quick, .line = a->line, .words = a->words
	};
	if (!reading->digested || !remembers(ap) || !a->words)
		return;
	int r = pcs_action_path(a, &path);
	if (r == 0)
		r = pcs_pyc_name_add(&name, a->source, ap->site->interps->list[a->interp].tag,
				     a->level);
	if (r < 0)
		return pcs_memory_fail(ap->site->memory, r);
	row.name = name.data;
	row.maker = pcs_maker(ap->site, a->interp, a->level, pcs_action_settings(ap->actions, a),
			      path.data);
	memcpy(row.source, reading->digest, sizeof(row.source));
	pcs_memory_note(ap->site->memory, a->place->path, &row);
}

static void job_done(void *ctx, size_t job, const struct pcs_result *r)
{
	struct compiling *ap = ctx;
	struct reading *reading = reading_of(ap, job);
	struct pcs_action *first = actions_of(ap, job), *stop = first + ap->jobs[job].n, *a = first;
	const struct pcs_interp *interp = &ap->site->interps->list[first->interp];
	while (a < stop && a->level != r->level)
		a++;
	if (a == stop || !reading)
		return;
	bool strict = pcs_action_settings(ap->actions, a)->warnings == PCS_WARNINGS_ERROR;
	if (r->code && reading->warned && strict) {
		fail_warned(ap, a, reading->dir, reading->warned);
		if (a->flags == PCS_FAILED_FOR_GOOD)
			note_failure(ap, a, reading);
	} else if (r->code) {
		keep_warning(ap, first, reading); /* before its end is told */
		take_code(ap, a, reading, interp, *r);
	} else {
		bool worded = pcs_answer_fail(a, r);
		if (!r->unfinished && worded)
			note_failure(ap, a, reading);
		a->flags = worded ? PCS_FAILED_IN_WORKER : 0;
		if (r->not_compiling && worded)
			sweep_old(ap, a, reading->dir,
				  r->unfinished ? PCS_FAILED_IN_WORKER : PCS_FAILED_FOR_GOOD);
	}
	keep_warning(ap, first, reading);
	tell_ended(ap, job);
	if (is_finished(ap, job))
		drop_reading(ap, job);
}

static void redo(void *ctx, struct pcs_action *a)
{
	struct compiling *ap = ctx;
	a->state = PCS_PENDING;
	a->stored = false;
	a->act = PCS_COMPILE; /* if it was a restamp, of another source */
	ap->redo++;
}

static long long tend(void *ctx, long long now)
{
	const struct compiling *ap = ctx;
	return pcs_publish_tend(ap->publisher, now);
}

static void settle(void *ctx)
{
	const struct compiling *ap = ctx;
	pcs_publish_commit(ap->publisher);
}

static int compile_round(struct compiling *ap)
{
	ap->redo = 0;
	while (ap->n_readings)
		drop_reading(ap, ap->readings[0].job);
	collect_jobs(ap);
	if (ap->site->store) {
		for (size_t i = 0; i < ap->n_jobs && !pcs_signal_seen(); i++)
			take_stored(ap, i);
		pcs_publish_commit(ap->publisher);
		collect_jobs(ap);
	}
	if (ap->n_jobs)
		qsort_r(ap->jobs, ap->n_jobs, sizeof(*ap->jobs), compare_jobs, ap->actions->list);
	const struct pcs_pool_ops ops = { .interp = job_interp,
					  .load = load_job,
					  .done = job_done,
					  .settle = settle,
					  .tend = tend,
					  .warn = ap->goal->flags & PCS_GOAL_WARN ? warn : NULL,
					  .jobserver = ap->goal->jobserver };
	return pcs_pool_run(ap->site->interps, ap->n_jobs, ap->goal->jobs, ap->early, &ops, ap);
}

static void give_up_changing(struct compiling *ap)
{
	struct pcs_actions *l = ap->actions;
	for (size_t i = 0; i < l->n; i++) {
		struct pcs_action *a = &l->list[i];
		if (a->act == PCS_COMPILE && a->state == PCS_PENDING)
			pcs_action_fail(a, "%s", pcs_strerror(PCS_ECHANGED));
		pcs_watch_ended(ap->goal->watch, a);
	}
}

static int restamp_all(struct compiling *ap)
{
	struct pcs_restamper *restamper;
	struct pcs_actions *l = ap->actions;
	int r = pcs_restamper_new(ap->site, ap->handles, ap->publisher, &restamper);
	for (size_t i = 0; r == 0 && i < l->n; i++) {
		if (pcs_signal_seen())
			r = -PCS_ESIGNAL;
		else if (l->list[i].act == PCS_RESTAMP && l->list[i].state == PCS_PENDING)
			pcs_restamp(restamper, l, &l->list[i]);
		pcs_watch_ended(ap->goal->watch, &l->list[i]);
	}
	pcs_publish_commit(ap->publisher);
	pcs_restamper_free(restamper);
	return r;
}

static void done(struct compiling *ap)
{
	pcs_publisher_free(ap->publisher);
	while (ap->n_readings) /* a signal came before the answers */
		drop_reading(ap, ap->readings[0].job);
	free(ap->jobs);
	free(ap->readings);
	pcs_buf_done(&ap->source);
	pcs_buf_done(&ap->path);
	pcs_buf_done(&ap->recorded);
}

int pcs_compile(const struct pcs_site *site, const struct pcs_goal *goal,
		struct pcs_handles *handles, struct pcs_actions *l, struct pcs_early *early)
{
	struct compiling ap = {
		.site = site, .goal = goal, .actions = l, .handles = handles, .early = early
	};
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++)
		n += l->list[i].act <= PCS_RESTAMP;
	if (n == 0)
		return 0;
	const struct pcs_publish_ops ops = {
		.site = site, .actions = l, .handles = handles, .redo = redo, .ended = ended
	};
	ap.jobs = calloc(n, sizeof(*ap.jobs));
	int r = ap.jobs ? pcs_publisher_new(&ops, &ap, &ap.publisher) : -ENOMEM;
	if (r == 0)
		r = restamp_all(&ap);
	for (int round = 0; r == 0 && round < ROUNDS; round++) {
		r = compile_round(&ap);
		if (ap.redo == 0)
			break;
	}
	if (r == 0)
		give_up_changing(&ap);
	done(&ap);
	return r;
}
