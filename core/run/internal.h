/* SPDX-License-Identifier: Apache-2.0 */
/* Inside core/run: the state of a run in progress. */
#ifndef SBE_CORE_RUN_INTERNAL_H
#define SBE_CORE_RUN_INTERNAL_H

#include <pthread.h>

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
  bool lost;   /* because the connection was lost: it can be tried again */
} sbe_run_view;

/*
 * Steps that are to be run together: where an adapter answers lists, all that needs no look in between is
 * one request. Elsewhere nothing is ever kept here.
 */
typedef struct sbe_gathered {
  sbe_statements list;
  const char *model; /* of all of it; NULL: of several */
  const char *steps; /* their names, with commas */
} sbe_gathered;

struct sbe_crew; /* parallel.c */

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
  sbe_gathered gathered;
  sbe_statements drops;       /* of scratch tables, in the last request of the run; else they are dropped at once */
  bool uses_scratch;          /* steps depend on what earlier ones left in scratch tables */
  bool scratch_lost;          /* which may be gone since the connection was lost; no further step is run */
  bool publishing;            /* nobody else can get the lock now */
  struct sbe_crew *crew;      /* connections for views in parallel; NULL: there is one connection */
  pthread_mutex_t *telling;   /* held while somebody outside is told something; NULL: there is one thread */
  const char **warned;        /* events that were warned about, once a run */
  size_t n_warned, warned_capacity;
  sbe_error *error;           /* = &results->error: the last one, which may have passed when it was tried again */
  sbe_error failure;          /* of the first view that failed */
} sbe_runner;

/*
 * Runs a list as one step: told to the events, timed, tried again where that is safe. Clears the
 * list. `ret_rows` gets the rows that all of them wrote, or NULL.
 */
int32_t sbe_run_step(sbe_runner *r, const char *model, const char *step, sbe_statements *list, bool atomic,
                 int64_t *ret_rows);
/* The same, not atomic, and perhaps only with the next flush: rows that it asks for are there after that. */
int32_t sbe_run_gather(sbe_runner *r, const char *model, const char *step, sbe_statements *list);
int32_t sbe_run_flush(sbe_runner *r);
/* After a failure: what was gathered will not be run. */
void sbe_run_discard(sbe_runner *r);
/* Do rows come only with a flush? Then decisions in C are not possible in between. */
bool sbe_run_in_lists(const sbe_runner *r);
/* SBE_IO, or SBE_CANCELLED with its error when the user has ended the run meanwhile. */
int32_t sbe_run_lost_or_ended(sbe_runner *r);
/* Not a step: nobody is told, nothing is logged or tried again; the time counts. */
int32_t sbe_run_quietly(sbe_runner *r, const sbe_statements *list, sbe_error *error);
/* Scratch tables that are no longer needed. Left-overs are harmless: a failure here is not one of the run. */
void sbe_run_drop(sbe_runner *r, sbe_statements *list);
/* Steps of the results that are not in the run log yet; there is room for one row more. */
sbe_log_row *sbe_run_unlogged(sbe_runner *r, sbe_arena *arena, size_t *ret_n);
/* The first `n` steps of the results are in the run log now. */
void sbe_run_logged(sbe_runner *r, size_t n);
#define sbe_run_note(r, severity, ...) sbe_run_note_at((r), (severity), (sbe_place){0}, __VA_ARGS__)
void sbe_run_note_at(sbe_runner *r, sbe_severity severity, sbe_place place, const char *format, ...) SBE_PRINTF(4, 5);
/* "FILE:LINE:COLUMN: TEXT" */
const char *sbe_run_placed(sbe_runner *r, sbe_place place, const char *text);

/* What a worker brings with it. */
void sbe_run_add_result(sbe_runner *r, sbe_step_result result);
void sbe_run_add_note(sbe_runner *r, const char *text);

/* Notes the failure of one view. Answers the code if it concerns all of them (connection, lock, Ctrl-C), else SBE_OK. */
int32_t sbe_fail_view(sbe_runner *r, sbe_run_view *view, int32_t code);

/* One window of views at one position: scan once, then each view to its end. */
int32_t sbe_run_window(sbe_runner *r, size_t n, sbe_run_view *const *views, sbe_timestamp lower, sbe_timestamp upper);
/* No new rows to scan: only the attributes, if they can differ. */
int32_t sbe_run_attributes_only(sbe_runner *r, sbe_run_view *view);
/* A view of a window, to its end. */
typedef struct sbe_slice {
  const sbe_scan *scan;
  size_t number; /* of the scan, in the names of its tables */
  sbe_timestamp lower, upper;
  const int64_t *candidates; /* rows that a view of the scan may want; NULL: not known */
} sbe_slice;
int32_t sbe_run_view_of(sbe_runner *r, sbe_run_view *view, const sbe_slice *slice, size_t index);

/* parallel.c: connections to work with, as many as --threads allows. */
struct sbe_crew *sbe_crew_new(sbe_runner *r);
void sbe_crew_free(sbe_runner *r, struct sbe_crew *crew);
/* Closes their connections; they are made again when there is work. */
void sbe_crew_hang_up(sbe_runner *r);
/* All `wanted` views of a slice; answers what concerns all of them, like sbe_fail_view. */
int32_t sbe_crew_run(sbe_runner *r, sbe_run_view *const *views, const bool *wanted, const sbe_slice *slice);

/* U (semantics, "Windows"): the UTC date of the clock, or the day after it. */
sbe_date sbe_windows_end(sbe_timestamp now, const sbe_vars *vars);
bool sbe_attributes_can_differ(const sbe_runner *r, const sbe_run_view *view, bool days_processed);

/* Tells of named events that matched nothing in the slice (semantics, "Events"). `counts`: how often each matched;
   `there`: what sbe_print_slice_events has answered, or NULL, then it is asked if need be. */
int32_t sbe_warn_of_near_misses(sbe_runner *r, const sbe_scan *scan, const sbe_rows *counts, sbe_rows *there,
                                const char *lower, const char *upper);

#endif
