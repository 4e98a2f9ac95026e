/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the scan to the days: new events, which days they touch, those days aggregated again, and the
 * DML that publishes all this. Called by the run, compile and --dry-run. Nothing that a statement
 * depends on is decided here in C, but for dates that were read from the days table.
 */
#include <string.h>

#include "core/plugin/plugin.h"
#include "core/sql/internal.h"

const sbe_column_spec sbe_daily_manifest_columns[5] = {
    {"model", SBE_TYPE_TEXT},
    {"event_date", SBE_TYPE_DATE},
    {"processed_events", SBE_TYPE_INT64},
    {"skipped_events", SBE_TYPE_INT64},
    {"last_load_tstamp", SBE_TYPE_TIMESTAMP},
};

const char *sbe_scratch_scan(const sbe_sql *sql, sbe_arena *arena, const char *token, size_t scan) {
  return sbe_sql_table(sql, arena, SBE_SCHEMA_SCRATCH, sbe_arena_printf(arena, "sbe_%s_scan_%zu", token, scan));
}

const char *sbe_scratch_duplicates(const sbe_sql *sql, sbe_arena *arena, const char *token, size_t scan) {
  return sbe_sql_table(sql, arena, SBE_SCHEMA_SCRATCH, sbe_arena_printf(arena, "sbe_%s_duplicates_%zu", token, scan));
}

const char *sbe_scratch_view(const sbe_window *w, const char *what) {
  return sbe_sql_table(w->sql, w->arena, SBE_SCHEMA_SCRATCH,
                       sbe_arena_printf(w->arena, "sbe_%s_%s_%s", w->token, w->shape->view->model, what));
}

const char *sbe_column_text(const sbe_window *w, const char *alias, const char *name) {
  return sbe_sql_name(w->sql, w->arena, alias, name);
}

const char *sbe_view_table(const sbe_window *w, const char *name) {
  return sbe_sql_table(w->sql, w->arena, SBE_SCHEMA_DERIVED, name);
}

void sbe_print_columns(const sbe_window *w, sbe_text *out, const char *alias, size_t n,
                       const sbe_column_spec *columns) {
  for (size_t i = 0; i < n; i++) {
    if (i) sbe_text_puts(out, ", ");
    sbe_print_column(w->sql, out, alias, columns[i].name);
  }
}

int32_t sbe_print_scratch(const sbe_sql *sql, const char *name, size_t n, const sbe_column_spec *columns,
                          int32_t day_column, int32_t key_column, const char *select, sbe_statements *out,
                          sbe_error *error) {
  sbe_print_drop(sql, name, out);
  sbe_table table = {.struct_size = sizeof table,
                     .name = name,
                     .kind = SBE_TABLE_SCRATCH,
                     .n_columns = n,
                     .columns = columns,
                     .day_column = day_column,
                     .key_column = key_column,
                     .lookup_column = -1,
                     .select = select};
  return sbe_print_create(sql, &table, out, error);
}

int32_t sbe_print_scan_table(const sbe_scan *scan, const sbe_columns *columns, const char *lower, const char *upper,
                             const char *token, size_t number, sbe_statements *out, sbe_error *error) {
  const char *name = sbe_scratch_scan(scan->sql, scan->arena, token, number);
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_statements after = {0};
  int32_t code = sbe_scan_print(scan, columns, lower, upper, out, &after, &select, error);
  if (!code)
    code =
        sbe_print_scratch(scan->sql, name, scan->n_columns, scan->columns, 5, 0, sbe_text_string(&select), out, error);
  if (!code) sbe_statements_move(out, &after);
  sbe_statements_clear(&after);
  return code;
}

int32_t sbe_print_duplicates(const sbe_scan *scan, const char *token, size_t number, sbe_statements *out,
                             sbe_error *error) {
  const char *id = sbe_sql_name(scan->sql, scan->arena, NULL, "event_id");
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  SBE_PRINT(&select, "SELECT ", id, "\nFROM ", sbe_scratch_scan(scan->sql, scan->arena, token, number), "\nGROUP BY ",
            id, "\nHAVING COUNT(*) > 1");
  static const sbe_column_spec columns[] = {{"event_id", SBE_TYPE_TEXT}};
  return sbe_print_scratch(scan->sql, sbe_scratch_duplicates(scan->sql, scan->arena, token, number), 1, columns, -1, 0,
                           sbe_text_string(&select), out, error);
}

