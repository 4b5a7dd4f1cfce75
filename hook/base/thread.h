/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Threads that help the one that a run is. */

#include <pthread.h>
#include <stdbool.h>

/* Start one that takes no signals: they are for the thread that sleeps until one comes. Returns
 * whether it runs. */
bool pcs_thread_start(pthread_t *ret, void *(*work)(void *), void *ctx);
