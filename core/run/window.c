/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One window (semantics, "One run", 3 to 7): views at one position are scanned together, then each is
 * taken to its end by itself, so that one that fails does not hold back the others. Until the batch
 * that publishes, only scratch tables are written.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "core/run/internal.h"
#include "core/sql/rollup.h"

/* Days before the position's that can still be processed (semantics, "Late events"). */
static int64_t unsettled_days(const sbe_vars *vars) {
  return vars->late_event_lookback_days > 1 ? vars->late_event_lookback_days : 1;
}

/* A roll-up holds while none of its days can be processed again: a longer lookback may reach into it. */
static bool rollup_holds(const sbe_runner *r, const sbe_run_view *view, sbe_timestamp lower) {
  return view->state.rollup_through.known && !view->state.refresh_until.known &&
         sbe_timestamp_date(view->state.rollup_through.at) < sbe_timestamp_date(lower) - unsettled_days(r->vars);
}

static sbe_window window_of(sbe_runner *r, const sbe_run_view *view, sbe_timestamp lower, sbe_timestamp upper) {
  return (sbe_window){.sql = &r->sql,
                      .arena = r->window_arena,
                      .vars = r->vars,
                      .shape = view->shape,
                      .token = r->lock.token_text,
                      .lower = lower,
                      .upper = upper,
                      .now = r->request->now,
                      .until = sbe_windows_end(r->request->now, r->vars),
                      .every_day = view->state.refresh_until.known,
                      .has_rollup = rollup_holds(r, view, lower),
                      .rollup_through = sbe_timestamp_date(view->state.rollup_through.at)};
}

sbe_date sbe_windows_end(sbe_timestamp now, const sbe_vars *vars) {
  return sbe_timestamp_date(now) + (vars->include_current_day_in_windows ? 1 : 0);
}

bool sbe_attributes_can_differ(const sbe_runner *r, const sbe_run_view *view, bool days_processed) {
  const sbe_state *state = &view->state;
  sbe_timestamp now = r->request->now;
  if (days_processed || state->attributes_stale || !state->attributes_as_of.known) return true;
  if (state->attributes_until.at != sbe_windows_end(now, r->vars) * SBE_DAY_US) return true;
  if (state->attributes_as_of.at == now) return false;
  for (size_t i = 0; i < view->shape->n_attributes; i++)
    if (view->shape->attributes[i].attribute->aggregation->wants_time_unit) return true;
  return false;
}

static void print_log(sbe_runner *r, sbe_statements *out) {
  size_t n;
  sbe_log_row *rows = sbe_run_unlogged(r, r->window_arena, &n);
  sbe_state_print_log(&r->sql, r->window_arena, n, rows, out);
}

/* What a window did to the roll-up. */
typedef enum { ROLLUP_KEPT, ROLLUP_REBUILT, ROLLUP_ADVANCED } rollup_change;

/* What there is to publish, beside the new state. */
typedef struct published {
  bool events, attributes;
  const char *days; /* condition of the days that were processed; NULL: none */
  rollup_change rollup;
} published;

/* The batch: guard, what was computed, the new state. Nothing of it is visible before all of it is. */
static int32_t publish(sbe_runner *r, sbe_run_view *view, const sbe_window *w, const published *what,
                       const sbe_state *next) {
  sbe_statements batch = {0};
  sbe_lock_print_guard(&r->sql, r->window_arena, &r->lock, &batch);
  int32_t code = what->events ? sbe_print_publish_events(w, what->days, &batch, r->error) : SBE_OK;
  if (!code && what->rollup) code = sbe_print_publish_rollup(w, what->rollup == ROLLUP_REBUILT, &batch, r->error);
  if (!code && what->attributes) code = sbe_print_publish_attributes(w, &batch, r->error);
  if (!code) code = sbe_state_print_write(&r->sql, r->window_arena, next, &batch, r->error);
  size_t logged = r->results->n_steps;
  if (!code && !r->request->dry_run) print_log(r, &batch);
  if (code) {
    sbe_statements_clear(&batch);
    return code;
  }
  code = sbe_run_step(r, view->shape->view->model, "publish", &batch, true, NULL);
  if (code == SBE_CONFLICT)
    return sbe_error_set(r->error, code, NULL,
                         "nothing was published: another run has the lock now, or changed the same rows");
  if (code == SBE_UNKNOWN_OUTCOME) {
    /* the answer was lost: the manifest knows whether it happened */
    sbe_state now;
    if (sbe_state_read(&r->session, &r->sql, r->arena, 1, &view->shape, &now, NULL) == SBE_OK &&
        now.windows == next->windows)
      code = SBE_OK;
  }
  if (code) return code;
  r->n_logged = logged;
  view->state = *next;
  return SBE_OK;
}

