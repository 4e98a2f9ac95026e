/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state tables: their columns, reading and writing them (semantics, "Tables"). Called by the run
 * and by status. Writing prints statements only; the run puts them into the batch that publishes.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/string.h"
#include "core/manifest/lock.h"
#include "core/manifest/state.h"
#include "core/sql/window.h"

/* The columns of the incremental manifest; reading and writing follow this order. */
enum {
  MODEL,
  FIRST_SUCCESS,
  LAST_SUCCESS,
  DEFINITION_HASH,
  REFRESH_UNTIL,
  WINDOWS,
  ATTRIBUTES_AS_OF,
  ATTRIBUTES_UNTIL,
  ATTRIBUTES_STALE,
  ROLLUP_THROUGH,
  DEFINITION,
  LAYOUT,
  STATE_COLUMNS
};

static const sbe_column_spec state_columns[STATE_COLUMNS] = {
    [MODEL] = {"model", SBE_TYPE_TEXT},
    [FIRST_SUCCESS] = {"first_success", SBE_TYPE_TIMESTAMP},
    [LAST_SUCCESS] = {"last_success", SBE_TYPE_TIMESTAMP},
    [DEFINITION_HASH] = {"definition_hash", SBE_TYPE_TEXT},
    [REFRESH_UNTIL] = {"refresh_until", SBE_TYPE_TIMESTAMP},
    [WINDOWS] = {"windows", SBE_TYPE_INT64},
    [ATTRIBUTES_AS_OF] = {"attributes_as_of", SBE_TYPE_TIMESTAMP},
    [ATTRIBUTES_UNTIL] = {"attributes_until", SBE_TYPE_TIMESTAMP},
    [ATTRIBUTES_STALE] = {"attributes_stale", SBE_TYPE_BOOL},
    [ROLLUP_THROUGH] = {"rollup_through", SBE_TYPE_TIMESTAMP},
    [DEFINITION] = {"definition", SBE_TYPE_TEXT},
    [LAYOUT] = {"layout", SBE_TYPE_INT32},
};

static const sbe_column_spec log_columns[] = {
    {"run_id", SBE_TYPE_TEXT},       {"model", SBE_TYPE_TEXT},         {"step", SBE_TYPE_TEXT},
    {"started", SBE_TYPE_TIMESTAMP}, {"finished", SBE_TYPE_TIMESTAMP}, {"row_count", SBE_TYPE_INT64},
    {"status", SBE_TYPE_TEXT},       {"error", SBE_TYPE_TEXT},
};
#define LOG_COLUMNS (sizeof log_columns / sizeof *log_columns)

int32_t sbe_state_print_tables(const sbe_sql *sql, sbe_arena *arena, sbe_statements *out, sbe_error *error) {
  for (sbe_schema s = 0; s < SBE_SCHEMAS; s++) sbe_print_create_schema(sql, s, out);
  const struct {
    const char *name;
    size_t n;
    const sbe_column_spec *columns;
    int32_t lookup; /* without an index on it, a view's batch could hold the rows of others, too */
  } tables[] = {{SBE_INCREMENTAL_MANIFEST, STATE_COLUMNS, state_columns, 0},
                {SBE_DAILY_MANIFEST, 5, sbe_daily_manifest_columns, 0},
                {SBE_RUN_LOG, LOG_COLUMNS, log_columns, -1}};
  int32_t code = SBE_OK;
  for (size_t i = 0; i < 3 && !code; i++) {
    sbe_table table = {.struct_size = sizeof table,
                       .name = sbe_sql_table(sql, arena, SBE_SCHEMA_MANIFEST, tables[i].name),
                       .kind = SBE_TABLE_PERMANENT,
                       .n_columns = tables[i].n,
                       .columns = tables[i].columns,
                       .day_column = -1,
                       .key_column = -1,
                       .lookup_column = tables[i].lookup};
    code = sbe_print_create(sql, &table, out, error);
  }
  return code ? code : sbe_lock_print_table(sql, arena, out, error);
}

static sbe_moment moment_of(const sbe_value *value) {
  return (sbe_moment){value->kind == SBE_VALUE_TIMESTAMP, sbe_cell_int(value, 0)};
}

