/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The harness's own driver for DuckDB: the client library is found at run time, rows go in from JSON
 * lines and come out as text that is read by column type. Called by the harness. This file alone
 * holds SQL, and no SQL that computes anything; it must never use anything of the engine.
 */
#include "tests/brute/driver.h"
#include "tests/brute/rules.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the few functions of the C API that are needed ---- */

typedef struct duck_result {
  uint64_t column_count, row_count, rows_changed;
  void *columns;
  char *error;
  void *internal;
} duck_result;

static struct {
  int (*open_ext)(const char *path, void **database, void *config, char **error);
  void (*close)(void **database);
  int (*connect)(void *database, void **connection);
  void (*disconnect)(void **connection);
  int (*create_config)(void **config);
  int (*set_config)(void *config, const char *name, const char *value);
  void (*destroy_config)(void **config);
  int (*query)(void *connection, const char *sql, duck_result *result);
  void (*destroy_result)(duck_result *result);
  const char *(*result_error)(duck_result *result);
  uint64_t (*column_count)(duck_result *result);
  uint64_t (*row_count)(duck_result *result);
  char *(*value_varchar)(duck_result *result, uint64_t column, uint64_t row);
  void (*free)(void *memory);
} duck;

static const struct {
  const char *name;
  void **slot;
} functions[] = {
    {"duckdb_open_ext", (void **)&duck.open_ext},
    {"duckdb_close", (void **)&duck.close},
    {"duckdb_connect", (void **)&duck.connect},
    {"duckdb_disconnect", (void **)&duck.disconnect},
    {"duckdb_create_config", (void **)&duck.create_config},
    {"duckdb_set_config", (void **)&duck.set_config},
    {"duckdb_destroy_config", (void **)&duck.destroy_config},
    {"duckdb_query", (void **)&duck.query},
    {"duckdb_destroy_result", (void **)&duck.destroy_result},
    {"duckdb_result_error", (void **)&duck.result_error},
    {"duckdb_column_count", (void **)&duck.column_count},
    {"duckdb_row_count", (void **)&duck.row_count},
    {"duckdb_value_varchar", (void **)&duck.value_varchar},
    {"duckdb_free", (void **)&duck.free},
};

bool bf_driver_load(const char **ret_why) {
  static char why[1024];
  const char *given = getenv("SBE_DUCKDB_LIBRARY");
  const char *const places[] = {given, "adapters/libduckdb.so", "libduckdb.so"};
  void *library = NULL;
  snprintf(why, sizeof why, "no DuckDB library:");
  for (size_t i = 0; i < 3 && !library; i++) {
    if (!places[i] || !*places[i]) continue;
    library = dlopen(places[i], RTLD_NOW | RTLD_LOCAL);
    size_t used = strlen(why);
    if (!library) snprintf(why + used, sizeof why - used, " %s", dlerror());
  }
  *ret_why = why;
  for (size_t i = 0; library && i < sizeof functions / sizeof *functions; i++) {
    *functions[i].slot = dlsym(library, functions[i].name);
    if (*functions[i].slot) continue;
    snprintf(why, sizeof why, "the DuckDB library has no %s", functions[i].name);
    return false;
  }
  return library != NULL;
}

/* ---- connections ---- */

struct bf_database {
  bf_arena *arena;
  void *database, *connection;
};

const bf_layout bf_driver_layouts[2] = {BF_LAYOUT_STRUCT, BF_LAYOUT_JSON};
const bool bf_driver_lists_are_untyped = false;

static const char *path_of(bf_arena *arena, const char *folder) {
  return bf_format(arena, "%s/events.duckdb", folder);
}

void bf_driver_profile(bf_text *out, const bf_history *history, const char *folder) {
  bf_print(out, "type: duckdb\n      path: %s\n      schema: %s\n      threads: 1\n", path_of(history->arena, folder),
           history->schema);
}

