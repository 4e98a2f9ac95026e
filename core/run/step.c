/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running statements as steps: timing, results, the log, cancelling, trying again. The only place of
 * core/run that calls the session with statements that write.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/log.h"
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/run/internal.h"

#define MOST_TRIES 4

/* Whoever is told something is told one thing at a time, whichever thread it comes from. */
static void begin_telling(sbe_runner *r) {
  if (r->telling) pthread_mutex_lock(r->telling);
}

static void end_telling(sbe_runner *r) {
  if (r->telling) pthread_mutex_unlock(r->telling);
}

void sbe_run_add_note(sbe_runner *r, const char *text) {
  sbe_run_results *results = r->results;
  if (results->n_notes == results->notes_capacity) {
    size_t capacity = results->notes_capacity ? results->notes_capacity * 2 : 16;
    const char **bigger = SBE_NEW_ARRAY(r->arena, const char *, capacity);
    if (results->n_notes) memcpy(bigger, results->notes, results->n_notes * sizeof *bigger);
    results->notes = bigger;
    results->notes_capacity = capacity;
  }
  results->notes[results->n_notes++] = text;
}

const char *sbe_run_placed(sbe_runner *r, sbe_place place, const char *text) {
  if (!place.file) return sbe_arena_strdup(r->arena, text);
  return sbe_arena_printf(r->arena, "%s:%u:%u: %s", place.file, place.line, place.column, text);
}

void sbe_run_note_at(sbe_runner *r, sbe_severity severity, sbe_place place, const char *format, ...) {
  char text[4096];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  for (char *c = text; *c; c++) /* names of events may hold anything: one note is one line */
    if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = ' ';
  const char *placed = sbe_run_placed(r, place, text);
  sbe_run_add_note(r, placed);
  sbe_log(severity == SBE_NOTE ? SBE_LOG_DEBUG : SBE_LOG_INFO, "%s", placed);
  begin_telling(r);
  if (r->request->events.note) r->request->events.note(r->request->events.user, severity, place, text);
  end_telling(r);
}

void sbe_run_add_result(sbe_runner *r, sbe_step_result result) {
  sbe_run_results *results = r->results;
  if (results->n_steps == results->steps_capacity) {
    size_t capacity = results->steps_capacity ? results->steps_capacity * 2 : 64;
    sbe_step_result *bigger = SBE_NEW_ARRAY(r->arena, sbe_step_result, capacity);
    if (results->n_steps) memcpy(bigger, results->steps, results->n_steps * sizeof *bigger);
    results->steps = bigger;
    results->steps_capacity = capacity;
  }
  results->steps[results->n_steps++] = result;
}

/* After these nothing was written by a batch, and every list that is not one begins with dropping what it
   makes, or says IF NOT EXISTS: it can be run again from its beginning, whatever became of it. But with the
   connection may be gone what earlier steps have left in scratch tables; then the window begins again. */
static bool may_repeat(const sbe_runner *r, int32_t code, bool atomic) {
  if (code == SBE_BUSY || code == SBE_TIMEOUT) return true;
  return !r->uses_scratch && (code == SBE_IO || (code == SBE_UNKNOWN_OUTCOME && !atomic));
}

static int32_t lost(sbe_runner *r) {
  return sbe_error_set(r->error, SBE_IO, NULL, "the connection was lost");
}

/* Answers non-zero when the waiting was ended by the user. */
static int32_t wait_before_retry(sbe_runner *r, int tries) {
  for (int i = 0; i < (1 << tries) * 5; i++) {
    if (r->run.tick(&r->run, -1)) return sbe_error_set(r->error, SBE_CANCELLED, NULL, "interrupted");
    nanosleep(&(struct timespec){0, 100000000}, NULL);
  }
  return SBE_OK;
}

static void show(sbe_runner *r, const char *model, const char *step, const sbe_statements *list) {
  for (size_t i = 0; i < list->n && r->request->events.statement; i++)
    r->request->events.statement(r->request->events.user, model, step, sbe_text_string(list->items[i].text));
}

static void tell_started(sbe_runner *r, const char *model, const char *step) {
  const sbe_run_events *events = &r->request->events;
  begin_telling(r);
  if (events->step_started) events->step_started(events->user, model, step);
  end_telling(r);
}

static void tell_finished(sbe_runner *r, const sbe_step_result *result) {
  const sbe_run_events *events = &r->request->events;
  begin_telling(r);
  if (events->step_finished)
    events->step_finished(events->user, result->model, result->step, result->rows, result->seconds);
  end_telling(r);
}

/* A connection that is lost while the user ends the run is no reason to begin anything again. */
int32_t sbe_run_lost_or_ended(sbe_runner *r) {
  const volatile int *interrupted = r->request->interrupted;
  if (!interrupted || !__atomic_load_n(interrupted, __ATOMIC_RELAXED)) return SBE_IO;
  return sbe_error_set(r->error, SBE_CANCELLED, NULL, "interrupted: %.500s",
                       sbe_arena_strdup(r->arena, r->error->message));
}

