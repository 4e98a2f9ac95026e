/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run: from the IR to the tables. The command line makes a request, is told what happens through
 * `sbe_run_events`, and gets the results. Nothing here prints.
 */
#ifndef SBE_CORE_RUN_H
#define SBE_CORE_RUN_H

#include "core/config/project.h"
#include "core/ir/ir.h"
#include "core/manifest/state.h"
#include "core/plugin/session.h"
#include "core/sql/scan.h"
#include "core/sql/shape.h"

/* What a run tells while it goes on. Any member may be NULL. Calls may come from several threads, one at a time. */
typedef struct sbe_run_events {
  void *user;
  /* `model` is NULL for what several views share. */
  void (*step_started)(void *user, const char *model, const char *step);
  void (*step_finished)(void *user, const char *model, const char *step, int64_t rows, double seconds);
  /* 0 to 100, or negative when it is not known. */
  void (*progress)(void *user, double percent);
  /* A window begins: of these views, for these load times. */
  void (*window)(void *user, size_t n_views, const char *const *models, sbe_timestamp lower, sbe_timestamp upper);
  void (*note)(void *user, sbe_severity severity, sbe_place place, const char *text);
  /* --dry-run: a statement that would be run. */
  void (*statement)(void *user, const char *model, const char *step, const char *sql);
} sbe_run_events;

typedef struct sbe_run_request {
  const sbe_project *project;
  const sbe_plugin *plugin;
  size_t n_shapes;                /* the selected views */
  const sbe_shape *const *shapes;
  sbe_timestamp now;              /* the run's clock */
  bool until_current, full_refresh, dry_run;
  const volatile int *interrupted; /* non-zero: cancel */
  sbe_run_events events;
} sbe_run_request;

typedef struct sbe_step_result {
  const char *model; /* NULL: shared */
  const char *step;
  const char *status; /* "success", "error", "skipped" */
  const char *error_text;
  sbe_timestamp started;
  double seconds;
  int64_t rows; /* -1: not known */
  bool logged;  /* it is in the run log */
} sbe_step_result;

typedef struct sbe_view_result {
  const char *model;
  const char *status; /* "success", "nothing to do", "error", "not run" */
  const char *error_text;
  size_t windows;
  sbe_moment position;
  int64_t new_events, days_processed, events_skipped, attributes_written;
} sbe_view_result;

typedef struct sbe_run_results {
  sbe_arena *arena;
  const char *run_id;
  sbe_timestamp now, started;
  double seconds;
  double seconds_in_statements; /* of all connections together */
  sbe_usage usage;              /* what they have cost */
  size_t n_views, n_steps, steps_capacity, n_notes, notes_capacity;
  sbe_view_result *views;
  sbe_step_result *steps;
  const char **notes;
  bool connected;
  int32_t code; /* SBE_OK, or what ended the run */
  sbe_error error;
} sbe_run_results;

/* `ret_results` is filled in also on failure. Answers results->code. */
int32_t sbe_run_execute(const sbe_run_request *request, sbe_arena *arena, sbe_run_results *ret_results);

/* As JSON, for .sbe/run_results.json and --json. */
char *sbe_run_results_json(const sbe_run_results *results);

/* What printing SQL needs to know of a project: schemas, database, events table. */
void sbe_sql_of_project(const sbe_project *project, const sbe_plugin *plugin, sbe_arena *arena, sbe_sql *ret_sql);
/* What to say when there is none: which, and the variables that name it. */
const char *sbe_no_events_table(const sbe_sql *sql, sbe_arena *arena);
/* A field of the output, or the adapter's preset for it, or NULL. */
const char *sbe_project_setting(const sbe_project *project, const sbe_plugin *plugin, const char *name);
/* The profile's fields together with the presets of the adapter, `{state_dir}` filled in. */
sbe_settings *sbe_settings_with_presets(const sbe_project *project, const sbe_plugin *plugin, sbe_arena *arena);
/* Of those, once: the connection will only be read from (sbe_host.setting, "read_only"). */
void sbe_settings_mark_read_only(sbe_settings *settings);

/*
 * The statements of a first window, or of `lower` to `now`, as `compile` shows them: no connection is
 * needed. `columns` may be unknown (n 0): the adapter's standard layout.
 */
typedef struct sbe_compile_sink {
  void *user;
  void (*statement)(void *user, const char *model, const char *step, const sbe_text *sql);
} sbe_compile_sink;
int32_t sbe_compile(const sbe_sql *sql, const sbe_vars *vars, size_t n, const sbe_shape *const *shapes,
                    const sbe_columns *columns, sbe_timestamp now, const sbe_compile_sink *sink, sbe_report *report,
                    sbe_error *error);

/* Can the dialect do what the view needs? Findings name the attribute. */
void sbe_check_support(const sbe_dialect *dialect, const sbe_view *view, sbe_report *report);

#endif
