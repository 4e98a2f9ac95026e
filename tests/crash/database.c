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

/* The first column, which must be text: each row to `row`. */
static bool read_texts(database *d, const char *sql, void (*row)(void *user, const char *text), void *user) {
  duck_result result;
  if (duck.query(d->connection, sql, &result) != 0) {
    printf("FAIL: %s\n  in: %.2000s\n", duck.result_error(&result), sql);
    duck.destroy_result(&result);
    return false;
  }
  for (duck_chunk chunk; (chunk = duck.fetch_chunk(result)) != NULL; duck.destroy_data_chunk(&chunk)) {
    duck_vector vector = duck.data_chunk_get_vector(chunk, 0);
    const duck_string *texts = duck.vector_get_data(vector);
    const uint64_t *validity = duck.vector_get_validity(vector);
    for (uint64_t i = 0; i < duck.data_chunk_get_size(chunk); i++) {
      bool there = validity == NULL || (validity[i / 64] >> (i % 64) & 1);
      const char *bytes = texts[i].inlined.length <= 12 ? texts[i].inlined.bytes : texts[i].distant.bytes;
      char *text = there ? strndup(bytes, texts[i].inlined.length) : strdup("NULL");
      if (text == NULL) abort();
      row(user, text);
      free(text);
    }
  }
  duck.destroy_result(&result);
  return true;
}

static void take_text(void *user, const char *text) {
  char **slot = user;
  free(*slot);
  *slot = strdup(text);
}

char *database_one(const char *file, const char *query) {
  database d;
  char *cell = strdup("");
  if (open_database(file, true, &d)) read_texts(&d, query, take_text, &cell);
  close_database(&d);
  return cell;
}

/* ---- snapshots ---- */

#define SCHEMAS "('shop_derived', 'shop_snowplow_manifest')"

/* A row for each table: its heading, RS, and the SELECT that prints its rows. Identifiers are doubly
   quoted; a line end inside a value (the manifest keeps definitions) is no line end of the snapshot. */
static const char tables_query[] =
    "WITH c AS (SELECT table_schema AS s, table_name AS t, ordinal_position AS o, column_name AS n, data_type AS y,"
    "   '\"' || replace(column_name, '\"', '\"\"') || '\"' AS i,"
    "   data_type IN ('DOUBLE', 'FLOAT') AS d"
    "  FROM information_schema.columns WHERE table_schema IN " SCHEMAS
    "   AND table_name <> 'snowplow_run_log' AND (table_name <> 'snowplow_run_lock' OR column_name = 'holder')),"
    " e AS (SELECT *, 'coalesce(replace(CAST(' || i || ' AS VARCHAR), chr(10), ''\\n''), ''NULL'')' AS v FROM c)"
    " SELECT 'table ' || s || '.' || t || ' (' || string_agg(n || ' ' || y, ', ' ORDER BY o) || ')' || chr(30)"
    "  || 'SELECT ' || string_agg('''' || CASE WHEN d THEN '#' ELSE '' END || replace(n, '''', '''''') || '='' || ' || v,"
    "                             ' || chr(31) || ' ORDER BY o)"
    "  || ' FROM \"' || s || '\".\"' || t || '\" ORDER BY '"
    "  || coalesce(string_agg(v, ', ' ORDER BY o) FILTER (NOT d) || ', ', '')"
    "  || coalesce(string_agg(i, ', ' ORDER BY o) FILTER (d) || ', ', '') || '1'"
    " FROM e GROUP BY s, t ORDER BY s, t";

static const char scratch_query[] = "SELECT 'scratch table ' || table_name FROM information_schema.tables"
                                    " WHERE table_schema = 'shop_scratch' ORDER BY 1";

typedef struct table_list {
  size_t n;
  char *tables[64];
} table_list;

static void take_table(void *user, const char *text) {
  table_list *list = user;
  if (list->n == sizeof list->tables / sizeof list->tables[0]) abort();
  list->tables[list->n++] = strdup(text);
}

static void print_line(void *user, const char *text) {
  fprintf(user, "%s\n", text);
}

char *database_snapshot(const char *file) {
  database d;
  table_list list = {0};
  char *text = NULL;
  size_t size = 0;
  if (!open_database(file, true, &d)) return NULL;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) abort();
  bool good = read_texts(&d, tables_query, take_table, &list);
  for (size_t i = 0; i < list.n && good; i++) {
    char *select = strchr(list.tables[i], '\x1e');
    *select = '\0';
    print_line(out, list.tables[i]);
    good = read_texts(&d, select + 1, print_line, out);
  }
  good = good && read_texts(&d, scratch_query, print_line, out);
  if (fclose(out) != 0) abort();
  for (size_t i = 0; i < list.n; i++) free(list.tables[i]);
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
    if (*line == '\x1f') fputs(" | ", out);
    else putc(*line, out);
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