bool bf_database_make(bf_arena *arena, const char *folder, const char **ret_error) {
  (void)arena, (void)folder, (void)ret_error; /* opening makes the file */
  return true;
}

void bf_database_remove(bf_arena *arena, const char *folder) {
  (void)arena, (void)folder; /* it goes with its folder */
}

bf_database *bf_database_open(bf_arena *arena, const char *folder, const char **ret_error) {
  bf_database *database = bf_alloc(arena, sizeof *database);
  void *config = NULL;
  char *error = NULL;
  database->arena = arena;
  duck.create_config(&config);
  duck.set_config(config, "threads", "1");
  int failed = duck.open_ext(path_of(arena, folder), &database->database, config, &error);
  duck.destroy_config(&config);
  if (failed || duck.connect(database->database, &database->connection)) {
    *ret_error = bf_copy(arena, error ? error : "cannot open the database");
    if (error) duck.free(error);
    return NULL;
  }
  return database;
}

void bf_database_close(bf_database *database) {
  if (!database) return;
  duck.disconnect(&database->connection);
  duck.close(&database->database);
}

static bool query(bf_database *database, const char *sql, duck_result *ret_result, const char **ret_error) {
  if (duck.query(database->connection, sql, ret_result) == 0) return true;
  *ret_error = bf_format(database->arena, "%s\nin: %.4000s", duck.result_error(ret_result), sql);
  duck.destroy_result(ret_result);
  return false;
}

static bool execute(bf_database *database, const char *sql, const char **ret_error) {
  duck_result result;
  if (!query(database, sql, &result, ret_error)) return false;
  duck.destroy_result(&result);
  return true;
}

/* NULL for NULL. */
static const char *cell(bf_database *database, duck_result *result, uint64_t column, uint64_t row) {
  char *text = duck.value_varchar(result, column, row);
  if (!text) return NULL;
  const char *copy = bf_copy(database->arena, text);
  duck.free(text);
  return copy;
}

/* ---- the events table ---- */

static void put_quoted(bf_text *out, const char *text, char quote) {
  bf_put_n(out, &quote, 1);
  for (; *text; text++) {
    if (*text == quote) bf_put_n(out, text, 1);
    bf_put_n(out, text, 1);
  }
  bf_put_n(out, &quote, 1);
}

static void put_type(bf_text *out, const bf_history *history, const bf_column *column, bool as_read) {
  static const char *const names[] = {[BF_SHAPE_TEXT] = "VARCHAR",
                                      [BF_SHAPE_INTEGER] = "BIGINT",
                                      [BF_SHAPE_DOUBLE] = "DOUBLE",
                                      [BF_SHAPE_BOOL] = "BOOLEAN",
                                      [BF_SHAPE_JSON] = "JSON"};
  switch (column->shape) {
  case BF_SHAPE_TIME:
    bf_put(out, as_read ? "VARCHAR" : history->with_time_zone ? "TIMESTAMPTZ" : "TIMESTAMP");
    return;
  case BF_SHAPE_LIST:
    put_type(out, history, column->items[0], as_read);
    bf_put(out, "[]");
    return;
  case BF_SHAPE_OBJECT:
    bf_put(out, "STRUCT(");
    for (size_t i = 0; i < column->item_count; i++) {
      if (i) bf_put(out, ", ");
      put_quoted(out, bf_snake(history->arena, column->items[i]->name), '"');
      bf_put(out, " ");
      put_type(out, history, column->items[i], as_read);
    }
    bf_put(out, ")");
    return;
  default:
    bf_put(out, names[column->shape]);
  }
}

static void put_table(bf_text *out, const char *schema, const char *table) {
  put_quoted(out, schema, '"');
  bf_put(out, ".");
  put_quoted(out, table, '"');
}

