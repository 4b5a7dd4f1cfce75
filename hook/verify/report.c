#include "verify/report.h"

#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/utf8.h"
#include "pyc/name.h"

enum { NAMED_MAX = 8 }; /* a command names so many paths, then what they have in common */

/* A word that a shell takes as it is. */
static int add_quoted(struct pcs_buf *b, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-+:,@%=";
	const size_t len = strlen(s);
	bool any = false, control;
	if (*s && s[strspn(s, plain)] == '\0')
		return pcs_buf_adds(b, s);
	for (size_t i = 0; i < len && !any; i += pcs_utf8_step(s + i, len - i, &any))
		;
	int r = pcs_buf_adds(b, any ? "$'" : "'");
	for (size_t i = 0, n; i < len && r == 0; i += n) {
		n = pcs_utf8_step(s + i, len - i, &control);
		if (control)
			r = pcs_buf_add_shown(b, s + i, n);
		else if (any && (s[i] == '\'' || s[i] == '\\'))
			r = pcs_buf_printf(b, "\\%c", s[i]);
		else if (s[i] == '\'')
			r = pcs_buf_adds(b, "'\\''");
		else
			r = pcs_buf_add(b, s + i, n);
	}
	return r < 0 ? r : pcs_buf_adds(b, "'");
}

/* Neither sync nor clean touch what a package has a part in, or what is of no source. */
static enum pcs_fix fix_of(const struct pcs_finding *f)
{
	enum pcs_fix fix = f->fix ? f->fix : pcs_code_info(f->code)->fix;
	bool anew = fix == PCS_FIX_SYNC || fix == PCS_FIX_CLEAN || fix == PCS_FIX_ANEW;
	if (anew && f->owned == PCS_OWNED_BESIDE)
		return PCS_FIX_REMOVE;
	return fix == PCS_FIX_ANEW && !f->source[0] ? PCS_FIX_REMOVE : fix;
}

static bool same_group(const struct pcs_finding *a, const struct pcs_finding *b)
{
	return a->code == b->code && a->owned == b->owned && fix_of(a) == fix_of(b) &&
	       strcmp(a->archive, b->archive) == 0;
}

/* What a command has to be told to come by the finding. */
static const char *target(const struct pcs_finding *f)
{
	return fix_of(f) == PCS_FIX_REMOVE || !f->source[0] ? f->path : f->source;
}

/* The directory that all paths of the group lie in: how much of the first one it is. */
static size_t common_len(const struct pcs_finding *list, size_t n)
{
	const char *a = target(&list[0]);
	size_t len = pcs_path_dir_len(a);
	for (size_t i = 1; i < n; i++) {
		const char *b = target(&list[i]);
		while (len > 1 && (strncmp(a, b, len) != 0 || b[len] != '/')) {
			const char *slash = memrchr(a, '/', len);
			len = slash && slash > a ? (size_t)(slash - a) : 1;
		}
	}
	return len;
}

/* Findings of one target follow each other: it is named once. */
static bool is_new(const struct pcs_finding *list, size_t i)
{
	return i == 0 || strcmp(target(&list[i - 1]), target(&list[i])) != 0;
}

static int add_targets(struct pcs_buf *b, const char *root, const struct pcs_finding *list,
		       size_t n)
{
	int r = 0;
	size_t named = 0;
	for (size_t i = 0; i < n; i++)
		named += is_new(list, i);
	if (named > NAMED_MAX) {
		char *dir = strndupa(target(&list[0]), common_len(list, n));
		return pcs_buf_adds(b, " ") < 0 ? -ENOMEM : add_quoted(b, dir);
	}
	for (size_t i = 0; i < n && r == 0; i++) {
		PCS_BUF struct pcs_buf path = { 0 };
		if (!is_new(list, i))
			continue;
		r = pcs_buf_printf(&path, "%s%s", root, target(&list[i]));
		if (r == 0)
			r = pcs_buf_adds(b, " ");
		if (r == 0)
			r = add_quoted(b, path.data);
	}
	return r;
}

