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

static int32_t bad(sbe_error *error, const char *what, const char *name, size_t size) {
  return sbe_duckdb_host->error(error, SBE_INVALID, NULL, "The fixture's columns: %s at `%.*s`", what,
                                size > 100 ? 100 : (int)size, name != NULL ? name : "");
}

static const struct {
  const char *word;
  sbe_duckdb_kind kind;
} words[] = {
    {"text", SBE_DUCKDB_TEXT}, {"integer", SBE_DUCKDB_INTEGER},     {"double", SBE_DUCKDB_DOUBLE},
    {"bool", SBE_DUCKDB_BOOL}, {"timestamp", SBE_DUCKDB_TIMESTAMP},
};

static int32_t read_type(const sbe_duckdb_json *json, const sbe_duckdb_layout *layout, bool column,
                         sbe_duckdb_spec *spec, sbe_error *error) {
  spec->name = sbe_duckdb_copy(json->key != NULL ? json->key : "", json->key_size);
  spec->printed = sbe_duckdb_allocate(2 * json->key_size + 1, 1);
  /* Columns have their names from the loader already; members are renamed. */
  if (layout->snake && !column)
    sbe_duckdb_host->snake(spec->name, spec->printed, 2 * json->key_size + 1);
  else
    memcpy(spec->printed, spec->name, json->key_size);
  if (json->kind == SBE_DUCKDB_STRING) {
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
      if (strlen(words[i].word) != json->size || memcmp(words[i].word, json->text, json->size) != 0) continue;
      spec->kind = words[i].kind;
      return SBE_OK;
    }
    return bad(error, "unknown type", json->text, json->size);
  }
  if (json->kind == SBE_DUCKDB_ARRAY && json->n != 1)
    return bad(error, "a list has one type", json->key, json->key_size);
  if (json->kind != SBE_DUCKDB_ARRAY && json->kind != SBE_DUCKDB_OBJECT)
    return bad(error, "no type", json->key, json->key_size);
  spec->kind = json->kind == SBE_DUCKDB_ARRAY ? SBE_DUCKDB_LIST : SBE_DUCKDB_STRUCT;
  spec->n = json->n;
  spec->children = sbe_duckdb_allocate(json->n, sizeof *spec->children);
  size_t i = 0;
  for (const sbe_duckdb_json *child = json->first; child != NULL; child = child->next) {
    int32_t code = read_type(child, layout, false, &spec->children[i++], error);
    if (code != SBE_OK) return code;
  }
  /* DuckDB has no empty struct. What has no type of its own is kept as it is written. */
  if ((column && layout->nested != NULL) || (spec->kind == SBE_DUCKDB_STRUCT && spec->n == 0))
    spec->kind = SBE_DUCKDB_RAW;
  return SBE_OK;
}

static void free_spec(sbe_duckdb_spec *spec) {
  for (size_t i = 0; i < spec->n && spec->children != NULL; i++) free_spec(&spec->children[i]);
  free(spec->children);
  free(spec->name);
  free(spec->printed);
  memset(spec, 0, sizeof *spec);
}

static int32_t read_columns(const char *name, const char *columns, const sbe_duckdb_layout **ret_layout,
                            sbe_duckdb_spec *spec, sbe_error *error) {
  const sbe_duckdb_layout *layout = NULL;
  memset(spec, 0, sizeof *spec);
  for (size_t i = 0; i < N_LAYOUTS; i++)
    if (strcmp(layouts[i].name, name) == 0) layout = &layouts[i];
  if (layout == NULL)
    return sbe_duckdb_host->error(error, SBE_INVALID, NULL, "DuckDB's fixture has no layout `%.40s`", name);
  sbe_duckdb_reader reader;
  sbe_duckdb_json_start(&reader, columns, strlen(columns));
  const sbe_duckdb_json *json = sbe_duckdb_json_next(&reader);
  int32_t code = SBE_OK;
  sbe_duckdb_json_take(&reader, ' '); /* skips spaces, takes nothing */
  if (json == NULL)
    code = bad(error, reader.fault, reader.at, (size_t)(reader.end - reader.at));
  else if (json->kind != SBE_DUCKDB_OBJECT || json->n == 0 || reader.at != reader.end)
    code = bad(error, "one object with at least one member is wanted", columns, strlen(columns));
  if (code == SBE_OK) {
    spec->kind = SBE_DUCKDB_STRUCT;
    spec->n = json->n;
    spec->children = sbe_duckdb_allocate(json->n, sizeof *spec->children);
    size_t i = 0;
    for (const sbe_duckdb_json *column = json->first; column != NULL && code == SBE_OK; column = column->next)
      code = read_type(column, layout, true, &spec->children[i++], error);
  }
  sbe_duckdb_json_free(&reader);
  if (code != SBE_OK)
    free_spec(spec);
  else
    *ret_layout = layout;
  return code;
}