static int32_t try_list(sbe_runner *r, const char *step, const sbe_statements *list, bool atomic, int64_t *counts) {
  if (r->scratch_lost) return lost(r);
  int32_t code = SBE_OK;
  for (int tries = 1;; tries++) {
    code = sbe_session_run(&r->session, list, atomic, counts, r->error);
    if (!code || tries == MOST_TRIES || !may_repeat(r, code, atomic)) break;
    sbe_run_note(r, SBE_NOTE, "%s: %s; trying again", step, r->error->message);
    int32_t ended = wait_before_retry(r, tries);
    if (ended) return ended;
  }
  if (code == SBE_IO || code == SBE_UNKNOWN_OUTCOME) r->scratch_lost = r->uses_scratch;
  if (code == SBE_UNKNOWN_OUTCOME && !atomic) code = SBE_IO;
  return code == SBE_IO ? sbe_run_lost_or_ended(r) : code;
}

int32_t sbe_run_step(sbe_runner *r, const char *model, const char *step, sbe_statements *list, bool atomic,
                     int64_t *ret_rows) {
  if (r->request->dry_run) {
    show(r, model, step, list);
    sbe_statements_clear(list);
    return SBE_OK;
  }
  tell_started(r, model, step);
  int64_t begin = sbe_monotonic_us();
  sbe_step_result result = {model, step, "success", NULL, sbe_timestamp_now(), 0, -1, false};
  int64_t *counts = SBE_NEW_ARRAY(r->arena, int64_t, list->n);
  int32_t code = try_list(r, step, list, atomic, counts);
  for (size_t i = 0; i < list->n && !code; i++) {
    sbe_log(SBE_LOG_DEBUG, "%s %s: %lld rows: %s", model ? model : "-", step, (long long)counts[i],
            sbe_text_string(list->items[i].text));
    if (counts[i] >= 0) result.rows = (result.rows < 0 ? 0 : result.rows) + counts[i];
  }
  result.seconds = (double)(sbe_monotonic_us() - begin) / 1e6;
  r->results->seconds_in_statements += result.seconds;
  if (code) {
    result.status = "error";
    result.error_text = sbe_arena_strdup(r->arena, r->error->message);
    sbe_log(SBE_LOG_WARNING, "%s %s failed: %s", model ? model : "-", step, r->error->message);
  } else {
    tell_finished(r, &result);
  }
  sbe_run_add_result(r, result);
  if (ret_rows) *ret_rows = result.rows;
  sbe_statements_clear(list);
  return code;
}

bool sbe_run_in_lists(const sbe_runner *r) {
  return sbe_plugin_can(r->request->plugin, SBE_CAN_ANSWER_LISTS) && !r->request->dry_run;
}

int32_t sbe_run_gather(sbe_runner *r, const char *model, const char *step, sbe_statements *list) {
  if (!sbe_run_in_lists(r)) return sbe_run_step(r, model, step, list, false, NULL);
  sbe_gathered *g = &r->gathered;
  bool first = !g->list.n;
  g->steps = first ? step : sbe_arena_printf(r->arena, "%s, %s", g->steps, step);
  g->model = first || sbe_streq(g->model, model) ? model : NULL;
  sbe_statements_move(&g->list, list);
  return SBE_OK;
}

int32_t sbe_run_flush(sbe_runner *r) {
  if (!r->gathered.list.n) return SBE_OK;
  return sbe_run_step(r, r->gathered.model, r->gathered.steps, &r->gathered.list, false, NULL);
}

void sbe_run_discard(sbe_runner *r) {
  sbe_statements_clear(&r->gathered.list);
}

int32_t sbe_run_quietly(sbe_runner *r, const sbe_statements *list, sbe_error *error) {
  if (r->scratch_lost) return SBE_IO;
  int64_t begin = sbe_monotonic_us();
  int32_t code = sbe_session_run(&r->session, list, false, NULL, error);
  r->results->seconds_in_statements += (double)(sbe_monotonic_us() - begin) / 1e6;
  if (code == SBE_IO || code == SBE_UNKNOWN_OUTCOME) r->scratch_lost = r->uses_scratch;
  return code;
}

void sbe_run_drop(sbe_runner *r, sbe_statements *list) {
  sbe_error ignored = SBE_NO_ERROR;
  if (sbe_run_in_lists(r))
    sbe_statements_move(&r->drops, list);
  else if (!r->request->dry_run)
    (void)!sbe_run_quietly(r, list, &ignored);
  sbe_statements_clear(list);
}

sbe_log_row *sbe_run_unlogged(sbe_runner *r, sbe_arena *arena, size_t *ret_n) {
  const sbe_run_results *results = r->results;
  sbe_log_row *rows = SBE_NEW_ARRAY(arena, sbe_log_row, results->n_steps + 1);
  size_t n = 0;
  for (size_t i = 0; i < results->n_steps; i++) {
    const sbe_step_result *step = &results->steps[i];
    if (step->logged) continue;
    rows[n++] = (sbe_log_row){results->run_id,
                              step->model,
                              step->step,
                              step->status,
                              step->error_text,
                              step->started,
                              step->started + (int64_t)(step->seconds * 1e6),
                              step->rows};
  }
  *ret_n = n;
  return rows;
}

void sbe_run_logged(sbe_runner *r, size_t n) {
  for (size_t i = 0; i < n; i++) r->results->steps[i].logged = true;
}
