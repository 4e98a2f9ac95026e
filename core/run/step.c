/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running statements as steps: timing, results, the log, cancelling, trying again. The only place of
 * core/run that calls the session with statements that write.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/run/internal.h"

#define MOST_TRIES 4

void sbe_run_note(sbe_runner *r, sbe_severity severity, const char *format, ...) {
  char text[4096];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  for (char *c = text; *c; c++) /* names of events may hold anything: one note is one line */
    if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = ' ';
  sbe_run_results *results = r->results;
  if (results->n_notes == results->notes_capacity) {
    size_t capacity = results->notes_capacity ? results->notes_capacity * 2 : 16;
    const char **bigger = SBE_NEW_ARRAY(r->arena, const char *, capacity);
    if (results->n_notes) memcpy(bigger, results->notes, results->n_notes * sizeof *bigger);
    results->notes = bigger;
    results->notes_capacity = capacity;
  }
  results->notes[results->n_notes++] = sbe_arena_strdup(r->arena, text);
  sbe_log(severity == SBE_NOTE ? SBE_LOG_DEBUG : SBE_LOG_INFO, "%s", text);
  if (r->request->events.note) r->request->events.note(r->request->events.user, severity, text);
}

static sbe_step_result *new_result(sbe_runner *r, const char *model, const char *step) {
  sbe_run_results *results = r->results;
  if (results->n_steps == results->steps_capacity) {
    size_t capacity = results->steps_capacity ? results->steps_capacity * 2 : 64;
    sbe_step_result *bigger = SBE_NEW_ARRAY(r->arena, sbe_step_result, capacity);
    if (results->n_steps) memcpy(bigger, results->steps, results->n_steps * sizeof *bigger);
    results->steps = bigger;
    results->steps_capacity = capacity;
  }
  sbe_step_result *result = &results->steps[results->n_steps++];
  *result = (sbe_step_result){model, step, "success", NULL, sbe_timestamp_now(), 0, -1};
  return result;
}

/* After these nothing was written by a batch, and every list that is not one begins with dropping what it
   makes, or says IF NOT EXISTS: it can be run again from its beginning. */
static bool may_repeat(int32_t code) {
  return code == SBE_BUSY || code == SBE_IO || code == SBE_TIMEOUT;
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

int32_t sbe_run_step(sbe_runner *r, const char *model, const char *step, sbe_statements *list, bool atomic,
                     int64_t *ret_rows) {
  const sbe_run_events *events = &r->request->events;
  if (r->request->dry_run) {
    show(r, model, step, list);
    sbe_statements_clear(list);
    return SBE_OK;
  }
  if (events->step_started) events->step_started(events->user, model, step);
  int64_t begin = sbe_monotonic_us();
  sbe_step_result *result = new_result(r, model, step);
  int64_t *counts = SBE_NEW_ARRAY(r->arena, int64_t, list->n);
  int32_t code = SBE_OK;
  for (int tries = 1;; tries++) {
    code = sbe_session_run(&r->session, list, atomic, counts, r->error);
    if (!code || tries == MOST_TRIES || !may_repeat(code)) break;
    sbe_run_note(r, SBE_NOTE, "%s: %s; trying again", step, r->error->message);
    int32_t ended = wait_before_retry(r, tries);
    if (ended) {
      code = ended;
      break;
    }
  }
  for (size_t i = 0; i < list->n && !code; i++) {
    sbe_log(SBE_LOG_DEBUG, "%s %s: %lld rows: %s", model ? model : "-", step, (long long)counts[i],
            sbe_text_string(list->items[i].text));
    if (counts[i] >= 0) result->rows = (result->rows < 0 ? 0 : result->rows) + counts[i];
  }
  result->seconds = (double)(sbe_monotonic_us() - begin) / 1e6;
  r->results->seconds_in_statements += result->seconds;
  if (code) {
    result->status = "error";
    result->error_text = sbe_arena_strdup(r->arena, r->error->message);
    sbe_log(SBE_LOG_WARNING, "%s %s failed: %s", model ? model : "-", step, r->error->message);
  } else if (events->step_finished) {
    events->step_finished(events->user, model, step, result->rows, result->seconds);
  }
  if (ret_rows) *ret_rows = result->rows;
  sbe_statements_clear(list);
  return code;
}

int32_t sbe_run_step_query(sbe_runner *r, const char *sql, sbe_rows *ret_rows) {
  if (r->request->dry_run) {
    if (r->request->events.statement) r->request->events.statement(r->request->events.user, NULL, "query", sql);
    return SBE_OK;
  }
  int64_t begin = sbe_monotonic_us();
  int32_t code = sbe_session_query(&r->session, sql, ret_rows, r->error);
  r->results->seconds_in_statements += (double)(sbe_monotonic_us() - begin) / 1e6;
  return code;
}

sbe_log_row *sbe_run_unlogged(sbe_runner *r, sbe_arena *arena, size_t *ret_n) {
  const sbe_run_results *results = r->results;
  size_t n = results->n_steps - r->n_logged;
  sbe_log_row *rows = SBE_NEW_ARRAY(arena, sbe_log_row, n + 1);
  for (size_t i = 0; i < n; i++) {
    const sbe_step_result *step = &results->steps[r->n_logged + i];
    rows[i] = (sbe_log_row){results->run_id,
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
