/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers/pool.h"

#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/poll.h"
#include "pyc/peek.h"
#include "pyc/version.h"
#include "workers/early.h"
#include "workers/interp.h"
#include "workers/jobserver.h"

enum {
	AHEAD = 2, /* requests that a worker holds: it need not wait for us */
	TRIES = 2,
	REST_MS = 50, /* of a slot that could get no worker; twice as long each time */
	REST_MAX_MS = 1600,
	DENIED_MS = 1500, /* so long, where no slot has one */
};

struct flight {
	size_t job;
	unsigned tries;
	uint8_t left; /* levels not yet answered */
	uint32_t seconds;
	uint64_t max; /* bytes of an answer: no more than its worker's memory may hold */
	uint64_t memory;
};

struct slot {
	struct pcs_link link;
	bool running;
	bool greeted;         /* it said HELLO */
	bool tainted;         /* see struct pcs_result */
	unsigned interp, way; /* `way` as in the struct below */
	long long rest_until, rest_ms;
	struct flight flights[AHEAD]; /* in the order of sending */
	size_t n;
	long long deadline; /* of the first flight, or of the first word */
};

struct pool {
	struct pcs_interps *interps;
	const struct pcs_pool_ops *ops;
	void *ctx;
	size_t next, n_jobs;
	long long began;
	struct flight *again; /* jobs whose worker died */
	size_t n_again, cap_again;
	struct slot *slots;
	size_t n_slots;
	unsigned allowed; /* how many of them may work now */
	/* How often an interpreter could not be started: at odd numbers it is distrusted, which may
	 * be of use where its own library's bytecode is damaged. */
	unsigned way[PCS_INTERPS_MAX];
	bool proven[PCS_INTERPS_MAX]; /* it was started once */
	long long denied_since;       /* when no slot got a worker for the first time, or 0 */
	struct pcs_peek peek;
	sigset_t sleep_mask;
};

const char pcs_pool_late[] = "the run took longer than the policy's limits.total";

enum { NOT_COMPILING = 1 << 0, DIED = 1 << 1 }; /* see struct pcs_result */

static void give_failure(struct pool *p, const struct flight *f, const char *words, unsigned how)
{
	for (unsigned level = 0; level < PCS_LEVELS; level++) {
		struct pcs_result r = { .level = level,
					.message = words,
					.message_len = strlen(words),
					.detail = "",
					.not_compiling = how & NOT_COMPILING,
					.died = how & DIED,
					.unfinished = true };
		if (f->left & 1u << level)
			p->ops->done(p->ctx, f->job, &r);
	}
}

/* Fail a job that was never sent: all that its request would have asked for. */
static void fail_unsent(struct pool *p, size_t job, const char *words)
{
	struct pcs_request q;
	if (p->ops->load(p->ctx, job, &q) > 0)
		give_failure(p, &(struct flight){ .job = job, .left = q.levels }, words, 0);
}

/* The limits that hold for the first flight. */
static void set_limits(struct slot *s)
{
	if (s->n) {
		s->deadline = pcs_now_ms() + 1000LL * s->flights[0].seconds;
		s->link.max = s->flights[0].max;
	}
}

static void stop_slot(struct slot *s)
{
	if (s->running)
		pcs_link_stop(&s->link);
	s->running = false;
}

static int requeue(struct pool *p, const struct flight *f)
{
	struct flight *again = pcs_grow(p->again, &p->cap_again, p->n_again + 1, sizeof(*again));
	if (!again)
		return -ENOMEM;
	p->again = again;
	again[p->n_again++] = *f;
	return 0;
}

/* The worker is done for: the job it was at has had a try, those behind it have not. Where it took
 * too long, it would do so again. */
static int lose(struct pool *p, struct slot *s, const char *words, bool again)
{
	struct flight flights[AHEAD];
	size_t n = s->n;
	int r = 0;
	memcpy(flights, s->flights, sizeof(flights));
	stop_slot(s);
	s->n = 0;
	for (size_t i = 0; i < n && r == 0; i++) {
		struct flight *f = &flights[i];
		f->tries += i == 0;
		if (f->tries >= TRIES || (i == 0 && !again))
			give_failure(p, f, words, NOT_COMPILING | (again ? DIED : 0u));
		else
			r = requeue(p, f);
	}
	return r;
}

static int give_reason(struct pcs_interp *i, const char *why)
{
	i->reason = strdup(why);
	return i->reason ? 0 : -ENOMEM;
}