static void print_count(const sbe_scan *scan, const char *column, bool first, sbe_text *out) {
  if (!first) sbe_text_puts(out, ", ");
  SBE_OPERATION(scan->sql, out, SBE_OP_COUNT_IF, sbe_sql_name(scan->sql, scan->arena, NULL, column));
}

void sbe_print_event_counts(const sbe_scan *scan, const char *token, size_t number, sbe_text *out) {
  sbe_text_puts(out, "SELECT ");
  for (size_t i = 0; i < scan->n_events; i++) print_count(scan, scan->event_columns[i], i == 0, out);
  for (size_t i = 0; i < scan->n_views; i++) print_count(scan, scan->views[i].candidate, i + scan->n_events == 0, out);
  SBE_PRINT(out, "\nFROM ", sbe_scratch_scan(scan->sql, scan->arena, token, number));
}

void sbe_print_untaken_counts(const sbe_scan *scan, const char *token, size_t number, const char *lower,
                              sbe_text *out) {
  const sbe_sql *sql = scan->sql;
  const char *table = sbe_scratch_scan(sql, scan->arena, token, number);
  for (size_t i = 0; i < scan->n_views; i++) {
    const sbe_scan_view *view = &scan->views[i];
    SBE_PRINT(out, i ? "\nUNION ALL\nSELECT " : "SELECT ");
    sbe_text_int(out, (int64_t)i);
    SBE_PRINT(out, " AS view_number, COUNT(*) AS n FROM ", table, " AS s WHERE ",
              sbe_sql_name(sql, scan->arena, "s", view->candidate), " AND NOT EXISTS (SELECT 1 FROM ",
              sbe_sql_table(sql, scan->arena, SBE_SCHEMA_DERIVED, view->shape->filtered_events.name), " AS f WHERE ",
              sbe_sql_name(sql, scan->arena, "f", "event_id"), " = ", sbe_sql_name(sql, scan->arena, "s", "event_id"),
              " AND ", sbe_sql_name(sql, scan->arena, "f", "load_tstamp"), " >= ", lower, ")");
  }
}

int32_t sbe_print_slice_events(const sbe_sql *sql, sbe_arena *arena, const sbe_columns *columns, const char *lower,
                               const char *upper, sbe_text *out, sbe_error *error) {
  static const sbe_path paths[] = {
      {.struct_size = sizeof(sbe_path), .kind = SBE_PATH_ATOMIC, .column = "event_vendor"},
      {.struct_size = sizeof(sbe_path), .kind = SBE_PATH_ATOMIC, .column = "event_name"},
      {.struct_size = sizeof(sbe_path), .kind = SBE_PATH_ATOMIC, .column = "event_version"},
  };
  static const sbe_path *const wanted_paths[] = {&paths[0], &paths[1], &paths[2]};
  sbe_cleanup_text sbe_text table = SBE_TEXT(8192);
  sbe_print_table_name(sql, &table, &sql->events);
  sbe_source wanted = {.struct_size = sizeof wanted,
                       .table = sbe_text_string(&table),
                       .name = sql->events,
                       .n_columns = columns->n,
                       .columns = columns->items,
                       .n_paths = 3,
                       .paths = wanted_paths,
                       .lower = lower,
                       .upper = upper};
  int32_t classes[3];
  sbe_cleanup_text sbe_text from = SBE_TEXT(SBE_MAX_STATEMENT);
  int32_t code = sql->dialect->source(&wanted, &from, classes, error);
  if (code) return code;
  const char *names[] = {sbe_sql_name(sql, arena, NULL, "p0"), sbe_sql_name(sql, arena, NULL, "p1"),
                         sbe_sql_name(sql, arena, NULL, "p2")};
  SBE_PRINT(out, "SELECT ", names[0], ", ", names[1], ", ", names[2], ", COUNT(*) AS n\nFROM ", sbe_text_string(&from),
            " AS e\nGROUP BY ", names[0], ", ", names[1], ", ", names[2], "\nORDER BY n DESC\nLIMIT 1000");
  return SBE_OK;
}

