/* SPDX-License-Identifier: Apache-2.0 */
/* See sql.h. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/postgres/sql.h"

sbe_postgres_pool sql_pool;
static char *last_cell; /* of sql_one */
static PGconn *server;

const sbe_host *sbe_postgres_host = &dialect_host;
const sbe_dialect *const dialect_tested = &sbe_postgres_dialect;

void put_read(sbe_text *out, int32_t type, int32_t class_, const char *operand) {
  const char *direct = read_pattern(type, class_);
  if (direct != NULL) {
    put_pattern(out, direct, 1, &operand);
  } else if (read_pattern(type, SBE_CLASS_TEXT) == NULL || read_pattern(SBE_TYPE_TEXT, class_) == NULL) {
    text_put(out, "NULL");
  } else {
    text_put(out, "(SELECT "); /* as the host makes a column of it */
    put_pattern(out, read_pattern(type, SBE_CLASS_TEXT), 1, (const char *const[]){"\"x1\""});
    text_put(out, " FROM (SELECT ");
    put_pattern(out, read_pattern(SBE_TYPE_TEXT, class_), 1, &operand);
    text_put(out, " AS x1 OFFSET 0) AS host)");
  }
}

/* ---- The server ---- */

bool sql_open(void) {
  if (getenv("PGHOST") == NULL) {
    printf("SKIP: everything that runs SQL on PostgreSQL: PGHOST names no server (see with-server.sh)\n");
    sql_skipped++;
    return false;
  }
  server = PQconnectdb("client_encoding=UTF8");
  if (PQstatus(server) != CONNECTION_OK) return check_text("a connection", "", PQerrorMessage(server));
  /* What session.c sets as well, but for the zone: nothing in the dialect may depend on it. */
  return sql_do("settings", "SET client_min_messages = warning; SET DateStyle = 'ISO, YMD';"
                            "SET IntervalStyle = postgres; SET standard_conforming_strings = on;"
                            "SET extra_float_digits = 3; SET bytea_output = hex; SET quote_all_identifiers = off; SET "
                            "TimeZone = 'America/New_York'");
}

void sql_close(void) {
  free(last_cell);
  last_cell = NULL;
  PQfinish(server);
}

static PGresult *run(const char *what, const char *sql) {
  PGresult *result = PQexec(server, sql);
  ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
  sql_failed++;
  printf("FAIL: %s\n  error: %s\n  in: %.6000s\n", what, PQresultErrorMessage(result), sql);
  PQclear(result);
  return NULL;
}

bool sql_do(const char *what, const char *statements) {
  PGresult *result = run(what, statements);
  PQclear(result);
  return result != NULL;
}

static const char *cell(const PGresult *result, int row, int column) {
  return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

char *sql_rows(const char *what, const char *sql) {
  sbe_text rows = {0};
  text_put(&rows, "");
  PGresult *result = run(what, sql);
  for (int row = 0; result != NULL && row < PQntuples(result); row++)
    for (int column = 0; column < PQnfields(result); column++) {
      if (row + column > 0) text_put(&rows, column == 0 ? "\n" : "|");
      const char *text = cell(result, row, column);
      text_put(&rows, text == NULL ? "NULL" : text);
    }
  PQclear(result);
  return rows.data;
}

const char *sql_one(const char *what, const char *sql) {
  PGresult *result = run(what, sql);
  if (result == NULL) return "error";
  free(last_cell);
  const char *text = PQntuples(result) > 0 ? cell(result, 0, 0) : "no row";
  last_cell = text == NULL ? NULL : strdup(text);
  PQclear(result);
  return last_cell;
}

/* ---- Describe, through a connection that knows nothing but `query` ---- */

static int32_t query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  (void)connection, (void)options, (void)error;
  PGresult *result = run("describe", statement->sql);
  for (int row = 0; result != NULL && row < PQntuples(result); row++) {
    sbe_value values[2];
    for (int column = 0; column < 2; column++) {
      const char *text = PQgetvalue(result, row, column);
      values[column] = (sbe_value){.kind = SBE_VALUE_TEXT, .text = text, .size = strlen(text)};
    }
    if (sink->row(sink->user, 2, values) != 0) break;
  }
  PQclear(result);
  return SBE_OK;
}

const sbe_connection_ops sbe_postgres_connection = {.struct_size = sizeof(sbe_connection_ops), .query = query};

typedef struct described {
  sbe_column *columns;
  size_t n, room;
} described;

static int32_t keep(void *user, size_t n, const sbe_value *values) {
  described *d = user;
  if (n != 2 || d->n == d->room) return 1;
  d->columns[d->n].name = sbe_postgres_pool_copy(&sql_pool, values[0].text, values[0].size);
  d->columns[d->n++].type = sbe_postgres_pool_copy(&sql_pool, values[1].text, values[1].size);
  return 0;
}

size_t sql_describe(const char *schema, const char *table, sbe_column *columns, size_t room) {
  described d = {columns, 0, room};
  sbe_sink sink = {.struct_size = sizeof sink, .user = &d, .row = keep};
  sbe_error error = {0};
  sbe_postgres_describe(NULL, &(sbe_name){NULL, schema, table}, &sink, &error);
  return d.n;
}
