/* pycsync stage: what package builds run on their staging root. */

#include "cmd/stage.h"

#include <limits.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/exit.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "tree/changes.h"
#include "workers/jobserver.h"
#include "stage/recanon.h"
#include "stage/record.h"
#include "stage/trees.h"
#include "tree/staged.h"
#include "stage/wheel.h"
#include "policy/query.h"

/* Ends in the order of enum pcs_invalidation and of enum pcs_epoch_use. */
static const char *const modes[] = { "auto", "timestamp", "checked-hash", "unchecked-hash", NULL };
static const char *const uses[] = { "honor", "ignore", "require", NULL };

struct work {
	struct pcs_options *options;
	struct pcs_session session;
	struct pcs_staged stage;
	struct pcs_jobserver *jobserver;
	struct pcs_record records;
	struct pcs_buf strip, prepend; /* what the stage points to */
};

/* ---- names ---- */

/* A directory of the host, as the kernel names it where it is there. */
static int host_dir(const char *dir, struct pcs_buf *ret)
{
	PCS_FREE char *real = realpath(dir, NULL);
	char cwd[PATH_MAX];
	if (real)
		return pcs_buf_adds(ret, strcmp(real, "/") == 0 ? "" : real);
	if (!getcwd(cwd, sizeof(cwd)))
		return -errno;
	return pcs_path_normalize(dir, strlen(dir), cwd, ret);
}

static int settle_names(struct work *w, const struct pcs_staging *staging)
{
	const struct pcs_stage_options *o = &w->options->stage;
	const char *strip = o->strip_dir ? o->strip_dir : staging->strip_dir;
	const char *prepend = o->prepend_dir ? o->prepend_dir : staging->prepend_dir;
	if (prepend[0] != '/')
		return pcs_fail(PCS_EXIT_USAGE,
				"stage: --prepend-dir: expected an absolute path, got '%s'",
				prepend);
	int r = strcmp(strip, "none") == 0 ? pcs_buf_adds(&w->strip, "") :
		strcmp(strip, "auto") == 0 ? pcs_buf_adds(&w->strip, w->session.root.path) :
					     host_dir(strip, &w->strip);
	if (r == 0)
		r = pcs_path_normalize(prepend, strlen(prepend), "/", &w->prepend);
	if (r < 0)
		return pcs_fail(PCS_EXIT_USAGE, "stage: --strip-dir: '%s': %s", strip,
				pcs_strerror(r));
	w->stage.host = w->session.root.path;
	w->stage.strip = w->strip.data;
	w->stage.prepend = strcmp(w->prepend.data, "/") == 0 ? "" : w->prepend.data;
	return 0;
}

/* ---- time ---- */

static int settle_epoch(struct work *w, const struct pcs_staging *staging)
{
	const struct pcs_stage_options *o = &w->options->stage;
	const char *text = getenv("SOURCE_DATE_EPOCH");
	int use = o->epoch ? pcs_option_word("stage", "source-date-epoch", o->epoch, uses) :
			     staging->epoch_use;
	if (use < 0)
		return PCS_EXIT_USAGE;
	w->stage.extra = staging->extra;
	w->stage.clamp_mtime = o->clamp ? o->clamp == PCS_YES : staging->clamp_mtime;
	if (use == PCS_EPOCH_IGNORE || (!text && use == PCS_EPOCH_HONOR))
		return 0;
	if (!text)
		return pcs_fail(PCS_EXIT_USAGE,
				"stage: SOURCE_DATE_EPOCH is required, and it is not set");
	w->stage.has_epoch = pcs_epoch_parse(text, &w->stage.epoch);
	if (w->stage.has_epoch)
		return 0;
	return pcs_fail(
		PCS_EXIT_USAGE,
		"stage: SOURCE_DATE_EPOCH: expected a number of seconds from 0 to %u, got '%s'",
		UINT32_MAX, text);
}

/* ---- settings ---- */

static int settle_policy(struct work *w)
{
	const struct pcs_stage_options *o = &w->options->stage;
	int mode = o->invalidation ?
			   pcs_option_word("stage", "invalidation-mode", o->invalidation, modes) :
			   PCS_INVALIDATION_AUTO;
	struct pcs_settings over = { .levels = (uint8_t)o->levels,
				     .invalidation = (uint8_t)mode,
				     .reproducible = o->reproducible == PCS_YES,
				     .hardlink_dupes = o->hardlink == PCS_YES };
	unsigned set = (o->invalidation ? 1u << PCS_KEY_INVALIDATION : 0) |
		       (o->levels ? 1u << PCS_KEY_OPTIMIZE : 0) |
		       (o->reproducible ? 1u << PCS_KEY_REPRODUCIBLE : 0) |
		       (o->hardlink ? 1u << PCS_KEY_HARDLINK_DUPES : 0);
	if (mode < 0)
		return PCS_EXIT_USAGE;
	pcs_policy_be_staging(w->session.policy, set, &over);
	return 0;
}

/* ---- paths ---- */

/* What of a normalised path of the host is below the root, in its real form or the given one; or
 * NULL. */