/* The columns of filtered_events, picked from the scan under their names there. */
static void print_event_columns(const sbe_window *w, const sbe_scan_view *view, const char *alias, sbe_text *out) {
  static const char *const fixed[] = {"event_id", "load_tstamp", "derived_tstamp", "event_date"};
  const sbe_shape *s = w->shape;
  const sbe_column_spec *columns = s->filtered_events.columns;
  for (size_t i = 0; i < s->filtered_events.n; i++) {
    const char *from = i < 4                            ? fixed[i]
                       : i == SBE_FE_KEY                ? view->key
                       : i < SBE_FE_FIXED + s->n_values ? view->values[i - SBE_FE_FIXED]
                                                        : view->matches[i - SBE_FE_FIXED - s->n_values];
    SBE_PRINT(out, i ? ", " : "", sbe_column_text(w, alias, from), " AS ", sbe_column_text(w, NULL, columns[i].name));
  }
}

/* A key of ORDER BY over the scan; NULLS LAST is not understood everywhere. */
static const char *nulls_last(const sbe_window *w, const char *column) {
  const char *name = sbe_column_text(w, "s", column);
  return sbe_arena_printf(w->arena, "CASE WHEN %s IS NULL THEN 1 ELSE 0 END, %s ASC", name, name);
}

/* Within the slice: rows whose event_id occurs once, and of the others the row that counts. */
static void print_deduplicated(const sbe_window *w, const sbe_scan *scan, size_t view_index, size_t number,
                               sbe_text *out) {
  const sbe_scan_view *view = &scan->views[view_index];
  const char *table = sbe_scratch_scan(w->sql, w->arena, w->token, number);
  const char *duplicates = sbe_scratch_duplicates(w->sql, w->arena, w->token, number);
  const char *id = sbe_column_text(w, "s", "event_id"), *duplicate = sbe_column_text(w, "d", "event_id");
  const char *candidate = sbe_column_text(w, "s", view->candidate);
  sbe_text_puts(out, "SELECT ");
  print_event_columns(w, view, "s", out);
  SBE_PRINT(out, "\nFROM ", table, " AS s\nWHERE ", candidate, " AND NOT EXISTS (SELECT 1 FROM ", duplicates,
            " AS d WHERE ", duplicate, " = ", id, ")\nUNION ALL\nSELECT ");
  sbe_print_columns(w, out, "r", w->shape->filtered_events.n, w->shape->filtered_events.columns);
  sbe_text_puts(out, "\nFROM (SELECT ");
  print_event_columns(w, view, "s", out);
  SBE_PRINT(out, ", ROW_NUMBER() OVER (PARTITION BY ", id, " ORDER BY ", sbe_column_text(w, "s", "load_tstamp"),
            " ASC, ", nulls_last(w, "dvce_created_tstamp"), ", ", nulls_last(w, "collector_tstamp"), ", ",
            sbe_column_text(w, "s", "derived_tstamp"), " ASC) AS row_rank\n  FROM ", table, " AS s\n  WHERE ",
            candidate, " AND EXISTS (SELECT 1 FROM ", duplicates, " AS d WHERE ", duplicate, " = ", id,
            ")) AS r\nWHERE r.row_rank = 1");
}

