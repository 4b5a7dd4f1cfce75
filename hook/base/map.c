/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/map.h"

#include <stdbool.h>
#include <string.h>

enum { FIRST_CAP = 64 };

void pcs_map_done(struct pcs_map *m)
{
	free(m->slots);
	pcs_arena_done(&m->keys);
	*m = (struct pcs_map){ 0 };
}

/* FNV-1a: nothing depends on the order, and nobody gains from making paths collide. */
static uint32_t hash_of(const char *key)
{
	uint32_t h = 2166136261u;
	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 16777619u;
	return h;
}

/* The slot that holds the key, or the free one where it belongs. */
static struct pcs_map_slot *find(const struct pcs_map *m, const char *key, uint32_t hash)
{
	size_t i = hash & (m->cap - 1);
	while (m->slots[i].key && (m->slots[i].hash != hash || strcmp(m->slots[i].key, key) != 0))
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

uint32_t *pcs_map_get(const struct pcs_map *m, const char *key)
{
	if (!m->n)
		return NULL;
	struct pcs_map_slot *s = find(m, key, hash_of(key));
	return s->key ? &s->value : NULL;
}

static int grow(struct pcs_map *m)
{
	struct pcs_map bigger = { .cap = m->cap ? m->cap * 2 : FIRST_CAP };
	bigger.slots = calloc(bigger.cap, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].key)
			*find(&bigger, m->slots[i].key, m->slots[i].hash) = m->slots[i];
	free(m->slots);
	m->slots = bigger.slots;
	m->cap = bigger.cap;
	return 0;
}

static uint32_t *put(struct pcs_map *m, const char *key, uint32_t value, bool kept)
{
	if (m->n >= m->cap / 2 && grow(m) < 0)
		return NULL;
	uint32_t hash = hash_of(key);
	struct pcs_map_slot *s = find(m, key, hash);
	if (s->key)
		return &s->value;
	s->key = kept ? key : pcs_arena_dup(&m->keys, key, strlen(key));
	if (!s->key)
		return NULL;
	s->hash = hash;
	s->value = value;
	m->n++;
	return &s->value;
}

uint32_t *pcs_map_put(struct pcs_map *m, const char *key, uint32_t value)
{
	return put(m, key, value, false);
}

uint32_t *pcs_map_put_kept(struct pcs_map *m, const char *key, uint32_t value)
{
	return put(m, key, value, true);
}
