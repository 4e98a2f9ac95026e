/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sbe status`: how far each view has come, from the state tables. Only reads; tables that are not there
 * mean that nothing was ever run, which is no error.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/cli/cli.h"
#include "core/manifest/lock.h"
#include "core/sql/window.h"

#define MOST_RUNS 5

typedef struct status {
  sbe_cli *cli;
  sbe_sql sql;
  sbe_session session;
  const char *absent; /* the database is a file that is not there yet */
  sbe_state *states;  /* one a view */
  bool *changed;      /* its definition is not the one that its tables were computed by */
  sbe_rows days;      /* model, event_date, skipped_events, last_load_tstamp */
  sbe_rows runs;      /* run_id, started, finished, steps, errors */
  sbe_rows lock;      /* pid, host, since, expires, clock */
  sbe_error error;
} status;

/* --- reading ------------------------------------------------------------------------------------- */

/* `tail` is ours; names of tables go through their printer. */
static int32_t query(status *s, const char *columns, const char *table, const char *tail, sbe_rows *ret_rows) {
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  SBE_PRINT(&select, "SELECT ", columns, " FROM ", sbe_sql_table(&s->sql, s->cli->arena, SBE_SCHEMA_MANIFEST, table),
            tail);
  int32_t code = sbe_session_query(&s->session, sbe_text_string(&select), ret_rows, &s->error);
  return code == SBE_NOT_FOUND ? SBE_OK : code;
}

static int32_t read_lock(status *s) {
  sbe_cleanup_text sbe_text columns = SBE_TEXT(1024);
  sbe_text_puts(&columns, "pid, host, since, expires, ");
  sbe_print_operation(&s->sql, &columns, SBE_OP_NOW, 0, NULL);
  sbe_text_puts(&columns, " AS clock");
  return query(s, sbe_text_string(&columns), SBE_LOCK_TABLE, " WHERE holder IS NOT NULL ORDER BY token DESC", &s->lock);
}

static int32_t read_all(status *s) {
  sbe_cli *cli = s->cli;
  const sbe_shape **shapes = SBE_NEW_ARRAY(cli->arena, const sbe_shape *, cli->n_views);
  for (size_t i = 0; i < cli->n_views; i++) shapes[i] = sbe_shape_new(cli->arena, cli->views[i]);
  int32_t code = sbe_state_read(&s->session, &s->sql, cli->arena, cli->n_views, shapes, s->states, &s->error);
  for (size_t i = 0; i < cli->n_views && !code; i++) {
    const char *text = sbe_definition_text(cli->arena, cli->views[i], &s->sql, &cli->project->vars);
    s->changed[i] = s->states[i].exists && s->states[i].last_success.known &&
                    !sbe_streq(s->states[i].definition_hash, sbe_definition_hash(cli->arena, text));
  }
  if (!code)
    code = query(s, "model, event_date, skipped_events, last_load_tstamp", SBE_DAILY_MANIFEST,
                 " WHERE skipped_events > 0 ORDER BY model, event_date", &s->days);
  if (!code)
    code = query(s,
                 "run_id, MIN(started) AS began, MAX(finished) AS ended, COUNT(*) AS steps, "
                 "SUM(CASE WHEN status = 'error' THEN 1 ELSE 0 END) AS errors",
                 SBE_RUN_LOG, " GROUP BY run_id ORDER BY 2 DESC", &s->runs);
  if (!code) code = read_lock(s);
  if (s->runs.n > MOST_RUNS) s->runs.n = MOST_RUNS;
  return code;
}

static bool is_of(const status *s, size_t day, size_t view) {
  return sbe_streq(sbe_cell_text(SBE_CELL(&s->days, day, 0), ""), s->states[view].model);
}

/* The late days of a view. */
typedef struct late {
  size_t days;
  int64_t events, lost; /* those that only a full refresh brings in */
  sbe_date oldest;
} late;

static late late_days(const status *s, size_t view) {
  late sum = {0};
  /* no later window reaches further back than the next one */
  sbe_date reach = sbe_timestamp_date(s->states[view].last_success.at) - s->cli->project->vars.late_event_lookback_days;
  for (size_t d = 0; d < s->days.n; d++) {
    if (!is_of(s, d, view)) continue;
    sbe_date date = sbe_cell_int(SBE_CELL(&s->days, d, 1), 0);
    int64_t events = sbe_cell_int(SBE_CELL(&s->days, d, 2), 0);
    if (!sum.days++ || date < sum.oldest) sum.oldest = date;
    sum.events += events;
    if (date < reach) sum.lost += events;
  }
  return sum;
}

/* A lease that is over is no lock: the next run takes it. */
static bool is_locked(const status *s) {
  return s->lock.n && sbe_cell_int(SBE_CELL(&s->lock, 0, 3), 0) > sbe_cell_int(SBE_CELL(&s->lock, 0, 4), 0);
}

static sbe_moment moment(const sbe_value *value) {
  return (sbe_moment){value->kind == SBE_VALUE_TIMESTAMP, sbe_cell_int(value, 0)};
}

static const char *word(const status *s, size_t view) {
  const sbe_state *state = &s->states[view];
  if (!state->last_success.known) return state->refresh_until.known ? "full refresh" : "not run yet";
  if (s->changed[view]) return "definition changed";
  if (state->refresh_until.known) return "full refresh";
  /* where the next window ends: one run more, and it is there */
  sbe_date reach = sbe_timestamp_date(state->last_success.at) + s->cli->project->vars.backfill_limit_days + 1;
  return reach * SBE_DAY_US >= s->cli->now ? "current" : "behind";
}

/* --- for programs -------------------------------------------------------------------------------- */

static void view_json(const status *s, size_t view, sbe_json *json) {
  const sbe_state *state = &s->states[view];
  late sum = late_days(s, view);
  sbe_json_open(json, NULL, '{', false);
  sbe_json_text(json, "model", state->model);
  sbe_json_text(json, "status", word(s, view));
  sbe_json_time(json, "position", state->last_success);
  sbe_json_time(json, "first_success", state->first_success);
  if (state->last_success.known)
    sbe_json_int(json, "behind_seconds",
                 state->last_success.at < s->cli->now ? (s->cli->now - state->last_success.at) / SBE_SECOND_US : 0);
  else
    sbe_json_raw(json, "behind_seconds", "null");
  sbe_json_int(json, "windows", state->windows);
  sbe_json_time(json, "full_refresh_until", state->refresh_until);
  sbe_json_bool(json, "definition_changed", s->changed[view]);
  sbe_json_int(json, "skipped_events", sum.events);
  sbe_json_int(json, "skipped_for_good", sum.lost);
  sbe_json_open(json, "skipped_days", '[', false);
  for (size_t d = 0; d < s->days.n; d++) {
    if (!is_of(s, d, view)) continue;
    char date[16];
    sbe_date_format(sbe_cell_int(SBE_CELL(&s->days, d, 1), 0), date);
    sbe_json_open(json, NULL, '{', true);
    sbe_json_text(json, "event_date", date);
    sbe_json_int(json, "skipped_events", sbe_cell_int(SBE_CELL(&s->days, d, 2), 0));
    sbe_json_time(json, "last_load_tstamp", moment(SBE_CELL(&s->days, d, 3)));
    sbe_json_close(json);
  }
  sbe_json_close(json);
  sbe_json_close(json);
}

static void runs_json(const status *s, sbe_json *json) {
  sbe_json_open(json, "runs", '[', false);
  for (size_t r = 0; r < s->runs.n; r++) {
    sbe_json_open(json, NULL, '{', true);
    sbe_json_text(json, "run_id", sbe_cell_text(SBE_CELL(&s->runs, r, 0), ""));
    sbe_json_time(json, "started", moment(SBE_CELL(&s->runs, r, 1)));
    sbe_json_time(json, "finished", moment(SBE_CELL(&s->runs, r, 2)));
    sbe_json_int(json, "steps", sbe_cell_int(SBE_CELL(&s->runs, r, 3), 0));
    sbe_json_int(json, "errors", sbe_cell_int(SBE_CELL(&s->runs, r, 4), 0));
    sbe_json_close(json);
  }
  sbe_json_close(json);
}

static void print_json(const status *s) {
  sbe_json json = {.out = stdout};
  sbe_json_open(&json, NULL, '{', false);
  sbe_json_text(&json, "project", s->cli->project->name);
  sbe_json_text(&json, "target", s->cli->project->target);
  sbe_json_text(&json, "adapter", s->cli->plugin->name);
  sbe_json_time(&json, "as_of", (sbe_moment){true, s->cli->now});
  sbe_json_open(&json, "views", '[', false);
  for (size_t i = 0; i < s->cli->n_views; i++) view_json(s, i, &json);
  sbe_json_close(&json);
  runs_json(s, &json);
  if (is_locked(s)) {
    sbe_json_open(&json, "lock", '{', true);
    sbe_json_int(&json, "pid", sbe_cell_int(SBE_CELL(&s->lock, 0, 0), 0));
    sbe_json_text(&json, "host", sbe_cell_text(SBE_CELL(&s->lock, 0, 1), ""));
    sbe_json_time(&json, "since", moment(SBE_CELL(&s->lock, 0, 2)));
    sbe_json_time(&json, "lease_ends", moment(SBE_CELL(&s->lock, 0, 3)));
    sbe_json_close(&json);
  } else {
    sbe_json_raw(&json, "lock", "null");
  }
  sbe_json_close(&json);
}

/* --- for people ---------------------------------------------------------------------------------- */

static const char *time_cell(const status *s, sbe_moment at) {
  char text[32];
  if (!at.known) return "-";
  sbe_timestamp_format(at.at, text);
  text[19] = '\0'; /* whole seconds will do */
  return sbe_arena_strdup(s->cli->arena, text);
}

static void print_views(const status *s) {
  static const char *const heads[] = {"view", "position", "behind", "windows", "skipped", "status"};
  static const bool right[] = {false, false, true, true, true, false};
  sbe_grid grid = {.arena = s->cli->arena, .columns = 6, .heads = heads, .right = right};
  for (size_t i = 0; i < s->cli->n_views; i++) {
    const sbe_state *state = &s->states[i];
    char behind[40] = "-", windows[32], events[32];
    bool is_late = state->last_success.known && state->last_success.at < s->cli->now;
    if (is_late) sbe_duration_text(s->cli->now - state->last_success.at, behind);
    const char *cells[] = {state->model,
                           time_cell(s, state->last_success),
                           sbe_arena_strdup(s->cli->arena, behind),
                           sbe_arena_strdup(s->cli->arena, sbe_count_text(state->windows, windows)),
                           sbe_arena_strdup(s->cli->arena, sbe_count_text(late_days(s, i).events, events)),
                           word(s, i)};
    sbe_grid_row(&grid, cells);
  }
  sbe_grid_print(&grid, stdout);
}

static void print_days(const status *s) {
  static const char *const heads[] = {"late events, skipped", "days", "events", "oldest day", "never by themselves"};
  static const bool right[] = {false, true, true, false, true};
  sbe_grid grid = {.arena = s->cli->arena, .columns = 5, .heads = heads, .right = right};
  const sbe_vars *vars = &s->cli->project->vars;
  int64_t waiting = 0, lost = 0;
  for (size_t i = 0; i < s->cli->n_views; i++) {
    char date[16], days[32], events[32], never[32];
    late sum = late_days(s, i);
    if (!sum.days) continue;
    lost += sum.lost;
    waiting += sum.events - sum.lost;
    sbe_date_format(sum.oldest, date);
    const char *cells[] = {s->states[i].model, sbe_arena_strdup(s->cli->arena, sbe_count_text((int64_t)sum.days, days)),
                           sbe_arena_strdup(s->cli->arena, sbe_count_text(sum.events, events)),
                           sbe_arena_strdup(s->cli->arena, date),
                           sbe_arena_strdup(s->cli->arena, sbe_count_text(sum.lost, never))};
    sbe_grid_row(&grid, cells);
  }
  if (!grid.n) return;
  putchar('\n');
  sbe_grid_print(&grid, stdout);
  if (waiting)
    printf("A late day is aggregated when events of it come and %lld are there.\n",
           (long long)vars->min_late_events_to_process);
  if (lost)
    printf("Days more than %lld %s back (snowplow__late_event_lookback_days) come in by a full refresh only: `sbe run "
           "--full-refresh --select VIEW`.\n",
           (long long)vars->late_event_lookback_days,
           sbe_plural((size_t)vars->late_event_lookback_days, "day", "days"));
}