int32_t sbe_print_new_events(const sbe_window *w, const sbe_scan *scan, size_t view_index, size_t number,
                             sbe_statements *out, sbe_error *error) {
  const sbe_shape *s = w->shape;
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_text_puts(&select, "SELECT ");
  sbe_print_columns(w, &select, "n", s->filtered_events.n, s->filtered_events.columns);
  sbe_text_puts(&select, "\nFROM (");
  print_deduplicated(w, scan, view_index, number, &select);
  /* The ids seen before are few: found first, so that the new rows keep the order in which they were loaded. */
  const char *id = sbe_column_text(w, "f", "event_id");
  SBE_PRINT(&select, ") AS n\nWHERE NOT EXISTS (SELECT 1 FROM (SELECT ", id, " AS event_id FROM ",
            sbe_view_table(w, s->filtered_events.name), " AS f WHERE ", id, " IN (SELECT s.event_id FROM ",
            sbe_scratch_scan(w->sql, w->arena, w->token, number), " AS s)");
  if (w->vars->dedupe_lookback_days >= 0) {
    /* never shorter than the overlap, which is read twice */
    int64_t back = w->vars->dedupe_lookback_days * SBE_DAY_US,
            overlap = w->vars->load_overlap_minutes * 60 * SBE_SECOND_US;
    SBE_PRINT(&select, " AND ", sbe_column_text(w, "f", "load_tstamp"),
              " >= ", sbe_sql_timestamp(w->sql, w->arena, w->lower - (back > overlap ? back : overlap)));
  }
  SBE_PRINT(&select, ") AS seen WHERE seen.event_id = ", sbe_column_text(w, "n", "event_id"), ")");
  return sbe_print_scratch(w->sql, sbe_scratch_view(w, "new_events"), s->filtered_events.n, s->filtered_events.columns,
                           SBE_FE_DATE, SBE_FE_KEY, sbe_text_string(&select), out, error);
}

/* Whether a date is processed (semantics, "Late events"). */
static void print_is_processed(const sbe_window *w, sbe_text *out) {
  if (w->every_day) {
    sbe_text_puts(out, sbe_sql_bool(w->sql, true));
    return;
  }
  sbe_date r = sbe_timestamp_date(w->lower);
  sbe_text_puts(out, "CASE WHEN n.event_date >= ");
  sbe_print_date(w->sql, out, r - 1);
  SBE_PRINT(out, " THEN ", sbe_sql_bool(w->sql, true), " WHEN n.event_date >= ");
  sbe_print_date(w->sql, out, r - w->vars->late_event_lookback_days);
  sbe_text_puts(out, " AND n.new_rows + COALESCE(m.skipped_events, 0) >= ");
  sbe_text_int(out, w->vars->min_late_events_to_process);
  SBE_PRINT(out, " THEN ", sbe_sql_bool(w->sql, true), " ELSE ", sbe_sql_bool(w->sql, false), " END");
}

int32_t sbe_print_days(const sbe_window *w, sbe_statements *out, sbe_error *error) {
  const char *manifest = sbe_sql_table(w->sql, w->arena, SBE_SCHEMA_MANIFEST, SBE_DAILY_MANIFEST);
  const char *model = sbe_sql_text(w->sql, w->arena, w->shape->view->model);
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  SBE_PRINT(
      &select, "SELECT ", model, " AS model, d.event_date AS event_date,\n",
      "  CASE WHEN d.is_processed THEN d.processed_before + d.skipped_before + d.new_rows ELSE d.processed_before END "
      "AS processed_events,\n"
      "  CASE WHEN d.is_processed THEN 0 ELSE d.skipped_before + d.new_rows END AS skipped_events,\n"
      "  CASE WHEN d.last_before >= d.last_new THEN d.last_before ELSE d.last_new END AS last_load_tstamp,\n"
      "  d.is_processed AS is_processed, d.new_rows AS new_rows\n"
      "FROM (SELECT n.event_date, n.new_rows, n.last_new, m.last_load_tstamp AS last_before,\n"
      "    COALESCE(m.processed_events, 0) AS processed_before, COALESCE(m.skipped_events, 0) AS skipped_before,\n"
      "    ");
  print_is_processed(w, &select);
  SBE_PRINT(&select, " AS is_processed\n",
            "  FROM (SELECT event_date, COUNT(*) AS new_rows, MAX(load_tstamp) AS last_new FROM ",
            sbe_scratch_view(w, "new_events"), " GROUP BY event_date) AS n\n  LEFT JOIN ", manifest,
            " AS m ON m.event_date = n.event_date AND m.model = ", model, ") AS d");
  sbe_column_spec columns[7];
  memcpy(columns, sbe_daily_manifest_columns, sizeof sbe_daily_manifest_columns);
  columns[5] = (sbe_column_spec){"is_processed", SBE_TYPE_BOOL};
  columns[6] = (sbe_column_spec){"new_rows", SBE_TYPE_INT64};
  return sbe_print_scratch(w->sql, sbe_scratch_view(w, "days"), 7, columns, 1, -1, sbe_text_string(&select), out,
                           error);
}

