/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Comparing times of files, to the nanosecond. */

#include <stdbool.h>
#include <time.h>

/* Whether they are the same moment. */
static inline bool pcs_time_same(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Whether `a` is before `b`, and not the same. */
static inline bool pcs_time_earlier(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}
