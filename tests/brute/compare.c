/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cell by cell: compare.h. Doubles agree within 1e-9 of themselves, plus what another order of
 * summation may make of them; everything else agrees or does not. Must never use anything of the
 * engine.
 */
#include "tests/brute/compare.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { SHOWN = 12 }; /* differences of one history that are printed in full */

const char *bf_model(bf_arena *arena, const bf_view *view) {
  return bf_format(arena, "%s_%d", view->name, view->version);
}

static bool near(double expected, double got, double slack) {
  return expected == got || fabs(expected - got) <= 1e-9 * fabs(expected) + slack;
}

/* driver.h, bf_driver_lists_are_untyped. What is no such text stays as it is, and does not agree. */
static const bf_value *element(bf_arena *arena, const bf_value *expected, const bf_value *got) {
  if (!bf_driver_lists_are_untyped || expected->kind != BF_TIME || got->kind != BF_TEXT) return got;
  const char *text = bf_time_text(arena, expected->i, ' ');
  size_t size = strlen(text) - (expected->i % 1000 == 0 ? 3 : 0);
  return got->size == size && memcmp(got->text, text, size) == 0 ? expected : got;
}

static bool agrees(bf_arena *arena, const bf_value *expected, const bf_value *got, double slack) {
  if (expected->kind == BF_REAL) {
    if (got->kind == BF_INT) return near(expected->d, (double)got->i, slack);
    return got->kind == BF_REAL && near(expected->d, got->d, slack);
  }
  if (expected->kind == BF_INT && got->kind == BF_INT && slack >= 1)
    return near((double)expected->i, (double)got->i, slack);
  if (expected->kind == BF_OBJECT && got->kind == BF_TEXT) { /* a dict that the warehouse keeps as text */
    const bf_value *tree = bf_parse(arena, got->text);
    return tree && bf_same(expected, tree);
  }
  if (expected->kind != BF_ARRAY || got->kind != BF_ARRAY) return bf_same(expected, got);
  if (expected->count != got->count) return false;
  for (size_t i = 0; i < expected->count; i++)
    if (!agrees(arena, expected->items[i], element(arena, expected->items[i], got->items[i]), slack)) return false;
  return true;
}

bool bf_agrees(bf_arena *arena, const bf_cell *expected, const bf_value *got) {
  return agrees(arena, expected->value, got, expected->slack);
}

/* ---- reports ---- */

/* The rows that concern a key: its candidates, and every row with the event_id of one of them. */
static void put_events(bf_comparison *comparison, size_t view, const bf_value *key) {
  const bf_history *history = comparison->history;
  bf_put(&comparison->report, "    raw events of that key (and their duplicates):\n");
  for (size_t i = 0; i < history->event_count; i++) {
    bool concerned = false;
    for (size_t j = 0; j < history->event_count && !concerned; j++) {
      const bf_value *candidate =
          bf_candidate_key(comparison->arena, history, history->views[view], history->events[j]);
      concerned = candidate && bf_same(candidate, key) &&
                  bf_same(bf_get(history->events[i]->row, "event_id"), bf_get(history->events[j]->row, "event_id"));
    }
    if (!concerned) continue;
    bf_print(&comparison->report, "      #%zu visible before run %zu: ", i, history->events[i]->visible_before + 1);
    bf_json(&comparison->report, history->events[i]->row);
    bf_put(&comparison->report, "\n");
  }
}

static bool differs(bf_comparison *comparison) {
  return ++comparison->differences <= SHOWN;
}

static void put_pair(bf_comparison *comparison, const bf_value *expected, const bf_value *got) {
  bf_put(&comparison->report, ": expected ");
  bf_json(&comparison->report, expected);
  bf_put(&comparison->report, ", got ");
  bf_json(&comparison->report, got);
  bf_put(&comparison->report, "\n");
}

static void report_cell(bf_comparison *comparison, size_t view, const bf_value *key, const char *column,
                        const bf_value *expected, const bf_value *got) {
  if (!differs(comparison)) return;
  bf_print(&comparison->report, "  %s, key ", bf_model(comparison->arena, comparison->history->views[view]));
  bf_json(&comparison->report, key);
  bf_print(&comparison->report, ", %s", column);
  put_pair(comparison, expected, got);
  if (comparison->differences <= 2) put_events(comparison, view, key);
}