static int add_options(struct pcs_buf *b, const char *command, const struct pcs_verify_report *how)
{
	/* clean removes for every interpreter, and has no such option. */
	bool clean = strstr(command, "clean") != NULL;
	int r = pcs_buf_adds(b, command);
	for (const char *const *o = how->options; *o && r == 0; o += 2) {
		if (clean && strcmp(o[0], "--python") == 0)
			continue;
		r = pcs_buf_printf(b, " %s ", o[0]);
		if (r == 0)
			r = add_quoted(b, o[1]);
	}
	return r;
}

static int add_command(struct pcs_buf *b, const char *command, const struct pcs_verify_report *how,
		       const struct pcs_finding *list, size_t n)
{
	int r = add_options(b, command, how);
	return r < 0 ? r : add_targets(b, "", list, n);
}

/* A command of the system, whose paths are the host's. */
static int add_plain(struct pcs_buf *b, const char *command, const char *root,
		     const struct pcs_finding *list, size_t n)
{
	int r = pcs_buf_adds(b, command);
	return r < 0 ? r : add_targets(b, root, list, n);
}

/* One command for each: they lie in directories of several owners. */
static int give_commands(struct pcs_buf *b, const char *root, const struct pcs_finding *list,
			 size_t n)
{
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++) {
		PCS_BUF struct pcs_buf above = { 0 };
		const char *path = list[i].path;
		r = pcs_buf_printf(&above, "--reference=%s%.*s", root, (int)pcs_path_dir_len(path),
				   path);
		if (r == 0)
			r = pcs_buf_adds(b, i ? " && chown " : "chown ");
		if (r == 0)
			r = add_quoted(b, above.data);
		if (r == 0)
			r = add_targets(b, root, &list[i], 1);
	}
	return r < 0 ? r : add_plain(b, " && chmod go-w", root, list, n);
}

/* "pycsync stage OPTION... DESTDIR PATH...". */
static int stage_command(struct pcs_buf *b, const struct pcs_verify_report *how,
			 const struct pcs_finding *list, size_t n)
{
	int r = add_options(b, "pycsync stage", how);
	for (size_t i = 0; i < how->n_stage_options && r == 0; i += 2) {
		const char *arg = how->stage_options[i + 1];
		r = pcs_buf_printf(b, " --%s%s", how->stage_options[i], arg ? " " : "");
		if (r == 0 && arg)
			r = add_quoted(b, arg);
	}
	if (r == 0)
		r = pcs_buf_adds(b, " ");
	if (r == 0)
		r = add_quoted(b, how->destdir);
	return r < 0 ? r : add_targets(b, "", list, n);
}

/* Whether 'stage' makes a pyc anew, or removes it, that is like this. Others have to go first. */
static bool is_staged_anew(enum pcs_finding_code code)
{
	switch (pcs_code_info(code)->fix) {
	case PCS_FIX_SYNC:
	case PCS_FIX_CLEAN:
		return true;
	case PCS_FIX_ANEW:
		return code == PCS_FOUND_WRONG_MAGIC || code == PCS_FOUND_TRUNCATED ||
		       code == PCS_FOUND_DAMAGED || code == PCS_FOUND_LEAKING_PATH ||
		       code == PCS_FOUND_WRONG_PATH || code == PCS_FOUND_NON_CANONICAL;
	default:
		return code == PCS_FOUND_UNKNOWN_TAG || code == PCS_FOUND_TEMPORARY;
	}
}

/* 'stage' does not take the name of a source that is gone: its pycs are named instead. */
static int fix_orphans(struct pcs_buf *b, const struct pcs_verify_report *how,
		       const struct pcs_finding *list, size_t n)
{
	PCS_FREE struct pcs_finding *pycs = calloc(n, sizeof(*pycs));
	for (size_t i = 0; pycs && i < n; i++) {
		pycs[i] = list[i];
		pycs[i].source = "";
	}
	return pycs ? stage_command(b, how, pycs, n) : -ENOMEM;
}

