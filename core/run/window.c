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
  const char *scan; /* where there were events to take; NULL: that is not known */
  rollup_change rollup;
} published;

/* Runs the batch. The views' new states hold only after it. */
static int32_t publish_batch(sbe_runner *r, const char *model, sbe_statements *batch, const sbe_shape *shape,
                             const sbe_state *next) {
  size_t logged = r->results->n_steps;
  if (!r->request->dry_run) print_log(r, batch);
  r->publishing = true;
  int32_t code = sbe_run_step(r, model, "publish", batch, true, NULL);
  r->publishing = false;
  if (code == SBE_CONFLICT)
    return sbe_error_set(r->error, code, NULL,
                         "nothing was published: another run has the lock now, or changed the same rows");
  if (code == SBE_UNKNOWN_OUTCOME) {
    /* The answer was lost: the manifest knows whether it happened. If not, the window begins again; should it
       happen after all, the next batch will see that the view has moved. */
    sbe_state now;
    bool known = sbe_state_read(&r->session, &r->sql, r->arena, 1, &shape, &now, NULL) == SBE_OK;
    if (known) code = now.windows == next->windows ? SBE_OK : sbe_run_lost_or_ended(r);
  }
  if (!code) sbe_run_logged(r, logged);
  return code;
}

/* Another run's doing, or are the events that were found there no more? Then the window begins again. */
static int32_t why_conflict(sbe_runner *r, const char *scan) {
  sbe_rows rows = {.arena = r->window_arena};
  const char *select = sbe_arena_printf(r->window_arena, "SELECT COUNT(*) AS n FROM %s", scan);
  int32_t code = sbe_session_query(&r->session, select, &rows, NULL);
  if (code == SBE_CANCELLED) return sbe_error_set(r->error, code, NULL, "interrupted");
  if (code || !rows.n || sbe_cell_int(SBE_CELL(&rows, 0, 0), 1)) return SBE_CONFLICT;
  r->scratch_lost = true;
  return sbe_error_set(r->error, SBE_IO, NULL, "the server has emptied the scratch tables: it must have crashed");
}

/* The batch: guard, what was computed, the new state. Nothing of it is visible before all of it is. */
static int32_t publish(sbe_runner *r, sbe_run_view *view, const sbe_window *w, const published *what,
                       const sbe_state *next) {
  sbe_statements batch = {0};
  sbe_lock_print_hold(&r->sql, r->window_arena, &r->lock, &batch);
  const char *unchanged = sbe_state_unchanged(&r->sql, r->window_arena, &view->state, &batch);
  /* A server that crashed may have emptied scratch tables before this connection was made: see the crew. */
  if (what->scan)
    unchanged = sbe_arena_printf(r->window_arena, "%s AND EXISTS (SELECT 1 FROM %s)", unchanged, what->scan);
  sbe_lock_print_guard(&r->sql, r->window_arena, &r->lock, unchanged, &batch);
  int32_t code = what->events ? sbe_print_publish_events(w, what->days, &batch, r->error) : SBE_OK;
  if (!code && what->rollup) code = sbe_print_publish_rollup(w, what->rollup == ROLLUP_REBUILT, &batch, r->error);
  if (!code && what->attributes) code = sbe_print_publish_attributes(w, &batch, r->error);
  if (!code) code = sbe_state_print_write(&r->sql, r->window_arena, next, &batch, r->error);
  if (!code) code = publish_batch(r, view->shape->view->model, &batch, view->shape, next);
  if (code == SBE_CONFLICT && what->scan) code = why_conflict(r, what->scan);
  sbe_statements_clear(&batch);
  if (!code) view->state = *next;
  return code;
}

static void drop_view_scratch(sbe_runner *r, const sbe_window *w) {
  static const char *const tables[] = {"new_events", "days",          "daily_aggregates", "daily_values",
                                       "rollup",     "rollup_values", "changed"};
  sbe_statements list = {0};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    sbe_print_drop(&r->sql, sbe_scratch_view(w, tables[i]), &list);
  sbe_run_drop(r, &list);
}

