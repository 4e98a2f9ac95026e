/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views in parallel (`--threads`): connections with a thread each, which take the views of a slice one
 * after the other. Each has a copy of the runner with results of its own, which are brought together when
 * all are done. The thread that began the run keeps the lease, and listens for Ctrl-C.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/string.h"
#include "core/run/internal.h"

#define MOST_WORKERS 64

typedef struct worker {
  sbe_runner runner; /* first: what its adapter's ticks are handed */
  struct sbe_crew *crew;
  sbe_session session;
  sbe_run_results results;
  pthread_t thread;
  bool started;
  bool ended_all; /* its failure is what ended it for all of them */
} worker;

typedef struct sbe_crew {
  size_t n;
  worker *workers;
  pthread_mutex_t telling;
  /* the slice being worked on */
  sbe_run_view *const *views;
  const bool *wanted;
  const sbe_slice *slice;
  atomic_size_t next; /* view to take */
  atomic_size_t at_work;
  atomic_int fatal; /* what ends it for all of them */
} sbe_crew;

static int64_t threads_of(const sbe_runner *r) {
  const char *text = sbe_settings_get(r->settings, "threads");
  int64_t n;
  if (!text || !sbe_parse_int64(text, strlen(text), &n) || n < 1) n = 1;
  return n < MOST_WORKERS ? n : MOST_WORKERS;
}

struct sbe_crew *sbe_crew_new(sbe_runner *r) {
  int64_t n = threads_of(r);
  if (r->n_views < (size_t)n) n = (int64_t)r->n_views;
  if (n < 2 || r->request->dry_run || !sbe_plugin_can(r->request->plugin, SBE_CAN_WORK_IN_PARALLEL)) return NULL;
  sbe_crew *crew = SBE_NEW(r->arena, sbe_crew);
  crew->n = (size_t)n;
  crew->workers = SBE_NEW_ARRAY(r->arena, worker, crew->n);
  pthread_mutex_init(&crew->telling, NULL);
  r->telling = &crew->telling;
  return crew;
}

void sbe_crew_hang_up(sbe_runner *r) {
  for (size_t i = 0; r->crew && i < r->crew->n; i++) {
    sbe_session_add_usage(&r->crew->workers[i].session, &r->results->usage);
    sbe_session_close(&r->crew->workers[i].session);
  }
}

void sbe_crew_free(sbe_runner *r, struct sbe_crew *crew) {
  if (!crew) return;
  sbe_crew_hang_up(r);
  pthread_mutex_destroy(&crew->telling);
  r->telling = NULL;
}

static int32_t tick_of_worker(sbe_run *run, double percent) {
  const worker *w = (const worker *)(const void *)run;
  const volatile int *interrupted = w->runner.request->interrupted;
  (void)percent;
  return (interrupted && __atomic_load_n(interrupted, __ATOMIC_RELAXED)) || atomic_load(&w->crew->fatal);
}

/* What the run knows, with what is this worker's own. */
static void begin_work(worker *w, const sbe_runner *r) {
  w->results = (sbe_run_results){.run_id = r->results->run_id, .now = r->results->now, .started = r->results->started};
  w->results.arena = sbe_arena_new();
  w->runner = *r;
  w->ended_all = false;
  w->runner.run.tick = tick_of_worker;
  w->runner.arena = w->results.arena;
  w->runner.window_arena = sbe_arena_new();
  w->runner.results = &w->results;
  w->runner.error = &w->results.error;
  w->runner.second = (sbe_session){0};
  w->runner.gathered = (sbe_gathered){0};
  w->runner.drops = (sbe_statements){0};
  w->runner.crew = NULL;
}

/* Where the warehouse has no connection left for us, those that there are do the work: the run's own, if need be. */
static bool can_be_spared(const worker *w, int32_t code) {
  return code == SBE_BUSY && !w->session.connection;
}

static int32_t connect_worker(worker *w) {
  sbe_runner *r = &w->runner;
  if (w->session.connection) {
    r->session = w->session;
    return SBE_OK;
  }
  int32_t code = sbe_session_open(&w->session, r->request->plugin, r->settings, &r->run, r->vars->query_tag, r->error);
  r->session = w->session;
  return code;
}