static void print_runs(const status *s) {
  static const char *const heads[] = {"last runs", "took", "steps", "outcome"};
  static const bool right[] = {false, true, true, false};
  sbe_grid grid = {.arena = s->cli->arena, .columns = 4, .heads = heads, .right = right};
  for (size_t r = 0; r < s->runs.n; r++) {
    sbe_moment began = moment(SBE_CELL(&s->runs, r, 1)), ended = moment(SBE_CELL(&s->runs, r, 2));
    char took[40], steps[32];
    sbe_duration_text(ended.at - began.at, took);
    sbe_count_text(sbe_cell_int(SBE_CELL(&s->runs, r, 3), 0), steps);
    const char *cells[] = {time_cell(s, began), sbe_arena_strdup(s->cli->arena, took),
                           sbe_arena_strdup(s->cli->arena, steps),
                           sbe_cell_int(SBE_CELL(&s->runs, r, 4), 0) ? "failed" : "done"};
    sbe_grid_row(&grid, cells);
  }
  if (!grid.n) return;
  putchar('\n');
  sbe_grid_print(&grid, stdout);
}

static void print_lock(const status *s) {
  if (!is_locked(s)) return;
  printf("\nA run is under way: process %lld on ", (long long)sbe_cell_int(SBE_CELL(&s->lock, 0, 0), 0));
  sbe_put_safe(stdout, sbe_cell_text(SBE_CELL(&s->lock, 0, 1), "?"), false);
  printf(", since %s (its lease ends %s unless it is renewed).\n", time_cell(s, moment(SBE_CELL(&s->lock, 0, 2))),
         time_cell(s, moment(SBE_CELL(&s->lock, 0, 3))));
}