/* `count` gets the number of rows that will be written, with the next flush. */
static int32_t compute_attributes(sbe_runner *r, const sbe_run_view *view, const sbe_window *w, const char *days,
                                  sbe_rows *count) {
  sbe_statements list = {0};
  int32_t code = sbe_print_changed(w, days, &list, r->error);
  sbe_print_count_changed(w, sbe_statements_add_query(&list, count));
  if (!code) code = sbe_run_gather(r, view->shape->view->model, "attributes", &list);
  sbe_statements_clear(&list);
  return code;
}

static int64_t counted(const sbe_rows *count) {
  return count->n ? sbe_cell_int(SBE_CELL(count, 0, 0), 0) : 0;
}

/* New events and the days they touch. */
static int32_t find_days(sbe_runner *r, const sbe_run_view *view, const sbe_window *w, const sbe_slice *slice,
                         size_t index, sbe_rows *days) {
  const char *model = view->shape->view->model;
  sbe_statements list = {0};
  int32_t code = sbe_print_new_events(w, slice->scan, index, slice->number, &list, r->error);
  if (!code) code = sbe_run_gather(r, model, "filtered_events", &list);
  if (!code) code = sbe_print_days(w, &list, r->error);
  if (!code) sbe_print_read_days(w, sbe_statements_add_query(&list, days));
  if (!code) code = sbe_run_gather(r, model, "days", &list);
  sbe_statements_clear(&list);
  return code;
}

/* The days of a window: which are processed, as a condition for statements, and what that leaves out. */
typedef struct window_days {
  const char *condition; /* NULL: none is processed */
  size_t n;
  sbe_date *dates;             /* of literals; NULL: the condition is the relation */
  int64_t new_events, skipped; /* rows; and those on days that are not processed */
} window_days;

static window_days take_days(sbe_runner *r, const sbe_rows *rows) {
  window_days days = {.dates = SBE_NEW_ARRAY(r->window_arena, sbe_date, rows->n)};
  for (size_t i = 0; i < rows->n; i++) {
    const sbe_value *row = SBE_CELL(rows, i, 0);
    int64_t n = sbe_cell_int(&row[2], 0);
    days.new_events += n;
    if (sbe_cell_int(&row[1], 0))
      days.dates[days.n++] = sbe_cell_int(&row[0], 0);
    else
      days.skipped += n;
  }
  return days;
}

