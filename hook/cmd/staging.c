/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/staging.h"

#include <limits.h>
#include <string.h>

#include "base/err.h"
#include "base/exit.h"
#include "base/log.h"
#include "base/path.h"
#include "cmd/operands.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "policy/query.h"
#include "stage/record.h"
#include "stage/trees.h"
#include "stage/wheel.h"
#include "tree/changes.h"

/* Ends in the order of enum pcs_invalidation and of enum pcs_epoch_use. */
static const char *const modes[] = { "auto", "timestamp", "checked-hash", "unchecked-hash", NULL };
static const char *const uses[] = { "honor", "ignore", "require", NULL };

/* For messages. */
static const char *command(const struct pcs_staging_site *g)
{
	return g->session->options->command;
}

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

static int settle_names(struct pcs_staging_site *g, const struct pcs_staging *staging)
{
	const struct pcs_stage_options *o = &g->session->options->stage;
	const char *strip = o->strip_dir ? o->strip_dir : staging->strip_dir;
	const char *prepend = o->prepend_dir ? o->prepend_dir : staging->prepend_dir;
	if (prepend[0] != '/')
		return pcs_fail(PCS_EXIT_USAGE,
				"%s: --prepend-dir: expected an absolute path, got '%s'",
				command(g), prepend);
	int r = strcmp(strip, "none") == 0 ? pcs_buf_adds(&g->strip, "") :
		strcmp(strip, "auto") == 0 ? pcs_buf_adds(&g->strip, g->session->root.path) :
					     host_dir(strip, &g->strip);
	if (r == 0)
		r = pcs_path_normalize(prepend, strlen(prepend), "/", &g->prepend);
	if (r < 0)
		return pcs_fail(PCS_EXIT_USAGE, "%s: --strip-dir: '%s': %s", command(g), strip,
				pcs_strerror(r));
	g->staged.host = g->session->root.path;
	g->staged.strip = g->strip.data;
	g->staged.prepend = strcmp(g->prepend.data, "/") == 0 ? "" : g->prepend.data;
	return 0;
}

/* ---- time ---- */

static int settle_epoch(struct pcs_staging_site *g, const struct pcs_staging *staging)
{
	const struct pcs_stage_options *o = &g->session->options->stage;
	const char *text = getenv("SOURCE_DATE_EPOCH");
	int use = o->epoch ? pcs_option_word(command(g), "source-date-epoch", o->epoch, uses) :
			     staging->epoch_use;
	if (use < 0)
		return PCS_EXIT_USAGE;
	g->staged.extra = staging->extra;
	g->staged.clamp_mtime = o->clamp ? o->clamp == PCS_YES : staging->clamp_mtime;
	if (use == PCS_EPOCH_IGNORE || (!text && use == PCS_EPOCH_HONOR))
		return 0;
	if (!text)
		return pcs_fail(PCS_EXIT_USAGE,
				"%s: SOURCE_DATE_EPOCH is required, and it is not set", command(g));
	g->staged.has_epoch = pcs_epoch_parse(text, &g->staged.epoch);
	if (g->staged.has_epoch)
		return 0;
	return pcs_fail(
		PCS_EXIT_USAGE,
		"%s: SOURCE_DATE_EPOCH: expected a number of seconds from 0 to %u, got '%s'",
		command(g), UINT32_MAX, text);
}

/* ---- settings ---- */

static int settle_policy(struct pcs_staging_site *g)
{
	const struct pcs_stage_options *o = &g->session->options->stage;
	int mode = o->invalidation ? pcs_option_word(command(g), "invalidation-mode",
						     o->invalidation, modes) :
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
	pcs_policy_be_staging(g->session->policy, set, &over);
	return 0;
}

/* ---- paths ---- */

/* What of a normalised path of the host is below the root, in its real form or the given one; or
 * NULL. */
static const char *below_root(const struct pcs_staging_site *g, const char *path, const char *cwd)
{
	PCS_BUF struct pcs_buf given = { 0 };
	const char *real = g->session->root.path, *root = g->session->options->root, *rest = NULL;
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
static int inner_path(const struct pcs_staging_site *g, const char *path, struct pcs_buf *ret)
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
	bool here = path[0] != '/' && pcs_root_stat(&g->session->root, inside.data, &st) == 0;
	const char *rest = host.data && !here ? below_root(g, host.data, cwd) : NULL;
	return pcs_buf_adds(ret, rest ? rest : inside.data);
}

