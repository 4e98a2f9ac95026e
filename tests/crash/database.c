/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See database.h. A snapshot is text so that it can be kept in a file, and read when it differs: a line
 * for each table and for each row, cells between US characters (0x1f), `#` before those that are doubles.
 */
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugins/duckdb/api.h"
#include "tests/crash/database.h"

static sbe_duckdb_functions duck;

/* ---- the library ---- */

static bool loads(const char *path) {
  pid_t child = fork();
  if (child == 0) _exit(dlopen(path, RTLD_NOW | RTLD_LOCAL) != NULL ? 0 : 1);
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* As the adapter looks for it: where the user says, beside the adapter, where configure found it. */
bool database_find(char *ret_path, size_t size) {
  const char *named = getenv("SBE_DUCKDB_LIBRARY"), *adapters = getenv("SBE_PLUGIN_PATH");
  if (named != NULL && named[0] != '\0') {
    snprintf(ret_path, size, "%s", named);
    return loads(ret_path);
  }
  if (adapters != NULL && adapters[0] != '\0') {
    snprintf(ret_path, size, "%.*s/libduckdb.so", (int)strcspn(adapters, ":"), adapters);
    if (loads(ret_path)) return true;
  }
#ifdef SBE_DUCKDB_LIBRARY
  snprintf(ret_path, size, "%s", SBE_DUCKDB_LIBRARY);
  if (loads(ret_path)) return true;
#endif
  snprintf(ret_path, size, "libduckdb.so");
  return loads(ret_path);
}

bool database_load(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    printf("FAIL: %s\n", dlerror());
    return false;
  }
  void *address;
  bool whole = true;
#define LOOK_UP(result, name, arguments)                                                                               \
  address = dlsym(library, "duckdb_" #name);                                                                           \
  whole = whole && address != NULL;                                                                                    \
  memcpy(&duck.name, &address, sizeof address);
  SBE_DUCKDB_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
  if (!whole) printf("FAIL: %s lacks functions\n", path);
  return whole;
}

/* ---- statements ---- */

typedef struct database {
  duck_database database;
  duck_connection connection;
} database;

static void close_database(database *d) {
  if (d->connection != NULL) duck.disconnect(&d->connection);
  if (d->database != NULL) duck.close(&d->database);
}

/* Read only, a file stays as it is, its log too. */
static bool open_database(const char *file, bool read_only, database *ret_database) {
  duck_config config = NULL;
  char *message = NULL;
  *ret_database = (database){NULL, NULL};
  bool good = duck.create_config(&config) == 0 && duck.set_config(config, "threads", "1") == 0 &&
              duck.set_config(config, "access_mode", read_only ? "READ_ONLY" : "READ_WRITE") == 0 &&
              duck.open_ext(file, &ret_database->database, config, &message) == 0 &&
              duck.connect(ret_database->database, &ret_database->connection) == 0;
  if (!good) printf("FAIL: %s: %s\n", file, message != NULL ? message : "cannot be opened");
  if (message != NULL) duck.free(message);
  duck.destroy_config(&config);
  if (!good) close_database(ret_database);
  return good;
}

static bool run_statement(database *d, const char *sql) {
  duck_result result;
  bool good = duck.query(d->connection, sql, &result) == 0;
  if (!good) printf("FAIL: %s\n  in: %.2000s\n", duck.result_error(&result), sql);
  duck.destroy_result(&result);
  return good;
}

bool database_do(const char *file, const char *const *statements, size_t n) {
  database d;
  bool good = open_database(file, false, &d);
  for (size_t i = 0; i < n && good; i++) good = run_statement(&d, statements[i]);
  close_database(&d);
  return good;
}

/* A row's cells, all of them text, US between them; NULL is `NULL`, a line end is no line end. */
static char *line_of(duck_chunk chunk, uint64_t n_columns, uint64_t row) {
  char *line = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&line, &size);
  if (out == NULL) abort();
  for (uint64_t c = 0; c < n_columns; c++) {
    duck_vector vector = duck.data_chunk_get_vector(chunk, c);
    const duck_string *text = (const duck_string *)duck.vector_get_data(vector) + row;
    const uint64_t *validity = duck.vector_get_validity(vector);
    bool there = validity == NULL || (validity[row / 64] >> (row % 64) & 1);
    const char *bytes = !there ? "NULL" : text->inlined.length <= 12 ? text->inlined.bytes : text->distant.bytes;
    uint32_t length = there ? text->inlined.length : 4;
    if (c > 0) putc('\x1f', out);
    for (uint32_t i = 0; i < length; i++) {
      if (bytes[i] == '\n')
        fputs("\\n", out);
      else
        putc(bytes[i], out);
    }
  }
  if (fclose(out) != 0) abort();
  return line;
}

