/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Cleanup attributes, ownership transfer and the few macros that every layer uses. */

#include <stdlib.h>
#include <unistd.h>
#include <errno.h>

#define PCS_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define PCS_PRINTF(f, a) __attribute__((format(printf, f, a)))

static inline void pcs_freep(void *p)
{
	free(*(void **)p);
}

/* close() that keeps errno and accepts -1; returns -1, so that `fd = pcs_close(fd)` reads well. */
static inline int pcs_close(int fd)
{
	if (fd >= 0) {
		int saved = errno;
		close(fd);
		errno = saved;
	}
	return -1;
}

static inline void pcs_closep(int *fd)
{
	*fd = pcs_close(*fd);
}

#define PCS_CLEANUP(f) __attribute__((cleanup(f)))
#define PCS_FREE PCS_CLEANUP(pcs_freep)
#define PCS_CLOSE PCS_CLEANUP(pcs_closep)

/* Hand ownership on: yields the value and leaves the variable empty. */
#define PCS_TAKE(p)                     \
	({                              \
		typeof(p) taken_ = (p); \
		(p) = NULL;             \
		taken_;                 \
	})
#define PCS_TAKE_FD(fd)            \
	({                         \
		int taken_ = (fd); \
		(fd) = -1;         \
		taken_;            \
	})