/* ---- create ---- */

static void put_type(sbe_duckdb_buffer *sql, const sbe_duckdb_spec *spec, const sbe_duckdb_layout *layout) {
  switch (spec->kind) {
  case SBE_DUCKDB_TEXT:
    sbe_duckdb_puts(sql, "VARCHAR");
    return;
  case SBE_DUCKDB_INTEGER:
    sbe_duckdb_puts(sql, "BIGINT");
    return;
  case SBE_DUCKDB_DOUBLE:
    sbe_duckdb_puts(sql, "DOUBLE");
    return;
  case SBE_DUCKDB_BOOL:
    sbe_duckdb_puts(sql, "BOOLEAN");
    return;
  case SBE_DUCKDB_TIMESTAMP:
    sbe_duckdb_puts(sql, layout->timestamp);
    return;
  case SBE_DUCKDB_RAW:
    sbe_duckdb_puts(sql, layout->nested != NULL ? layout->nested : "JSON");
    return;
  case SBE_DUCKDB_LIST:
    put_type(sql, &spec->children[0], layout);
    sbe_duckdb_puts(sql, "[]");
    return;
  case SBE_DUCKDB_STRUCT:
    sbe_duckdb_puts(sql, "STRUCT(");
    for (size_t i = 0; i < spec->n; i++) {
      if (i > 0) sbe_duckdb_puts(sql, ", ");
      sbe_duckdb_identifier(sql, spec->children[i].printed);
      sbe_duckdb_putc(sql, ' ');
      put_type(sql, &spec->children[i], layout);
    }
    sbe_duckdb_putc(sql, ')');
  }
}

static void put_schema(sbe_duckdb_buffer *sql, const sbe_connection *connection, const sbe_name *table) {
  if (table->database != NULL) {
    sbe_duckdb_identifier(sql, table->database);
    sbe_duckdb_putc(sql, '.');
  }
  sbe_duckdb_identifier(sql, table->schema != NULL ? table->schema : connection->schema);
}

static int32_t create(sbe_connection *connection, const sbe_name *table, const char *name, const char *columns,
                      sbe_error *error) {
  sbe_duckdb_cleanup_buffer sbe_duckdb_buffer schema = {0}, sql = {0};
  const sbe_duckdb_layout *layout;
  sbe_duckdb_spec spec;
  int32_t code = read_columns(name, columns, &layout, &spec, error);
  if (code != SBE_OK) return code;
  sbe_duckdb_puts(&schema, "CREATE SCHEMA IF NOT EXISTS ");
  put_schema(&schema, connection, table);
  sbe_duckdb_puts(&sql, "CREATE TABLE ");
  put_schema(&sql, connection, table);
  sbe_duckdb_putc(&sql, '.');
  sbe_duckdb_identifier(&sql, table->table);
  for (size_t i = 0; i < spec.n; i++) {
    sbe_duckdb_puts(&sql, i == 0 ? " (" : ", ");
    sbe_duckdb_identifier(&sql, spec.children[i].printed);
    sbe_duckdb_putc(&sql, ' ');
    put_type(&sql, &spec.children[i], layout);
  }
  sbe_duckdb_putc(&sql, ')');
  free_spec(&spec);
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
                      const sbe_duckdb_spec *spec, const char *rows, sbe_error *error) {
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
  sbe_duckdb_spec spec;
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
  free_spec(&spec);
  return code;
}

const sbe_fixture sbe_duckdb_fixture = {
    .struct_size = sizeof(sbe_fixture),
    .layouts = layout_names,
    .create = create,
    .insert = insert,
};