typedef struct lines {
  size_t n;
  char **items;
} lines;

static void free_lines(lines *l) {
  for (size_t i = 0; i < l->n; i++) free(l->items[i]);
  free(l->items);
  *l = (lines){0, NULL};
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Rows of a query whose columns are all text, sorted. */
static bool read_lines(database *d, const char *sql, lines *ret_lines) {
  duck_result result;
  *ret_lines = (lines){0, NULL};
  if (duck.query(d->connection, sql, &result) != 0) {
    printf("FAIL: %s\n  in: %.2000s\n", duck.result_error(&result), sql);
    duck.destroy_result(&result);
    return false;
  }
  uint64_t n_columns = duck.column_count(&result);
  for (duck_chunk chunk; (chunk = duck.fetch_chunk(result)) != NULL; duck.destroy_data_chunk(&chunk)) {
    uint64_t n = duck.data_chunk_get_size(chunk);
    ret_lines->items = realloc(ret_lines->items, (ret_lines->n + n + 1) * sizeof(char *));
    if (ret_lines->items == NULL) abort();
    for (uint64_t i = 0; i < n; i++) ret_lines->items[ret_lines->n++] = line_of(chunk, n_columns, i);
  }
  duck.destroy_result(&result);
  if (ret_lines->n > 0) qsort(ret_lines->items, ret_lines->n, sizeof(char *), by_text);
  return true;
}

char *database_one(const char *file, const char *query) {
  database d;
  lines l = {0, NULL};
  if (open_database(file, true, &d)) read_lines(&d, query, &l);
  char *cell = strdup(l.n > 0 ? l.items[0] : "");
  free_lines(&l);
  close_database(&d);
  return cell;
}

/* ---- snapshots ---- */

/* A row for each table: its heading, then the SELECT of its rows. Doubles are the last cells, so that two
   which differ in their last digits only do not change the order of rows. */
static const char tables_query[] =
    "SELECT 'table ' || s || '.' || t || ' (' || string_agg(n || ' ' || y, ', ' ORDER BY o) || ')',"
    " 'SELECT ' || string_agg('''' || CASE WHEN d THEN '#' ELSE '' END || replace(n, '''', '''''') || '='''"
    "   || ' || coalesce(CAST(' || i || ' AS VARCHAR), ''NULL'')', ', ' ORDER BY d, o)"
    "  || ' FROM \"' || s || '\".\"' || t || '\"'"
    " FROM (SELECT schema_name AS s, table_name AS t, column_index AS o, column_name AS n, data_type AS y,"
    "   '\"' || replace(column_name, '\"', '\"\"') || '\"' AS i, data_type IN ('DOUBLE', 'FLOAT') AS d"
    "  FROM duckdb_columns() WHERE schema_name IN ('shop_derived', 'shop_snowplow_manifest')"
    "   AND table_name <> 'snowplow_run_log' AND (table_name <> 'snowplow_run_lock' OR column_name = 'holder'))"
    " GROUP BY s, t";

static const char scratch_query[] =
    "SELECT 'scratch table ' || table_name FROM duckdb_tables() WHERE schema_name = 'shop_scratch'";

static void print_lines(FILE *out, const lines *l) {
  for (size_t i = 0; i < l->n; i++) fprintf(out, "%s\n", l->items[i]);
}

char *database_snapshot(const char *file) {
  database d;
  lines tables = {0, NULL}, rows = {0, NULL};
  char *text = NULL;
  size_t size = 0;
  if (!open_database(file, true, &d)) return NULL;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) abort();
  bool good = read_lines(&d, tables_query, &tables);
  for (size_t i = 0; i < tables.n && good; i++) {
    char *select = strchr(tables.items[i], '\x1f');
    *select = '\0';
    fprintf(out, "%s\n", tables.items[i]);
    good = read_lines(&d, select + 1, &rows);
    print_lines(out, &rows);
    free_lines(&rows);
  }
  good = good && read_lines(&d, scratch_query, &rows);
  print_lines(out, &rows);
  free_lines(&rows);
  free_lines(&tables);
  if (fclose(out) != 0) abort();
  close_database(&d);
  if (good) return text;
  free(text);
  return NULL;
}