static const char *below_root(const struct work *w, const char *path, const char *cwd)
{
	PCS_BUF struct pcs_buf given = { 0 };
	const char *real = w->session.root.path, *root = w->options->root, *rest = NULL;
	if (pcs_path_within(path, real))
		rest = path + strlen(real);
	else if (pcs_path_normalize(root, strlen(root), cwd, &given) == 0 &&
		 strcmp(given.data, "/") != 0 && pcs_path_within(path, given.data))
		rest = path + given.len;
	return rest && !*rest ? "/" : rest;
}

/*
 * A path as the root sees it, appended. One that begins with DESTDIR is of the host, all others are
 * inside the root; a relative one is what is there.
 */
static int inner_path(const struct work *w, const char *path, struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf inside = { 0 };
	PCS_BUF struct pcs_buf host = { 0 };
	char cwd[PATH_MAX] = "";
	struct stat st;
	int r = pcs_path_normalize(path, strlen(path), "/", &inside);
	if (r == 0 && getcwd(cwd, sizeof(cwd)))
		r = pcs_path_normalize(path, strlen(path), cwd, &host);
	if (r < 0)
		return r;
	bool here = path[0] != '/' && pcs_root_stat(&w->session.root, inside.data, &st) == 0;
	const char *rest = host.data && !here ? below_root(w, host.data, cwd) : NULL;
	return pcs_buf_adds(ret, rest ? rest : inside.data);
}

/* Its path inside the root, and that it is there. 0 or an exit status. */
static int find_path(const struct work *w, const char *path, struct pcs_buf *ret)
{
	struct stat st;
	int r = inner_path(w, path, ret);
	if (r == 0)
		r = pcs_root_stat(&w->session.root, ret->data, &st);
	return r == 0 ? 0 : pcs_fail(PCS_EXIT_USAGE, "stage: %s: %s", path, pcs_strerror(r));
}

static int add_path(struct work *w, struct pcs_changes *changes, const char *path, bool record)
{
	PCS_BUF struct pcs_buf inner = { 0 };
	int r = find_path(w, path, &inner);
	if (r)
		return r;
	if (record && !pcs_wheel_is_record(inner.data))
		return pcs_fail(PCS_EXIT_USAGE,
				"stage: --record: %s is not called NAME.dist-info/RECORD", path);
	r = pcs_wheel_is_record(inner.data) ? pcs_wheel_add(changes, inner.data) :
					      pcs_changes_add(changes, inner.data, inner.len);
	return r == 0 ? 0 : pcs_fail(PCS_EXIT_USAGE, "stage: %s: %s", path, pcs_strerror(r));
}

static int add_all(struct work *w, struct pcs_changes *changes)
{
	int r = pcs_session_trees(&w->session, changes);
	if (r)
		return r;
	r = pcs_stage_find_trees(changes);
	return r == 0 ? 0 :
			pcs_fail(PCS_EXIT_FAILED, "stage: %s: %s", w->options->root,
				 pcs_strerror(r));
}

static int add_changes(struct work *w, struct pcs_changes *changes)
{
	const struct pcs_options *o = w->options;
	int r = 0;
	if (!o->n_operands && !o->stage.n_records && !o->from_stdin)
		return add_all(w, changes);
	changes->each = pcs_record_limit;
	changes->each_ctx = &w->records;
	pcs_changes_set_cwd(changes, "/");
	for (size_t i = 0; i < o->n_operands && r == 0; i++)
		r = add_path(w, changes, o->operands[i], false);
	for (size_t i = 0; i < o->stage.n_records && r == 0; i++)
		r = add_path(w, changes, o->stage.records[i], true);
	return r == 0 && o->from_stdin ? pcs_session_list(changes) : r;
}

/* ---- compiling ---- */

static int compile(struct work *w)
{
	struct pcs_changes changes;
	struct pcs_session *s = &w->session;
	int r = pcs_session_status(pcs_jobserver_join(&w->jobserver));
	if (r)
		return r;
	s->site.staged = &w->stage;
	s->goal.jobserver = w->jobserver;
	w->records.root = &s->root;
	s->follow = w->stage.extra == PCS_EXTRA_KEEP ? NULL : pcs_record_follow;
	s->follow_ctx = &w->records;
	pcs_session_init_changes(s, 0, &changes);
	r = add_changes(w, &changes);
	if (r == 0)
		r = pcs_session_run(s, &changes);
	pcs_changes_done(&changes);
	return r;
}

static int open_and_compile(struct work *w)
{
	struct pcs_staging staging;
	const struct pcs_goal goal = { .kind = PCS_GOAL_RECONCILE };
	int r = pcs_session_open(w->options, &goal, PCS_SESSION_STAGING, &w->session);
	if (r == 0) {
		pcs_policy_staging(w->session.policy, &staging);
		r = settle_names(w, &staging);
	}
	if (r == 0)
		r = settle_epoch(w, &staging);
	if (r == 0)
		r = settle_policy(w);
	return r ? r : compile(w);
}

/* ---- rewriting ---- */

