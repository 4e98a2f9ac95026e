/* SPDX-License-Identifier: Apache-2.0 */
/* See sql.h. */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/duckdb/sql.h"

sbe_duckdb_pool sql_pool;
int sql_passed, sql_failed, sql_skipped;
static char *last_cell; /* of sql_one */

/* ---- Checks ---- */

bool check_text(const char *what, const char *expected, const char *got) {
  bool same = expected == NULL || got == NULL ? expected == got : strcmp(expected, got) == 0;
  if (same) {
    sql_passed++;
  } else {
    sql_failed++;
    printf("FAIL: %s\n  expected: %s\n  got:      %s\n", what, expected == NULL ? "NULL" : expected,
           got == NULL ? "NULL" : got);
  }
  return same;
}

bool check_true(const char *what, bool holds) {
  return check_text(what, "true", holds ? "true" : "false");
}

/* ---- The host ---- */

static int32_t host_error(sbe_error *error, int32_t code, const char *sqlstate, const char *format, ...) {
  (void)sqlstate;
  va_list arguments;
  va_start(arguments, format);
  error->code = code;
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return code;
}

static void host_put(sbe_text *text, const char *bytes, size_t size) {
  if (text->size + size + 1 > text->room) {
    text->room = 2 * (text->size + size + 1);
    if ((text->data = realloc(text->data, text->room)) == NULL) abort();
  }
  memcpy(text->data + text->size, bytes, size);
  text->size += size;
  text->data[text->size] = '\0';
}

static bool capital(char c) {
  return c >= 'A' && c <= 'Z';
}
static bool small(char c) {
  return c >= 'a' && c <= 'z';
}
static bool digit(char c) {
  return c >= '0' && c <= '9';
}

static void host_snake(const char *name, char *ret_name, size_t size) {
  size_t n = 0;
  for (const char *c = name; *c != '\0' && n + 2 < size + 1; c++) {
    if (((unsigned char)*c & 0xC0) == 0x80) continue;
    char before = c == name ? '\0' : c[-1];
    if (capital(*c) && (small(before) || digit(before) || (capital(before) && small(c[1])))) ret_name[n++] = '_';
    ret_name[n++] = capital(*c) ? (char)(*c - 'A' + 'a') : small(*c) || digit(*c) ? *c : '_';
  }
  ret_name[n] = '\0';
}

static const sbe_host host = {
    .struct_size = sizeof(sbe_host), .error = host_error, .put = host_put, .snake = host_snake};
const sbe_host *sbe_duckdb_host = &host;

/* ---- Texts and patterns ---- */

void text_clear(sbe_text *text) {
  free(text->data);
  *text = (sbe_text){0};
}

void text_put(sbe_text *text, const char *bytes) {
  host_put(text, bytes, strlen(bytes));
}

void text_format(sbe_text *text, const char *format, ...) {
  char *printed = NULL;
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&printed, format, arguments) < 0) abort();
  va_end(arguments);
  text_put(text, printed);
  free(printed);
}

void put_pattern(sbe_text *out, const char *pattern, size_t n, const char *const *operands) {
  for (const char *c = pattern; *c != '\0'; c++) {
    if (c[0] == '{' && digit(c[1]) && c[2] == '}' && (size_t)(c[1] - '0') < n) {
      text_put(out, operands[c[1] - '0']);
      c += 2;
    } else {
      host_put(out, c, 1);
      if (c[0] == '{' && c[1] == '{') c++;
    }
  }
}

const char *operation(int32_t wanted) {
  for (const sbe_pattern *row = sbe_duckdb_dialect.patterns; row->operation != SBE_OP_END; row++)
    if (row->operation == wanted) return row->pattern;
  return NULL;
}

const char *read_pattern(int32_t type, int32_t class_) {
  for (const sbe_read *row = sbe_duckdb_dialect.reads; row->type != 0; row++)
    if (row->type == type && row->from == class_) return row->pattern;
  return NULL;
}

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
