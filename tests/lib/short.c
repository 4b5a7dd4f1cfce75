/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded: each read of a file gives half of what could be had, as file systems of a network may. */

#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>

static size_t half(size_t n)
{
	return n / 2 + 1;
}

ssize_t read(int fd, void *to, size_t n)
{
	return syscall(SYS_read, fd, to, n ? half(n) : 0);
}

ssize_t pread(int fd, void *to, size_t n, off_t at)
{
	return syscall(SYS_pread64, fd, to, n ? half(n) : 0, at);
}

ssize_t pread64(int fd, void *to, size_t n, off_t at)
{
	return pread(fd, to, n, at);
}
