/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The oracle: per view, the rows processed so far, which of them are aggregated, and the attributes
 * of the last run; each run is computed again from these sets of raw rows. Called by the harness
 * and by test_oracle.c. Must never use anything of the engine, and no SQL.
 */
#include "tests/brute/oracle.h"

#include "tests/brute/read.h"
#include "tests/brute/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A row that a view has processed: it stands in `filtered_events`. */
typedef struct processed {
  const bf_event *event;
  const bf_value *key;
  int64_t date;
  bool aggregated; /* its day was processed since it came */
} processed;

typedef struct view_state {
  bool exists;
  int64_t position; /* `last_success`; `start_date` at first */
  bool has_window;
  int64_t first_success;
  int64_t refresh_until; /* a full refresh is under way until the position reaches this clock */
  processed *rows;
  size_t row_count;
  bf_day *days;
  size_t day_count;
  bf_row *table; /* the attributes table */
  size_t table_count;
} view_state;

struct bf_oracle {
  const bf_history *history;
  bf_arena *arena;
  view_state *views;
  bf_statistics statistics;
};

bf_oracle *bf_oracle_new(const bf_history *history) {
  bf_oracle *oracle = bf_alloc(history->arena, sizeof *oracle);
  oracle->history = history;
  oracle->arena = history->arena;
  oracle->views = bf_alloc(history->arena, history->view_count * sizeof *oracle->views);
  return oracle;
}

/* ---- candidates and duplicates (semantics, §1) ---- */

static bool app_is_kept(const bf_variables *variables, const bf_event *event) {
  if (variables->app_count == 0) return true;
  const bf_value *app = bf_get(event->row, "app_id");
  for (size_t i = 0; app && app->kind == BF_TEXT && i < variables->app_count; i++)
    if (strcmp(app->text, variables->apps[i]) == 0) return true;
  return false;
}

static bool some_attribute_matches(const bf_view *view, const bf_event *event) {
  for (size_t i = 0; i < view->attribute_count; i++)
    if (bf_matches(view->attributes[i], event)) return true;
  return false;
}

const bf_value *bf_candidate_key(bf_arena *arena, const bf_history *history, const bf_view *view,
                                 const bf_event *event) {
  const bf_value *id = bf_get(event->row, "event_id");
  int64_t load = bf_event_time(event, "load_tstamp"), derived = bf_event_time(event, "derived_tstamp");
  int64_t start = history->variables.start_date;
  if (!id || id->kind == BF_NULL || load == BF_NO_TIME || derived == BF_NO_TIME) return NULL;
  if (load < start || derived < start) return NULL;
  if (!app_is_kept(&history->variables, event) || !some_attribute_matches(view, event)) return NULL;
  /* "the view's entity key is not NULL (an empty string is a key)"; the key is text (§5). */
  const bf_value *key = bf_read(arena, BF_TYPE_STRING, bf_property_of(arena, view->key, event));
  return key->kind == BF_NULL ? NULL : key;
}

/* NULLs last. */
static int compare_times(int64_t a, int64_t b) {
  if (a == b) return 0;
  if (a == BF_NO_TIME) return 1;
  if (b == BF_NO_TIME) return -1;
  return a < b ? -1 : 1;
}

/* "The row that counts is the first by (`load_tstamp`, `dvce_created_tstamp`, `collector_tstamp`,
   `derived_tstamp`), NULLs last". */
static bool counts_before(const bf_event *a, const bf_event *b) {
  static const char *const columns[] = {"load_tstamp", "dvce_created_tstamp", "collector_tstamp", "derived_tstamp"};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    int order = compare_times(bf_event_time(a, columns[i]), bf_event_time(b, columns[i]));
    if (order) return order < 0;
  }
  return false;
}

static processed *find_by_id(processed *rows, size_t count, const bf_event *event) {
  const bf_value *id = bf_get(event->row, "event_id");
  for (size_t i = 0; i < count; i++)
    if (bf_same(bf_get(rows[i].event->row, "event_id"), id)) return &rows[i];
  return NULL;
}

/* The new rows of one scan: semantics, §6, 3: "`lower − snowplow__load_overlap_minutes <= load_tstamp <
   upper`"; "Rows that were already processed are recognised by `event_id`". */