static void take_row(sbe_state *state, const sbe_value *cells) {
  state->exists = true;
  state->first_success = moment_of(&cells[FIRST_SUCCESS]);
  state->last_success = moment_of(&cells[LAST_SUCCESS]);
  state->refresh_until = moment_of(&cells[REFRESH_UNTIL]);
  state->windows = sbe_cell_int(&cells[WINDOWS], 0);
  state->attributes_as_of = moment_of(&cells[ATTRIBUTES_AS_OF]);
  state->attributes_until = moment_of(&cells[ATTRIBUTES_UNTIL]);
  state->attributes_stale = sbe_cell_int(&cells[ATTRIBUTES_STALE], 0) != 0;
  state->rollup_through = moment_of(&cells[ROLLUP_THROUGH]);
  state->definition_hash = sbe_cell_text(&cells[DEFINITION_HASH], "");
  state->definition = sbe_cell_text(&cells[DEFINITION], "");
}

/* A manifest that is there but lacks a column must not pass for one that is not there. */
int32_t sbe_state_check_absent(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, sbe_error *error) {
  sbe_rows rows = {.arena = arena};
  const char *table = sbe_sql_table(sql, arena, SBE_SCHEMA_MANIFEST, SBE_INCREMENTAL_MANIFEST);
  const char *select = sbe_arena_printf(arena, "SELECT COUNT(*) FROM %s", table);
  if (sbe_session_query(session, select, &rows, NULL) != SBE_OK || rows.n != 1) return SBE_OK;
  return sbe_error_set(error, SBE_INVALID, NULL,
                       "the manifest %s lacks columns: it was written by another version of sbe, "
                       "or changed by somebody else",
                       table);
}

void sbe_state_print_read(const sbe_sql *sql, sbe_arena *arena, sbe_text *out) {
  sbe_text_puts(out, "SELECT ");
  for (size_t i = 0; i < STATE_COLUMNS; i++) SBE_PRINT(out, i ? ", " : "", state_columns[i].name);
  SBE_PRINT(out, " FROM ", sbe_sql_table(sql, arena, SBE_SCHEMA_MANIFEST, SBE_INCREMENTAL_MANIFEST));
}

int32_t sbe_state_take(const sbe_rows *rows, size_t n, const sbe_shape *const *shapes, sbe_state *ret_states,
                       sbe_error *error) {
  for (size_t i = 0; i < n; i++) ret_states[i] = (sbe_state){.model = shapes[i]->view->model};
  for (size_t r = 0; r < rows->n; r++) {
    const sbe_value *cells = SBE_CELL(rows, r, 0);
    int64_t layout = sbe_cell_int(&cells[LAYOUT], 0);
    if (layout > SBE_MANIFEST_LAYOUT)
      return sbe_error_set(error, SBE_INVALID, NULL,
                           "the manifest was written by a newer sbe (layout %lld; this one knows %d): use that version",
                           (long long)layout, SBE_MANIFEST_LAYOUT);
    const char *model = sbe_cell_text(&cells[MODEL], "");
    for (size_t i = 0; i < n; i++)
      if (sbe_streq(model, ret_states[i].model))
        take_row(&ret_states[i], cells);
      else if (sbe_strcaseeq(model, ret_states[i].model))
        return sbe_error_set(
            error, SBE_INVALID, NULL,
            "the manifest has a view %s, of which %s differs only by case: their tables would be the same. "
            "Give this one another name",
            model, ret_states[i].model);
  }
  return SBE_OK;
}

int32_t sbe_state_read(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, size_t n,
                       const sbe_shape *const *shapes, sbe_state *ret_states, sbe_error *error) {
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_state_print_read(sql, arena, &select);
  sbe_rows rows = {.arena = arena};
  int32_t code = sbe_session_query(session, sbe_text_string(&select), &rows, error);
  if (code == SBE_NOT_FOUND) code = sbe_state_check_absent(session, sql, arena, error); /* nothing was ever run here? */
  return code ? code : sbe_state_take(&rows, n, shapes, ret_states, error);
}

static void print_moment(const sbe_sql *sql, sbe_moment moment, sbe_text *out) {
  if (moment.known)
    sbe_print_timestamp(sql, out, moment.at);
  else
    sbe_print_null(sql, out, SBE_TYPE_TIMESTAMP);
}

