/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/flusher.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/thread.h"

/* File systems write what several threads wait for at once: btrfs takes a third of the time of one
 * thread. A batch of a few files is not worth a thread. */
enum { THREADS = 4, FEW = 8 };

struct pcs_flusher {
	pthread_mutex_t lock;
	pthread_cond_t more; /* a batch has come, or the end */
	pthread_cond_t done; /* the last file of the batch is on the disk */
	struct pcs_flush *list;
	size_t n, next, n_done;
	bool ending;
	pthread_t threads[THREADS];
	size_t n_threads;
};

int pcs_flusher_new(struct pcs_flusher **ret)
{
	struct pcs_flusher *f = calloc(1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->more, NULL);
	pthread_cond_init(&f->done, NULL);
	*ret = f;
	return 0;
}

/* Sync the next files of the batch: several, as each of two threads that want the lock at once
 * costs system calls. Called with the lock, which is not held meanwhile. */
static void sync_next(struct pcs_flusher *f)
{
	const size_t share = 1 + f->n / (2 * THREADS), left = f->n - f->next;
	const size_t n = share < left ? share : left;
	struct pcs_flush *first = &f->list[f->next];
	f->next += n;
	pthread_mutex_unlock(&f->lock);
	for (size_t i = 0; i < n; i++)
		first[i].error = pcs_fs_sync(first[i].fd);
	pthread_mutex_lock(&f->lock);
	f->n_done += n;
	if (f->n_done == f->n)
		pthread_cond_signal(&f->done);
}

static void *work(void *flusher)
{
	struct pcs_flusher *f = flusher;
	pthread_mutex_lock(&f->lock);
	while (!f->ending) {
		if (f->next < f->n)
			sync_next(f);
		else
			pthread_cond_wait(&f->more, &f->lock);
	}
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

static void start_threads(struct pcs_flusher *f)
{
	while (f->n_threads < THREADS && pcs_thread_start(&f->threads[f->n_threads], work, f))
		f->n_threads++;
}

void pcs_flusher_start(struct pcs_flusher *f, struct pcs_flush *list, size_t n)
{
	pthread_mutex_lock(&f->lock);
	f->list = list;
	f->n = n;
	f->next = f->n_done = 0;
	pthread_cond_broadcast(&f->more);
	pthread_mutex_unlock(&f->lock);
	if (n > FEW && f->n_threads == 0)
		start_threads(f);
}

bool pcs_flusher_is_done(struct pcs_flusher *f)
{
	pthread_mutex_lock(&f->lock);
	bool done = f->n_done == f->n;
	pthread_mutex_unlock(&f->lock);
	return done;
}

void pcs_flusher_wait(struct pcs_flusher *f)
{
	pthread_mutex_lock(&f->lock);
	while (f->next < f->n)
		sync_next(f);
	while (f->n_done < f->n)
		pthread_cond_wait(&f->done, &f->lock);
	pthread_mutex_unlock(&f->lock);
}

void pcs_flusher_free(struct pcs_flusher *f)
{
	if (!f)
		return;
	pcs_flusher_wait(f);
	pthread_mutex_lock(&f->lock);
	f->ending = true;
	pthread_cond_broadcast(&f->more);
	pthread_mutex_unlock(&f->lock);
	for (size_t i = 0; i < f->n_threads; i++)
		pthread_join(f->threads[i], NULL);
	pthread_mutex_destroy(&f->lock);
	pthread_cond_destroy(&f->more);
	pthread_cond_destroy(&f->done);
	free(f);
}
