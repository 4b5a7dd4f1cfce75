/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded: memory runs out at allocation number $NOMEM_FROM, for good or, with $NOMEM_ONCE, once.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static atomic_long count;
static long from = -1;
static int once;

/* Allocations of the loader, before this, are none of the program's. */
__attribute__((constructor)) static void start(void)
{
	const char *text = getenv("NOMEM_FROM");
	once = getenv("NOMEM_ONCE") != NULL;
	from = text ? atol(text) : -1;
}

static int fails(void)
{
	long n = from > 0 ? atomic_fetch_add(&count, 1) + 1 : 0;
	if (n == 0 || n < from || (once && n > from))
		return 0;
	errno = ENOMEM;
	return 1;
}

/* The last allocation that was asked for, for whoever counts them. */
__attribute__((destructor)) static void end(void)
{
	const char hit = count >= from ? 'y' : 'n';
	if (from > 0 && write(9, &hit, 1) < 0)
		return;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}