static void drop_scratch(sbe_runner *r, sbe_statements *list) {
  /* Left-overs are harmless (the next run drops them): a failure here is not one of the run. */
  sbe_error error = SBE_NO_ERROR;
  if (!r->request->dry_run) (void)!sbe_session_run(&r->session, list, false, NULL, &error);
  sbe_statements_clear(list);
}

static void drop_view_scratch(sbe_runner *r, const sbe_window *w) {
  static const char *const tables[] = {"new_events", "days",          "daily_aggregates", "daily_values",
                                       "rollup",     "rollup_values", "changed"};
  sbe_statements list = {0};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    sbe_print_drop(&r->sql, sbe_scratch_view(w, tables[i]), &list);
  drop_scratch(r, &list);
}

static int32_t compute_attributes(sbe_runner *r, const sbe_run_view *view, const sbe_window *w, const char *days) {
  sbe_statements list = {0};
  int64_t rows = -1;
  int32_t code = sbe_print_changed(w, days, &list, r->error);
  if (!code) code = sbe_run_step(r, view->shape->view->model, "attributes", &list, false, &rows);
  sbe_statements_clear(&list);
  if (!code && rows > 0) view->result->attributes_written += rows;
  return code;
}

/* New events and the days they touch. */
static int32_t find_days(sbe_runner *r, const sbe_run_view *view, const sbe_window *w, const sbe_scan *scan,
                         size_t index, size_t number, sbe_rows *days) {
  const char *model = view->shape->view->model;
  sbe_statements list = {0};
  int64_t rows = -1;
  int32_t code = sbe_print_new_events(w, scan, index, number, &list, r->error);
  if (!code) code = sbe_run_step(r, model, "filtered_events", &list, false, &rows);
  if (!code && rows > 0) view->result->new_events += rows;
  if (!code) code = sbe_print_days(w, &list, r->error);
  if (!code) code = sbe_run_step(r, model, "days", &list, false, NULL);
  sbe_statements_clear(&list);
  sbe_cleanup_text sbe_text select = SBE_TEXT(8192);
  sbe_print_read_days(w, &select);
  return code ? code : sbe_run_step_query(r, sbe_text_string(&select), days);
}

/* The days of a window: which are processed, as a condition for statements (literals where reading them was cheap,
   else the relation), and what that leaves out. */
typedef struct window_days {
  const char *condition; /* NULL: none is processed */
  size_t n;
  sbe_date *dates; /* NULL: the condition is the relation */
  int64_t skipped; /* rows on days that are not processed */
} window_days;

static window_days take_days(sbe_runner *r, const sbe_window *w, const sbe_rows *rows) {
  window_days days = {.dates = SBE_NEW_ARRAY(r->window_arena, sbe_date, rows->n)};
  for (size_t i = 0; i < rows->n; i++) {
    const sbe_value *row = SBE_CELL(rows, i, 0);
    if (sbe_cell_int(&row[1], 0))
      days.dates[days.n++] = sbe_cell_int(&row[0], 0);
    else
      days.skipped += sbe_cell_int(&row[2], 0);
  }
  bool literals = r->request->plugin->adapter->capabilities & SBE_CAN_QUERY_CHEAPLY && !r->request->dry_run;
  if (!literals) days.dates = NULL;
  if (r->request->dry_run || days.n)
    days.condition = literals ? sbe_days_literals(w, days.n, days.dates) : sbe_days_relation(w);
  return days;
}

static void attributes_are_current(const sbe_runner *r, sbe_state *state) {
  state->attributes_as_of = (sbe_moment){true, r->request->now};
  state->attributes_until = (sbe_moment){true, sbe_windows_end(r->request->now, r->vars) * SBE_DAY_US};
  state->attributes_stale = false;
}