/* No worker can be had for a slot: the others go on. Where there are none, not for ever. */
static int rest(struct pool *p, struct slot *s, const char *why)
{
	long long now = pcs_now_ms();
	stop_slot(s);
	s->rest_ms = s->rest_ms ? 2 * s->rest_ms : REST_MS;
	if (s->rest_ms > REST_MAX_MS)
		s->rest_ms = REST_MAX_MS;
	s->rest_until = now + s->rest_ms;
	for (size_t i = 0; i < p->n_slots; i++)
		if (p->slots[i].running)
			return 0;
	if (!p->denied_since)
		p->denied_since = now;
	if (now - p->denied_since < DENIED_MS)
		return 0;
	s->rest_until = 0;
	return give_reason(&p->interps->list[s->interp], why);
}

/* The worker of an interpreter did not start: there may be another way, or another interpreter of
 * the same bytecode. Else it is of no use, and so are all jobs for it. */
static int condemn(struct pool *p, struct slot *s, const char *why)
{
	struct pcs_interp *i = &p->interps->list[s->interp];
	stop_slot(s);
	if (p->proven[s->interp])
		return rest(p, s, why);
	if (i->reason || s->way != p->way[s->interp])
		return 0; /* another slot came before */
	if (p->way[s->interp]++ % 2 == 0)
		return 0;
	if (give_reason(i, why) < 0)
		return -ENOMEM;
	const struct pcs_interp *was = pcs_interps_replace(p->interps, s->interp);
	if (was)
		pcs_warning("interpreter %s: %s; %s serves in its place", pcs_interp_path(was),
			    was->reason, pcs_interp_path(i));
	return 0;
}

/* When a worker that starts now has to have said its first word. */
static long long start_deadline(const struct pcs_interps *l)
{
	return pcs_now_ms() + (l->start_ms ? l->start_ms : PCS_START_MS);
}

static int start(struct pool *p, struct slot *s, unsigned interp)
{
	stop_slot(s);
	s->interp = interp;
	s->way = p->way[interp];
	s->n = 0;
	s->greeted = s->tainted = false;
	s->deadline = start_deadline(p->interps);
	unsigned mode = (s->way % 2 ? PCS_LINK_DISTRUST : 0u) |
			(p->ops->warn ? PCS_LINK_WARN : 0u) | p->ops->mode;
	int r = pcs_link_start(&p->interps->list[interp], mode, &s->link);
	s->running = r == 0;
	if (r == 0)
		return 0;
	PCS_BUF struct pcs_buf why = { 0 };
	if (pcs_buf_printf(&why, "a worker cannot be started: %s", pcs_strerror(r)) < 0)
		return -ENOMEM;
	return rest(p, s, why.data);
}

/* The next job that `interp` could do, or any; false when there is none. */
static bool next_job(struct pool *p, bool any, unsigned interp, struct flight *ret)
{
	for (size_t i = 0; i < p->n_again; i++) {
		if (!any && p->ops->interp(p->ctx, p->again[i].job) != interp)
			continue;
		*ret = p->again[i];
		p->again[i] = p->again[--p->n_again];
		return true;
	}
	if (p->next == p->n_jobs || (!any && p->ops->interp(p->ctx, p->next) != interp))
		return false;
	*ret = (struct flight){ .job = p->next++ };
	return true;
}

static int send_job(struct pool *p, struct slot *s, struct flight f)
{
	struct pcs_request q;
	int r = p->ops->load(p->ctx, f.job, &q);
	if (r <= 0)
		return r;
	if (!f.left)
		f.left = q.levels;
	if (q.total && pcs_now_ms() - p->began >= 1000LL * q.total) {
		give_failure(p, &f, pcs_pool_late, 0);
		return 0;
	}
	f.seconds = q.seconds;
	f.max = q.memory ? q.memory : UINT64_MAX;
	f.memory = q.memory;
	struct pcs_frame frame = { .arg1 = f.left,
				   .arg2 = (uint32_t)(q.memory >> 20),
				   .arg3 = q.ask };
	r = pcs_link_send(&s->link, frame, q.name, q.source, q.len);
	if (r < 0)
		return r;
	s->tainted |= q.foreign;
	s->flights[s->n++] = f;
	if (s->n == 1)
		set_limits(s);
	return 0;
}

static int receive(struct pool *p, struct slot *s);

/* A worker that takes nothing any more may have said why before it ended. */
static int flush(struct pool *p, struct slot *s)
{
	if (!s->running || !s->greeted || pcs_link_flush(&s->link) == 0)
		return 0;
	int r = receive(p, s);
	return r == 0 && s->running ? lose(p, s, "the worker died", true) : r;
}

