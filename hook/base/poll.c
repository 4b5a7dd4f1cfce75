/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In glibc before 2.40, the ppoll(2) of <bits/poll2.h> takes time_t for 32 bits where it has 64. */
#undef _FORTIFY_SOURCE
#include "base/poll.h"

#include <errno.h>

int pcs_poll(struct pollfd *fds, nfds_t n, long long ms, const sigset_t *mask)
{
	const struct timespec t = { .tv_sec = (time_t)(ms / 1000),
				    .tv_nsec = (long)(ms % 1000) * 1000000 };
	int r = ppoll(fds, n, &t, mask);
	return r < 0 ? -errno : r;
}