void sbe_print_read_days(const sbe_window *w, sbe_text *out) {
  SBE_PRINT(out, "SELECT event_date, is_processed, new_rows FROM ", sbe_scratch_view(w, "days"),
            " ORDER BY event_date ASC");
}

const char *sbe_days_relation(const sbe_window *w) {
  return sbe_arena_printf(w->arena, "IN (SELECT event_date FROM %s WHERE is_processed)", sbe_scratch_view(w, "days"));
}

const char *sbe_days_literals(const sbe_window *w, size_t n, const sbe_date *days) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_text_puts(&out, "IN (");
  for (size_t i = 0; i < n; i++) {
    if (i) sbe_text_puts(&out, ", ");
    sbe_print_date(w->sql, &out, days[i]);
  }
  sbe_text_putc(&out, ')');
  return sbe_arena_strndup(w->arena, out.data, out.size);
}

/* The rows of the days: those that were there, skipped ones included, and the new ones. */
static void print_events_of(const sbe_window *w, const char *days, sbe_text *out) {
  const struct sbe_table_shape *t = &w->shape->filtered_events;
  const char *tables[] = {sbe_view_table(w, t->name), sbe_scratch_view(w, "new_events")};
  for (size_t i = 0; i < 2; i++) {
    sbe_text_puts(out, i ? "\n  UNION ALL\n  SELECT " : "(SELECT ");
    sbe_print_columns(w, out, NULL, t->n, t->columns);
    SBE_PRINT(out, " FROM ", tables[i], " WHERE ", sbe_column_text(w, NULL, "event_date"), " ", days);
  }
  sbe_text_puts(out, ") AS e");
}

static const char *partial_operand(const sbe_window *w, const sbe_part_column *column, sbe_operand operand) {
  const sbe_shape *s = w->shape;
  switch (operand) {
  case SBE_OPERAND_VALUE:
    return sbe_column_text(w, NULL, s->values[column->value].name);
  case SBE_OPERAND_WHERE:
    if (column->present == SBE_NONE) return sbe_column_text(w, NULL, s->matches[column->match].name);
    return sbe_arena_printf(w->arena, "(%s AND %s IS NOT NULL)",
                            sbe_column_text(w, NULL, s->matches[column->match].name),
                            sbe_column_text(w, NULL, s->values[column->present].name));
  case SBE_OPERAND_AT:
    return sbe_column_text(w, NULL, "derived_tstamp");
  case SBE_OPERAND_EVENT_ID:
    return sbe_column_text(w, NULL, "event_id");
  case SBE_OPERAND_NONE:
  case SBE_OPERAND_PART_0:
  case SBE_OPERAND_WHERE_PART_0:
    break;
  }
  return NULL;
}

static void print_partials(const sbe_window *w, const char *days, sbe_text *out) {
  const sbe_shape *s = w->shape;
  const char *key = sbe_column_text(w, NULL, s->key), *date = sbe_column_text(w, NULL, "event_date");
  SBE_PRINT(out, "SELECT ", key, ", ", date);
  for (size_t i = 0; i < s->n_parts; i++) {
    const sbe_part_column *column = &s->parts[i];
    const char *operands[SBE_MAX_OPERANDS + 1];
    size_t n = 0;
    while (n < SBE_MAX_OPERANDS && column->part->partial_operands[n]) {
      operands[n] = partial_operand(w, column, column->part->partial_operands[n]);
      n++;
    }
    if (n == SBE_MAX_OPERANDS) operands[n++] = sbe_physical_type(w->sql->dialect, column->type);
    sbe_text_puts(out, ",\n  ");
    sbe_print_operation(w->sql, out, column->part->partial, n, operands);
    SBE_PRINT(out, " AS ", sbe_column_text(w, NULL, column->name));
  }
  sbe_text_puts(out, "\nFROM ");
  print_events_of(w, days, out);
  for (size_t i = 0; i < s->n_matches; i++)
    SBE_PRINT(out, i ? " OR " : "\nWHERE ", sbe_column_text(w, NULL, s->matches[i].name));
  SBE_PRINT(out, "\nGROUP BY ", key, ", ", date);
}