/* Each waits for the one before it to be sent: so no more than one is held, however large. */
static int fill_slot(struct pool *p, struct slot *s)
{
	struct flight f;
	int r = flush(p, s);
	while (r == 0 && s->running && s->greeted && s->n < AHEAD &&
	       !pcs_link_is_sending(&s->link) && next_job(p, false, s->interp, &f)) {
		r = send_job(p, s, f);
		if (r == 0)
			r = flush(p, s);
	}
	return r;
}

/* Give an idle slot a worker for the next job there is. */
static int employ(struct pool *p, struct slot *s)
{
	struct flight f;
	while (s->n == 0 && (!s->running || s->greeted) && s->rest_until <= pcs_now_ms() &&
	       next_job(p, true, 0, &f)) {
		unsigned interp = p->ops->interp(p->ctx, f.job);
		if (p->interps->list[interp].reason) {
			fail_unsent(p, f.job, p->interps->list[interp].reason);
			continue;
		}
		int r = s->running && s->interp == interp ? 0 : start(p, s, interp);
		if (r == 0 && s->running && s->greeted)
			return send_job(p, s, f);
		if (r == 0)
			r = requeue(p, &f);
		if (r < 0 || s->running)
			return r;
	}
	return 0;
}

static int greet(struct pool *p, struct slot *s, const struct pcs_frame *f, const char *text)
{
	PCS_BUF struct pcs_buf why = { 0 };
	int r = pcs_link_hello(f, text, &p->interps->list[s->interp], &why);
	s->greeted = r == 0;
	if (r == 0) {
		p->proven[s->interp] = true;
		p->denied_since = s->rest_ms = 0;
		pcs_link_take(&s->link, f);
		return 0;
	}
	if (r == -ENOMEM)
		return r;
	if (f->type == PCS_FRAME_HELLO && s->way == p->way[s->interp])
		s->way = p->way[s->interp] |= 1; /* not the one planned: another way is no use */
	return condemn(p, s, why.data);
}

/* Whether it is one code object and nothing behind it, as far as that version is known here. */
static bool is_code(struct pool *p, const struct pcs_interp *in, const char *body, size_t len)
{
	unsigned minor;
	if (!pcs_minor_of(in->magic, &minor)) /* PyPy's code, or that of a version to come */
		return len && (body[0] & 0x7f) == 'c';
	enum pcs_body is = pcs_peek_body(&p->peek, in->minor, body, len);
	return is == PCS_BODY_WHOLE || is == PCS_BODY_UNKNOWN;
}

/* It ends, and says why. */
static int take_failure(struct pool *p, struct slot *s, const char *text, size_t len)
{
	PCS_BUF struct pcs_buf words = { 0 };
	int r = pcs_buf_adds(&words, "the worker failed: ");
	if (r == 0)
		r = pcs_buf_add_shown(&words, text, len);
	return r < 0 ? r : lose(p, s, words.data, true);
}

static int take_result(struct pool *p, struct slot *s, const struct pcs_frame *f, const char *text,
		       const char *body)
{
	if (s->n && f->type == PCS_FRAME_WARNING && p->ops->warn) {
		p->ops->warn(p->ctx, s->flights[0].job, text, f->text_len);
		pcs_link_take(&s->link, f);
		return 0;
	}
	if (f->type == PCS_FRAME_FAILED)
		return take_failure(p, s, text, f->text_len);
	if (s->n == 0 || f->arg1 >= PCS_LEVELS || !(s->flights[0].left & 1u << f->arg1) ||
	    (f->type != PCS_FRAME_CODE && f->type != PCS_FRAME_ERROR))
		return lose(p, s, pcs_strerror(PCS_EPROTO), true);
	bool failed = f->type == PCS_FRAME_ERROR;
	if (!failed && !is_code(p, &p->interps->list[s->interp], body, f->body_len))
		return lose(p, s, "the worker answered with what is not a code object", true);
	bool no_memory = failed && f->arg3 == PCS_COMPILE_MEMORY;
	PCS_BUF struct pcs_buf words = { 0 };
	if (no_memory && s->flights[0].memory &&
	    pcs_buf_printf(&words, "%.*s: the policy's limits.memory is %llu MiB", (int)f->text_len,
			   text, (unsigned long long)s->flights[0].memory >> 20) < 0)
		return -ENOMEM;
	struct pcs_result r = { .level = f->arg1,
				.code = failed ? NULL : body,
				.code_len = failed ? 0 : f->body_len,
				.message = words.data ? words.data : text,
				.message_len = words.data ? words.len : f->text_len,
				.detail = failed ? body : "",
				.detail_len = failed ? f->body_len : 0,
				.line = failed ? f->arg2 : 0,
				.not_compiling = failed,
				.unfinished = failed && f->arg3 != PCS_COMPILE_ERROR,
				.tainted = s->tainted };
	p->ops->done(p->ctx, s->flights[0].job, &r);
	s->flights[0].left &= (uint8_t) ~(1u << f->arg1);
	pcs_link_take(&s->link, f);
	if (s->flights[0].left == 0) {
		memmove(s->flights, s->flights + 1, sizeof(*s->flights) * --s->n);
		set_limits(s);
	}
	if (s->n == 0 && pcs_link_is_sending(&s->link)) /* to what it has not read */
		return lose(p, s, pcs_strerror(PCS_EPROTO), true);
	if (!no_memory)
		return 0;
	/* A heap that ran full is not trusted any more; what is in flight has not had its try. */
	for (size_t i = 0; i < s->n; i++)
		if (requeue(p, &s->flights[i]) < 0)
			return -ENOMEM;
	s->n = 0;
	stop_slot(s);
	return 0;
}

