/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statements of a first window without a connection, for `sbe compile`: the same printers as the
 * run's, with relations where the run has read literals. And the walk that asks, before anything is
 * printed, whether a dialect can do what a view needs.
 */
#include <string.h>

#include "core/base/text.h"
#include "core/manifest/lock.h"
#include "core/plugin/plugin.h"
#include "core/run/internal.h"
#include "core/sql/window.h"

typedef struct compiler {
  const sbe_sql *sql;
  const sbe_vars *vars;
  const sbe_columns *columns;
  const sbe_compile_sink *sink;
  sbe_timestamp lower, upper, now;
  sbe_statements list;
} compiler;

static void hand_over(compiler *c, const char *model, const char *step) {
  for (size_t i = 0; i < c->list.n; i++) c->sink->statement(c->sink->user, model, step, c->list.items[i].text);
  sbe_statements_clear(&c->list);
}

static int32_t compile_view(compiler *c, sbe_arena *arena, const sbe_scan *scan, size_t index, size_t number,
                            sbe_error *error) {
  const sbe_shape *shape = scan->views[index].shape;
  const char *model = shape->view->model;
  sbe_window w = {.sql = c->sql,
                  .arena = arena,
                  .vars = c->vars,
                  .shape = shape,
                  .token = "0",
                  .lower = c->lower,
                  .upper = c->upper,
                  .now = c->now,
                  .until = sbe_windows_end(c->now, c->vars)};
  const char *days = sbe_days_relation(&w);
  int32_t code = sbe_print_view_tables(c->sql, arena, shape, false, &c->list, error);
  hand_over(c, model, "tables");
  if (!code) code = sbe_print_new_events(&w, scan, index, number, &c->list, error);
  hand_over(c, model, "filtered_events");
  if (!code) code = sbe_print_days(&w, &c->list, error);
  hand_over(c, model, "days");
  if (!code) code = sbe_print_daily(&w, 0, NULL, &c->list, error);
  hand_over(c, model, "daily_aggregates");
  if (!code) code = sbe_print_changed(&w, days, &c->list, error);
  hand_over(c, model, "attributes");
  const char *definition = sbe_definition_text(arena, shape->view, c->sql, c->vars);
  const sbe_state next = {.model = model,
                          .first_success = {true, c->upper},
                          .last_success = {true, c->upper},
                          .windows = 1,
                          .attributes_as_of = {true, c->now},
                          .attributes_until = {true, w.until * SBE_DAY_US},
                          .definition = definition,
                          .definition_hash = sbe_definition_hash(arena, definition)};
  const sbe_lock lock = {.token_text = "0"};
  sbe_lock_print_hold(c->sql, arena, &lock, &c->list);
  const char *unchanged = sbe_state_unchanged(c->sql, arena, &(sbe_state){.model = model}, &c->list);
  sbe_lock_print_guard(c->sql, arena, &lock, unchanged, &c->list);
  if (!code) code = sbe_print_publish_events(&w, days, &c->list, error);
  if (!code) code = sbe_print_publish_attributes(&w, &c->list, error);
  if (!code) code = sbe_state_print_write(c->sql, arena, &next, &c->list, error);
  hand_over(c, model, "publish");
  return code;
}

static int32_t compile_scan(compiler *c, sbe_arena *arena, const sbe_scan *scan, size_t number, sbe_report *report,
                            sbe_error *error) {
  const char *lower = sbe_sql_timestamp(c->sql, arena, c->lower), *upper = sbe_sql_timestamp(c->sql, arena, c->upper);
  int32_t code = sbe_scan_check(scan, c->columns, report, error);
  if (!code) code = sbe_print_scan_table(scan, c->columns, lower, upper, "0", number, &c->list, error);
  hand_over(c, NULL, "scan");
  if (!code) code = sbe_print_duplicates(scan, "0", number, &c->list, error);
  hand_over(c, NULL, "duplicates");
  for (size_t i = 0; i < scan->n_views && !code; i++) code = compile_view(c, arena, scan, i, number, error);
  return code;
}