static void report(bf_comparison *comparison, const char *what) {
  if (differs(comparison)) bf_print(&comparison->report, "  %s\n", what);
}

static size_t column_of(const bf_result *table, const char *name) {
  for (size_t i = 0; i < table->column_count; i++)
    if (strcasecmp(table->columns[i], name) == 0) return i;
  return (size_t)-1;
}

/* All of `names`, into `ret`; a missing one is a difference. */
static bool find_columns(bf_comparison *comparison, const char *where, const bf_result *table, const char *const *names,
                         size_t count, size_t *ret) {
  bool all = true;
  for (size_t i = 0; i < count; i++) {
    ret[i] = column_of(table, names[i]);
    if (ret[i] != (size_t)-1) continue;
    report(comparison, bf_format(comparison->arena, "%s has no column %s", where, names[i]));
    all = false;
  }
  return all;
}

/* ---- <model>_attributes ---- */

static void compare_row(bf_comparison *comparison, size_t view, const bf_row *expected, const bf_value *const *got,
                        const size_t *columns) {
  const bf_view *definition = comparison->history->views[view];
  size_t count = definition->attribute_count;
  for (size_t i = 0; i < count; i++) {
    comparison->cells++;
    const bf_value *value = got[columns[i + 1]];
    if (!bf_agrees(comparison->arena, &expected->cells[i], value))
      report_cell(comparison, view, expected->key, definition->attributes[i]->name, expected->cells[i].value, value);
  }
  comparison->cells++;
  const bf_value *stamp = got[columns[count + 1]];
  if (stamp->kind != BF_TIME || (stamp->i != expected->updated_at && stamp->i != expected->updated_at_each))
    report_cell(comparison, view, expected->key, "updated_at", bf_time(comparison->arena, expected->updated_at), stamp);
}

static const bf_value **find_key(const bf_result *table, size_t column, const bf_value *key, size_t *ret_times) {
  const bf_value **found = NULL;
  *ret_times = 0;
  for (size_t i = 0; i < table->row_count; i++) {
    if (!bf_same(table->rows[i][column], key)) continue;
    found = table->rows[i];
    (*ret_times)++;
  }
  return found;
}

void bf_compare_attributes(bf_comparison *comparison, size_t view, const bf_result *table) {
  const bf_view *definition = comparison->history->views[view];
  const char *model = bf_model(comparison->arena, definition);
  bf_view_state state = bf_oracle_state(comparison->oracle, view);
  size_t count = definition->attribute_count + 2;
  const char **names = bf_alloc(comparison->arena, count * sizeof *names);
  size_t *columns = bf_alloc(comparison->arena, count * sizeof *columns);
  names[0] = definition->key_column;
  for (size_t i = 0; i + 2 < count; i++) names[i + 1] = definition->attributes[i]->name;
  names[count - 1] = "updated_at";
  if (!find_columns(comparison, model, table, names, count, columns)) return;
  if (columns[0] != 0) report(comparison, bf_format(comparison->arena, "%s: the key is not the first column", model));
  if (table->column_count != count)
    report(comparison,
           bf_format(comparison->arena, "%s_attributes has %zu columns, not %zu", model, table->column_count, count));
  if (table->row_count != state.row_count)
    report(comparison, bf_format(comparison->arena, "%s_attributes has %zu rows, not %zu", model, table->row_count,
                                 state.row_count));
  for (size_t i = 0; i < state.row_count; i++) {
    size_t times;
    const bf_value **row = find_key(table, columns[0], state.rows[i].key, &times);
    comparison->cells++;
    if (times == 1)
      compare_row(comparison, view, &state.rows[i], row, columns);
    else
      report_cell(comparison, view, state.rows[i].key, "number of rows", bf_int(comparison->arena, 1),
                  bf_int(comparison->arena, (int64_t)times));
  }
  for (size_t i = 0; i < table->row_count; i++) {
    bool known = false;
    for (size_t j = 0; j < state.row_count; j++)
      known = known || bf_same(state.rows[j].key, table->rows[i][columns[0]]);
    if (!known)
      report_cell(comparison, view, table->rows[i][columns[0]], "number of rows", bf_int(comparison->arena, 0),
                  bf_int(comparison->arena, 1));
  }
}