/* The worker closed its socket: find out how it ended. */
static int bury(struct pool *p, struct slot *s)
{
	PCS_BUF struct pcs_buf words = { 0 };
	s->running = false;
	if (!s->greeted) {
		int r = pcs_link_bury(&s->link, &words);
		return r < 0 ? r : condemn(p, s, words.data);
	}
	int status = pcs_link_stop(&s->link);
	int r = pcs_buf_adds(&words, "the worker died while it compiled this file");
	if (r == 0 && WIFSIGNALED(status))
		r = pcs_buf_printf(&words, " (SIG%s)", sigabbrev_np(WTERMSIG(status)));
	else if (r == 0)
		r = pcs_buf_printf(&words, " (exit status %d)", WEXITSTATUS(status));
	return r < 0 ? r : lose(p, s, words.data, true);
}

static int receive(struct pool *p, struct slot *s)
{
	struct pcs_frame f;
	const char *text, *body;
	int gone = pcs_link_fill(&s->link);
	int r = 0;
	while (s->running && r == 0 && (r = pcs_link_peek(&s->link, &f, &text, &body)) > 0)
		r = s->greeted ? take_result(p, s, &f, text, body) : greet(p, s, &f, text);
	if (r == -ENOMEM || !s->running)
		return r < 0 ? r : 0;
	if (r == 0 && gone == 0)
		return 0;
	return bury(p, s);
}

static int expire(struct pool *p, struct slot *s)
{
	PCS_BUF struct pcs_buf words = { 0 };
	if (!s->greeted) {
		PCS_BUF struct pcs_buf why = { 0 };
		int ms = p->interps->start_ms ? p->interps->start_ms : PCS_START_MS;
		if (s->way == p->way[s->interp])
			s->way = p->way[s->interp] |= 1; /* it would hang again */
		int r = pcs_buf_printf(&why, "it does not start within %d seconds", ms / 1000);
		return r < 0 ? r : condemn(p, s, why.data);
	}
	if (pcs_buf_printf(&words, "it took longer than %u seconds to compile",
			   s->flights[0].seconds) < 0)
		return -ENOMEM;
	return lose(p, s, words.data, false);
}

static bool is_working(const struct slot *s)
{
	return s->running && (s->n || !s->greeted);
}

static unsigned count_working(const struct pool *p)
{
	unsigned n = 0;
	for (size_t i = 0; i < p->n_slots; i++)
		n += is_working(&p->slots[i]);
	return n;
}

static size_t count_pending(const struct pool *p)
{
	return p->n_jobs - p->next + p->n_again;
}

static bool is_busy(const struct pool *p)
{
	return count_working(p) || count_pending(p);
}

/* Find out how many may work: without a jobserver all, else as many as there are tokens. */
static void ask_jobserver(struct pool *p)
{
	size_t want = count_working(p) + count_pending(p);
	p->allowed = (unsigned)(want < p->n_slots ? want : p->n_slots);
	if (p->ops->jobserver)
		p->allowed = pcs_jobserver_want(p->ops->jobserver, p->allowed);
}

/* What to poll for a token, or -1 where none is needed. */
static int token_fd(const struct pool *p)
{
	size_t want = count_working(p) + count_pending(p);
	bool more = want > p->allowed && p->n_slots > p->allowed;
	return p->ops->jobserver && more ? pcs_jobserver_fd(p->ops->jobserver) : -1;
}

