/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/report.h"

#include <string.h>

#include "base/log.h"
#include "base/terminal.h"
#include "sync/actions.h"
#include "tree/site.h"
#include "workers/interp.h"

static const char *version_of(const struct pcs_site *site, const struct pcs_action *a,
			      char ret[PCS_VERSION_MAX])
{
	struct pcs_pyc_name name;
	if (a->interp != PCS_NO_INTERP)
		return site->interps->list[a->interp].version;
	/* What is removed may be of an interpreter that is not here: its tag tells. */
	unsigned minor;
	if (a->act == PCS_RMDIR || !a->entry || !pcs_pyc_name_parse(a->entry, &name) ||
	    !pcs_tag_parse(name.tag, name.tag_len, &minor))
		return NULL;
	snprintf(ret, PCS_VERSION_MAX, "3.%u", minor);
	return ret;
}

static int json_action(const struct pcs_site *site, const struct pcs_action *a, bool dry,
		       struct pcs_json *j)
{
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf pyc = { 0 };
	char version[PCS_VERSION_MAX];
	bool failed = a->state == PCS_FAILED;
	if (pcs_action_path(a, &path) < 0 || pcs_action_pyc(site, a, &pyc) < 0)
		return -ENOMEM;
	const char *interp = version_of(site, a, version);
	pcs_json_begin(j, NULL, '{');
	pcs_json_string(j, "action", pcs_act_name(a->act));
	pcs_json_bytes(j, "path", path.data, path.len);
	pcs_json_bytes(j, "pyc", pyc.len ? pyc.data : NULL, pyc.len);
	pcs_json_string(j, "interpreter", interp);
	pcs_json_number_if(j, "level", interp && a->level < PCS_LEVELS, a->level);
	pcs_json_string(j, "reason", pcs_reason_text(a->reason));
	pcs_json_string(j, "from", a->stored ? "store" : NULL);
	pcs_json_bool(j, "extra", a->extra);
	pcs_json_string(j, "warning", failed ? NULL : a->words);
	pcs_json_bool(j, "ok", !failed && (dry || pcs_action_has_ended(a)));
	pcs_json_string(j, "error", failed ? a->words : NULL);
	pcs_json_number_if(j, "line", failed && a->line, a->line);
	pcs_json_end(j);
	return 0;
}

static enum pcs_hue hue_of(const struct pcs_action *a)
{
	if (a->state == PCS_FAILED)
		return PCS_RED;
	if (a->act == PCS_FRESH || a->act == PCS_LEAVE)
		return PCS_FAINT;
	return a->act == PCS_REMOVE || a->act == PCS_RMDIR ? PCS_YELLOW : PCS_GREEN;
}

static int text_action(const struct pcs_site *site, const struct pcs_action *a, FILE *out)
{
	PCS_BUF struct pcs_buf line = { 0 };
	PCS_BUF struct pcs_buf path = { 0 };
	char version[PCS_VERSION_MAX];
	bool about_pyc = a->act == PCS_REMOVE || (a->act == PCS_LEAVE && a->entry);
	int r = about_pyc ? pcs_action_pyc(site, a, &path) : pcs_action_path(a, &path);
	if (r == 0)
		r = pcs_buf_printf(&line, "%s%s%s ", pcs_color(STDOUT_FILENO, hue_of(a)),
				   pcs_act_name(a->act), pcs_color(STDOUT_FILENO, PCS_PLAIN));
	if (r == 0)
		r = pcs_buf_add_shown(&line, path.data, path.len);
	if (r == 0 && !about_pyc && a->interp != PCS_NO_INTERP && a->level < PCS_LEVELS)
		r = pcs_buf_printf(&line, " (%s, level %u)", version_of(site, a, version),
				   a->level);
	if (r == 0)
		fprintf(out, "%s: %s%s%s\n", line.data, pcs_reason_text(a->reason),
			a->extra && a->act == PCS_COMPILE ? "; nobody asked for this level" : "",
			a->stored ? "; from the store" : "");
	return r;
}