static void *work(void *user) {
  worker *w = user;
  sbe_crew *crew = w->crew;
  while (!atomic_load(&crew->fatal) && atomic_load(&crew->next) < crew->slice->scan->n_views) {
    int32_t code = connect_worker(w);
    if (can_be_spared(w, code)) break;
    size_t i = atomic_fetch_add(&crew->next, 1);
    if (i >= crew->slice->scan->n_views || atomic_load(&crew->fatal)) break;
    if (!crew->wanted[i]) continue;
    sbe_arena_reset(w->runner.window_arena);
    if (!code) code = sbe_run_view_of(&w->runner, crew->views[i], crew->slice, i);
    if (code == SBE_CANCELLED && atomic_load(&crew->fatal) == SBE_IO)
      code = SBE_IO; /* it begins again with the others */
    if (code) code = sbe_fail_view(&w->runner, crew->views[i], code);
    int none = SBE_OK; /* the first one: those who are cancelled for it are no reason */
    if (code && atomic_compare_exchange_strong(&crew->fatal, &none, code)) w->ended_all = true;
  }
  atomic_fetch_sub(&crew->at_work, 1);
  return NULL;
}

/* The results of a worker become the run's. */
static void end_work(worker *w, sbe_runner *r) {
  sbe_run_results *all = r->results;
  for (size_t i = 0; i < w->results.n_steps; i++) sbe_run_add_result(r, w->results.steps[i]);
  for (size_t i = 0; i < w->results.n_notes; i++) sbe_run_add_note(r, w->results.notes[i]);
  all->seconds_in_statements += w->results.seconds_in_statements;
  if (w->results.code && !all->code) {
    all->code = w->results.code;
    r->failure = w->runner.failure;
  }
  r->scratch_lost = r->scratch_lost || w->runner.scratch_lost;
  if (w->ended_all) all->error = w->results.error;
  sbe_statements_move(&r->drops, &w->runner.drops);
  sbe_statements_clear(&w->runner.gathered.list);
  sbe_arena_free(w->runner.window_arena);
  sbe_arena_adopt(r->arena, w->results.arena);
}

static size_t count_wanted(const sbe_crew *crew) {
  size_t n = 0;
  for (size_t i = 0; i < crew->slice->scan->n_views; i++) n += crew->wanted[i];
  return n;
}

/* What is left when no worker got a connection, or none but those who had no turn in this slice. */
static int32_t work_alone(sbe_runner *r, const sbe_crew *crew) {
  int32_t fatal = atomic_load(&crew->fatal);
  for (size_t i = atomic_load(&crew->next); i < crew->slice->scan->n_views && !fatal; i++) {
    if (!crew->wanted[i]) continue;
    int32_t code = sbe_run_view_of(r, crew->views[i], crew->slice, i);
    if (code) fatal = sbe_fail_view(r, crew->views[i], code);
  }
  return fatal;
}

int32_t sbe_crew_run(sbe_runner *r, sbe_run_view *const *views, const bool *wanted, const sbe_slice *slice) {
  sbe_crew *crew = r->crew;
  crew->views = views;
  crew->wanted = wanted;
  crew->slice = slice;
  atomic_store(&crew->next, 0);
  atomic_store(&crew->fatal, 0);
  size_t n = count_wanted(crew);
  if (n > crew->n) n = crew->n;
  atomic_store(&crew->at_work, n);
  for (size_t i = 0; i < n; i++) {
    worker *w = &crew->workers[i];
    w->crew = crew;
    begin_work(w, r);
    w->started = pthread_create(&w->thread, NULL, work, w) == 0;
    if (!w->started) work(w); /* the system has no thread left: then here */
  }
  while (atomic_load(&crew->at_work)) {
    (void)!r->run.tick(&r->run, -1);
    nanosleep(&(struct timespec){0, 20000000}, NULL);
  }
  for (size_t i = 0; i < n; i++) {
    if (crew->workers[i].started) pthread_join(crew->workers[i].thread, NULL);
    end_work(&crew->workers[i], r);
  }
  return work_alone(r, crew);
}
