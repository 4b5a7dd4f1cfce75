/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/actions.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "policy/query.h"
#include "tree/site.h"
#include "workers/interp.h"

void pcs_actions_done(struct pcs_actions *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->list[i].words);
	free(l->list);
	for (size_t i = 0; i < l->n_places; i++)
		free(l->places[i]);
	free(l->places);
	free(l->settings);
	pcs_arena_done(&l->strings);
	*l = (struct pcs_actions){ 0 };
}

struct pcs_place *pcs_actions_place(struct pcs_actions *l, const char *path, size_t follow_len,
				    size_t root_len)
{
	struct pcs_place **places =
		pcs_grow(l->places, &l->cap_places, l->n_places + 1, sizeof(struct pcs_place *));
	if (!places)
		return NULL;
	l->places = places;
	struct pcs_place *p = malloc(sizeof(*p) + strlen(path) + 1);
	if (!p)
		return NULL;
	*p = (struct pcs_place){ .follow_len = follow_len, .root_len = root_len };
	memcpy(p->path, path, strlen(path) + 1);
	places[l->n_places++] = p;
	return p;
}

/* Actions of one source share its name. */
static const char *keep(struct pcs_actions *l, const char *s)
{
	const struct pcs_action *last = l->n ? &l->list[l->n - 1] : NULL;
	if (last && last->source && strcmp(last->source, s) == 0)
		return last->source;
	return pcs_arena_dup(&l->strings, s, strlen(s));
}

struct pcs_action *pcs_actions_add(struct pcs_actions *l, struct pcs_place *place,
				   const struct pcs_step *step, const char *source,
				   const char *entry)
{
	struct pcs_action *list = pcs_grow(l->list, &l->cap, l->n + 1, sizeof(*list));
	if (!list)
		return NULL;
	l->list = list;
	struct pcs_action a = { .place = place,
				.act = step->act,
				.reason = step->reason,
				.interp = step->interp,
				.level = step->level,
				.extra = step->extra };
	if (source && !(a.source = keep(l, source)))
		return NULL;
	if (entry && !(a.entry = keep(l, entry)))
		return NULL;
	list[l->n] = a;
	return &list[l->n++];
}