int32_t sbe_compile(const sbe_sql *sql, const sbe_vars *vars, size_t n, const sbe_shape *const *shapes,
                    const sbe_columns *columns, sbe_timestamp now, const sbe_compile_sink *sink, sbe_report *report,
                    sbe_error *error) {
  compiler c = {.sql = sql, .vars = vars, .columns = columns, .sink = sink, .now = now};
  c.lower = vars->start_date * SBE_DAY_US;
  c.upper = (vars->start_date + vars->backfill_limit_days + 1) * SBE_DAY_US;
  if (c.upper > now) c.upper = now;
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  int32_t code = sbe_state_print_tables(sql, arena, &c.list, error);
  hand_over(&c, NULL, "prepare");
  for (size_t from = 0, number = 0; from < n && !code; number++) {
    sbe_arena_reset(arena);
    sbe_scan *scan;
    size_t taken = sbe_scan_new(sql, arena, vars, n - from, shapes + from, &scan);
    code = compile_scan(&c, arena, scan, number, report, error);
    from += taken;
  }
  sbe_statements_clear(&c.list);
  return code;
}

static void need_operation(const sbe_dialect *dialect, int32_t operation, const sbe_attribute *a, sbe_report *report) {
  if (!operation || sbe_can_print(dialect, operation)) return;
  sbe_report_add(report, SBE_ERROR, a->place, "attribute '%s': this adapter cannot do '%s': its dialect lacks %s",
                 a->name, a->aggregation->name, sbe_operation_name(operation));
}

static bool need_type(const sbe_dialect *dialect, int32_t type, const sbe_attribute *a, sbe_report *report) {
  if (type <= 0 || sbe_physical_type(dialect, type)) return true;
  sbe_report_add(report, SBE_ERROR, a->place,
                 "attribute '%s': this adapter cannot do '%s': it has no column type for '%s'", a->name,
                 a->aggregation->name, a->type_name);
  return false;
}

static void need_final(const sbe_dialect *dialect, const sbe_attribute *a, sbe_report *report) {
  switch (a->aggregation->final) {
  case SBE_FINAL_ELAPSED:
    need_operation(dialect, SBE_OP_MICROSECONDS, a, report);
    need_operation(dialect, SBE_OP_DIVIDE_DOWN, a, report);
    break;
  case SBE_FINAL_LIST:
    need_operation(dialect, SBE_OP_LIST_OF, a, report);
    need_operation(dialect, SBE_OP_LIST_LITERAL, a, report);
    break;
  case SBE_FINAL_DICT:
    need_operation(dialect, SBE_OP_DICT_OF, a, report);
    break;
  case SBE_FINAL_PART_0:
  case SBE_FINAL_PART_LAST:
  case SBE_FINAL_RATIO:
  case SBE_FINAL_MOST:
  case SBE_FINAL_LEAST:
  case SBE_FINAL_DISTINCT:
    break;
  }
}

void sbe_check_support(const sbe_dialect *dialect, const sbe_view *view, sbe_report *report) {
  static const int32_t date_operations[] = {
      [SBE_DATE_PART_NONE] = 0,
      [SBE_DATE_PART_HOUR_OF_DAY] = SBE_OP_HOUR,
      [SBE_DATE_PART_DAY_OF_WEEK] = SBE_OP_ISO_DAY_OF_WEEK,
      [SBE_DATE_PART_MONTH_OF_YEAR] = SBE_OP_MONTH,
      [SBE_DATE_PART_ACTIVE_DAY] = SBE_OP_DAY_TEXT,
      [SBE_DATE_PART_ACTIVE_WEEK] = SBE_OP_WEEK_TEXT,
      [SBE_DATE_PART_ACTIVE_MONTH] = SBE_OP_MONTH_TEXT,
  };
  for (size_t i = 0; i < view->n_attributes; i++) {
    const sbe_attribute *a = view->attributes[i];
    if (!need_type(dialect, a->type, a, report)) continue;
    for (size_t p = 0; p < a->aggregation->n_parts && !a->aggregation->values; p++) {
      (void)!need_type(dialect, a->aggregation->parts[p].type, a, report);
      need_operation(dialect, a->aggregation->parts[p].partial, a, report);
      need_operation(dialect, a->aggregation->parts[p].merge, a, report);
    }
    need_final(dialect, a, report);
    if (a->property) need_operation(dialect, date_operations[a->property->date_part], a, report);
  }
}
