/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL for the crash matrix: see database.h. Each project has a database of its own on the server that
 * PGHOST and its like name (tests/postgres/with-server.sh), called after its directory; a copy is made with
 * CREATE DATABASE … TEMPLATE. Events lie in both layouts, one of them in a project: as its name has it.
 */
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/crash/crash.h"
#include "tests/crash/database.h"
#include "tests/crash/database_postgres.h"

#define NAME_SIZE 64
#define PATIENCE_MS 20000 /* for a server that still works for somebody who is dead */

const char *const database_test = "crash-postgres", *const database_killer = "killer_postgres.so",
                  *const database_files[] = {NULL};
const bool database_is_server = true;

/* "sbe-crash-Ab3xY9-ordinary-base" */
static void name_of(const char *directory, char out[NAME_SIZE]) {
  const char *top = strrchr(option.work, '/');
  snprintf(out, NAME_SIZE, "%s", directory + (top != NULL ? top + 1 - option.work : 0));
  for (char *c = out; *c != '\0'; c++)
    if (*c == '/') *c = '-';
}

/* ---- connections ---- */

/* NULL: the server's own database. */
static PGconn *connect_to(const char *name) {
  static const char options[] = "-c TimeZone=UTC -c DateStyle=ISO -c extra_float_digits=3 "
                                "-c default_transaction_isolation=read\\ committed -c standard_conforming_strings=on "
                                "-c client_min_messages=warning";
  const char *const keywords[] = {"options", name != NULL ? "dbname" : NULL, NULL};
  const char *const values[] = {options, name, NULL};
  PGconn *pg = PQconnectdbParams(keywords, values, 0);
  if (PQstatus(pg) == CONNECTION_OK) return pg;
  printf("FAIL: %s: %s", name != NULL ? name : "the server", PQerrorMessage(pg));
  PQfinish(pg);
  return NULL;
}

/* NULL: told. */
static PGresult *ask(PGconn *pg, const char *sql) {
  PGresult *result = pg != NULL ? PQexec(pg, sql) : NULL;
  if (PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK) return result;
  printf("FAIL: %s  in: %.2000s\n", pg != NULL ? PQerrorMessage(pg) : "no connection", sql);
  PQclear(result);
  return NULL;
}

bool postgres_run(PGconn *pg, const char *sql) {
  PGresult *result = ask(pg, sql);
  PQclear(result);
  return result != NULL;
}

const char *database_find(void) {
  if (getenv("PGHOST") == NULL) return "PGHOST names no server (tests/crash/postgres.sh starts one)";
  PGconn *pg = connect_to(NULL);
  PQfinish(pg);
  return pg != NULL ? NULL : "the server that PGHOST names does not answer";
}

bool database_load(void) {
  return true;
}

/* Nobody works in the database any more, not even for a client that was killed. */
static bool settle(PGconn *server, const char *name) {
  char sql[256];
  snprintf(sql, sizeof sql,
           "SELECT 1 FROM pg_stat_activity WHERE datname = '%s' AND pid <> pg_backend_pid()"
           " AND backend_type = 'client backend'",
           name);
  for (int i = 0; i < PATIENCE_MS; i += 2) {
    PGresult *result = ask(server, sql);
    if (result == NULL) return false;
    int n = PQntuples(result);
    PQclear(result);
    if (n == 0) return true;
    nanosleep(&(struct timespec){0, 2000000}, NULL);
  }
  printf("FAIL: somebody still works in %s\n", name);
  return false;
}

/* ---- projects ---- */

void database_profile(FILE *out, const char *of) {
  char name[NAME_SIZE];
  fputs("{type: postgres, schema: shop, threads: 1", out);
  if (of != NULL) {
    name_of(of, name);
    fprintf(out, ", dbname: \"%s\"", name);
  }
  fputs("}", out);
}

void database_environment(const char *directory, const char *killer_path) {
  char name[NAME_SIZE];
  (void)killer_path;
  name_of(directory, name);
  setenv("PGDATABASE", name, 1);
}

static bool make_new(const char *name, const char *template) {
  char sql[256];
  PGconn *server = connect_to(NULL);
  bool good = server != NULL && settle(server, name) && (template == NULL || settle(server, template));
  snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS \"%s\"", name);
  good = good && postgres_run(server, sql);
  snprintf(sql, sizeof sql, "CREATE DATABASE \"%s\"%s%s%s", name, template != NULL ? " TEMPLATE \"" : "",
           template != NULL ? template : "", template != NULL ? "\"" : "");
  good = good && postgres_run(server, sql);
  PQfinish(server);
  return good;
}

bool database_copy(const char *from, const char *to) {
  char name[NAME_SIZE], template[NAME_SIZE];
  name_of(from, template);
  name_of(to, name);
  return make_new(name, template);
}

