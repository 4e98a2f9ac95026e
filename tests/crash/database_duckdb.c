/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DuckDB for the crash matrix: see database.h. A project's database is a file in its directory. No process that
 * has loaded the library forks anything but the program under test, since it has threads.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugins/duckdb/api.h"
#include "tests/crash/database.h"

#include "tests/crash/crash.h"

#define FILE_NAME "shop.duckdb"

const char *const database_test = "crash", *const database_killer = "killer_duckdb.so",
                  *const database_files[] = {FILE_NAME, FILE_NAME ".wal", NULL};
const bool database_is_server = false;

static sbe_duckdb_functions duck;
static char library_path[PATH_SIZE];

/* ---- the library ---- */

static bool loads(const char *path) {
  pid_t child = fork();
  if (child == 0) _exit(dlopen(path, RTLD_NOW | RTLD_LOCAL) != NULL ? 0 : 1);
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* As the adapter looks for it: where the user says, beside the adapter, where configure found it. */
static bool find_library(char *ret_path, size_t size) {
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

const char *database_find(void) {
#if !defined(__x86_64__) && !defined(__aarch64__)
  return "killer_duckdb.c knows no jump for this processor";
#endif
  return find_library(library_path, sizeof library_path) ? NULL
                                                         : "libduckdb was not found (SBE_DUCKDB_LIBRARY names it)";
}

bool database_load(void) {
  void *library = dlopen(library_path, RTLD_NOW | RTLD_LOCAL);
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
  if (!whole) printf("FAIL: %s lacks functions\n", library_path);
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

/* ---- projects ---- */

void database_profile(FILE *out, const char *of) {
  fprintf(out, "{type: duckdb, path: \"%s%s%s\", schema: shop, threads: 1}", of != NULL ? of : "",
          of != NULL ? "/" : "", FILE_NAME);
}

void database_environment(const char *directory, const char *killer_path) {
  (void)directory;
  setenv("SBE_DUCKDB_LIBRARY", killer_path, 1);
  setenv("KILLER_LIBRARY", library_path, 1);
}

bool database_make(const char *directory) {
  char file[PATH_SIZE], table[1024], rows[4096];
  database d;
  join(file, directory, FILE_NAME);
  snprintf(table, sizeof table, "CREATE TABLE atomic.events (%s, contexts_com_acme_item_1 %s)", event_columns,
           "STRUCT(sku VARCHAR, price DOUBLE)[]");
  snprintf(rows, sizeof rows, "INSERT INTO atomic.events SELECT %s, [{'sku': sku, 'price': price}] FROM %s",
           event_cells, event_rows);
  bool good = open_database(file, false, &d) && run_statement(&d, "CREATE SCHEMA atomic") && run_statement(&d, table) &&
              run_statement(&d, rows);
  close_database(&d);
  return good;
}

bool database_copy(const char *from, const char *to) {
  (void)from, (void)to; /* it is a file */
  return true;
}

void database_others(void) {
}

void database_remove_all(void) {
}

/* ---- reading ---- */

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

static char **read_rows(void *user, const char *sql, size_t *ret_n) {
  database *d = user;
  duck_result result;
  *ret_n = 0;
  if (duck.query(d->connection, sql, &result) != 0) {
    printf("FAIL: %s\n  in: %.2000s\n", duck.result_error(&result), sql);
    duck.destroy_result(&result);
    return NULL;
  }
  char **rows = malloc(sizeof(char *));
  uint64_t n_columns = duck.column_count(&result);
  for (duck_chunk chunk; (chunk = duck.fetch_chunk(result)) != NULL; duck.destroy_data_chunk(&chunk)) {
    uint64_t n = duck.data_chunk_get_size(chunk);
    rows = realloc(rows, (*ret_n + n + 1) * sizeof(char *));
    if (rows == NULL) abort();
    for (uint64_t i = 0; i < n; i++) rows[(*ret_n)++] = line_of(chunk, n_columns, i);
  }
  duck.destroy_result(&result);
  return rows;
}

char *database_one(const char *directory, const char *query) {
  char file[PATH_SIZE], *cell = NULL, **rows = NULL;
  size_t n = 0;
  database d;
  join(file, directory, FILE_NAME);
  if (open_database(file, true, &d)) rows = read_rows(&d, query, &n);
  for (size_t i = 0; i < n; i++) {
    if (i == 0)
      cell = rows[i];
    else
      free(rows[i]);
  }
  free(rows);
  close_database(&d);
  return cell != NULL ? cell : strdup("");
}

/* ---- snapshots ---- */

/* A row for each table: its heading, then the SELECT of its rows. Doubles are the last cells, so that two
   which differ in their last digits only do not change the order of rows. */
static const char tables_query[] =
    "SELECT 'table ' || s || '.' || t || ' (' || string_agg(n || ' ' || y, ', ' ORDER BY o) || ')',"
    " 'SELECT ' || string_agg('''' || CASE WHEN d THEN '#' ELSE '' END || replace(n, '''', '''''') || '='''"
    "   || ' || coalesce(CAST(' || CASE t WHEN 'snowplow_run_lock' THEN 'holder IS NOT NULL' ELSE i END"
    "   || ' AS VARCHAR), ''NULL'')', ', ' ORDER BY d, o)"
    "  || ' FROM \"' || s || '\".\"' || t || '\"'"
    " FROM (SELECT schema_name AS s, table_name AS t, column_index AS o, column_name AS n, data_type AS y,"
    "   '\"' || replace(column_name, '\"', '\"\"') || '\"' AS i, data_type IN ('DOUBLE', 'FLOAT') AS d"
    "  FROM duckdb_columns() WHERE schema_name IN ('shop_derived', 'shop_snowplow_manifest')"
    "   AND table_name <> 'snowplow_run_log' AND (table_name <> 'snowplow_run_lock' OR column_name = 'holder'))"
    " GROUP BY s, t";

static const char scratch_query[] =
    "SELECT 'scratch table ' || table_name FROM duckdb_tables() WHERE schema_name = 'shop_scratch'";

char *database_snapshot(const char *directory) {
  char file[PATH_SIZE];
  database d;
  join(file, directory, FILE_NAME);
  if (!open_database(file, true, &d)) return NULL;
  char *text = snapshot_take(&d, read_rows, tables_query, scratch_query);
  close_database(&d);
  return text;
}