int32_t sbe_state_print_write(const sbe_sql *sql, sbe_arena *arena, const sbe_state *state, sbe_statements *out,
                              sbe_error *error) {
  sbe_cleanup_text sbe_text row = SBE_TEXT(SBE_MAX_STATEMENT);
  for (size_t i = 0; i < STATE_COLUMNS; i++) {
    sbe_text_puts(&row, i ? ", " : "(SELECT ");
    switch (i) {
    case MODEL:
      sbe_print_text(sql, &row, state->model);
      break;
    case FIRST_SUCCESS:
      print_moment(sql, state->first_success, &row);
      break;
    case LAST_SUCCESS:
      print_moment(sql, state->last_success, &row);
      break;
    case DEFINITION_HASH:
      sbe_print_text(sql, &row, state->definition_hash);
      break;
    case REFRESH_UNTIL:
      print_moment(sql, state->refresh_until, &row);
      break;
    case WINDOWS:
      sbe_text_int(&row, state->windows);
      break;
    case ATTRIBUTES_AS_OF:
      print_moment(sql, state->attributes_as_of, &row);
      break;
    case ATTRIBUTES_UNTIL:
      print_moment(sql, state->attributes_until, &row);
      break;
    case ATTRIBUTES_STALE:
      sbe_text_puts(&row, sbe_sql_bool(sql, state->attributes_stale));
      break;
    case ROLLUP_THROUGH:
      print_moment(sql, state->rollup_through, &row);
      break;
    case DEFINITION:
      sbe_print_text(sql, &row, state->definition);
      break;
    case LAYOUT:
      sbe_text_int(&row, SBE_MANIFEST_LAYOUT);
      break;
    }
    SBE_PRINT(&row, " AS ", state_columns[i].name);
  }
  sbe_text_putc(&row, ')');
  static const int32_t key[] = {MODEL};
  sbe_replace rows = {.struct_size = sizeof rows,
                      .target = sbe_sql_table(sql, arena, SBE_SCHEMA_MANIFEST, SBE_INCREMENTAL_MANIFEST),
                      .n_columns = STATE_COLUMNS,
                      .columns = state_columns,
                      .n_keys = 1,
                      .keys = key,
                      .source = sbe_text_string(&row)};
  return sbe_print_replace(sql, &rows, out, error);
}

const char *sbe_state_unchanged(const sbe_sql *sql, sbe_arena *arena, const sbe_state *state, sbe_statements *out) {
  const char *row = sbe_arena_printf(arena, "%s WHERE model = %s AND windows = %lld",
                                     sbe_sql_table(sql, arena, SBE_SCHEMA_MANIFEST, SBE_INCREMENTAL_MANIFEST),
                                     sbe_sql_text(sql, arena, state->model), (long long)state->windows);
  if (sbe_can_print(sql->dialect, SBE_OP_HOLD))
    SBE_OPERATION(sql, sbe_statements_add(out, SBE_STATEMENT_REPEATABLE), SBE_OP_HOLD,
                  sbe_arena_printf(arena, "SELECT windows FROM %s", row));
  return sbe_arena_printf(arena, " AND EXISTS (SELECT 1 FROM %s)", row);
}

void sbe_state_print_forget_days(const sbe_sql *sql, sbe_arena *arena, const char *model, sbe_statements *out) {
  SBE_PRINT(sbe_statements_add(out, SBE_STATEMENT_REPEATABLE), "DELETE FROM ",
            sbe_sql_table(sql, arena, SBE_SCHEMA_MANIFEST, SBE_DAILY_MANIFEST),
            " WHERE model = ", sbe_sql_text(sql, arena, model));
}

void sbe_state_print_log(const sbe_sql *sql, sbe_arena *arena, size_t n, const sbe_log_row *rows, sbe_statements *out) {
  if (!n) return;
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  for (size_t i = 0; i < n; i++) {
    const char *texts[] = {rows[i].run_id, rows[i].model, rows[i].step};
    sbe_text_puts(&select, i ? "\nUNION ALL SELECT " : "SELECT ");
    for (size_t t = 0; t < 3; t++) {
      sbe_print_text(sql, &select, texts[t] ? texts[t] : "");
      sbe_text_puts(&select, ", ");
    }
    sbe_print_timestamp(sql, &select, rows[i].started);
    sbe_text_puts(&select, ", ");
    sbe_print_timestamp(sql, &select, rows[i].finished);
    sbe_text_puts(&select, ", ");
    if (rows[i].rows < 0)
      sbe_print_null(sql, &select, SBE_TYPE_INT64);
    else
      sbe_text_int(&select, rows[i].rows);
    sbe_text_puts(&select, ", ");
    sbe_print_text(sql, &select, rows[i].status);
    sbe_text_puts(&select, ", ");
    if (rows[i].error_text)
      sbe_print_text(sql, &select, rows[i].error_text);
    else
      sbe_print_null(sql, &select, SBE_TYPE_TEXT);
  }
  sbe_print_insert(sql, sbe_sql_table(sql, arena, SBE_SCHEMA_MANIFEST, SBE_RUN_LOG), LOG_COLUMNS, log_columns,
                   sbe_text_string(&select), out);
}