/* Entities in a table of their own, for every other scenario; else a column of jsonb. */
static bool make_events(PGconn *pg, bool tables) {
  char table[1024], rows[4096];
  snprintf(table, sizeof table, "CREATE SCHEMA atomic; CREATE TABLE atomic.events (%s%s)", event_columns,
           tables ? "" : ", contexts_com_acme_item_1 jsonb");
  snprintf(rows, sizeof rows, "INSERT INTO atomic.events SELECT %s%s FROM %s", event_cells,
           tables ? "" : ", jsonb_build_array(jsonb_build_object('sku', sku, 'price', price))", event_rows);
  if (!postgres_run(pg, table) || !postgres_run(pg, rows) || !tables) return pg != NULL;
  snprintf(rows, sizeof rows, "INSERT INTO atomic.com_acme_item_1 SELECT id, loaded, sku, price FROM %s", event_rows);
  return postgres_run(pg, "CREATE TABLE atomic.com_acme_item_1 (root_id text, root_tstamp timestamp, sku text,"
                          " price double precision)") &&
         postgres_run(pg, rows);
}

bool database_make(const char *directory) {
  char name[NAME_SIZE];
  name_of(directory, name);
  if (!make_new(name, NULL)) return false;
  PGconn *pg = connect_to(name);
  bool good = make_events(pg, strlen(directory) % 2 == 0);
  PQfinish(pg);
  return good;
}

void database_remove_all(void) {
  char name[NAME_SIZE], sql[256];
  PGconn *server = connect_to(NULL);
  name_of(option.work, name);
  snprintf(sql, sizeof sql, "SELECT format('DROP DATABASE %%I', datname) FROM pg_database WHERE datname LIKE '%s-%%'",
           name);
  PGresult *result = ask(server, sql);
  for (int i = 0; result != NULL && i < PQntuples(result); i++) postgres_run(server, PQgetvalue(result, i, 0));
  PQclear(result);
  PQfinish(server);
}

/* ---- reading ---- */

/* A row's cells, all of them text, US between them; NULL is `NULL`, a line end is no line end. */
static char *line_of(const PGresult *result, int row) {
  char *line = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&line, &size);
  if (out == NULL) abort();
  for (int i = 0; i < PQnfields(result); i++) {
    if (i > 0) putc('\x1f', out);
    const char *c = PQgetisnull(result, row, i) ? "NULL" : PQgetvalue(result, row, i);
    for (; *c != '\0'; c++) {
      if (*c == '\n')
        fputs("\\n", out);
      else
        putc(*c, out);
    }
  }
  if (fclose(out) != 0) abort();
  return line;
}

static char **read_rows(void *user, const char *sql, size_t *ret_n) {
  PGresult *result = ask(user, sql);
  *ret_n = 0;
  if (result == NULL) return NULL;
  char **rows = calloc((size_t)PQntuples(result) + 1, sizeof(char *));
  if (rows == NULL) abort();
  for (int i = 0; i < PQntuples(result); i++) rows[(*ret_n)++] = line_of(result, i);
  PQclear(result);
  return rows;
}

PGconn *postgres_connect(const char *directory) {
  char name[NAME_SIZE];
  name_of(directory, name);
  return connect_to(name);
}

/* A connection once all others are gone. */
static PGconn *connect_alone(const char *directory) {
  char name[NAME_SIZE];
  name_of(directory, name);
  PGconn *pg = connect_to(name);
  if (pg != NULL && settle(pg, name)) return pg;
  PQfinish(pg);
  return NULL;
}

char *database_one(const char *directory, const char *query) {
  PGconn *pg = connect_alone(directory);
  PGresult *result = ask(pg, query);
  char *cell = result != NULL && PQntuples(result) > 0 ? line_of(result, 0) : strdup("");
  PQclear(result);
  PQfinish(pg);
  return cell;
}

/* A row for each table: its heading, then the SELECT of its rows. Doubles are the last cells, so that two
   which differ in their last digits only do not change the order of rows. */
static const char tables_query[] =
    "SELECT 'table ' || s || '.' || t || ' (' || string_agg(n || ' ' || y, ', ' ORDER BY o) || ')',"
    " 'SELECT ' || string_agg(quote_literal(CASE WHEN d THEN '#' ELSE '' END || n || '=')"
    "   || ' || coalesce(CAST(' || CASE WHEN t = 'snowplow_run_lock' THEN 'holder IS NOT NULL' ELSE quote_ident(n) END"
    "   || ' AS text), ''NULL'')', ', ' ORDER BY d, o)"
    "  || ' FROM ' || quote_ident(s) || '.' || quote_ident(t)"
    " FROM (SELECT nspname AS s, relname AS t, attnum AS o, attname AS n, format_type(atttypid, atttypmod) AS y,"
    "   atttypid IN ('float8'::regtype, 'float4'::regtype) AS d"
    "  FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid JOIN pg_namespace AS n ON n.oid = relnamespace"
    "  WHERE nspname IN ('shop_derived', 'shop_snowplow_manifest') AND relkind IN ('r', 'p') AND attnum > 0"
    "   AND NOT attisdropped AND relname <> 'snowplow_run_log'"
    "   AND (relname <> 'snowplow_run_lock' OR attname = 'holder')) AS columns"
    " GROUP BY s, t";

static const char scratch_query[] =
    "SELECT 'scratch table ' || tablename FROM pg_tables WHERE schemaname = 'shop_scratch'";

char *database_snapshot(const char *directory) {
  PGconn *pg = connect_alone(directory);
  if (pg == NULL) return NULL;
  char *text = snapshot_take(pg, read_rows, tables_query, scratch_query);
  PQfinish(pg);
  return text;
}
