/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making events tables, for the scenarios and for `sbe init --demo`. Without it an adapter works, but
 * nobody can play the scenarios on it; so write it as soon as `open` and `run` work.
 *
 * To change: one layout for each way in which loaders write events into your warehouse, the usual one
 * first. Columns and rows come as JSON; here SQLite itself reads it. Integers must arrive exactly.
 * `create` must refuse a table that is there: a user's own must never be touched.
 */
#include <string.h>

#include "sqlite_adapter.h"

static const char *const layouts[] = {"json", NULL};

/* The types of `columns`: how a column is declared, and read from a row `r.value` at a JSON path %Q. */
static const struct {
  const char *type, *declared, *read;
} types[] = {
    {"text", "TEXT", "json_extract(r.value, %Q)"},
    {"integer", "BIGINT", "sbe_integer(r.value -> %Q, 64)"},
    {"double", "DOUBLE", /* what JSON cannot write is given as a text */
     "CASE json_extract(r.value, %Q) WHEN 'Infinity' THEN 9e999 WHEN '-Infinity' THEN -9e999 ELSE"
     " sbe_double(r.value -> %Q) END"},
    {"bool", "BOOLEAN", "json_extract(r.value, %Q)"},
    {"timestamp", "TIMESTAMP", "sbe_timestamp(json_extract(r.value, %Q))"},
    {"", "JSON_TEXT", "nullif(r.value -> %Q, 'null')"}, /* an object or a list */
};

static size_t type_of(const char *json_type, const char *name) {
  size_t i = 0, last = sizeof types / sizeof types[0] - 1;
  if (strcmp(json_type, "text") != 0) return last;
  while (i < last && strcmp(types[i].type, name) != 0) i++;
  return i;
}

/* Calls `each` for every column, in order. */
static int32_t for_columns(sbe_connection *connection, const char *columns,
                           void (*each)(sqlite3_str *out, const char *name, size_t type, bool first), sqlite3_str *out,
                           sbe_error *error) {
  static const char sql[] = "SELECT key, type, value FROM json_each(?1)";
  sqlite3_stmt *statement = NULL;
  int32_t code = prepare(connection, sql, sizeof sql - 1, &statement, error);
  if (code != SBE_OK) return code;
  sqlite3_bind_text(statement, 1, columns, -1, SQLITE_STATIC);
  bool first = true;
  int result;
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(statement, 0);
    const char *json_type = (const char *)sqlite3_column_text(statement, 1);
    each(out, name, type_of(json_type, (const char *)sqlite3_column_text(statement, 2)), first);
    first = false;
  }
  if (result != SQLITE_DONE) code = sqlite_failed(connection, error);
  sqlite3_finalize(statement);
  return code;
}

static void put_declaration(sqlite3_str *out, const char *name, size_t type, bool first) {
  sqlite3_str_appendf(out, "%s\"%w\" %s", first ? " (" : ", ", name, types[type].declared);
}

static void put_column(sqlite3_str *out, const char *name, size_t type, bool first) {
  (void)type;
  sqlite3_str_appendf(out, "%s\"%w\"", first ? " (" : ", ", name);
}

static void put_read(sqlite3_str *out, const char *name, size_t type, bool first) {
  char *json_path = sqlite3_mprintf("$.\"%s\"", name);
  sqlite3_str_appendall(out, first ? ") SELECT " : ", ");
  sqlite3_str_appendf(out, types[type].read, json_path, json_path);
  sqlite3_free(json_path);
}

/* Runs what was written, with `rows` as ?1, and frees it. */
static int32_t run_written(sbe_connection *connection, sqlite3_str *sql, const char *rows, sbe_error *error) {
  sqlite3_stmt *statement = NULL;
  char *text = sqlite3_str_finish(sql);
  if (text == NULL) return host->error(error, SBE_INTERNAL, NULL, "Out of memory");
  int32_t code = prepare(connection, text, strlen(text), &statement, error);
  if (code == SBE_OK) {
    if (rows != NULL) sqlite3_bind_text(statement, 1, rows, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_DONE) code = sqlite_failed(connection, error);
    sqlite3_finalize(statement);
  }
  sqlite3_free(text);
  return code;
}

static sqlite3_str *begin(const char *words, const sbe_name *table) {
  sqlite3_str *sql = sqlite3_str_new(NULL);
  char *name = table_in_file(table);
  sqlite3_str_appendf(sql, "%s \"%w\"", words, name);
  sqlite3_free(name);
  return sql;
}

static int32_t check_layout(const char *layout, sbe_error *error) {
  if (strcmp(layout, layouts[0]) == 0) return SBE_OK;
  return host->error(error, SBE_INVALID, NULL, "There is no layout `%.40s`", layout);
}

static int32_t create(sbe_connection *connection, const sbe_name *table, const char *layout, const char *columns,
                      sbe_error *error) {
  int32_t code = check_layout(layout, error);
  if (code != SBE_OK) return code;
  sqlite3_str *sql = begin("CREATE TABLE", table);
  code = for_columns(connection, columns, put_declaration, sql, error);
  sqlite3_str_appendchar(sql, 1, ')');
  if (code == SBE_OK) return run_written(connection, sql, NULL, error);
  sqlite3_free(sqlite3_str_finish(sql));
  return code;
}

static int32_t insert(sbe_connection *connection, const sbe_name *table, const char *layout, const char *columns,
                      const char *rows, sbe_error *error) {
  int32_t code = check_layout(layout, error);
  if (code != SBE_OK) return code;
  sqlite3_str *sql = begin("INSERT INTO", table);
  code = for_columns(connection, columns, put_column, sql, error);
  if (code == SBE_OK) code = for_columns(connection, columns, put_read, sql, error);
  sqlite3_str_appendall(sql, " FROM json_each(?1) AS r");
  if (code == SBE_OK) return run_written(connection, sql, rows, error);
  sqlite3_free(sqlite3_str_finish(sql));
  return code;
}

/* The tables of a schema are those whose names begin with it. */
static int32_t drop(sbe_connection *connection, const sbe_name *name, sbe_error *error) {
  static const char sql[] = "SELECT name FROM sqlite_schema WHERE type = 'table'"
                            " AND lower(substr(name, 1, length(?1))) = lower(?1) LIMIT 1";
  char *prefix = table_in_file(&(sbe_name){NULL, name->schema, ""});
  int32_t code = SBE_OK;
  for (bool more = prefix != NULL && prefix[0] != '\0'; more && code == SBE_OK;) { /* nothing is "all of main" */
    sqlite3_stmt *statement = NULL;
    code = prepare(connection, sql, sizeof sql - 1, &statement, error);
    if (code != SBE_OK) break;
    sqlite3_bind_text(statement, 1, prefix, -1, SQLITE_STATIC);
    more = sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_str *words = sqlite3_str_new(NULL);
    if (more) sqlite3_str_appendf(words, "DROP TABLE \"%w\"", sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    if (more)
      code = run_written(connection, words, NULL, error);
    else
      sqlite3_free(sqlite3_str_finish(words));
  }
  sqlite3_free(prefix);
  return code;
}

const sbe_fixture sqlite_fixture = {
    .struct_size = sizeof(sbe_fixture),
    .layouts = layouts,
    .create = create,
    .insert = insert,
    .drop = drop,
};
