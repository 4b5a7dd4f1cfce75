/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/report.h"

#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/terminal.h"
#include "pyc/name.h"

/* What one command, or one sentence, fixes. */
static bool same_group(const struct pcs_finding *a, const struct pcs_finding *b)
{
	return a->code == b->code && a->owned == b->owned && pcs_fix_of(a) == pcs_fix_of(b) &&
	       a->fix == b->fix && a->directory == b->directory &&
	       strcmp(a->archive, b->archive) == 0;
}

static int add_part(struct pcs_buf *b, const char *before, const char *text)
{
	int r = text[0] ? pcs_buf_adds(b, before) : 0;
	return r < 0 ? r : pcs_buf_add_shown(b, text, strlen(text));
}

static int text_finding(const struct pcs_finding *f, FILE *out)
{
	PCS_BUF struct pcs_buf line = { 0 };
	int r = add_part(&line, "  ", f->path);
	if (r == 0 && f->version[0] &&
	    (strcmp(f->path, f->source) == 0 || strcmp(f->path, f->archive) == 0))
		r = pcs_buf_printf(&line, " (%s)", f->version);
	if (r == 0)
		r = add_part(&line, f->code == PCS_FOUND_NOT_EXAMINED ? ": " : ": found ",
			     f->found);
	if (r == 0)
		r = add_part(&line, f->found[0] ? ", expected " : ": expected ", f->expected);
	if (r == 0)
		fprintf(out, "%s\n", line.data);
	return r;
}

static int text_group(const struct pcs_verify_report *how, const struct pcs_finding *list, size_t n,
		      FILE *out)
{
	static const enum pcs_hue hues[] = {
		[PCS_NOTE] = PCS_FAINT, [PCS_WARNING] = PCS_YELLOW, [PCS_ERROR] = PCS_RED
	};
	const struct pcs_code_info *info = pcs_code_info(list->code);
	PCS_BUF struct pcs_buf fix = { 0 };
	PCS_BUF struct pcs_buf archive = { 0 };
	if (add_part(&archive, "", list->archive) < 0 ||
	    pcs_buf_adds(&archive, list->archive[0] ? ": " : "") < 0)
		return -ENOMEM;
	fprintf(out, "%s%s%s%s %s: %s\n", archive.data,
		pcs_color(STDOUT_FILENO, hues[info->severity]), pcs_severity_name(info->severity),
		pcs_color(STDOUT_FILENO, PCS_PLAIN), info->name, info->text);
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++)
		r = text_finding(&list[i], out);
	if (r == 0)
		r = pcs_add_fix(&fix, &how->fix, list, n);
	if (r >= 0 && fix.len)
		fprintf(out, "  fix: %s\n", fix.data);
	return r < 0 ? r : 0;
}

static int json_finding(const struct pcs_verify_report *how, const struct pcs_finding *f,
			struct pcs_json *j)
{
	const struct pcs_code_info *info = pcs_code_info(f->code);
	PCS_BUF struct pcs_buf fix = { 0 };
	int command = pcs_add_fix(&fix, &how->fix, f, 1);
	if (command < 0)
		return command;
	pcs_json_begin(j, NULL, '{');
	pcs_json_string(j, "finding", info->name);
	pcs_json_string(j, "severity", pcs_severity_name(info->severity));
	pcs_json_filled(j, "path", f->path);
	pcs_json_filled(j, "source", f->source);
	pcs_json_filled(j, "archive", f->archive);
	pcs_json_filled(j, "interpreter", f->version);
	pcs_json_number_if(j, "level", f->level < PCS_LEVELS, f->level);
	pcs_json_filled(j, "found", f->found);
	pcs_json_filled(j, "expected", f->expected);
	pcs_json_string(j, "text", info->text);
	pcs_json_filled(j, "fix", fix.data);
	pcs_json_filled(j, "command", command ? fix.data : "");
	pcs_json_bool(j, "owned", f->owned == PCS_OWNED_ITSELF);
	pcs_json_end(j);
	return 0;
}

static void json_summary(const struct pcs_findings *f, const size_t counts[PCS_SEVERITIES],
			 bool failed, struct pcs_json *j)
{
	pcs_json_begin(j, NULL, '{');
	pcs_json_begin(j, "summary", '{');
	pcs_json_number(j, "sources", f->sources);
	pcs_json_number(j, "pycs", f->pycs);
	pcs_json_number(j, "errors", counts[PCS_ERROR]);
	pcs_json_number(j, "warnings", counts[PCS_WARNING]);
	pcs_json_number(j, "notes", counts[PCS_NOTE]);
	pcs_json_bool(j, "ok", !failed);
	pcs_json_end(j);
	pcs_json_end(j);
}

static void text_summary(const struct pcs_findings *f, const size_t counts[PCS_SEVERITIES],
			 FILE *out)
{
	fprintf(out, "pycsync: %zu sources, %zu pycs: ", f->sources, f->pycs);
	if (!counts[PCS_ERROR] && !counts[PCS_WARNING])
		fputs("nothing wrong\n", out);
	else
		fprintf(out, "%zu errors, %zu warnings\n", counts[PCS_ERROR], counts[PCS_WARNING]);
}

int pcs_verify_report(const struct pcs_findings *f, const struct pcs_verify_report *how, FILE *out,
		      bool *ret_failed)
{
	size_t counts[PCS_SEVERITIES] = { 0 };
	bool json = how->flags & PCS_VREPORT_JSON;
	struct pcs_json j = { .out = out };
	int error = 0;
	*ret_failed = false;
	for (size_t i = 0, n; i < f->n; i += n) {
		for (n = 1; i + n < f->n && same_group(&f->list[i], &f->list[i + n]);)
			n++;
		counts[pcs_code_info(f->list[i].code)->severity] += n;
		*ret_failed |= how->fails[f->list[i].code];
		if (!how->shown[f->list[i].code])
			continue;
		for (size_t k = 0; json && k < n; k++)
			if (json_finding(how, &f->list[i + k], &j) < 0)
				error = -ENOMEM;
		if (!json && text_group(how, &f->list[i], n, out) < 0)
			error = -ENOMEM;
	}
	if (how->flags & PCS_VREPORT_SUMMARY && json)
		json_summary(f, counts, *ret_failed, &j);
	else if (how->flags & PCS_VREPORT_SUMMARY)
		text_summary(f, counts, out);
	int r = pcs_json_done(&j);
	r = r < 0 ? r : error;
	errno = 0;
	return fflush(out) != 0 || ferror(out) ? (errno ? -errno : -EIO) : r;
}