static processed *scan(bf_oracle *oracle, size_t view, size_t run, int64_t lower, int64_t upper, size_t *ret_count) {
  const bf_history *history = oracle->history;
  view_state *state = &oracle->views[view];
  processed *fresh = bf_alloc(oracle->arena, (history->event_count + 1) * sizeof *fresh);
  size_t count = 0;
  for (size_t i = 0; i < history->event_count; i++) {
    const bf_event *event = history->events[i];
    int64_t load = bf_event_time(event, "load_tstamp");
    if (event->visible_before > run) continue;
    if (load == BF_NO_TIME || load < lower - history->variables.overlap || load >= upper) continue;
    const bf_value *key = bf_candidate_key(oracle->arena, history, history->views[view], event);
    if (!key) continue;
    if (find_by_id(state->rows, state->row_count, event)) {
      oracle->statistics.duplicates_across += load >= lower;
      continue;
    }
    if (load < lower) oracle->statistics.lowered_by_overlap++;
    int64_t date = bf_date_of(bf_event_time(event, "derived_tstamp"));
    processed *twin = find_by_id(fresh, count, event);
    if (!twin)
      fresh[count++] = (processed){event, key, date, false};
    else if (counts_before(event, twin->event))
      *twin = (processed){event, key, date, false};
    oracle->statistics.duplicates_in_scan += twin != NULL;
  }
  *ret_count = count;
  return fresh;
}

/* ---- days (semantics, §7) ---- */

static bf_day *day_of(bf_oracle *oracle, view_state *state, int64_t date) {
  for (size_t i = 0; i < state->day_count; i++)
    if (state->days[i].date == date) return &state->days[i];
  bf_day *days = bf_alloc(oracle->arena, (state->day_count + 1) * sizeof *days);
  if (state->day_count) memcpy(days, state->days, state->day_count * sizeof *days);
  state->days = days;
  days[state->day_count] = (bf_day){.date = date, .last_load = BF_NO_TIME};
  return &days[state->day_count++];
}

/* "the day is processed whole and its `skipped_events` becomes 0"; `processed_events`: "rows of that
   date in the aggregates since the date was last processed" (§5). */
static void process_day(view_state *state, bf_day *day) {
  day->processed_events = 0;
  day->skipped_events = 0;
  for (size_t i = 0; i < state->row_count; i++) {
    if (state->rows[i].date != day->date) continue;
    state->rows[i].aggregated = true;
    day->processed_events++;
  }
}

static void decide_day(bf_oracle *oracle, view_state *state, bf_day *day, int64_t fresh, int64_t lower, bool refresh) {
  const bf_variables *variables = &oracle->history->variables;
  int64_t r = bf_date_of(lower);
  bool on_time = refresh || day->date >= r - 1;
  bool worth_it = day->date >= r - variables->lookback_days && fresh + day->skipped_events >= variables->min_late;
  if (on_time || worth_it) {
    oracle->statistics.skipped_then_processed += day->skipped_events > 0;
    oracle->statistics.days_on_time += on_time;
    oracle->statistics.days_late_processed += !on_time;
    process_day(state, day);
  } else {
    oracle->statistics.days_late_skipped++;
    day->skipped_events += fresh;
  }
}

/* One window from `lower` to `upper`: append the new rows, decide which days to process. */
static void window(bf_oracle *oracle, size_t view, size_t run, int64_t lower, int64_t upper) {
  view_state *state = &oracle->views[view];
  size_t count;
  processed *fresh = scan(oracle, view, run, lower, upper, &count);
  processed *rows = bf_alloc(oracle->arena, (state->row_count + count + 1) * sizeof *rows);
  if (state->row_count) memcpy(rows, state->rows, state->row_count * sizeof *rows);
  if (count) memcpy(rows + state->row_count, fresh, count * sizeof *rows);
  state->rows = rows;
  state->row_count += count;
  bool refresh = lower < state->refresh_until;
  for (size_t i = 0; i < count; i++) {
    bool seen = false;
    for (size_t j = 0; j < i; j++) seen = seen || fresh[j].date == fresh[i].date;
    if (seen) continue;
    bf_day *day = day_of(oracle, state, fresh[i].date);
    int64_t of_day = 0;
    for (size_t j = i; j < count; j++) {
      if (fresh[j].date != fresh[i].date) continue;
      of_day++;
      /* "greatest among the day's filtered rows, skipped ones included" (§5) */
      int64_t load = bf_event_time(fresh[j].event, "load_tstamp");
      if (load > day->last_load) day->last_load = load;
    }
    decide_day(oracle, state, day, of_day, lower, refresh);
  }
  state->position = upper;
  if (!state->has_window) state->first_success = upper;
  state->has_window = true;
  oracle->statistics.windows++;
}