static int fix_staged(struct pcs_buf *b, const struct pcs_verify_report *how,
		      const struct pcs_finding *list, size_t n)
{
	if (list->code == PCS_FOUND_ORPHAN)
		return fix_orphans(b, how, list, n);
	if (!is_staged_anew(list->code)) {
		int r = add_options(b, "pycsync clean --all", how);
		if (r == 0)
			r = pcs_buf_adds(b, " --root ");
		if (r == 0)
			r = add_quoted(b, how->destdir);
		if (r == 0)
			r = add_targets(b, "", list, n);
		if (r == 0)
			r = pcs_buf_adds(b, " && ");
		if (r < 0)
			return r;
	}
	return stage_command(b, how, list, n);
}

/* What fixes a group: a command, or a sentence where there is none. */
static int add_fix(struct pcs_buf *b, const struct pcs_verify_report *how,
		   const struct pcs_finding *list, size_t n)
{
	enum pcs_fix fix = fix_of(list);
	if (list->archive[0] && fix != PCS_FIX_NOTHING)
		return pcs_buf_adds(b, "build the package anew; 'pycsync stage DESTDIR' "
				       "before it is packed");
	if (list->owned == PCS_OWNED_ITSELF && fix != PCS_FIX_NOTHING)
		return pcs_buf_adds(b, "reinstall the package that owns it");
	if (how->destdir && (fix <= PCS_FIX_ANEW || is_staged_anew(list->code)))
		return fix_staged(b, how, list, n);
	if (n > NAMED_MAX && (fix == PCS_FIX_REMOVE || fix == PCS_FIX_CLOSE || fix == PCS_FIX_GIVE))
		return pcs_buf_adds(b, "a command for each of them: --json names it");
	switch (fix) {
	case PCS_FIX_SYNC:
		return add_command(b, "pycsync sync", how, list, n);
	case PCS_FIX_CLEAN:
		return add_command(b, "pycsync clean", how, list, n);
	case PCS_FIX_ANEW: {
		int r = add_command(b, "pycsync clean --all", how, list, n);
		return r < 0 ? r : add_command(b, " && pycsync sync", how, list, n);
	}
	case PCS_FIX_REMOVE:
		return add_plain(b, "rm", how->root, list, n);
	case PCS_FIX_CLOSE:
		return add_plain(b, "chmod go-w", how->root, list, n);
	case PCS_FIX_GIVE:
		return give_commands(b, how->root, list, n);
	case PCS_FIX_SOURCE:
		return pcs_buf_adds(b, "repair the source, or exclude it in the policy");
	default:
		return pcs_buf_adds(b, "");
	}
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
	const struct pcs_code_info *info = pcs_code_info(list->code);
	PCS_BUF struct pcs_buf fix = { 0 };
	PCS_BUF struct pcs_buf archive = { 0 };
	if (add_part(&archive, "", list->archive) < 0 ||
	    pcs_buf_adds(&archive, list->archive[0] ? ": " : "") < 0)
		return -ENOMEM;
	fprintf(out, "%s%s %s: %s\n", archive.data, pcs_severity_name(info->severity), info->name,
		info->text);
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++)
		r = text_finding(&list[i], out);
	if (r == 0)
		r = add_fix(&fix, how, list, n);
	if (r == 0 && fix.len)
		fprintf(out, "  fix: %s\n", fix.data);
	return r;
}

static int json_finding(const struct pcs_verify_report *how, const struct pcs_finding *f,
			struct pcs_json *j)
{
	const struct pcs_code_info *info = pcs_code_info(f->code);
	PCS_BUF struct pcs_buf fix = { 0 };
	if (add_fix(&fix, how, f, 1) < 0)
		return -ENOMEM;
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
