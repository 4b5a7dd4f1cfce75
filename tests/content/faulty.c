/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A library to preload: calls fail by chance, one of FAULTY_ONE_IN, from the seed FAULTY_SEED on. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned one_in;
static _Atomic uint64_t state;

__attribute__((constructor)) static void start(void)
{
	const char *rate = getenv("FAULTY_ONE_IN"), *seed = getenv("FAULTY_SEED");
	state = seed ? strtoull(seed, NULL, 10) : 1;
	one_in = rate ? (unsigned)strtoul(rate, NULL, 10) : 0;
}

static uint64_t number(void)
{
	uint64_t x = atomic_fetch_add(&state, 0x9e3779b97f4a7c15u);
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static int fails(const int *errors, unsigned n)
{
	if (!one_in || number() % one_in)
		return 0;
	errno = errors[number() % n];
	return 1;
}

#define FAILS(...) \
	fails((const int[]){ __VA_ARGS__ }, sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))
#define LOOK EIO, EACCES, ENOMEM, ESTALE
#define MAKE EIO, ENOSPC, EROFS, EACCES, EDQUOT

#define WRAP(type, name, parameters, arguments, none, ...)                                       \
	type name parameters                                                                     \
	{                                                                                        \
		static type(*real) parameters;                                                   \
		if (FAILS(__VA_ARGS__))                                                          \
			return none;                                                             \
		if (!real)                                                                       \
			real = (type(*) parameters)dlsym(RTLD_NEXT, #name);                      \
		return real arguments;                                                           \
	}

WRAP(int, fstat64, (int fd, struct stat64 *st), (fd, st), -1, LOOK)
WRAP(int, fstatat64, (int fd, const char *n, struct stat64 *st, int f), (fd, n, st, f), -1, LOOK)
WRAP(int, stat64, (const char *n, struct stat64 *st), (n, st), -1, LOOK)
WRAP(ssize_t, read, (int fd, void *p, size_t n), (fd, p, n), -1, EIO, EINTR, ENOMEM, ESTALE)
WRAP(ssize_t, pread64, (int fd, void *p, size_t n, off64_t at), (fd, p, n, at), -1, EIO, EINTR)
WRAP(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n), -1, EIO, EINTR, ENOSPC)
WRAP(ssize_t, pwrite64, (int fd, const void *p, size_t n, off64_t at), (fd, p, n, at), -1, EIO,
     ENOSPC)
WRAP(int, fsync, (int fd), (fd), -1, EIO, ENOSPC, EDQUOT)
WRAP(int, sync_file_range, (int fd, off64_t at, off64_t n, unsigned f), (fd, at, n, f), -1, EIO)
WRAP(int, ftruncate64, (int fd, off64_t n), (fd, n), -1, EIO, ENOSPC)
WRAP(int, fchmod, (int fd, mode_t m), (fd, m), -1, EIO, EPERM, EROFS)
WRAP(int, renameat, (int d, const char *n, int e, const char *m), (d, n, e, m), -1, MAKE)
WRAP(int, linkat, (int d, const char *n, int e, const char *m, int f), (d, n, e, m, f), -1, MAKE)
WRAP(int, unlinkat, (int d, const char *n, int f), (d, n, f), -1, MAKE)
WRAP(int, mkdirat, (int d, const char *n, mode_t m), (d, n, m), -1, MAKE)
WRAP(int, dup, (int fd), (fd), -1, EMFILE, ENOMEM)
WRAP(int, flock, (int fd, int how), (fd, how), -1, ENOLCK, EINTR)
WRAP(int, socketpair, (int a, int b, int c, int *d), (a, b, c, d), -1, EMFILE, ENOMEM)
WRAP(pid_t, fork, (void), (), -1, EAGAIN, ENOMEM)

int openat64(int d, const char *name, int how, ...)
{
	static int (*real)(int, const char *, int, ...);
	va_list list;
	va_start(list, how);
	mode_t mode = va_arg(list, mode_t);
	va_end(list);
	if (FAILS(EIO, EMFILE, EACCES, ENOMEM, ENFILE, EINTR, ESTALE))
		return -1;
	if (!real)
		real = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, "openat64");
	return real(d, name, how, mode);
}

/* openat2 and getdents64, which the C library has no names for. */
long syscall(long number_of, ...)
{
	static long (*real)(long, ...);
	long a[6];
	va_list list;
	va_start(list, number_of);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if ((number_of == SYS_openat2 || number_of == SYS_getdents64) && FAILS(LOOK, EMFILE))
		return -1;
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return real(number_of, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Allocations: those of the C library itself never fail here. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n)
{
	return FAILS(ENOMEM) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return FAILS(ENOMEM) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return FAILS(ENOMEM) ? NULL : __libc_realloc(p, n);
}
