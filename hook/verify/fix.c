/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/fix.h"

#include <string.h>

#include "base/log.h"
#include "base/path.h"
#include "base/utf8.h"

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
enum pcs_fix pcs_fix_of(const struct pcs_finding *f)
{
	enum pcs_fix fix = f->fix ? f->fix : pcs_code_info(f->code)->fix;
	bool ours = fix == PCS_FIX_SYNC || fix == PCS_FIX_CLEAN || fix == PCS_FIX_ANEW;
	bool cache = f->code == PCS_FOUND_SYMLINKED_CACHE;
	if (ours && f->owned == PCS_OWNED_BESIDE)
		return PCS_FIX_REMOVE;
	return fix == PCS_FIX_ANEW && !f->source[0] && !cache ? PCS_FIX_REMOVE : fix;
}

/* What pycsync has to be told to come by the finding. */
static const char *source_of(const struct pcs_finding *f)
{
	return f->source[0] ? f->source : f->path;
}

static const char *path_of(const struct pcs_finding *f)
{
	return f->path;
}

typedef const char *target(const struct pcs_finding *f);

/* The directory that all paths of the group lie in: how much of the first one it is. */
static size_t common_len(const struct pcs_finding *list, size_t n, target *of)
{
	const char *a = of(&list[0]);
	size_t len = pcs_path_dir_len(a);
	for (size_t i = 1; i < n; i++) {
		const char *b = of(&list[i]);
		while (len > 1 && (strncmp(a, b, len) != 0 || b[len] != '/')) {
			const char *slash = memrchr(a, '/', len);
			len = slash && slash > a ? (size_t)(slash - a) : 1;
		}
	}
	return len;
}

/* Findings of one target follow each other: it is named once. */
static bool is_new(const struct pcs_finding *list, size_t i, target *of)
{
	return i == 0 || strcmp(of(&list[i - 1]), of(&list[i])) != 0;
}

static size_t count(const struct pcs_finding *list, size_t n, target *of)
{
	size_t named = 0;
	for (size_t i = 0; i < n; i++)
		named += is_new(list, i, of);
	return named;
}

/* " A B": each path once, below `root`. */
static int add_targets(struct pcs_buf *b, const char *root, const struct pcs_finding *list,
		       size_t n, target *of)
{
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++) {
		PCS_BUF struct pcs_buf path = { 0 };
		if (!is_new(list, i, of))
			continue;
		r = pcs_buf_printf(&path, "%s%s", root, of(&list[i]));
		if (r == 0)
			r = pcs_buf_adds(b, " ");
		if (r == 0)
			r = add_quoted(b, path.data);
	}
	return r;
}

/* A command of the system, whose paths are the host's. */
static int add_plain(struct pcs_buf *b, const char *command, const char *root,
		     const struct pcs_finding *list, size_t n)
{
	int r = pcs_buf_adds(b, command);
	return r < 0 ? r : add_targets(b, root, list, n, path_of);
}

static int add_pycsync(struct pcs_buf *b, const char *command, const struct pcs_fix_context *how)
{
	/* clean removes for every interpreter, and has no such option. */
	bool clean = strcmp(command, "clean") == 0;
	int r = pcs_buf_printf(b, "pycsync %s", command);
	for (const char *const *o = how->options; *o && r == 0; o += 2) {
		if (clean && strcmp(o[0], "--python") == 0)
			continue;
		r = pcs_buf_printf(b, " %s ", o[0]);
		if (r == 0)
			r = add_quoted(b, o[1]);
	}
	return r;
}

/* pycsync does nothing to what is right: of many paths it is told what these have in common. */
static int add_few(struct pcs_buf *b, const struct pcs_finding *list, size_t n, target *of)
{
	if (count(list, n, of) <= NAMED_MAX)
		return add_targets(b, "", list, n, of);
	char *dir = strndupa(of(&list[0]), common_len(list, n, of));
	int r = pcs_buf_adds(b, " ");
	return r < 0 ? r : add_quoted(b, dir);
}

static int add_own(struct pcs_buf *b, const char *command, const struct pcs_fix_context *how,
		   const struct pcs_finding *list, size_t n)
{
	int r = add_pycsync(b, command, how);
	return r < 0 ? r : add_few(b, list, n, source_of);
}

/* The directories that the paths lie in: " --reference=DIR" or " DIR" for each. */
static int add_above(struct pcs_buf *b, const char *before, const struct pcs_finding *f)
{
	PCS_BUF struct pcs_buf above = { 0 };
	int r = pcs_buf_printf(&above, "%s%.*s", before, (int)pcs_path_dir_len(f->path), f->path);
	if (r == 0)
		r = pcs_buf_adds(b, " ");
	return r < 0 ? r : add_quoted(b, above.data);
}

/* One command for each: they lie in directories of several owners. */
static int add_give(struct pcs_buf *b, const char *root, const struct pcs_finding *list, size_t n)
{
	PCS_BUF struct pcs_buf like = { 0 };
	int r = pcs_buf_printf(&like, "--reference=%s", root);
	for (size_t i = 0; i < n && r == 0; i++) {
		r = pcs_buf_adds(b, i ? " && chown" : "chown");
		if (r == 0)
			r = add_above(b, like.data, &list[i]);
		if (r == 0)
			r = add_targets(b, root, &list[i], 1, path_of);
	}
	return r < 0 ? r : add_plain(b, " && chmod go-w", root, list, n);
}