static void print_value_counts(const sbe_window *w, const char *days, sbe_text *out) {
  const sbe_shape *s = w->shape;
  const char *key = sbe_column_text(w, NULL, s->key), *date = sbe_column_text(w, NULL, "event_date");
  for (size_t i = 0; i < s->n_slots; i++) {
    const sbe_slot *slot = &s->slots[i];
    const char *value = sbe_column_text(w, NULL, s->values[slot->value].name);
    if (i) sbe_text_puts(out, "\nUNION ALL\n");
    SBE_PRINT(out, "SELECT ", key, ", ", date, ", ");
    sbe_text_int(out, (int64_t)i);
    SBE_PRINT(out, " AS slot, COUNT(*) AS value_count");
    for (size_t t = 0; t < s->n_slot_types; t++) {
      const char *column = sbe_slot_column(s->slot_types[t]);
      sbe_text_puts(out, ", ");
      if (strcmp(column, slot->column) == 0)
        sbe_text_puts(out, value);
      else
        sbe_print_null(w->sql, out, s->slot_types[t]);
      SBE_PRINT(out, " AS ", sbe_column_text(w, NULL, column));
    }
    sbe_text_puts(out, "\nFROM ");
    print_events_of(w, days, out);
    SBE_PRINT(out, "\nWHERE ", sbe_column_text(w, NULL, s->matches[slot->match].name), " AND ", value,
              " IS NOT NULL\nGROUP BY ", key, ", ", date, ", ", value);
  }
}

typedef void print_select(const sbe_window *, const char *days, sbe_text *);

/* A scratch table filled some days at a time: aggregating months at once takes more memory and time. */
static int32_t print_days_into(const sbe_window *w, const char *what, const struct sbe_table_shape *shape,
                               print_select *select, size_t n_days, const sbe_date *days, sbe_statements *out,
                               sbe_error *error) {
  const char *name = sbe_scratch_view(w, what);
  int32_t code = sbe_print_scratch(w->sql, name, shape->n, shape->columns, 1, 0, NULL, out, error);
  if (code) return code;
  size_t most = w->sql->dialect->max_days && days ? w->sql->dialect->max_days : n_days;
  for (size_t from = 0; from == 0 || from < n_days; from += most) {
    size_t n = n_days - from < most ? n_days - from : most;
    sbe_cleanup_text sbe_text text = SBE_TEXT(SBE_MAX_STATEMENT);
    select(w, days ? sbe_days_literals(w, n, days + from) : sbe_days_relation(w), &text);
    sbe_print_insert(w->sql, name, shape->n, shape->columns, sbe_text_string(&text), out);
    if (!most) break;
  }
  return SBE_OK;
}

int32_t sbe_print_daily(const sbe_window *w, size_t n_days, const sbe_date *days, sbe_statements *out,
                        sbe_error *error) {
  const sbe_shape *s = w->shape;
  int32_t code = print_days_into(w, "daily_aggregates", &s->daily_aggregates, print_partials, n_days, days, out, error);
  if (!code && s->n_slots)
    code = print_days_into(w, "daily_values", &s->daily_values, print_value_counts, n_days, days, out, error);
  return code;
}