bool bf_create_events(bf_database *database, const bf_history *history, const char **ret_error) {
  bf_text sql = {0};
  bf_put(&sql, "CREATE SCHEMA IF NOT EXISTS ");
  put_quoted(&sql, history->atomic_schema, '"');
  bf_put(&sql, "; CREATE TABLE ");
  put_table(&sql, history->atomic_schema, history->events_table);
  bf_put(&sql, " (");
  for (size_t i = 0; i < history->column_count; i++) {
    if (i) bf_put(&sql, ", ");
    put_quoted(&sql, history->columns[i]->name, '"');
    bf_put(&sql, " ");
    put_type(&sql, history, history->columns[i], false);
  }
  bf_put(&sql, ")");
  bool done = execute(database, sql.data, ret_error);
  bf_text_free(&sql);
  return done;
}

bool bf_insert_events(bf_database *database, const bf_history *history, size_t run, const char *path,
                      const char **ret_error) {
  bf_text sql = {0};
  (void)run;
  bf_put(&sql, "INSERT INTO ");
  put_table(&sql, history->atomic_schema, history->events_table);
  bf_put(&sql, " BY NAME SELECT * FROM read_json(");
  put_quoted(&sql, path, '\'');
  bf_put(&sql, ", format = 'newline_delimited', columns = {");
  for (size_t i = 0; i < history->column_count; i++) {
    bf_text type = {0};
    put_type(&type, history, history->columns[i], true);
    if (i) bf_put(&sql, ", ");
    put_quoted(&sql, history->columns[i]->name, '\'');
    bf_put(&sql, ": ");
    put_quoted(&sql, type.data, '\'');
    bf_text_free(&type);
  }
  bf_put(&sql, "})");
  bool done = execute(database, sql.data, ret_error);
  bf_text_free(&sql);
  return done;
}

/* ---- reading tables ---- */

typedef enum reading { AS_TEXT, AS_INTEGER, AS_REAL, AS_TRUTH, AS_INSTANT, AS_TREE, AS_INSTANTS } reading;

/* By the beginning of the type's name; `%` is the column. */
static const struct {
  const char *type;
  const char *expression;
  reading reading;
} readings[] = {
    {"TIMESTAMP", "epoch_us(%)", AS_INSTANT},
    {"DATE", "% - DATE '1970-01-01'", AS_INTEGER},
    {"BOOLEAN", "%", AS_TRUTH},
    {"DOUBLE", "%", AS_REAL},
    {"FLOAT", "%", AS_REAL},
    {"DECIMAL", "%", AS_REAL},
    {"TINYINT", "%", AS_INTEGER},
    {"SMALLINT", "%", AS_INTEGER},
    {"INTEGER", "%", AS_INTEGER},
    {"BIGINT", "%", AS_INTEGER},
    {"HUGEINT", "%", AS_INTEGER},
    {"UBIGINT", "%", AS_INTEGER},
    {"UINTEGER", "%", AS_INTEGER},
    {"BLOB", "decode(%)", AS_TEXT},
    {"JSON", "%", AS_TREE},
    {"MAP", "to_json(%)", AS_TREE},
    {"STRUCT", "to_json(%)", AS_TREE},
};

static reading put_reading(bf_text *out, const char *column, const char *type) {
  const char *expression = "%";
  reading how = AS_TEXT;
  size_t size = strlen(type);
  bool list = size > 2 && strcmp(type + size - 2, "[]") == 0;
  if (list) {
    how = strncmp(type, "TIMESTAMP", 9) == 0 ? AS_INSTANTS : AS_TREE;
    expression = how == AS_INSTANTS              ? "to_json([epoch_us(x) FOR x IN %])"
                 : strncmp(type, "BLOB", 4) == 0 ? "to_json([decode(x) FOR x IN %])"
                                                 : "to_json(%)";
  }
  for (size_t i = 0; !list && i < sizeof readings / sizeof *readings; i++) {
    if (strncmp(type, readings[i].type, strlen(readings[i].type)) != 0) continue;
    expression = readings[i].expression;
    how = readings[i].reading;
    break;
  }
  bf_put(out, "CAST(");
  for (; *expression; expression++) {
    if (*expression == '%')
      put_quoted(out, column, '"');
    else
      bf_put_n(out, expression, 1);
  }
  bf_put(out, " AS VARCHAR)");
  return how;
}