static int add_all_above(struct pcs_buf *b, const struct pcs_finding *list, size_t n)
{
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++)
		r = add_above(b, "", &list[i]);
	return r;
}

/* What has to go before its source is compiled. */
static int add_removal(struct pcs_buf *b, const struct pcs_fix_context *how,
		       const struct pcs_finding *list, size_t n)
{
	int r = add_plain(b, list->directory ? "rm -rf" : "rm -f", how->root, list, n);
	return r < 0 ? r : pcs_buf_adds(b, " && ");
}

static int add_anew(struct pcs_buf *b, const struct pcs_fix_context *how,
		    const struct pcs_finding *list, size_t n)
{
	int r = add_removal(b, how, list, n);
	if (r < 0 || list->source[0])
		return r < 0 ? r : add_own(b, "sync", how, list, n);
	r = add_pycsync(b, "sync", how);
	return r < 0 ? r : add_all_above(b, list, n);
}

/* Whether 'stage' makes a pyc anew, or removes it, that is like this. Others have to go first. */
static bool is_staged_anew(const struct pcs_finding *f)
{
	if (f->fix)
		return false;
	switch (pcs_code_info(f->code)->fix) {
	case PCS_FIX_SYNC:
	case PCS_FIX_CLEAN:
		return true;
	case PCS_FIX_ANEW:
		return f->source[0] &&
		       (f->code == PCS_FOUND_WRONG_MAGIC || f->code == PCS_FOUND_TRUNCATED ||
			f->code == PCS_FOUND_DAMAGED || f->code == PCS_FOUND_LEAKING_PATH ||
			f->code == PCS_FOUND_WRONG_PATH || f->code == PCS_FOUND_NON_CANONICAL);
	default:
		return f->code == PCS_FOUND_UNKNOWN_TAG;
	}
}

static bool is_for_stage(const struct pcs_fix_context *how, const struct pcs_finding *f)
{
	return how->destdir && (pcs_fix_of(f) <= PCS_FIX_ANEW || is_staged_anew(f));
}

/* "pycsync stage OPTION... DESTDIR PATH...". It does not take the name of a source that is gone:
 * its pycs are named instead. */
static int add_stage(struct pcs_buf *b, const struct pcs_fix_context *how,
		     const struct pcs_finding *list, size_t n)
{
	int r = is_staged_anew(list) ? 0 : add_removal(b, how, list, n);
	if (r == 0)
		r = add_pycsync(b, "stage", how);
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
	if (r == 0 && !is_staged_anew(list) && !list->source[0])
		return add_all_above(b, list, n);
	return r < 0 ? r :
		       add_few(b, list, n, list->code == PCS_FOUND_ORPHAN ? path_of : source_of);
}

static int add_command(struct pcs_buf *b, const struct pcs_fix_context *how,
		       const struct pcs_finding *list, size_t n)
{
	if (is_for_stage(how, list))
		return add_stage(b, how, list, n);
	switch (pcs_fix_of(list)) {
	case PCS_FIX_SYNC:
		return add_own(b, "sync", how, list, n);
	case PCS_FIX_CLEAN:
		return add_own(b, "clean", how, list, n);
	case PCS_FIX_ANEW:
		return add_anew(b, how, list, n);
	case PCS_FIX_REMOVE:
		return add_plain(b, list->directory ? "rm -rf" : "rm -f", how->root, list, n);
	case PCS_FIX_CLOSE:
		return add_plain(b, "chmod go-w", how->root, list, n);
	case PCS_FIX_GIVE:
		return add_give(b, how->root, list, n);
	default:
		return -EINVAL;
	}
}

/* NULL: a command is. */
static const char *sentence(const struct pcs_fix_context *how, const struct pcs_finding *list,
			    size_t n)
{
	enum pcs_fix fix = pcs_fix_of(list);
	if (fix == PCS_FIX_NOTHING)
		return "";
	if (list->archive[0])
		return "build the package anew; 'pycsync stage DESTDIR' before it is packed";
	if (list->owned == PCS_OWNED_ITSELF)
		return "reinstall the package that owns it";
	if (fix == PCS_FIX_POLICY)
		return "build the package for this interpreter, or set 'owned: complete' in the "
		       "policy";
	if (fix == PCS_FIX_SOURCE)
		return "repair the source, or exclude it in the policy";
	bool named = fix != PCS_FIX_SYNC && fix != PCS_FIX_CLEAN &&
		     !(how->destdir && is_staged_anew(list));
	if (named && count(list, n, path_of) > NAMED_MAX)
		return "a command for each of them: --json names it";
	return NULL;
}

int pcs_add_fix(struct pcs_buf *b, const struct pcs_fix_context *how,
		const struct pcs_finding *list, size_t n)
{
	const char *text = sentence(how, list, n);
	int r = text ? pcs_buf_adds(b, text) : add_command(b, how, list, n);
	return r < 0 ? r : !text;
}
