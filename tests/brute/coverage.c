/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Coverage of the generator: coverage.h. Must never use anything of the engine.
 */
#include "tests/brute/coverage.h"

#include "tests/brute/history.h"
#include "tests/brute/rules.h"

#include <stdio.h>
#include <string.h>

typedef struct counter {
  const char *group, *name;
  size_t count;
} counter;

static counter counters[400];
static size_t counter_count;

static void count(const char *group, const char *name, size_t times) {
  for (size_t i = 0; i < counter_count; i++) {
    if (strcmp(counters[i].group, group) || strcmp(counters[i].name, name)) continue;
    counters[i].count += times;
    return;
  }
  if (counter_count == sizeof counters / sizeof *counters) return;
  counters[counter_count++] = (counter){group, name, times};
}

static void expect_all(const char *group, const char *const *names, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (names[i][0]) count(group, names[i], 0);
}

static void cover_property(const bf_property *property) {
  static const char *const places[] = {"atomic", "event", "entity", "calculated"};
  static const char *const classes[] = {"number", "bool", "time", "text", "nested", "json"};
  count("property", places[property->place], 1);
  if (property->part != BF_NO_PART) count("date_part", bf_part_names[property->part], 1);
  if (property->place == BF_CALCULATED) {
    count("operation", bf_operation_names[property->operation], 1);
    for (size_t i = 0; i < property->part_count; i++) cover_property(property->parts[i]);
    return;
  }
  count("class", classes[property->class], 1);
  if (property->index) count("property", "entity, later index", 1);
  if (property->step_count > 1) count("property", "nested path", 1);
}

static void cover_criterion(const bf_history *history, const bf_criterion *criterion) {
  static const char *const kinds[] = {"none", "bool", "integer", "double", "string", "", "list", ""};
  cover_property(criterion->property);
  count("criterion value", criterion->value ? kinds[criterion->value->kind] : "none", 1);
  count("criterion met", bf_operator_names[criterion->operator], 0);
  count("criterion not met", bf_operator_names[criterion->operator], 0);
  for (size_t i = 0; i < history->event_count; i++) {
    bool met = bf_criterion_met(history->arena, criterion, history->events[i]);
    count(met ? "criterion met" : "criterion not met", bf_operator_names[criterion->operator], 1);
  }
}

static void cover_attribute(const bf_history *history, const bf_attribute *attribute) {
  count("type", bf_format(history->arena, "%s%s", bf_type_names[attribute->type], attribute->list ? "_list" : ""), 1);
  if (attribute->property) cover_property(attribute->property);
  count("attribute", attribute->period ? "period" : "lifetime", 1);
  count("attribute", attribute->event_count ? "events" : "all events", 1);
  count("attribute", "default_value", attribute->default_value != NULL);
  count("attribute", "ignore_nulls", attribute->ignore_nulls);
  count("attribute", "all and any", attribute->criteria.has_all && attribute->criteria.has_any);
  for (size_t i = 0; i < attribute->criteria.all_count; i++) cover_criterion(history, attribute->criteria.all[i]);
  for (size_t i = 0; i < attribute->criteria.any_count; i++) cover_criterion(history, attribute->criteria.any[i]);
}

static void cover_rows(const bf_history *history, const bf_oracle *oracle, size_t view) {
  bf_view_state state = bf_oracle_state(oracle, view);
  for (size_t i = 0; i < state.row_count; i++) {
    for (size_t j = 0; j < history->views[view]->attribute_count; j++) {
      const bf_attribute *attribute = history->views[view]->attributes[j];
      const char *name = bf_aggregation_names[attribute->aggregation];
      bool none = bf_same(state.rows[i].cells[j].value, bf_no_value(history->arena, attribute));
      count(none ? "cell without a value" : "cell with a value", name, 1);
      bool whole = state.rows[i].cells[j].value->kind == BF_OBJECT && state.rows[i].cells[j].value->count == 100;
      count("cell", "category_count cut at 100", whole);
      count("cell", "text of more than 2000 bytes",
            state.rows[i].cells[j].value->kind == BF_TEXT && state.rows[i].cells[j].value->size > 2000);
    }
  }
}

static void cover_runs(const bf_history *history) {
  for (size_t i = 0; i < history->run_count; i++) {
    const bf_run *run = &history->runs[i];
    count("run", "all", 1);
    count("run", "until current", run->until_current);
    count("run", "full refresh", run->full_refresh);
    count("run", "full refresh until current", run->full_refresh && run->until_current);
    count("run", "selection", run->has_selection);
    count("run", "same clock", i && run->clock == run[-1].clock);
    count("run", "earlier clock", i && run->clock < run[-1].clock);
    count("run", "on midnight", run->clock % BF_DAY == 0);
  }
}