/* Advancing the roll-up rewrites the rows of all entities of its new days: not for every single one. */
#define ROLLUP_STEP_DAYS 7

/* Makes the roll-up anew, or takes it on, when enough days have settled. Made anew, the attributes are computed from
 * it. */
static int32_t roll_up(sbe_runner *r, const sbe_run_view *view, sbe_window *w, const char *days, const sbe_state *next,
                       rollup_change *ret_change, sbe_date *ret_through) {
  *ret_change = ROLLUP_KEPT;
  *ret_through = sbe_timestamp_date(w->upper) - unsettled_days(r->vars) - 1;
  if (next->refresh_until.known || *ret_through < r->vars->start_date) return SBE_OK;
  if (w->has_rollup && *ret_through < w->rollup_through + ROLLUP_STEP_DAYS) return SBE_OK;
  sbe_statements list = {0};
  int32_t code = sbe_print_rollup(w, *ret_through, days, &list, r->error);
  if (!code) code = sbe_run_step(r, view->shape->view->model, "rollup", &list, false, NULL);
  sbe_statements_clear(&list);
  if (code) return code;
  *ret_change = w->has_rollup ? ROLLUP_ADVANCED : ROLLUP_REBUILT;
  if (!w->has_rollup) {
    w->has_rollup = w->rollup_in_scratch = true;
    w->rollup_through = *ret_through;
  }
  return SBE_OK;
}

static sbe_state state_after(sbe_runner *r, const sbe_run_view *view, sbe_timestamp upper, bool days_processed,
                             bool attributes) {
  sbe_state next = view->state;
  next.last_success = (sbe_moment){true, upper};
  if (!next.first_success.known) next.first_success = next.last_success;
  if (next.refresh_until.known && upper >= next.refresh_until.at) next.refresh_until.known = false;
  next.windows++;
  next.attributes_stale = next.attributes_stale || days_processed;
  if (attributes) attributes_are_current(r, &next);
  return next;
}

static int32_t run_view(sbe_runner *r, sbe_run_view *view, const sbe_scan *scan, size_t index, size_t number,
                        sbe_timestamp lower, sbe_timestamp upper) {
  const char *model = view->shape->view->model;
  sbe_window w = window_of(r, view, lower, upper);
  sbe_rows rows = {.arena = r->window_arena};
  int32_t code = find_days(r, view, &w, scan, index, number, &rows);
  window_days days = {0};
  if (!code) days = take_days(r, &w, &rows);
  if (!code && days.condition) {
    sbe_statements list = {0};
    code = sbe_print_daily(&w, days.n, days.dates, &list, r->error);
    if (!code) code = sbe_run_step(r, model, "daily_aggregates", &list, false, NULL);
    sbe_statements_clear(&list);
  }
  /* with --until-current the attributes are rebuilt once, in the last window */
  bool last = !r->request->until_current || upper >= r->request->now;
  published what = {.events = true, .days = days.condition};
  what.attributes = last && (r->request->dry_run || sbe_attributes_can_differ(r, view, days.condition));
  sbe_state next = state_after(r, view, upper, days.condition, what.attributes);
  sbe_date through = w.rollup_through;
  next.rollup_through.known = w.has_rollup;
  if (!code && what.attributes) code = roll_up(r, view, &w, days.condition, &next, &what.rollup, &through);
  if (what.rollup) next.rollup_through = (sbe_moment){true, through * SBE_DAY_US};
  if (!code && what.attributes) code = compute_attributes(r, view, &w, days.condition);
  if (!code) code = publish(r, view, &w, &what, &next);
  if (!code) {
    view->result->windows++;
    view->result->days_processed += (int64_t)days.n;
    view->result->events_skipped += days.skipped;
    view->result->position = view->state.last_success;
  }
  drop_view_scratch(r, &w);
  return code;
}

