/* SPDX-License-Identifier: Apache-2.0 */
/* Inside core/run: the state of a run in progress. */
#ifndef SBE_CORE_RUN_INTERNAL_H
#define SBE_CORE_RUN_INTERNAL_H

#include "core/manifest/lock.h"
#include "core/run/run.h"
#include "core/sql/window.h"

/* One view of the run. */
typedef struct sbe_run_view {
  const sbe_shape *shape;
  sbe_state state;
  sbe_view_result *result;
  bool done;   /* no further window in this run */
  bool failed;
} sbe_run_view;

typedef struct sbe_runner {
  sbe_run run;                /* first: what the adapter's tick is handed */
  const sbe_run_request *request;
  sbe_arena *arena;           /* of the run */
  sbe_arena *window_arena;    /* of one window; reset between them */
  sbe_sql sql;
  const sbe_vars *vars;
  const sbe_settings *settings;
  sbe_session session;
  sbe_lock lock;
  bool locked;
  sbe_session second;         /* for renewing the lease while a statement runs; opened when it is needed */
  bool undisturbed;           /* ticks change nothing now */
  sbe_columns columns;        /* of the events table */
  size_t n_views;
  sbe_run_view *views;
  sbe_run_results *results;
  size_t n_logged;            /* steps of results that are in the run log */
  const char **warned;        /* events that were warned about, once a run */
  size_t n_warned, warned_capacity;
  sbe_error *error;           /* = &results->error */
} sbe_runner;

/*
 * Runs a list as one step: told to the events, timed, tried again where that is safe. Clears the
 * list. `ret_rows` gets the rows that all of them wrote, or NULL.
 */
int32_t sbe_run_step(sbe_runner *r, const char *model, const char *step, sbe_statements *list, bool atomic,
                 int64_t *ret_rows);
/* A query as part of a step; under --dry-run it is shown, not run, and answers no rows. */
int32_t sbe_run_step_query(sbe_runner *r, const char *sql, sbe_rows *ret_rows);
/* Steps of the results that are not in the run log yet; there is room for one row more. */
sbe_log_row *sbe_run_unlogged(sbe_runner *r, sbe_arena *arena, size_t *ret_n);
void sbe_run_note(sbe_runner *r, sbe_severity severity, const char *format, ...) SBE_PRINTF(3, 4);

/* Notes the failure of one view. Answers the code if it concerns all of them (connection, lock, Ctrl-C), else SBE_OK. */
int32_t sbe_fail_view(sbe_runner *r, sbe_run_view *view, int32_t code);

/* One window of views at one position: scan once, then each view to its end. */
int32_t sbe_run_window(sbe_runner *r, size_t n, sbe_run_view *const *views, sbe_timestamp lower, sbe_timestamp upper);
/* No new rows to scan: only the attributes, if they can differ. */
int32_t sbe_run_attributes_only(sbe_runner *r, sbe_run_view *view);
/* U (semantics, "Windows"): the UTC date of the clock, or the day after it. */
sbe_date sbe_windows_end(sbe_timestamp now, const sbe_vars *vars);
bool sbe_attributes_can_differ(const sbe_runner *r, const sbe_run_view *view, bool days_processed);

/* Tells of named events that matched nothing in the slice (semantics, "Events"). */
int32_t sbe_warn_of_near_misses(sbe_runner *r, const sbe_scan *scan, size_t number, const char *lower,
                                const char *upper);

#endif