static const bf_value *read_cell(bf_arena *arena, reading how, const char *text) {
  const bf_value *tree;
  if (!text) return bf_null();
  switch (how) {
  case AS_TEXT:
    return bf_string(arena, text);
  case AS_INTEGER:
    return bf_parse(arena, text);
  case AS_REAL:
    return bf_real(arena, strtod(text, NULL));
  case AS_TRUTH:
    return bf_bool(arena, strcmp(text, "true") == 0);
  case AS_INSTANT:
    return bf_time(arena, strtoll(text, NULL, 10));
  case AS_TREE:
    tree = bf_parse(arena, text);
    return tree ? tree : bf_string(arena, text);
  case AS_INSTANTS: {
    bf_value *list = bf_array(arena);
    tree = bf_parse(arena, text);
    for (size_t i = 0; tree && i < tree->count; i++)
      bf_add(arena, list, tree->items[i]->kind == BF_INT ? bf_time(arena, tree->items[i]->i) : bf_null());
    return list;
  }
  }
  return bf_null();
}

/* Fills in the columns of `ret` and how each is read; the query in `sql`. */
static bool plan_reading(bf_database *database, const char *schema, const char *table, bf_result *ret,
                         reading **ret_how, bf_text *sql, const char **ret_error) {
  duck_result result;
  bf_text question = {0};
  bf_put(&question, "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = ");
  put_quoted(&question, schema, '\'');
  bf_put(&question, " AND table_name = ");
  put_quoted(&question, table, '\'');
  bf_put(&question, " ORDER BY column_index");
  bool good = query(database, question.data, &result, ret_error);
  bf_text_free(&question);
  if (!good) return false;
  ret->column_count = (size_t)duck.row_count(&result);
  ret->columns = bf_alloc(database->arena, (ret->column_count + 1) * sizeof *ret->columns);
  *ret_how = bf_alloc(database->arena, (ret->column_count + 1) * sizeof **ret_how);
  bf_put(sql, "SELECT ");
  for (size_t i = 0; i < ret->column_count; i++) {
    ret->columns[i] = cell(database, &result, 0, i);
    if (i) bf_put(sql, ", ");
    (*ret_how)[i] = put_reading(sql, ret->columns[i], cell(database, &result, 1, i));
  }
  duck.destroy_result(&result);
  bf_put(sql, " FROM ");
  put_table(sql, schema, table);
  if (ret->column_count == 0) *ret_error = bf_format(database->arena, "there is no table %s.%s", schema, table);
  return ret->column_count > 0;
}

bool bf_read_table(bf_database *database, bf_arena *arena, const char *schema, const char *table, bf_result *ret_result,
                   const char **ret_error) {
  duck_result result;
  reading *how = NULL;
  bf_text sql = {0};
  *ret_result = (bf_result){0};
  bool good = plan_reading(database, schema, table, ret_result, &how, &sql, ret_error) &&
              query(database, sql.data, &result, ret_error);
  bf_text_free(&sql);
  if (!good) return false;
  ret_result->row_count = (size_t)duck.row_count(&result);
  ret_result->rows = bf_alloc(arena, (ret_result->row_count + 1) * sizeof *ret_result->rows);
  for (size_t i = 0; i < ret_result->row_count; i++) {
    ret_result->rows[i] = bf_alloc(arena, ret_result->column_count * sizeof **ret_result->rows);
    for (size_t j = 0; j < ret_result->column_count; j++)
      ret_result->rows[i][j] = read_cell(arena, how[j], cell(database, &result, j, i));
  }
  duck.destroy_result(&result);
  return true;
}