static void report_item(const struct pcs_recanon_item *item, const struct pcs_options *o,
			struct pcs_json *j)
{
	PCS_BUF struct pcs_buf shown = { 0 };
	if (pcs_buf_add_shown(&shown, item->path, strlen(item->path)) < 0)
		return;
	if (item->error)
		pcs_error("%s: %s", shown.data, item->error);
	if (o->json) {
		pcs_json_begin(j, NULL, '{');
		pcs_json_string(j, "action", "canonicalize");
		pcs_json_string(j, "pyc", item->path);
		pcs_json_bool(j, "changed", item->changed);
		pcs_json_string(j, "error", item->error);
		pcs_json_end(j);
	} else if (item->changed && !o->quiet && (o->dry_run || o->verbose || o->explain)) {
		printf("canonicalize %s\n", shown.data);
	}
}

static int report_recanon(const struct pcs_recanon *rc, const struct pcs_options *o)
{
	size_t changed = 0, failed = 0;
	struct pcs_json j = { .out = stdout };
	for (size_t i = 0; i < rc->n; i++) {
		report_item(&rc->items[i], o, &j);
		changed += rc->items[i].changed;
		failed += rc->items[i].error != NULL;
	}
	if (o->json) {
		pcs_json_begin(&j, NULL, '{');
		pcs_json_begin(&j, "summary", '{');
		pcs_json_number(&j, "pycs", rc->n);
		pcs_json_number(&j, "changed", changed);
		pcs_json_number(&j, "failed", failed);
		pcs_json_bool(&j, "dry_run", o->dry_run);
		pcs_json_end(&j);
		pcs_json_end(&j);
	} else if (!o->quiet) {
		printf("pycsync: %zu %s, %zu in canonical form already, %zu failed\n", changed,
		       o->dry_run ? "to rewrite" : "rewritten", rc->n - changed - failed, failed);
	}
	return pcs_json_done(&j) < 0 || failed ? PCS_EXIT_FAILED : PCS_EXIT_OK;
}

static int add_pycs(struct work *w, struct pcs_recanon *rc)
{
	const struct pcs_options *o = w->options;
	int r = o->n_operands ? 0 : pcs_recanon_add(rc, "/");
	if (r < 0)
		pcs_error("stage: %s: %s", o->root, pcs_strerror(r));
	for (size_t i = 0; i < o->n_operands && r == 0; i++) {
		PCS_BUF struct pcs_buf inner = { 0 };
		r = find_path(w, o->operands[i], &inner);
		if (r)
			return r;
		r = pcs_recanon_add(rc, inner.data);
		if (r == -EINVAL)
			pcs_error("stage: %s: neither a directory nor a pyc", o->operands[i]);
		else if (r < 0)
			pcs_error("stage: %s: %s", o->operands[i], pcs_strerror(r));
	}
	return r == -EINVAL ? PCS_EXIT_USAGE : r < 0 ? PCS_EXIT_FAILED : 0;
}

static int canonicalize(struct work *w)
{
	struct pcs_session *s = &w->session;
	struct pcs_recanon rc = { .root = &s->root, .dry = w->options->dry_run };
	int r = pcs_session_policy(w->options, PCS_SESSION_STAGING, s);
	if (r == 0)
		r = add_pycs(w, &rc);
	if (r == 0) {
		int end = pcs_recanon_run(&rc);
		r = report_recanon(&rc, w->options);
		if (end == -PCS_ESIGNAL)
			r = 128 + pcs_signal_seen();
	}
	pcs_recanon_done(&rc);
	return r;
}

/* ---- the command ---- */

/* The first operand is DESTDIR. 0 or an exit status. */
static int take_destdir(struct pcs_options *o)
{
	PCS_FREE char *real = o->n_operands ? realpath(o->operands[0], NULL) : NULL;
	if (!o->n_operands)
		return pcs_fail(PCS_EXIT_USAGE, "stage: a DESTDIR is expected");
	if (!real)
		return pcs_fail(PCS_EXIT_USAGE, "stage: %s: %s", o->operands[0],
				pcs_strerror(errno));
	if (strcmp(real, "/") == 0)
		return pcs_fail(PCS_EXIT_USAGE,
				"stage: DESTDIR must not be /; use 'pycsync sync' for the system");
	o->root = o->operands[0];
	memmove(o->operands, o->operands + 1, --o->n_operands * sizeof(*o->operands));
	return 0;
}

static int stage(struct pcs_options *o)
{
	struct work w = { .options = o, .session.root.fd = -1 };
	int r = take_destdir(o);
	if (r)
		return r;
	r = o->stage.canonicalize_only ? canonicalize(&w) : open_and_compile(&w);
	pcs_record_done(&w.records);
	pcs_jobserver_free(w.jobserver);
	pcs_session_done(&w.session);
	pcs_buf_done(&w.strip);
	pcs_buf_done(&w.prepend);
	return r;
}

int pcs_cmd_stage(int argc, char **argv)
{
	return pcs_options_run(argc, argv, PCS_STAGE, "[options] [--] DESTDIR [PATH...]", stage);
}
