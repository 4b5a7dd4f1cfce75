/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

void pcs_buf_done(struct pcs_buf *b)
{
	free(b->data);
	*b = (struct pcs_buf){ 0 };
}

int pcs_buf_reserve(struct pcs_buf *b, size_t more)
{
	if (more >= SIZE_MAX - b->len)
		return -ENOMEM;
	char *data = pcs_grow(b->data, &b->cap, b->len + more + 1, 1);
	if (!data)
		return -ENOMEM;
	b->data = data;
	return 0;
}

int pcs_buf_add(struct pcs_buf *b, const void *data, size_t len)
{
	if (pcs_buf_reserve(b, len) < 0)
		return -ENOMEM;
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
	return 0;
}

int pcs_buf_adds(struct pcs_buf *b, const char *s)
{
	return pcs_buf_add(b, s, strlen(s));
}

int pcs_buf_vprintf(struct pcs_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0 || pcs_buf_reserve(b, (size_t)n) < 0)
		return -ENOMEM;
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
	return 0;
}

int pcs_buf_printf(struct pcs_buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int r = pcs_buf_vprintf(b, fmt, ap);
	va_end(ap);
	return r;
}

void pcs_buf_consume(struct pcs_buf *b, size_t len)
{
	memmove(b->data, b->data + len, b->len - len);
	b->len -= len;
	b->data[b->len] = '\0';
}

struct pcs_arena_block {
	struct pcs_arena_block *next;
	size_t used, size;
	char bytes[];
};

enum { ARENA_BLOCK = 16 * 1024 };

char *pcs_arena_dup(struct pcs_arena *a, const char *s, size_t len)
{
	struct pcs_arena_block *b = a->head;
	if (!b || b->size - b->used <= len) {
		size_t size = len + 1 > ARENA_BLOCK ? len + 1 : ARENA_BLOCK;
		b = malloc(sizeof(*b) + size);
		if (!b)
			return NULL;
		*b = (struct pcs_arena_block){ .next = a->head, .size = size };
		a->head = b;
	}
	char *copy = b->bytes + b->used;
	memcpy(copy, s, len);
	copy[len] = '\0';
	b->used += len + 1;
	return copy;
}

void pcs_arena_done(struct pcs_arena *a)
{
	while (a->head) {
		struct pcs_arena_block *next = a->head->next;
		free(a->head);
		a->head = next;
	}
}

void pcs_arena_join(struct pcs_arena *to, struct pcs_arena *from)
{
	struct pcs_arena_block **last = &from->head;
	while (*last)
		last = &(*last)->next;
	*last = to->head;
	to->head = from->head;
	from->head = NULL;
}

void *pcs_grow(void *array, size_t *cap, size_t need, size_t size)
{
	if (array && *cap >= need)
		return array;
	size_t want = *cap ? *cap : 16;
	while (want < need) {
		if (want > SIZE_MAX / 2)
			return NULL;
		want *= 2;
	}
	if (want > SIZE_MAX / size)
		return NULL;
	void *grown = realloc(array, want * size);
	if (grown)
		*cap = want;
	return grown;
}

size_t pcs_lower_bound(const void *array, size_t n, size_t size, const char *name)
{
	size_t lo = 0;
	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;
		const char *const *at = (const void *)((const char *)array + mid * size);
		if (strcmp(*at, name) < 0)
			lo = mid + 1;
		else
			n = mid;
	}
	return lo;
}
