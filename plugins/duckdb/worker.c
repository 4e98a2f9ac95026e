/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See worker.h. Concurrency: `job` is the baton. Who set it waits until the worker cleared it; all
 * that a job reads and writes is handed over by the lock. The thread blocks every signal, so that
 * those of the program arrive where they always did. It never calls the host.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "plugins/common/buffer.h"
#include "plugins/duckdb/worker.h"

struct sbe_duckdb_worker {
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  void (*job)(void *argument); /* NULL: idle */
  void *argument;
  bool quit;
};

static void *work(void *argument) {
  sbe_duckdb_worker *w = argument;
  pthread_mutex_lock(&w->lock);
  while (!w->quit) {
    if (w->job == NULL) {
      pthread_cond_wait(&w->changed, &w->lock);
      continue;
    }
    pthread_mutex_unlock(&w->lock);
    w->job(w->argument);
    pthread_mutex_lock(&w->lock);
    w->job = NULL;
    pthread_cond_broadcast(&w->changed);
  }
  pthread_mutex_unlock(&w->lock);
  return NULL;
}

sbe_duckdb_worker *sbe_duckdb_worker_new(void) {
  sbe_duckdb_worker *w = sbe_common_allocate(1, sizeof *w);
  pthread_condattr_t attributes;
  sigset_t all, before;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&w->changed, &attributes);
  pthread_condattr_destroy(&attributes);
  pthread_mutex_init(&w->lock, NULL);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int fault = pthread_create(&w->thread, NULL, work, w);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (fault == 0) return w;
  pthread_cond_destroy(&w->changed);
  pthread_mutex_destroy(&w->lock);
  free(w);
  return NULL;
}

void sbe_duckdb_worker_free(sbe_duckdb_worker *w) {
  if (w == NULL) return;
  pthread_mutex_lock(&w->lock);
  w->quit = true;
  pthread_cond_broadcast(&w->changed);
  pthread_mutex_unlock(&w->lock);
  pthread_join(w->thread, NULL);
  pthread_cond_destroy(&w->changed);
  pthread_mutex_destroy(&w->lock);
  free(w);
}

void sbe_duckdb_worker_start(sbe_duckdb_worker *w, void (*job)(void *argument), void *argument) {
  pthread_mutex_lock(&w->lock);
  w->job = job;
  w->argument = argument;
  pthread_cond_broadcast(&w->changed);
  pthread_mutex_unlock(&w->lock);
}

bool sbe_duckdb_worker_wait(sbe_duckdb_worker *w, int64_t us) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += us / 1000000;
  until.tv_nsec += us % 1000000 * 1000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_sec++;
    until.tv_nsec -= 1000000000;
  }
  pthread_mutex_lock(&w->lock);
  int fault = 0;
  while (w->job != NULL && fault == 0) fault = pthread_cond_timedwait(&w->changed, &w->lock, &until);
  bool done = w->job == NULL;
  pthread_mutex_unlock(&w->lock);
  return done;
}
