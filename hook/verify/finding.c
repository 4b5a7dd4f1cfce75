/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/finding.h"

#include <limits.h>
#include <string.h>

#include "pyc/name.h"

static const struct pcs_code_info infos[] = {
#define INFO(code, name, severity, fix, text) { name, PCS_##severity, PCS_FIX_##fix, text },
	PCS_FINDINGS(INFO)
#undef INFO
};

const struct pcs_code_info *pcs_code_info(enum pcs_finding_code code)
{
	return &infos[code];
}

enum pcs_fix pcs_fix_of_link(enum pcs_finding_code code)
{
	switch (infos[code].fix) {
	case PCS_FIX_CLEAN:
		return PCS_FIX_REMOVE;
	case PCS_FIX_SYNC:
		return PCS_FIX_ANEW;
	default:
		return PCS_FIX_OF_CODE;
	}
}

enum pcs_finding_code pcs_code_named(const char *name)
{
	enum pcs_finding_code i = 0;
	while (i < PCS_FOUND_CODES && strcmp(infos[i].name, name) != 0)
		i++;
	return i;
}

const char *pcs_severity_name(enum pcs_severity severity)
{
	static const char *const names[] = { "note", "warning", "error" };
	return names[severity];
}

/* What a pyc records, or a link in an archive leads to, may have any length. As in messages, people
 * get to see as much of it as any path has, and words about it. */
enum { WORDS_MAX = PATH_MAX + 2000 };

/* A copy, with "..." for what is beyond `max` bytes; or NULL. */
static const char *keep(struct pcs_findings *to, const char *s, size_t max)
{
	static const char more[] = "...";
	const size_t len = strlen(s);
	if (len <= max)
		return pcs_arena_dup(&to->strings, s, len);
	size_t cut = max - strlen(more);
	while (cut && (s[cut] & 0xc0) == 0x80) /* whole characters */
		cut--;
	char *kept = pcs_arena_dup(&to->strings, s, cut + strlen(more));
	if (kept)
		memcpy(kept + cut, more, strlen(more));
	return kept;
}

int pcs_findings_add(struct pcs_findings *to, const struct pcs_finding *f)
{
	struct pcs_finding *c = PCS_ROOM(to->list, to->n, to->cap);
	if (!c)
		return -ENOMEM;
	*c = *f;
	const char **strings[] = { &c->path,    &c->source, &c->version,
				   &c->archive, &c->found,  &c->expected };
	for (size_t i = 0; i < PCS_ARRAY_SIZE(strings); i++) {
		const char *s = *strings[i];
		const bool words = strings[i] == &c->found || strings[i] == &c->expected;
		*strings[i] = s && *s ? keep(to, s, words ? WORDS_MAX : SIZE_MAX) : "";
		if (!*strings[i])
			return -ENOMEM;
	}
	to->n++;
	return 0;
}

int pcs_findings_add_unexamined(struct pcs_findings *to, const char *archive, const char *path,
				const char *version, const char *why)
{
	const struct pcs_finding f = { .path = path,
				       .version = version,
				       .found = why,
				       .archive = archive,
				       .code = PCS_FOUND_NOT_EXAMINED,
				       .level = PCS_LEVEL_OTHER };
	return pcs_findings_add(to, &f);
}

int pcs_findings_join(struct pcs_findings *to, struct pcs_findings *from)
{
	to->sources += from->sources;
	to->pycs += from->pycs;
	from->sources = from->pycs = 0;
	if (from->n == 0)
		return 0;
	struct pcs_finding *list = pcs_grow(to->list, &to->cap, to->n + from->n, sizeof(*list));
	if (!list)
		return -ENOMEM;
	to->list = list;
	memcpy(list + to->n, from->list, from->n * sizeof(*list));
	to->n += from->n;
	from->n = 0;
	pcs_arena_join(&to->strings, &from->strings);
	return 0;
}

/* The gravest first, then by code, archive, path and what it is about it. */
static int compare(const void *a, const void *b)
{
	const struct pcs_finding *x = a, *y = b;
	int sx = (int)infos[x->code].severity, sy = (int)infos[y->code].severity;
	int r = sx != sy ? sy - sx : x->code - y->code;
	if (r == 0)
		r = strcmp(x->archive, y->archive);
	if (r == 0)
		r = x->owned - y->owned;
	if (r == 0)
		r = strcmp(x->path, y->path);
	if (r == 0)
		r = strcmp(x->version, y->version);
	return r ? r : x->level - y->level;
}

void pcs_findings_sort(struct pcs_findings *f)
{
	size_t kept = 0;
	if (f->n)
		qsort(f->list, f->n, sizeof(*f->list), compare);
	for (size_t i = 0; i < f->n; i++)
		if (kept == 0 || compare(&f->list[kept - 1], &f->list[i]) != 0)
			f->list[kept++] = f->list[i];
	f->n = kept;
}

void pcs_findings_done(struct pcs_findings *f)
{
	free(f->list);
	pcs_arena_done(&f->strings);
	*f = (struct pcs_findings){ 0 };
}