static void cover_events(const bf_history *history) {
  for (size_t i = 0; i < history->event_count; i++) {
    const bf_event *event = history->events[i];
    int64_t load = bf_event_time(event, "load_tstamp"), derived = bf_event_time(event, "derived_tstamp");
    count("event", "all", 1);
    count("event", "visible after a run whose window held it",
          event->visible_before && load != BF_NO_TIME && history->runs[event->visible_before - 1].clock > load);
    count("event", "load_tstamp of a run's clock",
          event->visible_before && load == history->runs[event->visible_before - 1].clock);
    count("event", "never visible", event->visible_before >= history->run_count);
    count("event", "derived at 23:59:59.999999", derived != BF_NO_TIME && (derived + 1) % BF_DAY == 0);
    count("event", "derived at 00:00:00", derived != BF_NO_TIME && derived % BF_DAY == 0);
    count("event", "derived after load", load != BF_NO_TIME && derived > load);
    for (size_t j = 0; j < i; j++) {
      const bf_event *other = history->events[j];
      bool same = bf_same(bf_get(event->row, "event_id"), bf_get(other->row, "event_id"));
      count("event", "derived tie",
            !same && derived != BF_NO_TIME && derived == bf_event_time(other, "derived_tstamp"));
      count("event", "duplicate", same);
      count("event", "duplicate, equal", same && bf_same(event->row, other->row));
    }
  }
}

static void cover_statistics(const bf_statistics *statistics) {
  count("oracle", "windows", statistics->windows);
  count("oracle", "runs at or before the position", statistics->backward_runs);
  count("oracle", "full refreshes of a view", statistics->refreshes);
  count("oracle", "windows that go on with a refresh", statistics->refresh_windows_later);
  count("oracle", "duplicates in one scan", statistics->duplicates_in_scan);
  count("oracle", "duplicates across scans", statistics->duplicates_across);
  count("oracle", "rows saved by the overlap", statistics->lowered_by_overlap);
  count("oracle", "days on time", statistics->days_on_time);
  count("oracle", "days late, processed", statistics->days_late_processed);
  count("oracle", "days late, skipped", statistics->days_late_skipped);
  count("oracle", "skipped days processed later", statistics->skipped_then_processed);
  count("oracle", "rows that changed", statistics->changed_rows);
  count("oracle", "rows that did not change", statistics->unchanged_rows);
}

static void cover_history(uint64_t seed, bf_layout layout) {
  bf_arena *arena = bf_arena_new();
  bf_history *history = bf_history_new(arena, seed, layout);
  bf_oracle *oracle = bf_oracle_new(history);
  count("layout", bf_layout_names[history->layout], 1);
  count("layout", history->with_time_zone ? "with time zone" : "without time zone", 1);
  for (size_t i = 0; i < history->run_count; i++) bf_oracle_run(oracle, i);
  for (size_t i = 0; i < history->view_count; i++) {
    count("view", history->views[i]->as_json ? "json" : "yaml", 1);
    count("view", history->views[i]->key->place == BF_ATOMIC ? "key is a column" : "key is a property", 1);
    count("view", "rows", bf_oracle_state(oracle, i).row_count);
    for (size_t j = 0; j < history->views[i]->attribute_count; j++)
      cover_attribute(history, history->views[i]->attributes[j]);
    cover_rows(history, oracle, i);
  }
  cover_runs(history);
  cover_events(history);
  cover_statistics(bf_oracle_statistics(oracle));
  bf_arena_free(arena);
}

/* Names of counters live in arenas that are gone: keep those that were formatted. */
static const char *const list_types[] = {"string_list", "bytes_list", "int32_list", "int64_list",
                                         "double_list", "float_list", "bool_list",  "unix_timestamp_list"};

/* Prints the group that begins at `from`, if one does; returns how many of it are 0. */
static size_t print_group(size_t from) {
  size_t missing = 0;
  for (size_t i = 0; i < from; i++)
    if (strcmp(counters[i].group, counters[from].group) == 0) return 0;
  printf("%s\n", counters[from].group);
  for (size_t i = from; i < counter_count; i++) {
    if (strcmp(counters[i].group, counters[from].group) != 0) continue;
    printf("  %-45s %zu\n", counters[i].name, counters[i].count);
    missing += counters[i].count == 0;
  }
  return missing;
}

size_t bf_cover(uint64_t seed, size_t histories, bf_layout layout) {
  size_t missing = 0;
  counter_count = 0;
  expect_all("type", bf_type_names, BF_TYPES);
  expect_all("type", list_types, sizeof list_types / sizeof *list_types);
  expect_all("cell with a value", bf_aggregation_names, BF_AGGREGATIONS);
  expect_all("cell without a value", bf_aggregation_names, BF_AGGREGATIONS);
  expect_all("criterion met", bf_operator_names, BF_OPERATORS);
  expect_all("criterion not met", bf_operator_names, BF_OPERATORS);
  expect_all("date_part", bf_part_names, BF_PARTS);
  expect_all("operation", bf_operation_names, BF_OPERATIONS);
  for (size_t i = 0; i < histories; i++) cover_history(seed + i, layout);
  for (size_t i = 0; i < counter_count; i++) missing += print_group(i);
  return missing;
}