static void print_text(const status *s) {
  const sbe_project *project = s->cli->project;
  bool run = s->runs.n > 0;
  for (size_t i = 0; i < s->cli->n_views; i++) run = run || s->states[i].exists;
  if (!run) {
    printf("Project %s has not been run yet on target %s", project->name, project->target);
    if (s->absent) printf(": %s is not there", s->absent);
    puts(".\nTo begin: sbe run, or sbe run --until-current.");
    print_lock(s);
    return;
  }
  print_views(s);
  print_days(s);
  print_runs(s);
  print_lock(s);
  for (size_t i = 0; i < s->cli->n_views; i++)
    if (s->changed[i])
      printf("\n%s was computed by another definition: `sbe run --full-refresh --select %s` computes it anew.\n",
             s->states[i].model, s->states[i].model);
}

int sbe_command_status(sbe_cli *cli) {
  int exit_status = sbe_cli_prepare(cli, SBE_NEEDS_DEFINITIONS | SBE_NEEDS_ADAPTER | SBE_NEEDS_CONNECTION);
  if (exit_status) return exit_status;
  status s = {.cli = cli, .days = {.arena = cli->arena}, .runs = {.arena = cli->arena}, .lock = {.arena = cli->arena}};
  s.states = SBE_NEW_ARRAY(cli->arena, sbe_state, cli->n_views);
  s.changed = SBE_NEW_ARRAY(cli->arena, bool, cli->n_views);
  for (size_t i = 0; i < cli->n_views; i++) s.states[i].model = cli->views[i]->model;
  exit_status = sbe_cli_open(cli, &s.session, &s.sql, &s.absent);
  if (exit_status) return exit_status;
  int32_t code = s.absent ? SBE_OK : read_all(&s);
  sbe_session_close(&s.session);
  if (code) return sbe_cli_fail(sbe_cli_exit_of(code, true), "%s", s.error.message);
  if (cli->arguments.json)
    print_json(&s);
  else
    print_text(&s);
  return SBE_EXIT_DONE;
}