int32_t sbe_run_attributes_only(sbe_runner *r, sbe_run_view *view) {
  if (!sbe_attributes_can_differ(r, view, false)) return SBE_OK;
  sbe_timestamp position = view->state.last_success.at;
  sbe_window w = window_of(r, view, position, position);
  int32_t code = compute_attributes(r, view, &w, NULL);
  if (!code) {
    sbe_state next = view->state;
    attributes_are_current(r, &next);
    next.windows++;
    code = publish(r, view, &w, &(published){.attributes = true}, &next);
  }
  if (!code) view->result->windows++;
  drop_view_scratch(r, &w);
  return code;
}

int32_t sbe_fail_view(sbe_runner *r, sbe_run_view *view, int32_t code) {
  view->failed = true;
  view->result->status = "error";
  view->result->error_text = sbe_arena_strdup(r->arena, r->error->message);
  if (!r->results->code) r->results->code = code;
  bool everybodys = code == SBE_CANCELLED || code == SBE_CONFLICT || code == SBE_IO || code == SBE_AUTH;
  return everybodys ? code : SBE_OK;
}

static int32_t scan_slice(sbe_runner *r, const sbe_scan *scan, size_t number, sbe_timestamp lower,
                          sbe_timestamp upper) {
  /* From a little below the position: rows become visible late. Never from before the start. */
  sbe_timestamp from = lower - r->vars->load_overlap_minutes * 60 * SBE_SECOND_US;
  if (from < r->vars->start_date * SBE_DAY_US) from = r->vars->start_date * SBE_DAY_US;
  const char *bounds[] = {sbe_sql_timestamp(&r->sql, r->window_arena, from),
                          sbe_sql_timestamp(&r->sql, r->window_arena, upper)};
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  int32_t code = sbe_scan_print(scan, &r->columns, bounds[0], bounds[1], &select, r->error);
  sbe_statements list = {0};
  if (!code) code = sbe_print_scan_table(scan, r->lock.token_text, number, sbe_text_string(&select), &list, r->error);
  if (!code) code = sbe_run_step(r, NULL, "scan", &list, false, NULL);
  if (!code) code = sbe_print_duplicates(scan, r->lock.token_text, number, &list, r->error);
  if (!code) code = sbe_run_step(r, NULL, "duplicates", &list, false, NULL);
  sbe_statements_clear(&list);
  return code ? code : sbe_warn_of_near_misses(r, scan, number, bounds[0], bounds[1]);
}

static int32_t run_scan(sbe_runner *r, const sbe_scan *scan, size_t number, sbe_run_view *const *views,
                        sbe_timestamp lower, sbe_timestamp upper) {
  int32_t fatal = SBE_OK, scanned = scan_slice(r, scan, number, lower, upper);
  for (size_t i = 0; i < scan->n_views; i++) {
    int32_t code = fatal ? fatal : scanned;
    if (!code) code = run_view(r, views[i], scan, i, number, lower, upper);
    if (code) fatal = sbe_fail_view(r, views[i], code);
  }
  sbe_statements list = {0};
  sbe_print_drop(&r->sql, sbe_scratch_scan(&r->sql, r->window_arena, r->lock.token_text, number), &list);
  sbe_print_drop(&r->sql, sbe_scratch_duplicates(&r->sql, r->window_arena, r->lock.token_text, number), &list);
  drop_scratch(r, &list);
  return fatal;
}

int32_t sbe_run_window(sbe_runner *r, size_t n, sbe_run_view *const *views, sbe_timestamp lower, sbe_timestamp upper) {
  const sbe_run_events *events = &r->request->events;
  sbe_arena_reset(r->window_arena);
  const sbe_shape **shapes = SBE_NEW_ARRAY(r->window_arena, const sbe_shape *, n);
  const char **models = SBE_NEW_ARRAY(r->window_arena, const char *, n);
  for (size_t i = 0; i < n; i++) {
    shapes[i] = views[i]->shape;
    models[i] = views[i]->shape->view->model;
  }
  if (events->window) events->window(events->user, n, models, lower, upper);
  int32_t code = SBE_OK;
  for (size_t from = 0, number = 0; from < n && !code; number++) {
    sbe_scan *scan;
    size_t taken = sbe_scan_new(&r->sql, r->window_arena, r->vars, n - from, shapes + from, &scan);
    code = run_scan(r, scan, number, views + from, lower, upper);
    from += taken;
  }
  return code;
}