/* As literals, where reading them is cheap; else the relation, whatever will be in it. */
static window_days days_to_process(sbe_runner *r, const sbe_window *w, const sbe_rows *rows) {
  window_days days = take_days(r, rows);
  bool known = !sbe_run_in_lists(r) && !r->request->dry_run;
  bool literals = known && sbe_plugin_can(r->request->plugin, SBE_CAN_QUERY_CHEAPLY);
  if (!literals) days.dates = NULL;
  if (!known || days.n) days.condition = literals ? sbe_days_literals(w, days.n, days.dates) : sbe_days_relation(w);
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
  if (!code) code = sbe_run_gather(r, view->shape->view->model, "rollup", &list);
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

/* With --until-current the attributes are rebuilt once, in the last window. */
static bool is_last_window(const sbe_runner *r, sbe_timestamp upper) {
  return !r->request->until_current || upper >= r->request->now;
}

static bool may_have_events(const sbe_slice *slice, size_t index) {
  return !slice->candidates || slice->candidates[index] > 0;
}

/* Everything that is computed in scratch tables. */
static int32_t compute_view(sbe_runner *r, const sbe_run_view *view, const sbe_slice *slice, size_t index,
                            sbe_window *w, published *ret_what, sbe_state *ret_next, window_days *ret_days) {
  const char *model = view->shape->view->model;
  sbe_rows rows = {.arena = r->window_arena}, count = {.arena = r->window_arena};
  published what = {.events = may_have_events(slice, index)};
  int32_t code = what.events ? find_days(r, view, w, slice, index, &rows) : SBE_OK;
  window_days days = {0};
  if (!code && what.events) days = days_to_process(r, w, &rows);
  if (!code && days.condition) {
    sbe_statements list = {0};
    code = sbe_print_daily(w, days.n, days.dates, &list, r->error);
    if (!code) code = sbe_run_gather(r, model, "daily_aggregates", &list);
    sbe_statements_clear(&list);
  }
  what.days = days.condition;
  if (what.events && slice->candidates)
    what.scan = sbe_scratch_scan(&r->sql, r->window_arena, r->lock.token_text, slice->number);
  what.attributes =
      is_last_window(r, slice->upper) && (r->request->dry_run || sbe_attributes_can_differ(r, view, days.condition));
  *ret_next = state_after(r, view, slice->upper, days.condition, what.attributes);
  sbe_date through = w->rollup_through;
  ret_next->rollup_through.known = w->has_rollup;
  if (!code && what.attributes) code = roll_up(r, view, w, days.condition, ret_next, &what.rollup, &through);
  if (what.rollup) ret_next->rollup_through = (sbe_moment){true, through * SBE_DAY_US};
  if (!code && what.attributes) code = compute_attributes(r, view, w, days.condition, &count);
  if (!code) code = sbe_run_flush(r);
  *ret_days = take_days(r, &rows);
  view->result->attributes_written += counted(&count);
  what.attributes = what.attributes && (counted(&count) || r->request->dry_run);
  *ret_what = what;
  return code;
}

static void completed(sbe_run_view *view) {
  view->result->windows++;
  view->result->position = view->state.last_success;
}

int32_t sbe_run_view_of(sbe_runner *r, sbe_run_view *view, const sbe_slice *slice, size_t index) {
  sbe_window w = window_of(r, view, slice->lower, slice->upper);
  published what;
  sbe_state next;
  window_days days;
  int32_t code = compute_view(r, view, slice, index, &w, &what, &next, &days);
  if (!code) code = publish(r, view, &w, &what, &next);
  if (!code) {
    completed(view);
    view->result->new_events += days.new_events;
    view->result->days_processed += (int64_t)days.n;
    view->result->events_skipped += days.skipped;
  }
  sbe_run_discard(r);
  drop_view_scratch(r, &w);
  return code;
}

int32_t sbe_run_attributes_only(sbe_runner *r, sbe_run_view *view) {
  if (!sbe_attributes_can_differ(r, view, false)) return SBE_OK;
  sbe_timestamp position = view->state.last_success.at;
  sbe_window w = window_of(r, view, position, position);
  sbe_rows count = {.arena = r->window_arena};
  int32_t code = compute_attributes(r, view, &w, NULL, &count);
  if (!code) code = sbe_run_flush(r);
  if (!code) {
    sbe_state next = view->state;
    attributes_are_current(r, &next);
    next.windows++;
    view->result->attributes_written += counted(&count);
    bool some = counted(&count) || r->request->dry_run;
    code = publish(r, view, &w, &(published){.attributes = some}, &next);
  }
  if (!code) view->result->windows++;
  sbe_run_discard(r);
  drop_view_scratch(r, &w);
  return code;
}

/* Views for which nothing came in, and whose attributes cannot differ: one batch moves all of them on. */
static int32_t move_on(sbe_runner *r, sbe_run_view *const *views, const bool *wanted, const sbe_slice *slice) {
  sbe_statements batch = {0};
  size_t n = 0, first = 0;
  sbe_state *next = SBE_NEW_ARRAY(r->window_arena, sbe_state, slice->scan->n_views);
  int32_t code = SBE_OK;
  const char *unchanged = "";
  sbe_lock_print_hold(&r->sql, r->window_arena, &r->lock, &batch);
  for (size_t i = 0; i < slice->scan->n_views; i++)
    if (!wanted[i])
      unchanged = sbe_arena_printf(r->window_arena, "%s%s", unchanged,
                                   sbe_state_unchanged(&r->sql, r->window_arena, &views[i]->state, &batch));
  sbe_lock_print_guard(&r->sql, r->window_arena, &r->lock, unchanged, &batch);
  for (size_t i = 0; i < slice->scan->n_views && !code; i++) {
    if (wanted[i]) continue;
    if (!n++) first = i;
    sbe_window w = window_of(r, views[i], slice->lower, slice->upper);
    next[i] = state_after(r, views[i], slice->upper, false, false);
    next[i].rollup_through.known = w.has_rollup;
    code = sbe_state_print_write(&r->sql, r->window_arena, &next[i], &batch, r->error);
  }
  if (!code && n)
    code =
        publish_batch(r, n == 1 ? views[first]->shape->view->model : NULL, &batch, views[first]->shape, &next[first]);
  sbe_statements_clear(&batch);
  for (size_t i = 0; i < slice->scan->n_views; i++) {
    if (wanted[i]) continue;
    if (code) {
      int32_t fatal = sbe_fail_view(r, views[i], code);
      if (fatal) return fatal;
      continue;
    }
    views[i]->state = next[i];
    completed(views[i]);
  }
  return SBE_OK;
}

/* A runner that was stopped for longer than its lease finds that the next one has dropped its scratch tables. */
static bool lock_is_lost(sbe_runner *r) {
  sbe_error ignored = SBE_NO_ERROR;
  sbe_cleanup_text sbe_text select = SBE_TEXT(8192);
  sbe_rows rows = {.arena = r->arena};
  int64_t dead;
  sbe_lock ours = r->lock;
  sbe_lock_print_read(&r->sql, r->arena, &select);
  if (sbe_session_query(&r->session, sbe_text_string(&select), &rows, &ignored) || !rows.n) return false;
  return sbe_lock_judge(r->arena, &rows, &ours, &dead, &ignored) != SBE_OK;
}

static int32_t why_not_found(sbe_runner *r, const sbe_run_view *view) {
  if (lock_is_lost(r))
    return sbe_error_set(r->error, SBE_CONFLICT, NULL, "nothing was published: another run has the lock now");
  return sbe_error_set(r->error, SBE_NOT_FOUND, NULL,
                       "%.2000s. If it was removed and is of sbe's own tables or schemas, compute the view anew with "
                       "`sbe run --full-refresh --select %s`",
                       sbe_arena_strdup(r->arena, r->error->message), view->shape->view->name);
}

int32_t sbe_fail_view(sbe_runner *r, sbe_run_view *view, int32_t code) {
  if (code == SBE_NOT_FOUND && r->locked) code = why_not_found(r, view);
  view->failed = true;
  view->lost = code == SBE_IO;
  view->result->status = "error";
  view->result->error_text = sbe_arena_strdup(r->arena, r->error->message);
  if (!r->results->code) {
    r->results->code = code;
    r->failure = *r->error;
  }
  bool everybodys = code == SBE_CANCELLED || code == SBE_CONFLICT || code == SBE_IO || code == SBE_AUTH;
  return everybodys ? code : SBE_OK;
}

/* What is known of a slice before a view's turn: what sbe_print_event_counts and sbe_print_untaken_counts ask. */
typedef struct slice_counts {
  sbe_rows matched, untaken; /* without lists, the second is not asked */
} slice_counts;

/* The slice into a scratch table. */
static int32_t scan_slice(sbe_runner *r, const sbe_slice *slice, slice_counts *counts) {
  const sbe_scan *scan = slice->scan;
  /* From a little below the position: rows become visible late. Never from before the start. */
  sbe_timestamp from = slice->lower - r->vars->load_overlap_minutes * 60 * SBE_SECOND_US;
  if (from < r->vars->start_date * SBE_DAY_US) from = r->vars->start_date * SBE_DAY_US;
  const char *bounds[] = {sbe_sql_timestamp(&r->sql, r->window_arena, from),
                          sbe_sql_timestamp(&r->sql, r->window_arena, slice->upper)};
  sbe_statements list = {0};
  const char *token = r->lock.token_text;
  int32_t code = sbe_print_scan_table(scan, &r->columns, bounds[0], bounds[1], token, slice->number, &list, r->error);
  if (!code) code = sbe_run_gather(r, NULL, "scan", &list);
  if (!code) code = sbe_print_duplicates(scan, token, slice->number, &list, r->error);
  if (!code) sbe_print_event_counts(scan, token, slice->number, sbe_statements_add_query(&list, &counts->matched));
  if (!code) code = sbe_run_gather(r, NULL, "duplicates", &list);
  /* Where each look costs a request, all that may be of interest is asked for at once: for which views all rows are
     ones that were read again; and which events there were, in case one that is named was not. */
  bool in_lists = sbe_run_in_lists(r);
  if (!code && in_lists)
    sbe_print_untaken_counts(scan, token, slice->number, bounds[0], sbe_statements_add_query(&list, &counts->untaken));
  sbe_rows there = {.arena = r->window_arena};
  if (!code && in_lists && scan->n_events)
    code = sbe_print_slice_events(&r->sql, r->window_arena, &r->columns, bounds[0], bounds[1],
                                  sbe_statements_add_query(&list, &there), r->error);
  if (!code && in_lists) code = sbe_run_gather(r, NULL, "counts", &list);
  sbe_statements_clear(&list);
  if (!code) code = sbe_run_flush(r);
  if (!code) code = sbe_warn_of_near_misses(r, scan, &counts->matched, in_lists ? &there : NULL, bounds[0], bounds[1]);
  sbe_run_discard(r);
  return code;
}

/* Views that have more to do than to move on. */
static const bool *wanted_views(sbe_runner *r, sbe_run_view *const *views, sbe_slice *slice,
                                const slice_counts *counts) {
  const sbe_scan *scan = slice->scan;
  bool *wanted = SBE_NEW_ARRAY(r->window_arena, bool, scan->n_views);
  int64_t *candidates = SBE_NEW_ARRAY(r->window_arena, int64_t, scan->n_views);
  for (size_t i = 0; i < scan->n_views && counts->matched.n; i++)
    candidates[i] = sbe_cell_int(SBE_CELL(&counts->matched, 0, scan->n_events + i), 0);
  for (size_t i = 0; i < counts->untaken.n; i++) {
    size_t view = (size_t)sbe_cell_int(SBE_CELL(&counts->untaken, i, 0), 0);
    if (view < scan->n_views) candidates[view] = sbe_cell_int(SBE_CELL(&counts->untaken, i, 1), 0);
  }
  slice->candidates = counts->matched.n ? candidates : NULL;
  for (size_t i = 0; i < scan->n_views; i++)
    wanted[i] =
        may_have_events(slice, i) || (is_last_window(r, slice->upper) && sbe_attributes_can_differ(r, views[i], false));
  return wanted;
}

static bool has_reached(const sbe_run_view *view, sbe_timestamp upper) {
  return view->state.last_success.known && view->state.last_success.at >= upper;
}

static int32_t run_views(sbe_runner *r, sbe_run_view *const *views, sbe_slice *slice, const slice_counts *counts) {
  const bool *wanted = wanted_views(r, views, slice, counts);
  int32_t fatal = SBE_OK;
  bool all = true;
  if (r->crew) fatal = sbe_crew_run(r, views, wanted, slice);
  for (size_t i = 0; i < slice->scan->n_views && !fatal; i++) {
    all = all && wanted[i];
    if (r->crew || !wanted[i]) continue;
    int32_t code = sbe_run_view_of(r, views[i], slice, i);
    if (code) fatal = sbe_fail_view(r, views[i], code);
  }
  if (!fatal && !all) fatal = move_on(r, views, wanted, slice);
  for (size_t i = 0; i < slice->scan->n_views && fatal; i++) /* and those whose turn had not come */
    if (!views[i]->failed && !has_reached(views[i], slice->upper)) (void)!sbe_fail_view(r, views[i], fatal);
  return fatal;
}

static int32_t run_scan(sbe_runner *r, const sbe_scan *scan, size_t number, sbe_run_view *const *views,
                        sbe_timestamp lower, sbe_timestamp upper) {
  sbe_slice slice = {.scan = scan, .number = number, .lower = lower, .upper = upper};
  slice_counts counts = {{.arena = r->window_arena}, {.arena = r->window_arena}};
  int32_t fatal = SBE_OK, code = scan_slice(r, &slice, &counts);
  for (size_t i = 0; i < scan->n_views && code && !fatal; i++) fatal = sbe_fail_view(r, views[i], code);
  if (!code) fatal = run_views(r, views, &slice, &counts);
  sbe_statements list = {0};
  sbe_print_drop(&r->sql, sbe_scratch_scan(&r->sql, r->window_arena, r->lock.token_text, number), &list);
  sbe_print_drop(&r->sql, sbe_scratch_duplicates(&r->sql, r->window_arena, r->lock.token_text, number), &list);
  sbe_run_drop(r, &list);
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