/* Whether it was done to a pyc that nobody asked for. */
static bool is_about_extra(const struct pcs_action *a)
{
	bool goes = a->act == PCS_REMOVE && a->reason != PCS_WHY_TEMPORARY;
	return a->state != PCS_FAILED &&
	       (goes || (a->act == PCS_COMPILE && a->extra) || a->act == PCS_REWRITE);
}

static void json_summary(const struct pcs_actions *l, bool dry, struct pcs_json *j)
{
	const struct pcs_counts *c = &l->counts;
	pcs_json_begin(j, NULL, '{');
	pcs_json_begin(j, "summary", '{');
	pcs_json_number(j, "sources", c->sources);
	pcs_json_number(j, "compiled", c->compiled);
	pcs_json_number(j, "stored", c->stored);
	pcs_json_number(j, "restamped", c->restamped);
	pcs_json_number(j, "fresh", c->fresh);
	pcs_json_number(j, "removed", c->removed);
	pcs_json_number(j, "directories", c->rmdirs);
	pcs_json_number(j, "failed", c->failed);
	pcs_json_bool(j, "dry_run", dry);
	if (dry)
		pcs_json_number(j, "planned", c->planned);
	pcs_json_end(j);
	pcs_json_end(j);
}

static int text_summary(const struct pcs_actions *l, unsigned flags, FILE *out)
{
	const struct pcs_counts *c = &l->counts;
	if (flags & PCS_REPORT_DRY) {
		fprintf(out, "pycsync: dry run: %zu to do, %zu fresh\n", c->planned, c->fresh);
		return 0;
	}
	/* A trigger speaks in the middle of a transaction: only of what there was. */
	bool brief = flags & PCS_REPORT_IF_ANY;
	const struct {
		const char *what;
		size_t n;
		bool always;
	} parts[] = {
		{ "compiled", c->compiled, !brief },  { "from the store", c->stored, false },
		{ "restamped", c->restamped, false }, { "fresh", c->fresh, !brief },
		{ "removed", c->removed, !brief },    { "failed", c->failed, false },
	};
	PCS_BUF struct pcs_buf text = { 0 };
	const char *before = "";
	int r = 0;
	if (brief && !c->compiled && !c->stored && !c->restamped && !c->removed && !c->failed)
		return 0;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(parts) && r == 0; i++) {
		if (!parts[i].n && !parts[i].always)
			continue;
		r = pcs_buf_printf(&text, "%s%zu %s", before, parts[i].n, parts[i].what);
		before = ", ";
	}
	if (r < 0)
		return r;
	fprintf(out, "pycsync: %s\n", text.data);
	if (flags & PCS_REPORT_NOTE)
		pcs_log_note("%s", text.data);
	return 0;
}

void pcs_report_action(struct pcs_reporter *r, const struct pcs_action *a)
{
	if (!(r->flags & PCS_REPORT_ACTIONS) && !(r->flags & PCS_REPORT_EXTRA && is_about_extra(a)))
		return;
	int k = r->flags & PCS_REPORT_JSON ?
			json_action(r->site, a, r->flags & PCS_REPORT_DRY, &r->json) :
			text_action(r->site, a, r->json.out);
	r->error = r->error ? r->error : k;
}

void pcs_report_flush(struct pcs_reporter *r)
{
	errno = 0;
	if ((fflush(r->json.out) != 0 || ferror(r->json.out)) && !r->error)
		r->error = errno ? -errno : -EIO;
}

int pcs_report_end(struct pcs_reporter *r)
{
	if (r->flags & PCS_REPORT_SUMMARY && r->flags & PCS_REPORT_JSON)
		json_summary(r->l, r->flags & PCS_REPORT_DRY, &r->json);
	else if (r->flags & PCS_REPORT_SUMMARY && text_summary(r->l, r->flags, r->json.out) < 0 &&
		 !r->error)
		r->error = -ENOMEM;
	int k = pcs_json_done(&r->json);
	r->error = r->error ? r->error : k;
	pcs_report_flush(r);
	return r->error;
}
