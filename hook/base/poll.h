/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <poll.h>
#include <signal.h>

/* ppoll(2): wait for at most `ms` milliseconds, 0 or more, with the signals of `mask` blocked.
 * How many descriptors have something to tell, or -errno: -EINTR where a signal came. */
int pcs_poll(struct pollfd *fds, nfds_t n, long long ms, const sigset_t *mask);