static int32_t print_replace_days(const sbe_window *w, const char *what, const struct sbe_table_shape *shape,
                                  const char *days, sbe_statements *out, sbe_error *error) {
  static const int32_t date[] = {SBE_DAILY_DATE};
  sbe_replace rows = {.struct_size = sizeof rows,
                      .target = sbe_view_table(w, shape->name),
                      .n_columns = shape->n,
                      .columns = shape->columns,
                      .n_keys = 1,
                      .keys = date,
                      .source = sbe_scratch_view(w, what),
                      .days = days};
  return sbe_print_replace(w->sql, &rows, out, error);
}

int32_t sbe_print_publish_events(const sbe_window *w, const char *days, sbe_statements *out, sbe_error *error) {
  const sbe_shape *s = w->shape;
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_text_puts(&select, "SELECT ");
  sbe_print_columns(w, &select, NULL, s->filtered_events.n, s->filtered_events.columns);
  SBE_PRINT(&select, " FROM ", sbe_scratch_view(w, "new_events"));
  sbe_print_insert(w->sql, sbe_view_table(w, s->filtered_events.name), s->filtered_events.n, s->filtered_events.columns,
                   sbe_text_string(&select), out);
  int32_t code = SBE_OK;
  if (days) code = print_replace_days(w, "daily_aggregates", &s->daily_aggregates, days, out, error);
  if (days && !code && s->n_slots) code = print_replace_days(w, "daily_values", &s->daily_values, days, out, error);
  if (code) return code;
  static const int32_t keys[] = {0, 1};
  sbe_replace manifest = {.struct_size = sizeof manifest,
                          .target = sbe_sql_table(w->sql, w->arena, SBE_SCHEMA_MANIFEST, SBE_DAILY_MANIFEST),
                          .n_columns = 5,
                          .columns = sbe_daily_manifest_columns,
                          .n_keys = 2,
                          .keys = keys,
                          .source = sbe_scratch_view(w, "days")};
  return sbe_print_replace(w->sql, &manifest, out, error);
}

int32_t sbe_print_publish_attributes(const sbe_window *w, sbe_statements *out, sbe_error *error) {
  const struct sbe_table_shape *t = &w->shape->attributes_table;
  static const int32_t key[] = {0};
  sbe_replace rows = {.struct_size = sizeof rows,
                      .target = sbe_view_table(w, t->name),
                      .n_columns = t->n,
                      .columns = t->columns,
                      .n_keys = 1,
                      .keys = key,
                      .source = sbe_scratch_view(w, "changed")};
  return sbe_print_replace(w->sql, &rows, out, error);
}

int32_t sbe_print_view_tables(const sbe_sql *sql, sbe_arena *arena, const sbe_shape *s, bool anew, sbe_statements *out,
                              sbe_error *error) {
  const struct {
    const struct sbe_table_shape *shape;
    int32_t day, key, lookup;
    bool wanted;
  } tables[] = {
      {&s->filtered_events, SBE_FE_DATE, SBE_FE_KEY, SBE_FE_EVENT_ID, true},
      {&s->daily_aggregates, SBE_DAILY_DATE, SBE_DAILY_KEY, -1, true},
      {&s->daily_values, SBE_VALUES_DATE, SBE_VALUES_KEY, -1, s->n_slots > 0},
      {&s->rollup, -1, SBE_DAILY_KEY, SBE_DAILY_KEY, true},
      {&s->rollup_values, -1, SBE_VALUES_KEY, SBE_VALUES_KEY, s->n_slots > 0},
      {&s->attributes_table, -1, 0, 0, true},
  };
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    const char *name = sbe_sql_table(sql, arena, SBE_SCHEMA_DERIVED, tables[i].shape->name);
    if (anew) sbe_print_drop(sql, name, out);
    if (!tables[i].wanted) continue;
    sbe_table table = {.struct_size = sizeof table,
                       .name = name,
                       .kind = SBE_TABLE_PERMANENT,
                       .n_columns = tables[i].shape->n,
                       .columns = tables[i].shape->columns,
                       .day_column = tables[i].day,
                       .key_column = tables[i].key,
                       .lookup_column = tables[i].lookup};
    int32_t code = sbe_print_create(sql, &table, out, error);
    if (code) return code;
  }
  return SBE_OK;
}
