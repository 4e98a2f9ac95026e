/* SPDX-License-Identifier: Apache-2.0 */
/* See sql.h. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/duckdb/sql.h"

sbe_duckdb_pool sql_pool;
static char *last_cell; /* of sql_one */

const sbe_host *sbe_duckdb_host = &dialect_host;
const sbe_dialect *const dialect_tested = &sbe_duckdb_dialect;

void put_read(sbe_text *out, int32_t type, int32_t class_, const char *operand) {
  const char *direct = read_pattern(type, class_);
  if (direct != NULL) {
    put_pattern(out, direct, 1, &operand);
  } else if (read_pattern(type, SBE_CLASS_TEXT) == NULL || read_pattern(SBE_TYPE_TEXT, class_) == NULL) {
    text_put(out, "NULL");
  } else {
    sbe_text inner = {0}; /* a variable stands for the column that the host would make of it */
    put_pattern(&inner, read_pattern(SBE_TYPE_TEXT, class_), 1, &operand);
    text_put(out, "list_transform([");
    text_put(out, inner.data);
    text_put(out, "], lambda host: ");
    put_pattern(out, read_pattern(type, SBE_CLASS_TEXT), 1, (const char *const[]){"host"});
    text_put(out, ")[1]");
    text_clear(&inner);
  }
}

/* ---- DuckDB ---- */

/* The part of DuckDB's C interface that is needed here. */
typedef struct {
  uint64_t reserved[6];
} duckdb_result;

static struct {
  int (*open)(const char *path, void **ret_database);
  void (*close)(void **database);
  int (*connect)(void *database, void **ret_connection);
  void (*disconnect)(void **connection);
  int (*query)(void *connection, const char *sql, duckdb_result *ret_result);
  void (*destroy_result)(duckdb_result *result);
  const char *(*result_error)(duckdb_result *result);
  uint64_t (*row_count)(duckdb_result *result);
  uint64_t (*column_count)(duckdb_result *result);
  char *(*value_varchar)(duckdb_result *result, uint64_t column, uint64_t row);
  void (*free)(void *memory);
} duckdb;

static const struct {
  const char *name;
  void **slot;
} functions[] = {
    {"duckdb_open", (void **)&duckdb.open},
    {"duckdb_close", (void **)&duckdb.close},
    {"duckdb_connect", (void **)&duckdb.connect},
    {"duckdb_disconnect", (void **)&duckdb.disconnect},
    {"duckdb_query", (void **)&duckdb.query},
    {"duckdb_destroy_result", (void **)&duckdb.destroy_result},
    {"duckdb_result_error", (void **)&duckdb.result_error},
    {"duckdb_row_count", (void **)&duckdb.row_count},
    {"duckdb_column_count", (void **)&duckdb.column_count},
    {"duckdb_value_varchar", (void **)&duckdb.value_varchar},
    {"duckdb_free", (void **)&duckdb.free},
};

static void *database, *connection;

static void *load(void) {
  const char *named = getenv("SBE_DUCKDB_LIBRARY"), *build = getenv("abs_top_builddir");
  if (named != NULL && *named != '\0') return dlopen(named, RTLD_NOW | RTLD_LOCAL);
  char path[4096];
  void *library = NULL;
  if (build != NULL && snprintf(path, sizeof path, "%s/adapters/libduckdb.so", build) < (int)sizeof path)
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
#ifdef SBE_DUCKDB_LIBRARY
  if (library == NULL) library = dlopen(SBE_DUCKDB_LIBRARY, RTLD_NOW | RTLD_LOCAL);
#endif
  return library != NULL ? library : dlopen("libduckdb.so", RTLD_NOW | RTLD_LOCAL);
}

bool sql_open(void) {
  void *library = load();
  if (library == NULL) {
    printf("SKIP: everything that runs SQL on DuckDB: %s (SBE_DUCKDB_LIBRARY names the library)\n", dlerror());
    sql_skipped++;
    return false;
  }
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
    if ((*functions[i].slot = dlsym(library, functions[i].name)) == NULL)
      return check_text("libduckdb has the function", functions[i].name, NULL);
  if (duckdb.open(NULL, &database) != 0 || duckdb.connect(database, &connection) != 0)
    return check_true("DuckDB opens a database in memory", false);
  return sql_do("settings",
                "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; SET threads = 2;"
                "SET TimeZone = 'America/New_York'");
}

void sql_close(void) {
  duckdb.free(last_cell);
  duckdb.disconnect(&connection);
  duckdb.close(&database);
}

static bool query(const char *what, const char *sql, duckdb_result *ret_result) {
  if (duckdb.query(connection, sql, ret_result) == 0) return true;
  sql_failed++;
  printf("FAIL: %s\n  error: %s\n  in: %.6000s\n", what, duckdb.result_error(ret_result), sql);
  duckdb.destroy_result(ret_result);
  return false;
}

bool sql_do(const char *what, const char *statements) {
  duckdb_result result;
  if (!query(what, statements, &result)) return false;
  duckdb.destroy_result(&result);
  return true;
}

char *sql_rows(const char *what, const char *sql) {
  duckdb_result result;
  sbe_text rows = {0};
  text_put(&rows, "");
  if (!query(what, sql, &result)) return rows.data;
  uint64_t n_rows = duckdb.row_count(&result), n_columns = duckdb.column_count(&result);
  for (uint64_t row = 0; row < n_rows; row++)
    for (uint64_t column = 0; column < n_columns; column++) {
      char *cell = duckdb.value_varchar(&result, column, row);
      if (row + column > 0) text_put(&rows, column == 0 ? "\n" : "|");
      text_put(&rows, cell == NULL ? "NULL" : cell);
      duckdb.free(cell);
    }
  duckdb.destroy_result(&result);
  return rows.data;
}

const char *sql_one(const char *what, const char *sql) {
  duckdb_result result;
  if (!query(what, sql, &result)) return "error";
  duckdb.free(last_cell);
  last_cell = duckdb.value_varchar(&result, 0, 0);
  duckdb.destroy_result(&result);
  return last_cell;
}

size_t sql_describe(const char *table, sbe_column *columns, size_t room) {
  sbe_text sql = {0};
  text_format(&sql, "DESCRIBE %s", table);
  duckdb_result result;
  size_t n = 0;
  if (query("describe", sql.data, &result)) {
    for (; n < duckdb.row_count(&result) && n < room; n++) {
      char *name = duckdb.value_varchar(&result, 0, n), *type = duckdb.value_varchar(&result, 1, n);
      columns[n].name = sbe_duckdb_pool_copy(&sql_pool, name, strlen(name));
      columns[n].type = sbe_duckdb_pool_copy(&sql_pool, type, strlen(type));
      duckdb.free(name);
      duckdb.free(type);
    }
    duckdb.destroy_result(&result);
  }
  text_clear(&sql);
  return n;
}