/* ---- the manifests ---- */

static const bf_value *time_or_null(bf_arena *arena, int64_t time) {
  return time == BF_NO_TIME ? bf_null() : bf_time(arena, time);
}

static void compare_named(bf_comparison *comparison, const char *where, const char *column, const bf_value *expected,
                          const bf_value *got) {
  comparison->cells++;
  if (bf_same(expected, got) || !differs(comparison)) return;
  bf_print(&comparison->report, "  %s, %s", where, column);
  put_pair(comparison, expected, got);
}

void bf_compare_incremental(bf_comparison *comparison, const bf_result *table) {
  static const char *const names[] = {"model", "first_success", "last_success"};
  bf_arena *arena = comparison->arena;
  size_t columns[3], expected = 0;
  if (!find_columns(comparison, "snowplow_incremental_manifest", table, names, 3, columns)) return;
  for (size_t i = 0; i < comparison->history->view_count; i++) {
    bf_view_state state = bf_oracle_state(comparison->oracle, i);
    const char *model = bf_model(arena, comparison->history->views[i]);
    const char *where = bf_format(arena, "snowplow_incremental_manifest, %s", model);
    size_t times;
    if (!state.exists) continue;
    expected++;
    const bf_value **row = find_key(table, columns[0], bf_string(arena, model), &times);
    compare_named(comparison, where, "number of rows", bf_int(arena, 1), bf_int(arena, (int64_t)times));
    if (times != 1) continue;
    compare_named(comparison, where, names[1], bf_time(arena, state.first_success), row[columns[1]]);
    compare_named(comparison, where, names[2], bf_time(arena, state.last_success), row[columns[2]]);
  }
  compare_named(comparison, "snowplow_incremental_manifest", "number of rows", bf_int(arena, (int64_t)expected),
                bf_int(arena, (int64_t)table->row_count));
}

static const bf_value **find_day(const bf_result *table, const size_t *columns, const char *model, int64_t date,
                                 size_t *ret_times) {
  const bf_value **found = NULL;
  *ret_times = 0;
  for (size_t i = 0; i < table->row_count; i++) {
    const bf_value *name = table->rows[i][columns[0]], *day = table->rows[i][columns[1]];
    if (name->kind != BF_TEXT || strcmp(name->text, model) != 0 || day->kind != BF_INT || day->i != date) continue;
    found = table->rows[i];
    (*ret_times)++;
  }
  return found;
}

void bf_compare_daily(bf_comparison *comparison, const bf_result *table) {
  static const char *const names[] = {"model", "event_date", "processed_events", "skipped_events", "last_load_tstamp"};
  bf_arena *arena = comparison->arena;
  size_t columns[5], expected = 0;
  if (!find_columns(comparison, "snowplow_daily_aggregation_manifest", table, names, 5, columns)) return;
  for (size_t i = 0; i < comparison->history->view_count; i++) {
    bf_view_state state = bf_oracle_state(comparison->oracle, i);
    const char *model = bf_model(arena, comparison->history->views[i]);
    for (size_t j = 0; state.exists && j < state.day_count; j++, expected++) {
      const bf_day *day = &state.days[j];
      const char *where =
          bf_format(arena, "snowplow_daily_aggregation_manifest, %s, %s", model, bf_date_text(arena, day->date));
      size_t times;
      const bf_value **row = find_day(table, columns, model, day->date, &times);
      compare_named(comparison, where, "number of rows", bf_int(arena, 1), bf_int(arena, (int64_t)times));
      if (times != 1) continue;
      compare_named(comparison, where, names[2], bf_int(arena, day->processed_events), row[columns[2]]);
      compare_named(comparison, where, names[3], bf_int(arena, day->skipped_events), row[columns[3]]);
      compare_named(comparison, where, names[4], time_or_null(arena, day->last_load), row[columns[4]]);
    }
  }
  compare_named(comparison, "snowplow_daily_aggregation_manifest", "number of rows", bf_int(arena, (int64_t)expected),
                bf_int(arena, (int64_t)table->row_count));
}