/* Set the slots' descriptors to poll, and behind them the jobserver's. Returns when to wake up. */
static long long prepare_poll(const struct pool *p, struct pollfd *fds, long long now)
{
	long long next = now + 60000;
	for (size_t i = 0; i < p->n_slots; i++) {
		const struct slot *s = &p->slots[i];
		bool more = s->running && pcs_link_is_sending(&s->link);
		fds[i] = (struct pollfd){ .fd = s->running ? s->link.child.fd : -1,
					  .events = (short)(POLLIN | (more ? POLLOUT : 0)) };
		if (is_working(s) && s->deadline < next)
			next = s->deadline;
		if (s->rest_until > now && s->rest_until < next)
			next = s->rest_until;
	}
	fds[p->n_slots] = (struct pollfd){ .fd = token_fd(p), .events = POLLIN };
	return next;
}

/* Sleep until a worker has something to say, room for more, or no time left; or there is a token.
 */
static int wait_and_serve(struct pool *p, struct pollfd *fds)
{
	long long now = pcs_now_ms(), next = prepare_poll(p, fds, now);
	long long due = p->ops->tend ? p->ops->tend(p->ctx, now) : next;
	next = due < next ? due : next;
	int r = pcs_poll(fds, p->n_slots + 1, next > now ? next - now : 0, &p->sleep_mask);
	if (r < 0 && r != -EINTR)
		return r;
	r = 0;
	now = pcs_now_ms();
	for (size_t i = 0; i < p->n_slots && r == 0; i++) {
		struct slot *s = &p->slots[i];
		if (s->running && fds[i].revents & (POLLIN | POLLHUP | POLLERR))
			r = receive(p, s);
		else if (is_working(s) && s->deadline <= now)
			r = expire(p, s);
	}
	return r;
}

/* Give a slot all the work that it can have. */
static int serve_slot(struct pool *p, struct slot *s)
{
	if (!is_working(s) && count_working(p) >= p->allowed)
		return 0;
	int r = fill_slot(p, s);
	if (r == 0)
		r = employ(p, s);
	return r < 0 ? r : fill_slot(p, s);
}

static int serve(struct pool *p, struct pollfd *fds)
{
	int r = 0;
	while (r == 0 && is_busy(p)) {
		ask_jobserver(p);
		for (size_t i = 0; i < p->n_slots && r == 0; i++)
			r = serve_slot(p, &p->slots[i]);
		if (r == 0 && is_busy(p))
			r = wait_and_serve(p, fds);
		if (pcs_signal_seen())
			r = -PCS_ESIGNAL;
	}
	return r;
}

/* It may have said hello already. */
static int adopt(struct pool *p, struct pcs_early *early)
{
	struct slot *s = &p->slots[0];
	if (!early || !early->running)
		return 0;
	*s = (struct slot){ .link = early->link,
			    .interp = early->interp,
			    .running = true,
			    .deadline = start_deadline(p->interps) };
	early->running = false;
	return receive(p, s);
}

int pcs_pool_run(struct pcs_interps *interps, size_t n_jobs, unsigned workers,
		 struct pcs_early *early, const struct pcs_pool_ops *ops, void *ctx)
{
	if (n_jobs == 0)
		return 0;
	struct pool p = {
		.interps = interps, .ops = ops, .ctx = ctx, .n_jobs = n_jobs, .began = pcs_now_ms()
	};
	p.n_slots = workers < n_jobs ? workers : n_jobs;
	p.slots = calloc(p.n_slots, sizeof(*p.slots));
	PCS_FREE struct pollfd *fds = calloc(p.n_slots + 1, sizeof(*fds));
	int r = -ENOMEM;
	if (p.slots && fds) {
		pcs_signals_block(&p.sleep_mask);
		r = adopt(&p, early);
		if (r == 0)
			r = serve(&p, fds);
	}
	for (size_t i = 0; p.slots && i < p.n_slots; i++)
		if (p.slots[i].running)
			pcs_child_kill(&p.slots[i].link.child);
	if (ops->jobserver)
		pcs_jobserver_want(ops->jobserver, 1);
	if (r == 0 && ops->settle)
		ops->settle(ctx);
	for (size_t i = 0; p.slots && i < p.n_slots; i++)
		stop_slot(&p.slots[i]);
	if (p.slots && fds)
		sigprocmask(SIG_SETMASK, &p.sleep_mask, NULL);
	pcs_peek_done(&p.peek);
	free(p.slots);
	free(p.again);
	return r;
}