int pcs_staging_path(const struct pcs_staging_site *g, const char *path, struct pcs_buf *ret)
{
	struct stat st;
	int r = inner_path(g, path, ret);
	if (r == 0)
		r = pcs_root_stat(&g->session->root, ret->data, &st);
	return r == 0 ? 0 :
			pcs_fail(PCS_EXIT_USAGE, "%s: %s: %s", command(g), path, pcs_strerror(r));
}

static int add_path(struct pcs_staging_site *g, struct pcs_changes *changes, const char *path,
		    bool record)
{
	PCS_BUF struct pcs_buf inner = { 0 };
	int r = pcs_staging_path(g, path, &inner);
	if (r)
		return r;
	if (record && !pcs_wheel_is_record(inner.data))
		return pcs_fail(PCS_EXIT_USAGE,
				"%s: --record: %s is not called NAME.dist-info/RECORD", command(g),
				path);
	r = pcs_wheel_is_record(inner.data) ? pcs_wheel_add(changes, inner.data) :
					      pcs_changes_add(changes, inner.data, inner.len);
	if (r == -PCS_ESIGNAL)
		return pcs_session_status(r);
	return r == 0 ? 0 :
			pcs_fail(PCS_EXIT_USAGE, "%s: %s: %s", command(g), path, pcs_strerror(r));
}

static int add_all(struct pcs_staging_site *g, struct pcs_changes *changes)
{
	int r = pcs_session_trees(g->session, changes);
	if (r)
		return r;
	r = pcs_stage_find(changes, g->staged.extra != PCS_EXTRA_KEEP);
	return r == 0 ? 0 :
			pcs_fail(PCS_EXIT_FAILED, "%s: %s: %s", command(g),
				 g->session->options->root, pcs_strerror(r));
}

int pcs_staging_changes(struct pcs_staging_site *g, struct pcs_changes *changes,
			struct pcs_record *record)
{
	const struct pcs_options *o = g->session->options;
	int r = 0;
	if (!o->n_operands && !o->stage.n_records && !o->from_stdin)
		return add_all(g, changes);
	if (record) {
		changes->each = pcs_record_limit;
		changes->each_ctx = record;
	}
	pcs_changes_set_cwd(changes, "/");
	for (size_t i = 0; i < o->n_operands && r == 0; i++)
		r = add_path(g, changes, o->operands[i], false);
	for (size_t i = 0; i < o->stage.n_records && r == 0; i++)
		r = add_path(g, changes, o->stage.records[i], true);
	return r == 0 && o->from_stdin ? pcs_session_list(changes) : r;
}

/* ---- the root ---- */

int pcs_staging_root(struct pcs_options *o, const char *destdir)
{
	PCS_FREE char *real = realpath(destdir, NULL);
	if (!real)
		return pcs_fail(PCS_EXIT_USAGE, "%s: %s: %s", o->command, destdir,
				pcs_strerror(errno));
	if (strcmp(real, "/") == 0)
		return pcs_fail(PCS_EXIT_USAGE,
				"%s: DESTDIR must not be /; use 'pycsync %s' for the system",
				o->command, strcmp(o->command, "stage") == 0 ? "sync" : o->command);
	o->root = destdir;
	return 0;
}

int pcs_staging_settle(struct pcs_session *s, struct pcs_staging_site *ret)
{
	struct pcs_staging staging;
	*ret = (struct pcs_staging_site){ .session = s };
	pcs_policy_staging(s->policy, &staging);
	int r = settle_names(ret, &staging);
	if (r == 0)
		r = settle_epoch(ret, &staging);
	if (r == 0)
		r = settle_policy(ret);
	s->site.staged = &ret->staged;
	return r;
}

void pcs_staging_done(struct pcs_staging_site *g)
{
	pcs_buf_done(&g->strip);
	pcs_buf_done(&g->prepend);
}
