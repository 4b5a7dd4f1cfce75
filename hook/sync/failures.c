/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/failures.h"

#include <string.h>

#include "base/log.h"
#include "sync/actions.h"
#include "tree/site.h"
#include "workers/interp.h"
#include "workers/pool.h"

/* The reason that a failed action shares with others, or NULL: its interpreter's or the run's. */
static const char *shared_reason(const struct pcs_site *site, const struct pcs_action *a)
{
	const char *reason =
		a->interp == PCS_NO_INTERP ? NULL : site->interps->list[a->interp].reason;
	if (a->state != PCS_FAILED || !a->words)
		return NULL;
	if (strcmp(a->words, pcs_pool_late) == 0)
		return pcs_pool_late;
	return reason && strcmp(a->words, reason) == 0 ? reason : NULL;
}

static bool is_own_failure(const struct pcs_site *site, const struct pcs_action *a)
{
	return a->state == PCS_FAILED && !shared_reason(site, a);
}

/* One line for all sources that failed for `reason`; `interp` is NULL where it is the run's. */
static void report_shared(const struct pcs_site *site, const struct pcs_actions *l,
			  const struct pcs_interp *interp, const char *reason)
{
	const struct pcs_action *last = NULL;
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct pcs_action *a = &l->list[i];
		if (shared_reason(site, a) != reason)
			continue;
		n += !last || !pcs_action_same_source(last, a);
		last = a;
	}
	if (n)
		pcs_error("%s%s%s%s (%zu source%s)", interp ? "interpreter " : "",
			  interp ? pcs_interp_path(interp) : "", interp ? ": " : "", reason, n,
			  n == 1 ? "" : "s");
}

/* Whether two actions of a source failed alike: both because of the source, or neither. */
static bool fails_alike(const struct pcs_action *a, const struct pcs_action *b)
{
	return !a->flags == !b->flags;
}

/* " [3.11, 3.12]": for which interpreters a source failed as with the first one. */
static int add_interps(const struct pcs_site *site, const struct pcs_actions *l, size_t first,
		       size_t to, struct pcs_buf *line)
{
	unsigned last = PCS_NO_INTERP;
	const char *before = " [";
	int r = 0;
	for (size_t i = first; i < to && r == 0; i++) {
		const struct pcs_action *a = &l->list[i];
		if (!is_own_failure(site, a) || !fails_alike(a, &l->list[first]) ||
		    a->interp == PCS_NO_INTERP || a->interp == last)
			continue;
		last = a->interp;
		r = pcs_buf_printf(line, "%s%s", before, site->interps->list[last].version);
		before = ", ";
	}
	return r < 0 || last == PCS_NO_INTERP ? r : pcs_buf_adds(line, "]");
}

/* Lines of CPython's own, which quote the source and are indented: as safe to show as any name. */
static int add_lines(struct pcs_buf *line, const char *text)
{
	int r = 0;
	while (*text == '\n' && strchr(" \t\n", text[1]) && r == 0) {
		size_t len = strcspn(++text, "\n");
		r = pcs_buf_adds(line, "\n");
		for (size_t n; len && r == 0; text += n, len -= n) {
			n = strcspn(text, "\t") < len ? strcspn(text, "\t") : len;
			r = pcs_buf_add_shown(line, text, n);
			if (n < len && r == 0)
				r = pcs_buf_add(line, text + n++, 1);
		}
	}
	return r;
}

/* The next of several warnings that are an error, or the end: its line is not indented. */
static const char *further(const char *text)
{
	const char *end = strchr(text, '\n');
	while (end && strchr(" \t\n", end[1]) && end[1])
		end = strchr(end + 1, '\n');
	return end ? end + 1 : text + strlen(text);
}

/* It names its place. 0 or -ENOMEM. */
static int report_further(const struct pcs_site *site, const struct pcs_actions *l,
			  const char *text, size_t from, size_t to)
{
	size_t headline = strcspn(text, "\n");
	PCS_BUF struct pcs_buf line = { 0 };
	int r = pcs_buf_add_shown(&line, text, headline);
	if (r == 0)
		r = add_interps(site, l, from, to, &line);
	if (r == 0)
		r = add_lines(&line, text + headline);
	pcs_error("%s", r == 0 ? line.data : "out of memory");
	return r;
}