/* Lock and scratch come last. */
void snapshot_reduce(char *snapshot) {
  static const char *const marks[] = {"\ntable shop_snowplow_manifest.snowplow_run_lock ", "\nscratch table "};
  for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
    char *mark = strstr(snapshot, marks[i]);
    if (mark != NULL) mark[1] = '\0';
  }
}

static bool same_number(const char *a, const char *b) {
  char *end_of_a, *end_of_b;
  double x = strtod(a, &end_of_a), y = strtod(b, &end_of_b);
  if (end_of_a == a || end_of_b == b || *end_of_a != '\0' || *end_of_b != '\0') return strcmp(a, b) == 0;
  return fabs(x - y) <= 1e-9 * fmax(1, fmax(fabs(x), fabs(y)));
}

/* One cell, `name=value` or `#name=number`. */
static bool same_cell(const char *a, const char *b) {
  const char *value = strchr(a, '=');
  if (a[0] != '#' || value == NULL || strncmp(a, b, (size_t)(value - a) + 1) != 0) return strcmp(a, b) == 0;
  return same_number(value + 1, b + (value - a) + 1);
}

static bool same_line(const char *a, const char *b) {
  if (strcmp(a, b) == 0) return true;
  char *x = strdup(a), *y = strdup(b), *next_of_x = x, *next_of_y = y;
  bool same = true;
  while (same && next_of_x != NULL && next_of_y != NULL) {
    char *cell_of_x = strsep(&next_of_x, "\x1f"), *cell_of_y = strsep(&next_of_y, "\x1f");
    same = same_cell(cell_of_x, cell_of_y) && (next_of_x == NULL) == (next_of_y == NULL);
  }
  free(x);
  free(y);
  return same;
}

static void show(const char *what, const char *table, const char *line, FILE *out) {
  fprintf(out, "\n    %s: %.60s: ", what, table[0] != '\0' ? table : "-");
  for (; *line != '\0'; line++) {
    if (*line == '\x1f')
      fputs(" | ", out);
    else
      putc(*line, out);
  }
}

bool snapshot_equal(const char *expected, const char *got, char *ret_difference, size_t size) {
  char *a = strdup(expected), *b = strdup(got), *next_of_a = a, *next_of_b = b, *table_of_a = "", *table_of_b = "";
  bool same = true;
  while (same && (next_of_a != NULL || next_of_b != NULL)) {
    char *x = next_of_a != NULL ? strsep(&next_of_a, "\n") : "(nothing more)";
    char *y = next_of_b != NULL ? strsep(&next_of_b, "\n") : "(nothing more)";
    if (strncmp(x, "table ", 6) == 0) table_of_a = x + 6;
    if (strncmp(y, "table ", 6) == 0) table_of_b = y + 6;
    if ((same = same_line(x, y))) continue;
    FILE *out = fmemopen(ret_difference, size, "w");
    if (out == NULL) abort();
    show("expected", table_of_a, x, out);
    show("got", table_of_b, y, out);
    fclose(out);
    ret_difference[size - 1] = '\0';
  }
  free(a);
  free(b);
  return same;
}
