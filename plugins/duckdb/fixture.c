/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixture: events tables for the demo shop and for tests, in each layout in which events come to
 * lie in DuckDB. `create` prints a type tree as DDL; `insert` reads rows of JSON and writes them straight
 * into DuckDB's vectors, so that no number passes through a double and 100,000 rows take a second or so.
 * Must never be used on tables of the user's: `create` refuses a table that is there.
 */
#include <stdlib.h>
#include <string.h>

#include "plugins/duckdb/duckdb_connection.h"
#include "plugins/duckdb/fixture_rows.h"

static const sbe_duckdb_layout layouts[] = {
    /* name, type of a nested column (NULL: STRUCT and LIST), snake case, type of timestamps */
    {"struct", NULL, true, "TIMESTAMP"},
    {"struct_camel", NULL, false, "TIMESTAMP"},
    {"struct_tz", NULL, true, "TIMESTAMP WITH TIME ZONE"},
    {"json", "JSON", false, "TIMESTAMP"},
    {"json_snake", "JSON", true, "TIMESTAMP"},
    {"text", "VARCHAR", false, "TIMESTAMP"},
};
#define N_LAYOUTS (sizeof layouts / sizeof layouts[0])

static const char *const layout_names[] = {"struct", "struct_camel", "struct_tz", "json", "json_snake", "text", NULL};
_Static_assert(sizeof layout_names / sizeof layout_names[0] == N_LAYOUTS + 1, "a name for each layout");

/* ---- types ---- */

static int32_t read_columns(const char *name, const char *columns, const sbe_duckdb_layout **ret_layout,
                            sbe_common_spec *ret_spec, sbe_error *error) {
  for (size_t i = 0; i < N_LAYOUTS; i++) {
    if (strcmp(layouts[i].name, name) != 0) continue;
    *ret_layout = &layouts[i];
    return sbe_common_spec_read(sbe_duckdb_host, columns, layouts[i].snake, layouts[i].nested != NULL, ret_spec, error);
  }
  return sbe_duckdb_host->error(error, SBE_INVALID, NULL, "DuckDB's fixture has no layout `%.40s`", name);
}

/* ---- create ---- */

static void put_type(sbe_common_buffer *sql, const sbe_common_spec *spec, const sbe_duckdb_layout *layout) {
  switch (spec->kind) {
  case SBE_COMMON_TEXT:
    sbe_common_puts(sql, "VARCHAR");
    return;
  case SBE_COMMON_INTEGER:
    sbe_common_puts(sql, "BIGINT");
    return;
  case SBE_COMMON_DOUBLE:
    sbe_common_puts(sql, "DOUBLE");
    return;
  case SBE_COMMON_BOOL:
    sbe_common_puts(sql, "BOOLEAN");
    return;
  case SBE_COMMON_TIMESTAMP:
    sbe_common_puts(sql, layout->timestamp);
    return;
  case SBE_COMMON_RAW:
    sbe_common_puts(sql, layout->nested != NULL ? layout->nested : "JSON");
    return;
  case SBE_COMMON_LIST:
    put_type(sql, &spec->children[0], layout);
    sbe_common_puts(sql, "[]");
    return;
  case SBE_COMMON_STRUCT:
    sbe_common_puts(sql, "STRUCT(");
    for (size_t i = 0; i < spec->n; i++) {
      if (i > 0) sbe_common_puts(sql, ", ");
      sbe_common_identifier(sql, spec->children[i].printed);
      sbe_common_putc(sql, ' ');
      put_type(sql, &spec->children[i], layout);
    }
    sbe_common_putc(sql, ')');
  }
}

static void put_schema(sbe_common_buffer *sql, const sbe_connection *connection, const sbe_name *table) {
  if (table->database != NULL) {
    sbe_common_identifier(sql, table->database);
    sbe_common_putc(sql, '.');
  }
  sbe_common_identifier(sql, table->schema != NULL ? table->schema : connection->schema);
}

static int32_t create(sbe_connection *connection, const sbe_name *table, const char *name, const char *columns,
                      sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer schema = {0}, sql = {0};
  const sbe_duckdb_layout *layout;
  sbe_common_spec spec;
  int32_t code = read_columns(name, columns, &layout, &spec, error);
  if (code != SBE_OK) return code;
  sbe_common_puts(&schema, "CREATE SCHEMA IF NOT EXISTS ");
  put_schema(&schema, connection, table);
  sbe_common_puts(&sql, "CREATE TABLE ");
  put_schema(&sql, connection, table);
  sbe_common_putc(&sql, '.');
  sbe_common_identifier(&sql, table->table);
  for (size_t i = 0; i < spec.n; i++) {
    sbe_common_puts(&sql, i == 0 ? " (" : ", ");
    sbe_common_identifier(&sql, spec.children[i].printed);
    sbe_common_putc(&sql, ' ');
    put_type(&sql, &spec.children[i], layout);
  }
  sbe_common_putc(&sql, ')');
  sbe_common_spec_free(&spec);
  code = sbe_duckdb_do(connection, schema.data, error);
  return code == SBE_OK ? sbe_duckdb_do(connection, sql.data, error) : code;
}

/* ---- insert ---- */

static int32_t appender_error(duck_appender appender, sbe_error *error) {
  duck_error_data data = sbe_duck.appender_error_data(appender);
  int32_t code = sbe_duckdb_fail(error, data != NULL ? sbe_duck.error_data_message(data) : NULL);
  if (data != NULL) sbe_duck.destroy_error_data(&data);
  return code;
}

static int32_t append(sbe_connection *connection, const sbe_name *table, const sbe_duckdb_layout *layout,
                      const sbe_common_spec *spec, const char *rows, sbe_error *error) {
  duck_appender appender = NULL;
  const char *schema = table->schema != NULL ? table->schema : connection->schema;
  int32_t code = SBE_OK;
  int state = sbe_duck.appender_create_ext(connection->connection, table->database, schema, table->table, &appender);
  for (size_t i = 0; i < spec->n && state == 0; i++)
    state = sbe_duck.appender_add_column(appender, spec->children[i].printed);
  if (state != 0) code = appender_error(appender, error);
  if (code == SBE_OK) code = sbe_duckdb_rows_append(connection, appender, layout, spec, rows, error);
  if (code == SBE_DUCKDB_APPENDER_FAILED) code = appender_error(appender, error);
  if (code == SBE_OK && sbe_duck.appender_close(appender) != 0) code = appender_error(appender, error);
  sbe_duck.appender_destroy(&appender);
  return code;
}

static int32_t insert(sbe_connection *connection, const sbe_name *table, const char *name, const char *columns,
                      const char *rows, sbe_error *error) {
  const sbe_duckdb_layout *layout;
  sbe_common_spec spec;
  int32_t code = read_columns(name, columns, &layout, &spec, error);
  if (code != SBE_OK) return code;
  code = sbe_duckdb_do(connection, "BEGIN TRANSACTION", error);
  if (code == SBE_OK) {
    code = append(connection, table, layout, &spec, rows, error);
    if (code == SBE_OK)
      code = sbe_duckdb_commit(connection, 0, error);
    else
      sbe_duckdb_rollback(connection);
  }
  sbe_common_spec_free(&spec);
  return code;
}

const sbe_fixture sbe_duckdb_fixture = {
    .struct_size = sizeof(sbe_fixture),
    .layouts = layout_names,
    .create = create,
    .insert = insert,
};