/* ---- the attributes table (semantics, §4 and §5) ---- */

static bool real_unchanged(double a, double b) {
  return a == b || fabs(a - b) < 1e-12 * fmax(fabs(a), fabs(b));
}

bool bf_unchanged(const bf_value *before, const bf_value *after) {
  if (before->kind != after->kind) return false;
  if (before->kind == BF_REAL) return real_unchanged(before->d, after->d);
  if (before->kind != BF_ARRAY) return bf_same(before, after);
  if (before->count != after->count) return false;
  for (size_t i = 0; i < before->count; i++)
    if (!bf_unchanged(before->items[i], after->items[i])) return false;
  return true;
}

/* "A period of N days covers `event_date` in `[U − N, U)`. Lifetime covers every processed event, those
   of the current day included." */
static bool in_window(const bf_attribute *attribute, int64_t u, int64_t date) {
  return attribute->period == 0 || (date >= u - attribute->period && date < u);
}

static bf_cell cell_of(bf_oracle *oracle, const view_state *state, const bf_attribute *attribute, const bf_value *key,
                       int64_t clock, int64_t u) {
  const bf_event **events = bf_alloc(oracle->arena, (state->row_count + 1) * sizeof *events);
  size_t count = 0;
  for (size_t i = 0; i < state->row_count; i++) {
    const processed *row = &state->rows[i];
    if (row->aggregated && bf_same(row->key, key) && in_window(attribute, u, row->date) &&
        bf_matches(attribute, row->event) && bf_meets(oracle->arena, &attribute->criteria, row->event))
      events[count++] = row->event;
  }
  return bf_aggregate(oracle->arena, attribute, events, count, clock);
}

/* "An entity is in the attributes table once an aggregated (not skipped) event of it has matched
   `events` and `criteria` of any attribute of the view, whatever its date". */
static bool makes_an_entity(bf_oracle *oracle, const bf_view *view, const processed *row) {
  if (!row->aggregated) return false;
  for (size_t i = 0; i < view->attribute_count; i++)
    if (bf_matches(view->attributes[i], row->event) &&
        bf_meets(oracle->arena, &view->attributes[i]->criteria, row->event))
      return true;
  return false;
}

static bf_row *find_row(bf_row *rows, size_t count, const bf_value *key) {
  for (size_t i = 0; i < count; i++)
    if (bf_same(rows[i].key, key)) return &rows[i];
  return NULL;
}

static bool row_unchanged(const bf_row *before, const bf_row *after, size_t cells) {
  for (size_t i = 0; i < cells; i++)
    if (!bf_unchanged(before->cells[i].value, after->cells[i].value)) return false;
  return true;
}

static bf_row *compute_table(bf_oracle *oracle, size_t view, int64_t clock, size_t *ret_count) {
  const bf_view *definition = oracle->history->views[view];
  view_state *state = &oracle->views[view];
  /* `U`: "the UTC date of the run's clock, plus one day when `include_current_day_in_windows`" (§4). */
  int64_t u = bf_date_of(clock) + (oracle->history->variables.include_current_day ? 1 : 0);
  bf_row *rows = bf_alloc(oracle->arena, (state->row_count + 1) * sizeof *rows);
  size_t count = 0;
  for (size_t i = 0; i < state->row_count; i++) {
    const bf_value *key = state->rows[i].key;
    if (find_row(rows, count, key) || !makes_an_entity(oracle, definition, &state->rows[i])) continue;
    bf_row *row = &rows[count++];
    row->key = key;
    row->cells = bf_alloc(oracle->arena, definition->attribute_count * sizeof *row->cells);
    for (size_t j = 0; j < definition->attribute_count; j++)
      row->cells[j] = cell_of(oracle, state, definition->attributes[j], key, clock, u);
  }
  *ret_count = count;
  return rows;
}