static void report_failure(const struct pcs_site *site, const struct pcs_actions *l, size_t first,
			   size_t to)
{
	const struct pcs_action *a = &l->list[first];
	const char *error = a->words ? a->words : "out of memory";
	size_t headline = strcspn(error, "\n");
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf line = { 0 };
	bool named = a->reason == PCS_WHY_LINK; /* in the words */
	int r = pcs_action_path(a, &path);
	if (r == 0 && !named)
		r = pcs_buf_add_shown(&line, path.data, path.len);
	if (r == 0 && a->line)
		r = pcs_buf_printf(&line, ":%u", a->line);
	if (r == 0 && !named)
		r = pcs_buf_adds(&line, ": ");
	if (r == 0)
		r = pcs_buf_add_shown(&line, error, headline);
	if (r == 0)
		r = add_interps(site, l, first, to, &line);
	if (r == 0)
		r = add_lines(&line, error + headline);
	pcs_error("%s", r == 0 ? line.data : "out of memory");
	for (error = further(error); *error && r == 0; error = further(error))
		r = report_further(site, l, error, first, to);
}

/* One warning and the lines of the source that it quotes, which are indented. */
static size_t report_warning(const char *text)
{
	size_t headline = strcspn(text, "\n"), len = headline;
	PCS_BUF struct pcs_buf line = { 0 };
	PCS_BUF struct pcs_buf quoted = { 0 };
	while (text[len] == '\n' && text[len + 1] == ' ')
		len += 1 + strcspn(text + len + 1, "\n");
	if (pcs_buf_add_shown(&line, text, headline) < 0 ||
	    pcs_buf_add(&quoted, text + headline, len - headline) < 0 ||
	    add_lines(&line, quoted.data) < 0)
		pcs_warning("out of memory");
	else
		pcs_warning("%s", line.data);
	return len;
}

void pcs_report_warnings(const struct pcs_actions *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct pcs_action *a = &l->list[i];
		const char *text = a->state == PCS_FAILED ? NULL : a->words;
		while (text && *text) {
			text += report_warning(text);
			text += strspn(text, "\n");
		}
	}
}

/* A link that is not followed keeps all directories behind it from being looked at: one cause. */
static bool is_told(struct pcs_map *told, const struct pcs_action *a)
{
	if (a->reason != PCS_WHY_LINK || !a->words)
		return false;
	bool again = pcs_map_get(told, a->words);
	if (!again)
		pcs_map_put_kept(told, a->words, 1);
	return again;
}

/* The first failure of a source, and the first that is not alike: beside an error in the source,
 * something may have stayed that should have gone. */
static void report_source(const struct pcs_site *site, const struct pcs_actions *l, size_t from,
			  size_t to, struct pcs_map *told)
{
	const struct pcs_action *first = NULL;
	bool both = false;
	for (size_t i = from; i < to; i++) {
		const struct pcs_action *a = &l->list[i];
		if (!is_own_failure(site, a))
			continue;
		if (a->extra && a->act != PCS_COMPILE) { /* about another pyc each */
			report_failure(site, l, i, i + 1);
			continue;
		}
		if (both || (first && fails_alike(first, a)))
			continue;
		both = first;
		first = a;
		if (!is_told(told, a))
			report_failure(site, l, i, to);
	}
}

/* The actions of the source of number `i`: from *ret_from, and the end. */
static size_t neighbours(const struct pcs_actions *l, size_t i, size_t *ret_from)
{
	size_t end = i + 1;
	while (i && pcs_action_same_source(&l->list[i - 1], &l->list[i]))
		i--;
	while (end < l->n && pcs_action_same_source(&l->list[i], &l->list[end]))
		end++;
	*ret_from = i;
	return end;
}

static void blame(struct pcs_failures *f, size_t from, size_t to)
{
	struct pcs_action *list = f->l->list;
	if (list[from].blamed)
		return;
	report_source(f->site, f->l, from, to, &f->links);
	for (size_t i = from; i < to; i++)
		list[i].blamed = true;
}

void pcs_failures_of(struct pcs_failures *f, const struct pcs_action *a)
{
	size_t from, to = neighbours(f->l, (size_t)(a - f->l->list), &from);
	bool failed = false;
	for (size_t i = from; i < to; i++) {
		if (!pcs_action_has_ended(&f->l->list[i]))
			return;
		failed |= f->l->list[i].state == PCS_FAILED;
	}
	if (failed)
		blame(f, from, to);
}

void pcs_failures_rest(struct pcs_failures *f)
{
	const struct pcs_site *site = f->site;
	for (size_t i = 0; i < site->interps->n; i++)
		if (site->interps->list[i].reason)
			report_shared(site, f->l, &site->interps->list[i],
				      site->interps->list[i].reason);
	report_shared(site, f->l, NULL, pcs_pool_late);
	for (size_t from, to = 0; to < f->l->n;) {
		to = neighbours(f->l, to, &from);
		blame(f, from, to);
	}
}

void pcs_report_formless(const struct pcs_site *site, const struct pcs_actions *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct pcs_action *a = &l->list[i];
		if (a->reason == PCS_WHY_NO_FORM && a->state != PCS_FAILED)
			pcs_warning("interpreter %s: %s",
				    pcs_interp_path(&site->interps->list[a->interp]),
				    pcs_reason_text(a->reason));
	}
}