/* The number of these settings, or -ENOMEM. */
static int find_settings(struct pcs_actions *l, const struct pcs_settings *settings)
{
	for (size_t i = 1; i < l->n_settings; i++)
		if (pcs_settings_equal(&l->settings[i], settings))
			return (int)i;
	size_t n = l->n_settings ? l->n_settings : 1;
	struct pcs_settings *list =
		n > UINT16_MAX ? NULL :
				 pcs_grow(l->settings, &l->cap_settings, n + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	l->settings = list;
	if (n == 1)
		list[0] = (struct pcs_settings){ 0 };
	list[n] = *settings;
	l->n_settings = n + 1;
	return (int)n;
}

int pcs_actions_set(struct pcs_actions *l, struct pcs_action *a,
		    const struct pcs_settings *settings)
{
	int at = find_settings(l, settings);
	a->settings = (uint16_t)(at < 0 ? 0 : at);
	return at < 0 ? at : 0;
}

const struct pcs_settings *pcs_action_settings(const struct pcs_actions *l,
					       const struct pcs_action *a)
{
	static const struct pcs_settings none;
	return a->settings ? &l->settings[a->settings] : &none;
}

int pcs_actions_adopt(struct pcs_actions *to, struct pcs_actions *from, uint16_t *remap)
{
	struct pcs_place **places = pcs_grow(to->places, &to->cap_places,
					     to->n_places + from->n_places + 1, sizeof(*places));
	if (!places)
		return -ENOMEM;
	to->places = places;
	remap[0] = 0;
	for (size_t i = 1; i < from->n_settings; i++) {
		int at = find_settings(to, &from->settings[i]);
		if (at < 0)
			return at;
		remap[i] = (uint16_t)at;
	}
	for (size_t i = 0; i < from->n_places; i++)
		places[to->n_places++] = from->places[i];
	from->n_places = 0;
	pcs_arena_join(&to->strings, &from->strings);
	to->counts.sources += from->counts.sources;
	to->counts.fresh += from->counts.fresh;
	to->counts.ahead += from->counts.ahead;
	to->counts.open += from->counts.open;
	if (!to->first_open)
		to->first_open = from->first_open;
	to->formless |= from->formless;
	to->formless_said |= from->formless_said;
	return 0;
}

void pcs_action_fail(struct pcs_action *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *words = NULL;
	if (vasprintf(&words, fmt, ap) < 0)
		words = NULL;
	va_end(ap);
	free(a->words);
	a->words = words;
	a->state = PCS_FAILED;
	a->flags = 0;
}

bool pcs_action_same_source(const struct pcs_action *a, const struct pcs_action *b)
{
	return a->place == b->place && a->source && b->source && strcmp(a->source, b->source) == 0;
}

int pcs_action_path(const struct pcs_action *a, struct pcs_buf *ret)
{
	if (a->act == PCS_RMDIR || pcs_action_is_beside(a))
		return pcs_path_join(ret, a->place->path, a->entry ? a->entry : "");
	return pcs_path_join(ret, a->place->path, a->source ? a->source : "");
}

int pcs_action_pyc(const struct pcs_site *site, const struct pcs_action *a, struct pcs_buf *ret)
{
	bool named = a->entry && a->act != PCS_RMDIR;
	if (!named && (a->interp == PCS_NO_INTERP || !a->source))
		return pcs_buf_adds(ret, "");
	if (pcs_action_is_beside(a))
		return pcs_path_join(ret, a->place->path, a->entry);
	int r = pcs_site_cache_dir(site, a->place->path, ret);
	if (r == 0)
		r = pcs_buf_adds(ret, "/");
	if (r < 0)
		return r;
	if (named)
		return pcs_buf_adds(ret, a->entry);
	return pcs_pyc_name_add(ret, a->source, site->interps->list[a->interp].tag, a->level);
}

void pcs_actions_count(struct pcs_actions *l)
{
	struct pcs_counts *c = &l->counts;
	c->compiled = c->stored = c->restamped = c->removed = c->rmdirs = c->left = c->failed =
		c->planned = 0;
	const struct pcs_action *failed = NULL;
	for (size_t i = 0; i < l->n; i++) {
		const struct pcs_action *a = &l->list[i];
		if (a->state == PCS_FAILED) {
			/* A source that fails for several interpreters or levels is one source. */
			c->failed += !failed || !pcs_action_same_source(failed, a);
			failed = a;
		} else if (a->state == PCS_DONE) {
			c->compiled += a->act == PCS_COMPILE && !a->stored;
			c->stored += a->stored;
			c->restamped += a->act == PCS_RESTAMP;
			c->removed += a->act == PCS_REMOVE;
			c->rmdirs += a->act == PCS_RMDIR;
		}
		c->left += a->act == PCS_LEAVE;
		c->planned += a->state == PCS_PENDING && a->act <= PCS_RMDIR;
	}
}

#ifdef PCS_DEBUG
static int compare_groups(const void *a, const void *b)
{
	const struct pcs_action *x = *(struct pcs_action *const *)a;
	const struct pcs_action *y = *(struct pcs_action *const *)b;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return strcmp(x->source, y->source);
}
#endif

void pcs_actions_check(const struct pcs_actions *l)
{
#ifdef PCS_DEBUG
	size_t n = 0;
	PCS_FREE const struct pcs_action **first = calloc(l->n + 1, sizeof(*first));
	for (size_t i = 0; first && i < l->n; i++)
		if (l->list[i].source &&
		    (i == 0 || !pcs_action_same_source(&l->list[i - 1], &l->list[i])))
			first[n++] = &l->list[i];
	if (n)
		qsort(first, n, sizeof(*first), compare_groups);
	for (size_t i = 1; i < n; i++)
		assert(!pcs_action_same_source(first[i - 1], first[i]));
#else
	(void)l;
#endif
}