/* `updated_at`: "the clock of the run that last changed a value of that row" (§5). `each` is the
   table after the previous window, `before` the one after the previous run. */
static void stamp(bf_oracle *oracle, size_t view, bf_row *rows, size_t count, bf_row *before, size_t before_count,
                  int64_t clock) {
  size_t cells = oracle->history->views[view]->attribute_count;
  view_state *state = &oracle->views[view];
  for (size_t i = 0; i < count; i++) {
    const bf_row *old = find_row(before, before_count, rows[i].key);
    const bf_row *last = find_row(state->table, state->table_count, rows[i].key);
    rows[i].updated_at = old && row_unchanged(old, &rows[i], cells) ? old->updated_at : clock;
    rows[i].updated_at_each = last && row_unchanged(last, &rows[i], cells) ? last->updated_at_each : clock;
    if (old && row_unchanged(old, &rows[i], cells))
      oracle->statistics.unchanged_rows++;
    else
      oracle->statistics.changed_rows++;
    oracle->statistics.ambiguous_stamps += rows[i].updated_at != rows[i].updated_at_each;
  }
  state->table = rows;
  state->table_count = count;
}

static void rebuild(bf_oracle *oracle, size_t view, bf_row *before, size_t before_count, int64_t clock) {
  size_t count;
  bf_row *rows = compute_table(oracle, view, clock, &count);
  stamp(oracle, view, rows, count, before, before_count, clock);
}

/* ---- a run (semantics, §6) ---- */

/* "`--full-refresh` starts the view again from `start_date`" (§7). */
static void start_again(bf_oracle *oracle, view_state *state, int64_t clock) {
  *state = (view_state){.exists = true, .position = oracle->history->variables.start_date, .refresh_until = clock};
  oracle->statistics.refreshes++;
}

static void run_view(bf_oracle *oracle, size_t view, size_t index) {
  const bf_run *run = &oracle->history->runs[index];
  view_state *state = &oracle->views[view];
  if (!state->exists)
    *state =
        (view_state){.exists = true, .position = oracle->history->variables.start_date, .refresh_until = BF_NO_TIME};
  if (run->full_refresh) start_again(oracle, state, run->clock);
  bf_row *before = state->table;
  size_t before_count = state->table_count;
  /* "A clock at or before the position scans nothing new, never moves back, and rebuilds `attributes`
     for its `U`." */
  if (run->clock <= state->position) {
    oracle->statistics.backward_runs++;
    rebuild(oracle, view, before, before_count, run->clock);
    return;
  }
  do {
    int64_t lower = state->position;
    int64_t limit = (bf_date_of(lower) + oracle->history->variables.backfill_days + 1) * BF_DAY;
    int64_t upper = limit < run->clock ? limit : run->clock;
    oracle->statistics.refresh_windows_later += !run->full_refresh && lower < state->refresh_until;
    window(oracle, view, index, lower, upper);
    rebuild(oracle, view, before, before_count, run->clock);
  } while (run->until_current && state->position < run->clock);
}

void bf_oracle_run(bf_oracle *oracle, size_t run) {
  for (size_t i = 0; i < oracle->history->view_count; i++) {
    const bf_run *what = &oracle->history->runs[run];
    if (!what->has_selection || what->selection == i) run_view(oracle, i, run);
  }
}

bf_view_state bf_oracle_state(const bf_oracle *oracle, size_t view) {
  const view_state *state = &oracle->views[view];
  return (bf_view_state){.exists = state->exists,
                         .first_success = state->first_success,
                         .last_success = state->position,
                         .rows = state->table,
                         .row_count = state->table_count,
                         .days = state->days,
                         .day_count = state->day_count};
}

const bf_statistics *bf_oracle_statistics(const bf_oracle *oracle) {
  return &oracle->statistics;
}
